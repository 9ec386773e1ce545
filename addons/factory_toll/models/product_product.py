# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.exceptions import UserError

from .stock_move import HOUSE_USAGES


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _with_valuation_context(self):
        """Count the cooperative's own stock only, whatever the costing method.

        Core leaves the owners out for first in, first out, and values what it finds
        beyond the company's receipts at the last price: 40 kg at 100 beside 80 kg of
        others are worth 12,000 (stock_account/models/product.py, 19.0).
        """
        products = super()._with_valuation_context()
        return products.with_context(owners=[False, self.env.company.partner_id.id])

    def _inverse_qty_available(self):
        """Refuse to set one figure for the stock of several owners.

        Core writes the whole figure as the company's own stock, beside the others'.
        """
        if not self.env.context.get("skip_qty_available_update"):
            self._check_no_owned_stock(
                self.env._("Count each owner's lot in the list of stock.")
            )
        return super()._inverse_qty_available()

    def _check_no_owned_stock(self, advice):
        """Refuse what would change the stock of other owners unseen.

        :param str advice: what to do instead
        :raise UserError: with product, lot and owner
        """
        # Whose stock it is does not depend on who asks.
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.ids),
                    ("location_id.usage", "in", HOUSE_USAGES),
                    ("owner_id", "!=", False),
                    ("quantity", ">", 0),
                ]
            )
            .filtered(lambda quant: quant.owner_id != quant.company_id.partner_id)
        )
        if quants:
            quant = quants[0]
            raise UserError(
                self.env._(
                    "%(product)s: material of %(owner)s (lot %(lot)s) is in stock. "
                    "%(advice)s",
                    product=quant.product_id.display_name,
                    owner=quant.owner_id.display_name,
                    lot=quant.lot_id.name or "-",
                    advice=advice,
                )
            )
