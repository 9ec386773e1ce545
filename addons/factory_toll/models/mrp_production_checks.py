# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an order must show before it is closed: material, shares, yield."""

import math

from odoo import fields, models
from odoo.exceptions import UserError

from .stock_lot import HOUSE_USAGES

# Percentage points between an owner's share and what he put in.
SHARE_TOLERANCE = 0.01
GRAM_KG = 0.001
VOLUME_UNITS = ("litre", "cubic_meter")


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def write(self, vals):
        """Keep the lots that the shares of a pooled order were taken from."""
        named = {}
        if "owned_lot_ids" in vals:
            # sudo: a lot may be hidden from who writes, and counts all the same
            named = {order: order.sudo().owned_lot_ids for order in self}
        result = super().write(vals)
        for order, lots in named.items():
            order._check_lots_kept(lots - order.sudo().owned_lot_ids)
        return result

    def _check_lots_kept(self, gone):
        """Refuse to take lots out of a pooled order whose shares stand.

        :param gone: stock.lot that were named and are no more
        """
        if gone and self.production_mode == "pooled" and self.sudo().share_ids:
            raise UserError(
                self.env._(
                    "Lot %(lots)s of %(owners)s cannot be taken out of %(order)s: its "
                    "shares were taken from the lots when it was confirmed. Cancel the "
                    "order, duplicate it, take the lot out of the copy and confirm "
                    "that.",
                    order=self.display_name,
                    lots=", ".join(gone.mapped("name")),
                    owners=", ".join(gone.owner_id.mapped("display_name"))
                    or self.env._("the cooperative"),
                )
            )

    def _read_weighed(self, quantity, byproducts, date):
        """Return what a client says was weighed out, or say what is wrong with it.

        :return: (float, list of dictionaries, datetime or None)
        """
        if self._to_weight(quantity) <= 0:
            self._refuse_weighed(self.env._("the weighed quantity must be above zero"))
        rows = []
        for number, row in enumerate(byproducts or [], 1):
            values = row if isinstance(row, dict) else {}
            product = self.env["product.product"].browse(values.get("product_id") or [])
            weight = self._to_weight(values.get("quantity"))
            if not product.exists() or weight < 0:
                self._refuse_weighed(
                    self.env._(
                        "by-product %(number)s needs product_id, a product, and "
                        "quantity, a number that is not below zero",
                        number=number,
                    )
                )
            rows.append({**values, "quantity": weight})
        try:
            moment = fields.Datetime.to_datetime(date) if date else None
        except ValueError:
            self._refuse_weighed(
                self.env._("%(date)s is no date such as 2026-01-31 05:00:00", date=date)
            )
        return self._to_weight(quantity), rows, moment

    def _to_weight(self, value):
        """Return the number, -1 for what is none."""
        try:
            weight = float(value)
        except (TypeError, ValueError):
            return -1.0
        return weight if math.isfinite(weight) else -1.0

    def _refuse_weighed(self, problem):
        raise UserError(
            self.env._(
                "%(order)s: %(problem)s.", order=self.display_name, problem=problem
            )
        )

    def _pick_material(self):
        """Consume by the quantity produced where nobody said what was consumed.

        The form does so when the quantity is typed; over RPC nobody did, and core
        would close the order with nothing consumed.
        """
        for order in self:
            moves = order.move_raw_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            if order.qty_producing and moves and not any(moves.mapped("picked")):
                order._set_qty_producing(False)

    def _check_consumed(self, moves):
        """Refuse an owner's product made of nothing, and material gone into nothing.

        Asked of what was consumed, not of what the order lists: a component can be
        taken out of it, or never have been in it.

        :param moves: done raw moves of the owners' material
        """
        outputs = self.move_finished_ids.filtered(
            lambda move: move.state == "done" and not move.scrap_id
        )
        products = outputs.filtered(lambda move: move.product_id == self.product_id)
        lines = moves.move_line_ids.filtered(
            lambda line: line.quantity and line.location_id.usage in HOUSE_USAGES
        )
        if not lines and any(outputs.move_line_ids.mapped("quantity")):
            self._raise_made_of_nothing()
        if lines and not any(products.move_line_ids.mapped("quantity")):
            raise UserError(
                self.env._(
                    "%(order)s consumes %(material)s of %(owners)s, but gives no "
                    "%(product)s. Record what was weighed out; if the product was "
                    "taken out of the order, cancel it and make a new one.",
                    order=self.display_name,
                    material=", ".join(lines.product_id.mapped("display_name")),
                    product=self.product_id.display_name,
                    owners=", ".join(self.share_ids.partner_id.mapped("display_name")),
                )
            )

    def _raise_made_of_nothing(self):
        supplied = self.move_raw_ids.filtered(
            lambda move: not move.scrap_id and move._is_owner_supplied()
        )
        values = {
            "order": self.display_name,
            "product": self.product_id.display_name,
            "owners": ", ".join(self.share_ids.partner_id.mapped("display_name")),
        }
        if not supplied:
            raise UserError(
                self.env._(
                    "%(order)s gives %(product)s, but has no material of %(owners)s "
                    "among its components. Add what went in, its lots and their "
                    "quantity, then close the order.",
                    **values,
                )
            )
        raise UserError(
            self.env._(
                "%(order)s gives %(product)s, but nothing of %(material)s of "
                "%(owners)s was consumed. Choose the lots that went in and their "
                "quantity, then close the order.",
                material=", ".join(supplied.product_id.mapped("display_name")),
                **values,
            )
        )

    def _check_put_in(self, moves):
        """Refuse a pooled order in which an owner put in another part than his share.

        The outputs go by the shares, frozen when the order was confirmed.

        :param moves: done raw moves of the owners' material
        """
        if self.production_mode != "pooled":
            return
        # Lots that are not named carry no share: they stand beside the pool.
        lines = moves.move_line_ids.filtered(
            lambda line: line.product_id in self.owned_lot_ids.product_id
        )
        factors = self.sudo().share_ids._get_all_lot_factors()
        graded = {}
        for line in lines:
            owner = line.owner_id or self.company_id.partner_id
            quantity = line.quantity
            weight = self._to_kg(quantity, line.product_id, line.product_uom_id)
            factor = factors.get(str(line.lot_id.id))
            if factor is None:  # named when the shares stood already
                factor = line.lot_id.grade_id.share_factor or 1.0
            graded[owner] = graded.get(owner, 0.0) + (weight or quantity) * factor
        whole = sum(graded.values())
        for share in self.share_ids:
            put_in = graded.get(share.partner_id, 0.0)
            percent = put_in / whole * 100 if whole else 0.0
            # A backorder rounds every owner's part to the gram.
            slack = SHARE_TOLERANCE + (GRAM_KG / whole * 100 if whole else 0.0)
            if abs(percent - share.percent) > slack:
                raise UserError(
                    self.env._(
                        "%(order)s: %(owner)s has a share of %(share).2f %%, but "
                        "%(kg).3f kg (graded), %(percent).2f %%, were put in. Consume "
                        "the named lots in full, or cancel the order and make a new "
                        "one of what goes in.",
                        order=self.display_name,
                        owner=share.partner_id.display_name,
                        share=share.percent,
                        kg=put_in,
                        percent=percent,
                    )
                )

    def _is_over_input(self, raw, out, weights):
        """Tell whether more came out than went in, as far as all of it was weighed.

        Goods that are counted have the weight of their product, if any, which nobody
        weighed; what goes in by volume (water) may weigh anything.

        :param raw: done moves of what went in
        :param out: done moves of what came out
        :param dict weights: kilograms of the order
        """
        kilogram = self.env.ref("uom.product_uom_kgm")
        volumes = [self.env.ref(f"uom.product_uom_{unit}") for unit in VOLUME_UNITS]

        def is_weighed(move):
            return move.product_uom._has_common_reference(kilogram)

        def is_unknown(move):
            return not move.product_id.weight and any(
                move.product_uom._has_common_reference(volume) for volume in volumes
            )

        material = raw.filtered(lambda move: move._is_owner_supplied())
        if not material or not all(map(is_weighed, material)):
            return False
        if any(map(is_unknown, raw)):
            return False
        weighed = self._sum_kg(out.filtered(is_weighed))
        return weighed - weights["input_kg"] - weights["additive_kg"] > GRAM_KG

    def _check_yield(self):
        if (self.loss_reason or "").strip():
            return
        if self.is_over_input:
            raise UserError(
                self.env._(
                    "%(order)s: %(out).3f kg came out of %(in_kg).3f kg. Check the "
                    "weights, or give the reason.",
                    order=self.display_name,
                    out=self.output_kg + self.byproduct_kg,
                    in_kg=self.input_kg + self.additive_kg,
                )
            )
        missed = abs(self.actual_yield - self.expected_yield)
        if self.expected_yield and missed > self.yield_tolerance + 1e-9:
            raise UserError(
                self.env._(
                    "%(order)s yields %(actual).2f %% where %(expected).2f %% are "
                    "expected (tolerance %(tolerance).2f points). Check the weights, "
                    "or give the reason of the loss.",
                    order=self.display_name,
                    actual=self.actual_yield,
                    expected=self.expected_yield,
                    tolerance=self.yield_tolerance,
                )
            )
