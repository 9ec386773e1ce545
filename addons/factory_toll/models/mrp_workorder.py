# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def action_cancel(self):
        self._take_back_costs("write")
        return super().action_cancel()

    def unlink(self):
        self._take_back_costs("unlink")
        return super().unlink()

    def _create_or_update_analytic_entry(self):
        """Write the cost lines of time worked, also for who may not see them."""
        return super(MrpWorkorder, self.sudo())._create_or_update_analytic_entry()

    def _take_back_costs(self, operation):
        """Delete the cost lines of work that is cancelled.

        Core (``mrp_account``, 19.0) reads and deletes them as the user, who may run
        orders but see no books; it then finds none left, in the cache.
        """
        self.check_access(operation)
        orders = self.sudo()
        for name in ("mo_analytic_account_line_ids", "wc_analytic_account_line_ids"):
            orders[name].unlink()
        # deleting empties the cache: read what is left for core, as the system
        orders.fetch(["mo_analytic_account_line_ids", "wc_analytic_account_line_ids"])
