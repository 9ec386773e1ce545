# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        """Take back the charges of what the order gave back."""
        result = super().action_unbuild()
        for unbuild in self.filtered(lambda one: one.mo_id and one.state == "done"):
            unbuild.mo_id._sync_usages(
                self.env._(
                    "%(order)s was taken apart by %(unbuild)s",
                    order=unbuild.mo_id.name,
                    unbuild=unbuild.name,
                )
            )
        return result
