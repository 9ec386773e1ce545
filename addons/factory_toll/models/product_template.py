# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Keep products stored as long as owners' material of them is in the house.

        Core lets them go, and moves no stock for them any more: it could leave the
        house without a trace.
        """
        ends = vals.get("is_storable") is False or vals.get("type", "consu") != "consu"
        if ends:
            self.filtered("is_storable").product_variant_ids._check_no_owned_stock(
                self.env._("Hand it out before the product is no longer stored.")
            )
        return super().write(vals)
