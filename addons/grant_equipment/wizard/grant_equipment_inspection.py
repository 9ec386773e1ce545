# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

from ..models.grant_guard_mixin import CONDITIONS


class GrantEquipmentInspection(models.TransientModel):
    _name = "grant.equipment.inspection"
    _description = "Register Condition"

    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    condition = fields.Selection(CONDITIONS, required=True, default="good")
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Char(help="What was seen; needed when damaged.")

    def action_register(self):
        """Register what was seen."""
        self.ensure_one()
        self.equipment_ids.action_register_condition(
            self.condition, self.date, self.note
        )
        return {"type": "ir.actions.act_window_close"}
