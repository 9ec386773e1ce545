# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryChargeReason(models.TransientModel):
    _name = "factory.charge.reason"
    _description = "Reason for a Charge"

    charge_ids = fields.Many2many("factory.charge", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("waive", "Waive"),
            ("dispute", "Dispute"),
            ("settle_dispute", "Settle the dispute"),
            ("reverse", "Reverse"),
        ],
        required=True,
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Do what was asked for, with the reason given."""
        self.ensure_one()
        actions = {
            "waive": self.charge_ids.action_waive,
            "dispute": self.charge_ids.action_dispute,
            "settle_dispute": self.charge_ids.action_settle_dispute,
            "reverse": self.charge_ids.action_reverse,
        }
        actions[self.kind](self.reason)
        return {"type": "ir.actions.act_window_close"}
