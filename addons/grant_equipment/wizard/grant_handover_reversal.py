# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class GrantHandoverReversal(models.TransientModel):
    _name = "grant.handover.reversal"
    _description = "Reverse Handover"

    handover_id = fields.Many2one(
        "grant.handover",
        string="Handover (BAST)",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)

    def action_reverse(self):
        """Reverse the handover and open the reversing one."""
        self.ensure_one()
        reversal_id = self.handover_id.action_reverse(self.date, self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "grant.handover",
            "res_id": reversal_id,
            "view_mode": "form",
        }
