# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ..tools.collectability import dpd
from ..tools.day_count import add_months
from ..tools.schedule import accrue


class LpdbFacility(models.Model):
    """What a loan stands at: outstanding, short and long, pay-off, days past due."""

    _inherit = "lpdb.facility"

    # so that groups of loans have totals of money, and none of rates
    currency_id = fields.Many2one(store=True)
    annual_rate = fields.Float(aggregator=None)
    drawn = fields.Monetary(
        compute="_compute_outstanding", store=True, help="Drawn to date."
    )
    undrawn = fields.Monetary(
        compute="_compute_outstanding",
        store=True,
        help="Still to be drawn; a commitment that stands off the balance sheet.",
    )
    outstanding = fields.Monetary(
        compute="_compute_outstanding",
        store=True,
        help="Principal that is owed once all that is posted has happened, also what is"
        " dated ahead; the split into short and long shows that of a day.",
    )
    days_past_due = fields.Integer(
        compute="_compute_days_past_due",
        help="Of the oldest instalment that is not fully paid, its due date being day"
        " 1. The lender's own class may differ.",
    )
    draw_count = fields.Integer(compute="_compute_counts")
    payment_count = fields.Integer(compute="_compute_counts")
    move_count = fields.Integer(compute="_compute_counts")

    @api.depends(
        "entry_ids.amount",
        "entry_ids.kind",
        "draw_ids.amount",
        "draw_ids.state",
        "plafond",
    )
    def _compute_outstanding(self):
        owed = dict(
            self.env["lpdb.entry"]._read_group(
                [("facility_id", "in", self.ids), ("kind", "!=", "accrual")],
                ["facility_id"],
                ["amount:sum"],
            )
        )
        drawn = dict(
            self.env["lpdb.draw"]._read_group(
                [("facility_id", "in", self.ids), ("state", "=", "posted")],
                ["facility_id"],
                ["amount:sum"],
            )
        )
        for facility in self:
            facility.drawn = drawn.get(facility, 0.0)
            facility.undrawn = facility.plafond - facility.drawn
            facility.outstanding = owed.get(facility, 0.0)

    @api.depends("schedule_id.line_ids.rest")
    def _compute_days_past_due(self):
        oldest = dict(
            self.env["lpdb.instalment"]._read_group(
                [("schedule_id", "in", self.schedule_id.ids), ("rest", ">", 0)],
                ["schedule_id"],
                ["due:min"],
            )
        )
        for facility in self:
            due = oldest.get(facility.schedule_id)
            today = facility.company_id._local_date()
            facility.days_past_due = dpd(due, today) if due else 0

    def _compute_counts(self):
        for name, model in (
            ("draw_count", "lpdb.draw"),
            ("payment_count", "lpdb.payment"),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("facility_id", "in", self.ids)], ["facility_id"], ["__count"]
                )
            )
            for facility in self:
                facility[name] = counts.get(facility, 0)
        for facility in self:
            facility.move_count = len(facility._moves())

    def _moves(self):
        """Return the journal entries of the loan."""
        draws, payments = self.draw_ids, self.payment_ids
        accruals = self.accrual_line_ids.accrual_id
        return (
            draws.move_id
            | draws.reversal_move_id
            | payments.move_id
            | payments.reversal_move_id
            | accruals.move_id
            | accruals.reversal_move_id
            | accruals.cancel_move_ids
        )

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    # as of a date

    def _outstanding_at(self, day):
        """Return the principal owed at the end of a day."""
        self.ensure_one()
        return self._outstanding_by_loan(day).get(self, 0.0)

    def _outstanding_by_loan(self, day):
        """Return the principal owed at the end of a day: ``{loan: amount}``."""
        return dict(
            self.env["lpdb.entry"]._read_group(
                [
                    ("facility_id", "in", self.ids),
                    ("date", "<=", day),
                    ("kind", "!=", "accrual"),
                ],
                ["facility_id"],
                ["amount:sum"],
            )
        )

    def _paid_until(self, day):
        """Return what was paid of each instalment by the end of a day.

        :return: ``{(root instalment id, kind): amount}``
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.instalment_id, l.kind, SUM(l.amount)
                  FROM lpdb_payment_line l JOIN lpdb_payment p ON p.id = l.payment_id
                 WHERE p.facility_id = %(facility)s AND p.date <= %(day)s
                   AND (p.state = 'posted' OR p.state = 'reversed'
                        AND p.reversal_date > %(day)s)
              GROUP BY l.instalment_id, l.kind
                """,
                facility=self.id,
                day=day,
            )
        )
        return {(line, kind): float(amount) for line, kind, amount in rows}

    def split_current(self, date=None):
        """Split the debt at the end of a day into short and long term.

        Short is the principal that is overdue or falls due within 12 months after the
        day, by the schedule that held on the day; all of it once the lender called the
        loan, or while a broken covenant is not waived.

        :param str date: ISO date, the local date when empty
        :return: ``{"date", "short", "long", "outstanding"}``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        day = self.company_id._read_day(date)
        outstanding = self.currency_id.round(self._outstanding_at(day))
        short = self._short_at(day)[self]
        return {
            "date": fields.Date.to_string(day),
            "short": short,
            "long": self.currency_id.round(outstanding - short),
            "outstanding": outstanding,
        }

    def _short_at(self, day, tested_until=None):
        """Return the short-term part of the debts at the end of a day.

        :param date tested_until: last day whose covenant tests count
        :return: ``{loan: amount}``
        """
        outstanding = self._outstanding_by_loan(day)
        scheduled = self._scheduled_until(day, add_months(day, 12))
        result = {}
        for loan in self:
            owed = short = outstanding.get(loan, 0.0)
            # without a schedule nothing says that it may wait
            if loan.schedule_id and not loan._is_current_at(day, tested_until):
                short = min(scheduled.get(loan.id, 0.0), owed)
            result[loan] = loan.currency_id.round(short)
        return result

    def payoff_amount(self, date=None, policy="till_date"):
        """Return what settles the loan on a day: principal and interest.

        :param str date: ISO date, the local date when empty
        :param str policy: interest ``till_date`` or ``till_due``, the next due date
        :rtype: float
        """
        return self.payoff_detail(date, policy)["amount"]

    def payoff_detail(self, date=None, policy="till_date"):
        """Return the parts of the pay-off.

        On a day before later draws, payments or new terms it is what it was then.

        :return: ``{"date", "policy", "principal", "interest", "amount"}``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        if policy not in ("till_date", "till_due"):
            raise UserError(
                self.env._(
                    "Pay-off policy “%(policy)s” is unknown: use till_date or"
                    " till_due.",
                    policy=policy,
                )
            )
        if not self.schedule_id:
            raise UserError(
                self.env._(
                    "%(facility)s has no schedule yet, so no interest is known.",
                    facility=self.display_name,
                )
            )
        day = self.company_id._read_day(date)
        self._check_running_at(day)
        principal = self._outstanding_at(day) + self._to_capitalise(day)
        interest = 0.0
        if principal:
            interest = self._interest_owed(day, policy, self._looked_back(day))
        return {
            "date": fields.Date.to_string(day),
            "policy": policy,
            "principal": self.currency_id.round(principal),
            "interest": self.currency_id.round(interest),
            "amount": self.currency_id.round(principal + interest),
        }

    def _first_day(self, default=None):
        """Return the day from which the loan is in the books."""
        self.ensure_one()
        drawn = self.draw_ids.filtered(lambda draw: draw.state == "posted")
        return self.opening_date or min(drawn.mapped("date"), default=default)

    def _check_running_at(self, day):
        """Refuse to say what a loan owes on a day that its books do not know."""
        first = self._first_day(day)
        if day < first:
            raise UserError(
                self.env._(
                    "%(facility)s is in the books from %(first)s on, so nobody can say"
                    " what settles it on %(day)s. Choose a later day.",
                    facility=self.display_name,
                    first=fields.Date.to_string(first),
                    day=fields.Date.to_string(day),
                )
            )

    def _interest_owed(self, day, policy, at=None):
        """Return interest of past instalments, and of the running one so far.

        :param date at: a past day, as whose schedule and terms it is seen; else what
            is in force now counts, as for a payment that is entered late
        """
        lines = self._version_at(at).line_ids.sorted("n")
        fallen = lines.filtered(lambda line: line.due <= day)
        running = (lines - fallen)[:1]
        paid = sum(
            amount
            for (_line, kind), amount in self._paid_until(day).items()
            if kind == "interest"
        )
        owed = sum(fallen.mapped("interest")) + self._arrears_ahead(day, at)
        if running and policy == "till_due":
            # on a due date nothing of the next period runs yet
            if self._period_start(running, at) < day:
                owed += self._interest_until_due(fallen, running, day, at)
        elif running:
            owed += self._interest_begun(fallen, running, day, at)
        return max(owed - paid, 0.0)

    def _interest_until_due(self, fallen, running, day, at=None):
        """Return the interest of the period that a day lies in, whole."""
        if running.interest or self.scheme != "conventional":
            return running.interest
        # a row of the grace asks nothing, yet its period costs interest
        if self._has_lenders_rows(at):
            return self._interest_of_rows(fallen, running, running.due, at)
        until = max(self._bound_of(running.n, at), day)
        return self._interest_running(fallen, until, at)

    def _interest_running(self, fallen, day, at=None):
        """Return the interest from the last due date that charged interest to a day."""
        charged = fallen.filtered("interest")[-1:]
        mode = self._term("grace_interest_mode", at)
        if mode != "defer":
            # a row without interest was free of it, unless interest is put off
            charged = charged or fallen[-1:]
        if mode in ("waive", "capitalise"):
            charged = fallen[-1:]
        if mode == "waive":
            free = self._term("grace_interest", at)
            if len(fallen) - self._row_offset(at) < free:
                return 0.0
        if self.scheme != "conventional":
            return 0.0
        # the due date may have been moved off a holiday, the interest date is not
        since = self._bound_of(charged.n or 0, at)
        if since >= day:
            return 0.0
        terms = self._terms(self._start_date(at), at)
        return float(
            accrue(terms, self._balances(at), since, day, self._rate_changes())
        )

    def _balances(self, at=None):
        """Return what interest runs on: ``[(date, amount from that day on)]``."""
        if self._term("method", at) == "flat":
            # flat interest runs on what was drawn, whatever is paid
            moves = [
                (day, float(amount), "draw")
                for day, amount in self._draws_of_terms(self._posted_draws(), at)
            ]
        else:
            moves = [
                (entry.date, entry.amount, entry.kind)
                for entry in self.entry_ids.sorted("id")
                if entry._moves_principal()
            ]
            moves += [
                (day, row.capitalised, "capitalised")
                for day, row in self._uncapitalised()
            ]
        steps, total = {}, 0.0
        for day, amount, kind in sorted(moves, key=lambda move: move[0]):
            total += amount
            if kind == "opening":
                # it stood before the books of the loan began
                steps[self._agreed_start()] = str(self.currency_id.round(total))
            # what stands at the end of a day counts from then on
            steps[day] = str(self.currency_id.round(total))
        return list(steps.items())

    # screens

    def _open(self, model, name, view_mode="list,form", domain=None):
        """Return the action that opens records of the loan."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": domain or [("facility_id", "=", self.id)],
            "context": {"default_facility_id": self.id},
        }

    def action_open_schedule(self):
        return self._open(
            "lpdb.instalment",
            self.env._("Schedule"),
            "list,graph,pivot",
            [("schedule_id", "=", self.schedule_id.id)],
        )

    def action_open_draws(self):
        return self._open("lpdb.draw", self.env._("Draws"))

    def action_open_payments(self):
        return self._open("lpdb.payment", self.env._("Payments"))

    def action_open_moves(self):
        return self._open(
            "account.move",
            self.env._("Journal entries"),
            domain=[("id", "in", self._moves().ids)],
        )

    def action_pay(self):
        """Open a new payment of the loan."""
        return self._open("lpdb.payment", self.env._("Payment"), "form")
