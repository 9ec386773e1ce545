# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first price of a product goes before the first stock of it.

Core notes each price that is set on a product, also the 0 of a new one, with the moment
of the computer, and the average cost replays prices and moves by their dates. Stock
that was there before its product was entered (opening stock, a purchase or an order of
a past day) would be replaced by that first price: ten kilograms at 9,000 are worth 0.
"""

from odoo import fields, models


class ProductProduct(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    def _get_unpriced(self):
        """Return the products that are valued at a standard price that nobody set."""
        return self.filtered(
            lambda product: (
                product.cost_method == "standard" and not product.sudo().standard_price
            )
        )

    def _date_first_price(self, date):
        """Date the prices before a moment that were set while there was no stock.

        A price that was set over stock is a revaluation and stands. To be called
        before stock of that moment is posted.

        :param date: datetime or ISO text, UTC
        """
        date = fields.Datetime.to_datetime(date)
        average = self.filtered(lambda product: product.cost_method == "average")
        if not date or not average:
            return
        # who weighs has no right on prices, nor on the moves of others
        values = (
            self.env["product.value"]
            .sudo()
            .search(
                [
                    ("product_id", "in", average.ids),
                    ("move_id", "=", False),
                    ("date", ">", date),
                ]
            )
        )
        first = dict(
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", values.product_id.ids),
                    ("state", "=", "done"),
                    "|",
                    ("is_in", "=", True),
                    ("is_out", "=", True),
                ],
                ["product_id"],
                ["date:min"],
            )
        )
        for value in values:
            start = first.get(value.product_id)
            if not start or value.date <= start:
                value.date = date
