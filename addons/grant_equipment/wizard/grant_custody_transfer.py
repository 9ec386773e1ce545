# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

from ..models.grant_guard_mixin import ROLES


class GrantCustodyTransfer(models.TransientModel):
    _name = "grant.custody.transfer"
    _description = "Transfer Custody"

    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    partner_id = fields.Many2one("res.partner", string="To", required=True)
    role = fields.Selection(
        ROLES, help="Left empty: the role the party had before, else operator."
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char()
    permission = fields.Char(
        string="Donor's permission",
        help="Letter, number and date; needed while a restriction runs.",
    )

    def action_transfer(self):
        """Hand the machines on."""
        self.ensure_one()
        self.equipment_ids.action_transfer_custody(
            self.partner_id.id, self.date, self.role, self.reason, self.permission
        )
        return {"type": "ir.actions.act_window_close"}
