# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.day_count import Grid
from ..tools.terms import read_terms

STRATEGIES = [
    ("reduce_term", "Fewer instalments"),
    ("reduce_instalment", "Smaller instalments"),
    ("next_instalments", "The next instalments"),
]
POLICIES = [
    ("till_date", "Interest to the day"),
    ("till_due", "Interest to the next due date"),
]


class LpdbFacility(models.Model):
    """Early repayment and early settlement of a loan."""

    _inherit = "lpdb.facility"

    prepayment_strategy = fields.Selection(
        STRATEGIES,
        string="Early repayment makes",
        help="What the agreement says of principal that is paid before it is due.",
    )
    payoff_policy = fields.Selection(
        POLICIES,
        string="Early settlement",
        required=True,
        default="till_date",
        help="To when interest is owed when the loan is settled early.",
    )
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    is_settled_early = fields.Boolean(
        string="Settled early", readonly=True, copy=False, tracking=True
    )

    @api.model
    def _get_guarded_fields(self):
        return {
            **super()._get_guarded_fields(),
            "date_closed": False,
            "is_settled_early": False,
        }

    def action_prepay(self, date=None, amount=0.0, strategy=None, journal_id=None):
        """Pay what is due on a day and, beyond it, principal that is not due yet.

        :param str date: ISO date, the local date when empty
        :param float amount: principal paid early, beyond what is due on that day
        :param str strategy: reduce_term, reduce_instalment or next_instalments; that of
            the agreement when empty
        :param int journal_id: bank or cash journal that pays
        :return: id of the ``lpdb.payment``
        :rtype: int
        """
        self.ensure_one()
        strategy = strategy or self.prepayment_strategy
        if strategy not in dict(STRATEGIES):
            raise UserError(
                self.env._(
                    "%(facility)s: say what an early repayment makes smaller:"
                    " reduce_term, reduce_instalment or next_instalments.",
                    facility=self.display_name,
                )
            )
        amount = self._read_amount(amount)
        day = self.company_id._read_day(date)
        due = sum(self._due_rows(day).mapped("rest"))
        return self._pay(
            day, journal_id, due + amount, {"prepayment_strategy": strategy}
        )

    def action_settle(self, date=None, policy=None, journal_id=None):
        """Pay all that is owed and close the loan.

        :param str date: ISO date, the local date when empty
        :param str policy: interest ``till_date`` or ``till_due``; that of the agreement
            when empty
        :param int journal_id: bank or cash journal that pays
        :return: id of the ``lpdb.payment``
        :rtype: int
        """
        self.ensure_one()
        policy = policy or self.payoff_policy
        day = self.company_id._read_day(date)
        amount = self.payoff_amount(day, policy)
        return self._pay(day, journal_id, amount, {"settlement_policy": policy})

    def action_open_settlement(self):
        """Open a new payment that settles the loan."""
        action = self._open("lpdb.payment", self.env._("Settle early"), "form")
        action["context"]["default_settlement_policy"] = self.payoff_policy
        return action

    def _pay(self, day, journal_id, amount, values):
        """Post a payment of an amount and of the penalty that is asked on its day."""
        self.check_access("write")
        self._require("active", "restructured")
        vals = {"facility_id": self.id, "date": day, "amount": amount, **values}
        vals.update(self._journal_vals(journal_id))
        payment = self.env["lpdb.payment"].create(vals)
        payment.amount += payment.penalty_due
        payment.action_post()
        return payment.id

    def _last_day(self):
        """Return the day of the last payment, else the local date."""
        posted = self.payment_ids.filtered(lambda payment: payment.state == "posted")
        return max(posted.mapped("date"), default=self.company_id._local_date())

    def _reopen(self):
        """Let a closed loan owe again, after its last payment was taken back."""
        state = "restructured" if self._restructuring() else "active"
        self._write_guarded(
            {"state": state, "date_closed": False, "is_settled_early": False}
        )

    def _due_rows(self, day):
        """Return the open rows that are due by a day."""
        return self.schedule_id.line_ids.filtered(
            lambda line: line.rest > 0 and line.due <= day
        )

    def _grid(self, at=None):
        return Grid(read_terms(self._terms(self._start_date(at), at)))

    def _bound_of(self, n, at=None):
        """Return the day to which the interest of row n runs."""
        grid, n = self._grid(at), max(n - self._row_offset(at), 0)
        grid.extend(n)
        return grid.bounds[n]

    def _row_of(self, day):
        """Return the row of the period that a day lies in, its last day included."""
        grid, n = self._grid(), 1
        grid.extend(n)
        while grid.bounds[n] < day:
            n += 1
            grid.extend(n)
        n += self._row_offset()
        return self.schedule_id.line_ids.filtered(lambda line: line.n == n)

    def _prepaid_in_rows(self, start, day):
        """Return the principal paid before it was due that stands in rows of a time.

        :param date start: first day of the time
        :param date day: its last day
        """
        total = 0.0
        for payment in self.payment_ids.filtered("prepaid"):
            rows = payment.facility_id.schedule_id.line_ids.sorted("n")
            later = rows.filtered(lambda line, p=payment: line.due >= p.prepaid_on)
            row = later[:1] or rows[-1:]
            if payment.state == "posted" and row and start <= row.due <= day:
                total += payment.prepaid
        return total

    def _prepayments(self):
        """Return what the engine takes: ``[(date, amount, strategy)]``."""
        return [
            (
                payment.prepaid_on,
                str(payment.prepaid),
                payment.prepayment_strategy or "reduce_term",
            )
            for payment in self.payment_ids.sorted("id")
            if payment.prepaid and payment.state == "posted"
        ]
