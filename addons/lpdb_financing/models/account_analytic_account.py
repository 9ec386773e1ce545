# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class AccountAnalyticAccount(models.Model):
    """A site and the loans that finance it."""

    _inherit = "account.analytic.account"

    lpdb_facility_count = fields.Integer(compute="_compute_lpdb_facility_count")

    def _compute_lpdb_facility_count(self):
        # whoever sees no loans counts none
        facilities = self.env["lpdb.facility"]
        counts = {}
        if facilities.has_access("read"):
            groups = facilities._read_group(
                [("analytic_account_id", "in", self.ids)],
                ["analytic_account_id"],
                ["__count"],
            )
            counts = {account.id: count for account, count in groups}
        for account in self:
            account.lpdb_facility_count = counts.get(account.id, 0)

    def action_open_lpdb_facilities(self):
        """Open the loans that finance the site."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loans"),
            "res_model": "lpdb.facility",
            "view_mode": "list,kanban,form",
            "domain": [("analytic_account_id", "=", self.id)],
            "context": {"default_analytic_account_id": self.id},
        }

    def _lpdb_distribution(self):
        """Return the whole of an amount on this account, False for none."""
        return {str(self.id): 100.0} if self else False
