# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class LpdbPaymentLine(models.Model):
    """What part of a payment settles: written when it posts, never by hand."""

    _name = "lpdb.payment.line"
    _description = "Allocation of a Loan Payment"
    _inherit = "coop.guard.mixin"
    _order = "payment_id, id"
    _frozen_fields = ("payment_id", "instalment_id", "kind", "amount")

    payment_id = fields.Many2one(
        "lpdb.payment", required=True, index=True, ondelete="restrict"
    )
    instalment_id = fields.Many2one(
        "lpdb.instalment", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="payment_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("penalty", "Penalty"),
            ("interest", "Interest"),
            ("principal", "Principal"),
        ],
        required=True,
    )
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An allocation is above zero."
    )

    def _is_frozen(self):
        return True

    @api.depends("payment_id.date", "kind")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.payment_id.display_name} ({line.kind})"
