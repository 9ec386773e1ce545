# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class GrantAgreementReassign(models.TransientModel):
    _name = "grant.agreement.reassign"
    _description = "Reassign an Agreement"

    agreement_id = fields.Many2one("grant.agreement", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="New operator", required=True)
    number = fields.Char(string="Number of the new agreement", required=True)
    date = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="First day of the new agreement; the present one ends the day before.",
    )
    reason = fields.Text(required=True, help="Why, for instance what was evaluated.")

    def action_reassign(self):
        """End the agreement and open the draft of its successor."""
        self.ensure_one()
        successor_id = self.agreement_id.action_reassign(
            self.partner_id.id, self.number, self.date, self.reason
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "grant.agreement",
            "res_id": successor_id,
            "view_mode": "form",
        }
