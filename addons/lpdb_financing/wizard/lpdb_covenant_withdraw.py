# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class LpdbCovenantWithdraw(models.TransientModel):
    """Ask why a covenant test is withdrawn."""

    _name = "lpdb.covenant.withdraw"
    _description = "Withdraw a Covenant Test"

    test_id = fields.Many2one("lpdb.covenant.test", required=True)
    reason = fields.Char(required=True, help="What was wrong with the figures.")

    def action_withdraw(self):
        """Withdraw the test."""
        self.ensure_one()
        return self.test_id.action_withdraw(self.reason)
