# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .lpdb_facility_beyond import POLICIES, STRATEGIES


class LpdbPayment(models.Model):
    """What a payment brings beyond what is due: prepayment, early settlement.

    The principal paid early stands in the row of its period in a new version of the
    schedule; rows that were paid before stay as they are.
    """

    _inherit = "lpdb.payment"

    prepayment_strategy = fields.Selection(
        STRATEGIES,
        string="What is beyond",
        copy=False,
        help="What principal paid before it is due makes smaller, as the agreement"
        " says. Empty: a payment of more than what is due is refused.",
    )
    settlement_policy = fields.Selection(
        POLICIES,
        string="Settles the loan",
        copy=False,
        help="Pays all that is owed, with interest to the day or to the next due date,"
        " as the agreement says.",
    )
    is_opening = fields.Boolean(
        string="Before the books",
        readonly=True,
        copy=False,
        help="Stands for what was paid before the loan was taken over.",
    )
    prepaid = fields.Monetary(
        string="Paid early",
        readonly=True,
        copy=False,
        help="Principal paid before it was due.",
    )
    prepaid_on = fields.Date(
        string="Counts from",
        readonly=True,
        copy=False,
        help="From when the principal paid early bears no interest.",
    )

    @api.model
    def _get_guarded_fields(self):
        return {
            **super()._get_guarded_fields(),
            "prepaid": 0.0,
            "prepaid_on": False,
            "is_opening": False,
            "penalty_difference": 0.0,
        }

    def _allocate_due(self):
        """Return what settles rows that are due, and what is left of the payment.

        :return: list of ``{instalment_id, kind, amount}``, rest
        """
        self.ensure_one()
        lines = self.facility_id.schedule_id.line_ids.sorted("n")
        rows = lines.filtered(lambda line: line.rest > 0)
        due = rows.filtered(lambda line: line.due <= self.date)
        values, rest = self._split(due, self.amount, self.penalty_due)
        if due:
            return values, rest
        # a penalty may be left of rows that are paid
        penalty = self.currency_id.round(min(rest, self.penalty_due))
        if penalty > 0:
            fallen = lines.filtered(lambda line: line.due <= self.date)
            row = fallen[-1:] or lines[:1]
            values.append(self._line_vals(row, "penalty", penalty))
            rest = self.currency_id.round(rest - penalty)
        if not self.prepayment_strategy and not self.settlement_policy:
            ahead, rest = self._split(rows[:1], rest, 0.0)
            values += ahead
        return values, rest

    def _book_prepaid(self, rest):
        """Book principal that is paid early, on a new version of the schedule."""
        facility = self.facility_id
        if facility.schedule_id.kind != "computed":
            self._ask_for_schedule()
        self._write_guarded({"prepaid": rest, "prepaid_on": self.date})
        facility._reschedule_prepaid(self.date)
        row = facility._row_of(self.date)
        self._add_lines([self._line_vals(row, "principal", rest)])

    def _book_settlement(self, rest):
        """Book all that is owed once due rows are settled; nothing falls due after.

        Interest stands in the row of the day whatever the terms ask of it: what was put
        off, what would become principal, and what ran on arrears.
        """
        facility, currency = self.facility_id, self.currency_id
        if facility.scheme != "conventional":
            self._ask_for_schedule()
        principal = facility._outstanding_at(self.date) - self.principal
        principal = currency.round(max(principal, 0.0))
        interest = currency.round(rest - principal)
        if not principal and not interest:
            return
        self._write_guarded({"prepaid": principal, "prepaid_on": self.date})
        row = facility._end_schedule(self.date, principal, interest)
        parts = (("principal", principal), ("interest", interest))
        self._add_lines(
            [self._line_vals(row, kind, amount) for kind, amount in parts if amount]
        )

    def _ask_for_schedule(self):
        raise UserError(
            self.env._(
                "%(facility)s follows the lender's schedule. Enter the schedule that"
                " the lender sends for the early payment, with a row for it; then pay"
                " that row.",
                facility=self.facility_id.display_name,
            )
        )

    def _line_vals(self, row, kind, amount):
        return {"instalment_id": row._root().id, "kind": kind, "amount": amount}

    def _check_settlement(self):
        """Refuse to settle a loan with another amount than it costs that day."""
        facility = self.facility_id
        parts = facility.payoff_detail(self.date, self.settlement_policy)
        needed = parts["amount"] + self.penalty_due
        if self.currency_id.compare_amounts(self.amount, needed):
            raise UserError(
                self.env._(
                    "%(payment)s: settling the loan on that day costs %(needed)s"
                    " (principal %(principal)s, interest %(interest)s, penalty"
                    " %(penalty)s), not %(amount)s. Put what else the lender asks into"
                    " the penalty.",
                    payment=self.display_name,
                    needed=facility._format(needed),
                    principal=facility._format(parts["principal"]),
                    interest=facility._format(parts["interest"]),
                    penalty=facility._format(self.penalty_due),
                    amount=facility._format(self.amount),
                )
            )

    def _add_lines(self, values):
        # the allocation is written by posting alone, nobody holds a right to it
        self.sudo()._write_guarded(
            {"line_ids": [Command.create(vals) for vals in values]}
        )
