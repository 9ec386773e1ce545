# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactorySiteGateRecord(models.TransientModel):
    _name = "factory.site.gate.record"
    _description = "Record a Gate"

    site_gate_id = fields.Many2one("factory.site.gate", required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "Open again"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("not_applicable", "Not applicable"),
        ],
        required=True,
    )
    date = fields.Date(
        string="Since",
        required=True,
        default=fields.Date.context_today,
        help="Day since which it holds, not the day on which it is typed in.",
    )
    evidence = fields.Text(
        required=True, help="What shows it: document number, finding, words."
    )
    evidence_url = fields.Char(string="Address of the evidence")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Scans and photos of the evidence."
    )
    source_partner_id = fields.Many2one("res.partner", string="Source")

    def action_record(self):
        """Record the state with its evidence."""
        self.ensure_one()
        self.site_gate_id.action_record(
            self.state,
            self.evidence,
            self.date,
            {
                "evidence_url": self.evidence_url,
                "source_partner_id": self.source_partner_id.id,
                "attachment_ids": self.attachment_ids.ids,
            },
        )
        return {"type": "ir.actions.act_window_close"}
