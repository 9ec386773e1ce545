# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class LpdbAccrualLine(models.Model):
    """The part of one loan in a month-end entry: written with it, never by hand."""

    _name = "lpdb.accrual.line"
    _description = "Loan in a Month-End Entry"
    _inherit = "coop.guard.mixin"
    _order = "accrual_id, facility_id"
    _guarded_fields = {"is_live": True}
    _frozen_fields = ("accrual_id", "facility_id", "amount", "instalment_id")

    accrual_id = fields.Many2one(
        "lpdb.accrual", required=True, index=True, ondelete="restrict"
    )
    facility_id = fields.Many2one(
        "lpdb.facility", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="accrual_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="accrual_id.date", store=True)
    kind = fields.Selection(related="accrual_id.kind", store=True)
    amount = fields.Monetary(required=True)
    instalment_id = fields.Many2one(
        "lpdb.instalment",
        index="btree_not_null",
        ondelete="restrict",
        help="The row of the schedule whose interest became principal.",
    )
    is_live = fields.Boolean(
        string="In the books",
        default=True,
        readonly=True,
        help="Not so any more once its month-end entry is taken back.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A loan stands in a month-end entry with an amount."
    )
    _once_a_day = models.UniqueIndex(
        "(facility_id, date, kind) WHERE is_live",
        "This loan has its month-end entry of the day already.",
    )

    def _is_frozen(self):
        return True

    @api.depends("facility_id.name", "accrual_id.date")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.facility_id.name} {line.date}"
