# SPDX-License-Identifier: AGPL-3.0-or-later
"""Outputs are counted in the unit that their product is kept in.

An order may be in tonnes of a product that is kept in kilograms. Odoo rounds both to
the digits of "Product Unit": 0.2505 t become 0.251 t, and the parts of 0.477 t whole
kilograms. What was weighed and what is split is therefore counted in the product's
own unit, rounded half up; the order itself stays in its unit.
"""

from odoo import models

from .stock_lot import OWNER_TOKEN
from .units import convert


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    def _with_weighed(self, quantity, byproducts):
        """Remember what was weighed, before the order's unit rounds it.

        :param float quantity: product, in the order's unit
        :param list byproducts: as ``action_record_output`` takes them
        """
        uom, own = self.product_uom_id, self.product_id.uom_id
        weighed = {}
        if uom != own and not self.qty_produced:
            weighed[self.product_id.id] = convert(quantity, uom, own)
        for product, rows in self._group_byproducts(byproducts).items():
            uom = self._get_byproduct_move(product.id).product_uom
            if uom and uom != product.uom_id:
                whole = sum(row["quantity"] for row in rows)
                weighed[product.id] = convert(whole, uom, product.uom_id)
        return self.with_context(toll_weighed=(OWNER_TOKEN, weighed))

    def _count_in_own_unit(self, moves):
        """Turn the lines of outputs into the unit of their product."""
        token, weighed = self.env.context.get("toll_weighed") or (None, {})
        if token is not OWNER_TOKEN:
            weighed = {}
        if self.production_mode == "own" and not weighed:
            return
        for move in moves:
            own = move.product_id.uom_id
            lines = move.move_line_ids.sorted("quantity", reverse=True)
            counted = {
                line: convert(line.quantity, line.product_uom_id, own) for line in lines
            }
            exact = weighed.get(move.product_id.id)
            if exact and lines:
                # core writes what was produced above the plan on a line of its own
                rounded = sum(counted.values()) - exact
                counted[lines[0]] = own.round(counted[lines[0]] - rounded)
            for line, quantity in counted.items():
                if line.product_uom_id != own or line.quantity != quantity:
                    line.write({"product_uom_id": own.id, "quantity": quantity})

    def _cal_price(self, consumed_moves):
        """Price what was weighed; core divides by the rounded quantity of the move."""
        moves = self.move_finished_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move.quantity > 0
        )
        self._count_in_own_unit(moves)
        result = super()._cal_price(consumed_moves)
        for move in moves:
            own = move.product_id.uom_id
            counted = sum(move.move_line_ids.mapped("quantity_product_uom"))
            if move.product_uom == own or not counted:
                continue
            if move.product_id.cost_method in ("fifo", "average"):
                whole = move.product_uom._compute_quantity(move.quantity, own)
                move.price_unit *= whole / counted
        return result
