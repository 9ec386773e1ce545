# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

from .factory_intake import MONEY_GROUPS
from .mrp_production_kind import KIND_TERMS


class FactoryProductionShare(models.Model):
    """What an owner agreed to pay in kind, and paid."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.production.share"

    kind_percent = fields.Float(
        "In kind (%)",
        digits=(6, 3),
        aggregator=None,
        help="Percent of this owner's part of the output that pays for the work.",
    )
    kind_byproducts = fields.Boolean(
        "By-products in kind", help="The percent is taken of the by-products as well."
    )
    kind_price = fields.Float(
        "Agreed value",
        digits="Product Price",
        aggregator=None,
        groups=MONEY_GROUPS,
        help="Value of one unit of the product; 0: the purchase price of the day.",
    )
    paid_in_kind = fields.Char(
        "Paid in kind",
        compute="_compute_paid_in_kind",
        compute_sudo=True,
        help="What of the product and the by-products paid for the work.",
    )

    _kind_percent_range = models.Constraint(
        "CHECK (kind_percent >= 0 AND kind_percent < 100)",
        "The percent paid in kind is between 0 and 100.",
    )

    def _compute_paid_in_kind(self):
        sums = self._sum_kind_lines()
        for share in self:
            found = sums.get((share.production_id.id, share.partner_id.id), {})
            share.paid_in_kind = ", ".join(
                f"{product.display_name} {quantity:.3f} {product.uom_id.name}"
                for product, quantity in sorted(
                    found.items(), key=lambda pair: pair[0] != share.product_id
                )
            )

    def _sum_kind_lines(self):
        """Return {(order id, owner id): {product: quantity in its unit}}."""
        # who may see a share may see what it paid; lines themselves stay closed to him
        groups = (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [
                    ("move_id.production_id", "in", self.production_id.ids),
                    ("kind_owner_id", "in", self.partner_id.ids),
                    ("state", "=", "done"),
                ],
                ["move_id", "kind_owner_id", "product_id"],
                ["quantity_product_uom:sum"],
            )
        )
        sums = {}
        for move, owner, product, quantity in groups:
            found = sums.setdefault((move.production_id.id, owner.id), {})
            found[product] = found.get(product, 0.0) + quantity
        return sums

    def _get_kind_terms(self):
        """Return {partner: what is frozen of his terms}, for the rest of an order."""
        # the agreed value is hidden from an operator who closes a part of the order
        return {
            share.partner_id: share._get_kind_term_vals()
            for share in self.sudo()
            if share.kind_percent
        }

    def _get_kind_term_vals(self):
        self.ensure_one()
        return {name: self[name] for name in KIND_TERMS}
