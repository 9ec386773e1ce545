# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

from ..models.grant_guard_mixin import CONDITIONS


class GrantCensusScan(models.TransientModel):
    _name = "grant.census.scan"
    _description = "Scan Labels"

    census_id = fields.Many2one("grant.census", required=True)
    codes = fields.Text(
        string="Labels",
        required=True,
        help="Scan one label after the other: one a line.",
    )
    condition = fields.Selection(CONDITIONS, help="Of all labels scanned here.")
    note = fields.Char(help="What was seen; needed when damaged.")

    def action_scan(self):
        """Count what was scanned."""
        self.ensure_one()
        self.census_id.action_scan(self.codes.split(), self.condition, self.note)
        return {"type": "ir.actions.act_window_close"}
