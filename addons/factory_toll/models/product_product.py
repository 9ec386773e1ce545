# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


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
