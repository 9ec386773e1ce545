# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.ageing import penalties
from ..tools.rounding import ZERO


class LpdbPayment(models.Model):
    """Money paid to the lender, allocated over penalty, interest and principal."""

    _name = "lpdb.payment"
    _description = "Loan Payment"
    _inherit = ["lpdb.transaction.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _entry_field = "payment_id"
    _money_fields = ("amount", "penalty_due", "bank_fee")
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
        help="Penalty for what was overdue until that day, by the rate of the"
        " agreement, less what was paid of it; take the lender's figure when it"
        " differs.",
    )
    penalty_difference = fields.Monetary(
        string="Penalty beside the terms",
        readonly=True,
        copy=False,
        help="What the lender asked beyond the penalty by the rate of the agreement;"
        " below zero what was waived.",
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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_anything_due(vals)
        return super().create(vals_list)

    @api.model
    def _check_anything_due(self, vals):
        """Refuse to propose an amount where nothing is left to be paid."""
        if vals.get("amount") or self.env.context.get("default_amount"):
            return
        payment = self.new({name: vals[name] for name in vals if name != "amount"})
        if payment.facility_id and payment.date and not payment.amount:
            raise UserError(
                self.env._(
                    "%(facility)s: nothing is due by %(day)s, and no later instalment"
                    " is open either. Pay after the next draw.",
                    facility=payment.facility_id.display_name,
                    day=fields.Date.to_string(payment.date),
                )
            )

    @api.depends("facility_id", "date")
    def _compute_penalty_due(self):
        for payment in self:
            facility = payment.facility_id
            if payment.state != "draft" or not payment.date or not facility:
                payment.penalty_due = payment.penalty_due or 0.0
                continue
            payment.penalty_due = payment._penalty_by_terms()

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

    def _penalty_by_terms(self):
        """Return the penalty to the payment's date, less what other payments paid.

        Rows paid late keep what they bore until then. What the lender asked beyond the
        terms in earlier payments, or waived, stays so.
        """
        self.ensure_one()
        facility, rows = self.facility_id, []
        if facility.penalty_rate:
            lines = facility.schedule_id.line_ids.sorted("n")
            rows = [
                (line.due, self._exact(line.payment), self._paid_of(line))
                for line in lines
                if line.due < self.date
            ]
        others = facility.payment_ids.filtered(lambda paid: paid.state == "posted")
        paid = sum(others.mapped("penalty")) - sum(others.mapped("penalty_difference"))
        asked = penalties(
            # what the lender asked beyond the terms needs no overdue row
            rows or [(self.date, ZERO, [])],
            self.date,
            to_decimal(facility.penalty_rate),
            int(facility.penalty_day_basis),
            self._exact(paid),
            to_decimal(facility.rounding or 1),
        )
        return float(sum(asked))

    def _exact(self, amount):
        return to_decimal(self.currency_id.round(amount))

    def _paid_of(self, line):
        """Return what posted payments paid of a row: ``[(day, amount)]``.

        What was paid before a loan was taken over counts as paid in time.
        """
        return [
            (
                line.due if part.payment_id.is_opening else part.payment_id.date,
                self._exact(part.amount),
            )
            for part in line._root().payment_line_ids
            if part.payment_id.state == "posted" and part.kind != "penalty"
        ]

    def _payable_rows(self):
        """Return the open rows due by the payment's date, else the next one.

        When nothing but a penalty is owed that day, no row.
        """
        self.ensure_one()
        rows = self.facility_id.schedule_id.line_ids.sorted("n")
        rows = rows.filtered(lambda line: line.rest > 0)
        due = rows.filtered(lambda line: self.date and line.due <= self.date)
        return due or (rows[:0] if self.penalty_due else rows[:1])
