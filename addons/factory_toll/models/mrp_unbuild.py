# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.exceptions import UserError


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def _get_unbuilt_owner(self):
        """Return whose product is taken apart: the lot's, or the toll order's."""
        self.ensure_one()
        if self.lot_id.owner_id:
            return self.lot_id.owner_id
        order = self.mo_id
        if order.production_mode == "toll":
            return order.partner_id
        return self.env["res.partner"]

    def _prepare_finished_move_line_vals(self, finished_move):
        """Take the product from its owner (core takes it from nobody's stock)."""
        vals = super()._prepare_finished_move_line_vals(finished_move)
        owner = self._get_unbuilt_owner()
        if owner:
            vals["owner_id"] = owner.id
        return vals

    def action_unbuild(self):
        """Refuse a pooled order: core gives back the material of any owner in it."""
        self.ensure_one()
        if self.mo_id.production_mode == "pooled":
            raise UserError(
                self.env._(
                    "%(order)s is pooled and cannot be unbuilt: its material cannot be "
                    "told apart any more. Scrap the product, or hand it to its owner.",
                    order=self.mo_id.display_name,
                )
            )
        return super().action_unbuild()

    def action_validate(self):
        """Look for the quantity in the owner's stock, where it is."""
        self.ensure_one()
        owner = self._get_unbuilt_owner()
        if not owner:
            return super().action_validate()
        available = self.env["stock.quant"]._get_available_quantity(
            self.product_id, self.location_id, self.lot_id, owner_id=owner, strict=True
        )
        needed = self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )
        if self.product_id.uom_id.compare(available, needed) >= 0:
            return self.action_unbuild()
        return super().action_validate()
