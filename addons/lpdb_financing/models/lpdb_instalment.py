# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

#: what stays open to change in a schedule that is in force
NOTES = {
    "computed_principal",
    "computed_interest",
    "is_compared",
    "origin_id",
    "balance",
}


#: what a row of one version hands over to the same row of the next
COPIED = (
    "n",
    "due",
    "principal",
    "interest",
    "capitalised",
    "balance",
    "computed_principal",
    "computed_interest",
    "is_compared",
)


class LpdbInstalment(models.Model):
    """A row of a schedule: what falls due, and what is paid of it.

    A row with payments stays: the next version holds a copy that points at it.
    """

    _name = "lpdb.instalment"
    _description = "Loan Instalment"
    _order = "schedule_id, n"

    schedule_id = fields.Many2one(
        "lpdb.schedule", required=True, index=True, ondelete="cascade"
    )
    facility_id = fields.Many2one(
        related="schedule_id.facility_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="schedule_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    origin_id = fields.Many2one(
        "lpdb.instalment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The row of an earlier version that took the payments.",
    )
    n = fields.Integer(string="No.", required=True)
    due = fields.Date(string="Due date", required=True, index=True)
    principal = fields.Monetary(required=True)
    interest = fields.Monetary(required=True)
    payment = fields.Monetary(
        string="Instalment", compute="_compute_payment", store=True
    )
    balance = fields.Monetary(
        string="Balance after", aggregator="min", help="Principal left after this row."
    )
    capitalised = fields.Monetary(
        string="Added to the principal",
        help="Interest of the period that becomes principal on the due date instead of"
        " being paid.",
    )
    computed_principal = fields.Monetary(
        readonly=True, copy=False, help="Principal that the terms would give."
    )
    computed_interest = fields.Monetary(
        readonly=True, copy=False, help="Interest that the terms would give."
    )
    is_compared = fields.Boolean(readonly=True, copy=False)
    difference = fields.Monetary(
        compute="_compute_payment", store=True, help="Of the lender less computed."
    )
    payment_line_ids = fields.One2many("lpdb.payment.line", "instalment_id")
    is_touched = fields.Boolean(
        compute="_compute_paid", store=True, help="Whether anything was paid of it."
    )
    paid_principal = fields.Monetary(compute="_compute_paid", store=True)
    paid_interest = fields.Monetary(compute="_compute_paid", store=True)
    paid_penalty = fields.Monetary(compute="_compute_paid", store=True)
    rest = fields.Monetary(string="Open", compute="_compute_paid", store=True)
    date_paid = fields.Date(
        string="Paid on",
        compute="_compute_paid",
        store=True,
        help="Day on which it was fully paid.",
    )
    state = fields.Selection(
        [("open", "Open"), ("partial", "Partly paid"), ("paid", "Paid")],
        compute="_compute_paid",
        store=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    _number_uniq = models.Constraint(
        "UNIQUE(schedule_id, n)", "Each row of a schedule has its own number."
    )
    _amounts_positive = models.Constraint(
        "CHECK (n > 0 AND principal >= 0 AND interest >= 0 AND capitalised >= 0)",
        "Rows are numbered from 1; principal and interest are not negative.",
    )

    @api.depends(
        "principal",
        "interest",
        "is_compared",
        "computed_principal",
        "computed_interest",
    )
    def _compute_payment(self):
        for line in self:
            line.payment = line.principal + line.interest
            computed = line.computed_principal + line.computed_interest
            line.difference = line.payment - computed if line.is_compared else 0.0

    @api.depends(
        "principal",
        "interest",
        "payment_line_ids.amount",
        "payment_line_ids.payment_id.state",
        "origin_id.payment_line_ids.amount",
        "origin_id.payment_line_ids.payment_id.state",
    )
    def _compute_paid(self):
        for line in self:
            paid = line._root().payment_line_ids.filtered(
                lambda part: part.payment_id.state == "posted"
            )
            sums = dict.fromkeys(("principal", "interest", "penalty"), 0.0)
            for part in paid:
                sums[part.kind] += part.amount
            line.paid_principal = sums["principal"]
            line.paid_interest = sums["interest"]
            line.paid_penalty = sums["penalty"]
            rest = line.principal + line.interest - sums["principal"] - sums["interest"]
            # a settlement may pay interest on arrears that the row does not ask
            rest = max(rest, 0.0)
            line.rest = line.currency_id.round(rest) if line.currency_id else rest
            line.is_touched = bool(paid)
            is_paid = bool(paid) and line.rest <= 0
            line.state = "paid" if is_paid else "partial" if paid else "open"
            # a penalty may be paid long after the row
            settling = paid.filtered(lambda part: part.kind != "penalty") or paid
            line.date_paid = is_paid and max(settling.payment_id.mapped("date"))

    @api.depends("rest", "due")
    def _compute_is_overdue(self):
        for line in self:
            today = (line.company_id or self.env.company)._local_date()
            line.is_overdue = bool(line.rest > 0 and line.due and line.due < today)

    @api.depends("facility_id.name", "n")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "%(facility)s, instalment %(n)s",
                facility=line.facility_id.name or "",
                n=line.n,
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._require_draft()
        return lines

    def write(self, vals):
        if vals.keys() - NOTES or not self.env.su:
            self._require_draft()
        result = super().write(vals)
        if "schedule_id" in vals:
            # the rules and the guard saw the old schedule only
            self.schedule_id.check_access("write")
            self._require_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._require_draft()

    def _require_draft(self):
        """Refuse to touch the rows of a schedule that is or was in force."""
        for schedule in self.schedule_id:
            if schedule.state != "draft":
                raise UserError(
                    self.env._(
                        "%(schedule)s is in force or was: its rows stay as they are."
                        " Enter a new version.",
                        schedule=schedule.display_name,
                    )
                )

    def _root(self):
        """Return the row that payments of this one are booked on."""
        return self.origin_id or self

    def _copy_vals(self, is_settled):
        """Return the values of the same row in another version.

        :param bool is_settled: whether it is in the books, which its copy points at
        """
        self.ensure_one()
        vals = {name: self[name] for name in COPIED}
        if is_settled:
            vals["origin_id"] = self._root().id
        return vals

    def _is_within(self, row):
        """Tell whether another row of the same day asks at least what was paid."""
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        return (
            self.due == row.due
            and compare(self.paid_principal, float(row.principal)) <= 0
            and compare(self.paid_interest, float(row.interest)) <= 0
        )

    def _equals(self, row):
        """Tell whether another row asks the same on the same day."""
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        return (
            self.due == row.due
            and not compare(self.principal, float(row.principal))
            and not compare(self.interest, float(row.interest))
        )
