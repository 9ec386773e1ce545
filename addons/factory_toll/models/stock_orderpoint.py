# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replenishment looks at the cooperative's own stock only.

Core counts all that lies in the house: with 30 kg of a member on hand nothing of the
cooperative's would ever be ordered.
"""

from odoo import api, models
from odoo.fields import Domain


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _get_product_context(self):
        house = self.company_id.partner_id.id
        return {**super()._get_product_context(), "toll_stock_of": house}


class ProductProduct(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    @api.depends_context("toll_stock_of")
    def _compute_quantities(self):
        return super()._compute_quantities()

    def _get_domain_locations(self):
        """Leave other owners' stock, and moves that are theirs, out of a forecast.

        What a pooled order will make is counted as the owners', whose most of it is.
        """
        domains = super()._get_domain_locations()
        house = self.env.context.get("toll_stock_of")
        if not house:
            return domains
        quants, moves_in, moves_out = domains
        own = [False, house]
        of_house = Domain("restrict_partner_id", "in", own)
        made = Domain("production_id", "=", False)
        made |= Domain("production_id.production_mode", "=", "own")
        return (
            quants & Domain("owner_id", "in", own),
            moves_in & of_house & made,
            moves_out & of_house,
        )
