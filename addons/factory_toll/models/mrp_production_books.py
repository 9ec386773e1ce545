# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders of those who may not see the books.

``mrp_account`` (19.0) reads journal entries and cost lines of an order as the user who
copies, renames, splits or cancels it, so that only accountants could do any of these.
"""

from odoo import fields, models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # The entries are of the order they were made for: core copies them, as the user.
    wip_move_ids = fields.Many2many(copy=False)
    wip_move_count = fields.Integer(compute_sudo=True)

    def write(self, vals):
        """Rename the cost lines of an order with it, also for who cannot read them."""
        if not vals.get("name") or self.env.su:
            return super().write(vals)
        self.check_access("write")
        self._check_field_access(self._fields["name"], "write")
        super(MrpProduction, self.sudo()).write({"name": vals["name"]})
        others = {name: value for name, value in vals.items() if name != "name"}
        return super().write(others) if others else True
