# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from odoo.addons.umkm_base.tools.rounding import round_to_unit

from ..tools.collectability import dpd


class LpdbPayment(models.Model):
    """Money paid to the lender, allocated over penalty, interest and principal."""

    _name = "lpdb.payment"
    _description = "Loan Payment"
    _inherit = ["lpdb.transaction.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _entry_field = "payment_id"
    _frozen_fields = (
        "facility_id",
        "date",
        "amount",
        "penalty_due",
        "bank_fee",
        "journal_id",
        "line_ids",
        "prepayment_strategy",
        "settlement_policy",
    )

    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
    )
    penalty_due = fields.Monetary(
        string="Penalty asked",
        compute="_compute_penalty_due",
        store=True,
        precompute=True,
        readonly=False,
        help="Penalty for what is overdue on that day, by the rate of the agreement;"
        " take the lender's figure when it differs.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
        help="Paid to the lender, without the bank's fee.",
    )
    bank_fee = fields.Monetary(help="What our bank charges for the transfer.")
    journal_id = fields.Many2one(string="From", help="Bank or cash journal that pays.")
    reference = fields.Char(help="Number of the transfer.")
    line_ids = fields.One2many(
        "lpdb.payment.line", "payment_id", string="Allocation", readonly=True
    )
    principal = fields.Monetary(compute="_compute_parts", store=True)
    interest = fields.Monetary(compute="_compute_parts", store=True)
    penalty = fields.Monetary(compute="_compute_parts", store=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND bank_fee >= 0 AND penalty_due >= 0)",
        "A payment is above zero; fee and penalty are not negative.",
    )

    @api.depends("facility_id", "date")
    def _compute_penalty_due(self):
        for payment in self:
            facility = payment.facility_id
            if payment.state != "draft" or not payment.date or not facility:
                payment.penalty_due = payment.penalty_due or 0.0
                continue
            weighted = sum(
                line.rest * payment._penalty_days(line)
                for line in facility.schedule_id.line_ids
                if line.rest > 0 and line.due < payment.date
            )
            basis = int(facility.penalty_day_basis)
            penalty = weighted * facility.penalty_rate / 100 / basis
            payment.penalty_due = float(round_to_unit(penalty, facility.rounding or 1))

    @api.depends("facility_id", "date", "penalty_due", "settlement_policy")
    def _compute_amount(self):
        for payment in self:
            facility = payment.facility_id
            if (
                payment.state == "draft"
                and payment.settlement_policy
                and facility.schedule_id
            ):
                payment.amount = payment.penalty_due + facility.payoff_amount(
                    payment.date, payment.settlement_policy
                )
            elif payment.state == "draft" and facility:
                payment.amount = payment.penalty_due + sum(
                    payment._payable_rows().mapped("rest")
                )
            else:
                payment.amount = payment.amount or 0.0

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_parts(self):
        for payment in self:
            for kind in ("principal", "interest", "penalty"):
                payment[kind] = sum(
                    line.amount for line in payment.line_ids if line.kind == kind
                )

    @api.depends("facility_id.name", "date")
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = self.env._(
                "%(facility)s, payment of %(date)s",
                facility=payment.facility_id.name or "",
                date=fields.Date.to_string(payment.date) or "",
            )

    def _penalty_days(self, line):
        """Return the days past due that no earlier payment bore a penalty for."""
        charged = self.facility_id.payment_ids.filtered(
            lambda paid: paid.state == "posted" and paid.penalty
        ).mapped("date")
        before = max((dpd(line.due, day) for day in charged), default=0)
        return max(dpd(line.due, self.date) - before, 0)

    def _payable_rows(self):
        """Return the open rows due by the payment's date, else the next one."""
        self.ensure_one()
        rows = self.facility_id.schedule_id.line_ids.sorted("n")
        rows = rows.filtered(lambda line: line.rest > 0)
        due = rows.filtered(lambda line: self.date and line.due <= self.date)
        return due or rows[:1]
