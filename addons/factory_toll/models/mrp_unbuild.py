# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take product of an owner apart: he gets his own material back, exactly.

Core gives back the first lines it finds of each component, whoever they are of. Here
each owner's product brings back that part of his own lines; several unbuilds of one
order are rounded together, so that all of the product gives back all of the material.
"""

from decimal import ROUND_HALF_UP, Decimal

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..tools.shares import split_by_shares
from .stock_lot import HOUSE_USAGES, OWNER_TOKEN


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    # a pooled batch may be taken apart as a whole or by an owner's part
    lot_id = fields.Many2one(
        domain="[('product_id', '=', product_id), '|', "
        "('id', 'in', lot_producing_ids), "
        "('batch_lot_id', 'in', lot_producing_ids)]"
    )

    def action_validate(self):
        """Leave it to the owner guard to say what is missing of whom."""
        self.ensure_one()
        if self._is_owned():
            return self.action_unbuild()
        return super().action_validate()

    def action_unbuild(self):
        """Give each owner of a toll or pooled order his own material back."""
        self.ensure_one()
        if not self._is_owned():
            return super().action_unbuild()
        self._check_company()
        self._check_unbuildable()
        parts = self._get_unbuilt_parts()
        portions = self._prepare_consumed(parts)
        self._check_kind_there(portions)
        consumed = self._move_back(portions, self.location_id)
        produced = self._move_back(
            self._prepare_returned(parts), self.location_dest_id, is_return=True
        )
        lines = produced.move_line_ids
        consumed.move_line_ids.produce_line_ids = [Command.set(lines.ids)]
        self.mo_id.message_post(
            body=self.env._(
                "%(quantity)s %(unit)s taken apart by %(unbuild)s; every owner got his "
                "own material back.",
                quantity=self.product_qty,
                unit=self.product_uom_id.name,
                unbuild=self.name,
            )
        )
        return self.write({"state": "done"})

    def _is_owned(self):
        return self.mo_id.production_mode in ("toll", "pooled")

    def _check_unbuildable(self):
        order = self.mo_id
        places = self.location_id | self.location_dest_id
        outside = places.filtered(lambda place: place.usage not in HOUSE_USAGES)
        problem = False
        if self.state == "done" or order.state != "done":
            problem = self.env._("only a closed order can be taken apart, once")
        elif outside:
            problem = self.env._(
                "%(location)s is out of the house; product is taken apart from stock, "
                "and its material comes back into stock",
                location=outside[0].display_name,
            )
        elif self.product_id.tracking != "none" and not self.lot_id:
            problem = self.env._("name the lot of the product")
        elif self.lot_id and self.lot_id not in self._get_product_lines().lot_id | (
            order.lot_producing_ids
        ):
            problem = self.env._("it did not make lot %(lot)s", lot=self.lot_id.name)
        if problem:
            raise UserError(
                self.env._(
                    "%(order)s: %(problem)s.",
                    order=order.display_name,
                    problem=problem,
                )
            )

    # ---- how much of whose product --------------------------------------------------

    def _get_product_lines(self):
        moves = self.mo_id.move_finished_ids.filtered(
            lambda m: (
                m.state == "done" and not m.scrap_id and m.product_id == self.product_id
            )
        )
        return moves.move_line_ids

    def _get_unbuilt_parts(self):
        """Return {owner: (taken apart before, after, all that he got)}, Decimals.

        In the product's unit. Empty owner: the cooperative.

        :raise UserError: when an owner got less than that
        """
        got, before = {}, {}
        for line in self._get_product_lines():
            self._count(got, line)
        for line in self._get_unbuilt_lines():
            self._count(before, line)
        unit = self._get_unit()
        quantity = self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )
        quantity = Decimal(str(quantity)).quantize(unit)
        owners = [
            owner
            for owner in got
            if not self.lot_id.batch_lot_id or owner == self.lot_id.owner_id
        ]
        left = [got[owner] - before.get(owner, Decimal(0)) for owner in owners]
        if quantity > sum(left):
            raise UserError(
                self.env._(
                    "%(order)s: only %(left)s of %(quantity)s %(unit)s %(product)s are "
                    "there to be taken apart.",
                    order=self.mo_id.display_name,
                    left=sum(left),
                    quantity=quantity,
                    unit=self.product_id.uom_id.name,
                    product=self.product_id.display_name,
                )
            )
        parts = split_by_shares(quantity, left, unit)
        taken = dict(zip(owners, parts, strict=True))
        result = {}
        for owner, quantity in got.items():
            had = before.get(owner, Decimal(0))
            result[owner] = (had, had + taken.get(owner, Decimal(0)), quantity)
        return result

    def _count(self, totals, line):
        quantity = Decimal(str(line.quantity_product_uom)).quantize(self._get_unit())
        owner = line.kind_owner_id or line.owner_id
        totals[owner] = totals.get(owner, Decimal(0)) + quantity

    def _get_unit(self):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return Decimal(1).scaleb(-digits)

    def _get_unbuilt_lines(self):
        """Return the lines by which earlier unbuilds took this product."""
        return self.env["stock.move.line"].search(
            [
                ("move_id.unbuild_id", "in", (self.mo_id.unbuild_ids - self).ids),
                ("product_id", "=", self.product_id.id),
                ("location_dest_id.usage", "=", "production"),
                ("state", "=", "done"),
            ]
        )

    # ---- what is taken and what comes back ------------------------------------------

    def _prepare_consumed(self, parts):
        """Return [(line that made it, quantity to take apart)]."""
        order = self.mo_id
        result = []
        used = {}
        for line in self._get_unbuilt_lines():
            key = line._get_output_key()
            used[key] = used.get(key, 0.0) + line.quantity_product_uom
        whole = self._get_consumed_wholes(parts)
        batch = self.lot_id.batch_lot_id
        for line in self._get_product_lines():
            owner = line.kind_owner_id or line.owner_id
            if owner not in parts or (
                batch
                and (owner != self.lot_id.owner_id or line.lot_id.batch_lot_id != batch)
            ):
                continue
            key = line._get_output_key()
            gone = min(used.get(key, 0.0), line.quantity_product_uom)
            used[key] = used.get(key, 0.0) - gone
            free = Decimal(str(line.quantity_product_uom - gone))
            part = (owner, bool(line.kind_owner_id))
            taken = min(free.quantize(self._get_unit()), whole[part])
            whole[part] -= taken
            result.append((line, taken))
        by_products = order.move_finished_ids.filtered(
            lambda m: (
                m.state == "done" and not m.scrap_id and m.product_id != self.product_id
            )
        )
        return result + self._get_portions(by_products.move_line_ids, parts)

    def _get_consumed_wholes(self, parts):
        """Return {(owner, in kind): quantity of the product to take apart}.

        What an owner paid with comes back in the proportion of what is taken apart.
        """
        paid = {}
        for line in self._get_product_lines().filtered("kind_owner_id"):
            self._count(paid, line)
        unit = self._get_unit()
        result = {}
        for owner, (before, after, got) in parts.items():
            back = Decimal(0)
            if owner in paid:
                to, done = (
                    (paid[owner] * figure / got).quantize(unit, ROUND_HALF_UP)
                    for figure in (after, before)
                )
                back = to - done
            result[owner, True] = back
            result[owner, False] = after - before - back
        return result

    def _check_kind_there(self, portions):
        """Refuse to give back what the cooperative no longer has.

        :param portions: (line, quantity) pairs that are to be taken apart
        """
        needed = {}
        for line, quantity in portions:
            if line.kind_owner_id and quantity:
                key = (line.product_id, line.lot_id)
                needed[key] = needed.get(key, 0) + quantity
        for (product, lot), quantity in needed.items():
            # who takes an order apart need not see all stock
            quants = self.env["stock.quant"].sudo()
            there = quants._get_available_quantity(
                product, self.location_id, lot_id=lot, strict=True
            )
            if product.uom_id.compare(there, float(quantity)) < 0:
                raise UserError(
                    self.env._(
                        "%(order)s: %(needed)s %(unit)s %(product)s (lot %(lot)s) were"
                        " paid in kind and must come back, but the cooperative has"
                        " only %(there)s at %(location)s. Take less apart, or bring"
                        " them back first.",
                        order=self.mo_id.display_name,
                        needed=quantity,
                        unit=product.uom_id.name,
                        product=product.display_name,
                        lot=lot.name or "-",
                        there=there,
                        location=self.location_id.display_name,
                    )
                )

    def _prepare_returned(self, parts):
        """Return [(line that took it, quantity to give back)]."""
        raw = self.mo_id.move_raw_ids.filtered(
            lambda m: m.state == "done" and not m.scrap_id
        )
        material = raw.filtered(lambda m: m._is_owner_supplied())
        # consumables of the house belong to all of the product
        whole = {
            False: tuple(sum(figures) for figures in zip(*parts.values(), strict=True))
        }
        consumables = (raw - material).move_line_ids
        return self._get_portions(material.move_line_ids, parts) + (
            self._get_portions(consumables, whole)
        )

    def _get_portions(self, lines, parts):
        """Return each line's portion of what is taken apart.

        ``round(line * after / all) - round(line * before / all)``, so that the
        portions of all unbuilds add up to the line.
        """
        unit = self._get_unit()
        result = []
        for line in lines:
            owner = line.kind_owner_id or line.owner_id
            figures = parts.get(False) or parts.get(owner)
            if not figures:
                continue
            before, after, whole = figures
            quantity = Decimal(str(line.quantity_product_uom))
            to, done = (
                (quantity * figure / whole).quantize(unit, ROUND_HALF_UP)
                for figure in (after, before)
            )
            result.append((line, to - done))
        return result

    def _move_back(self, portions, location, is_return=False):
        """Move portions of lines between stock and production, owner and lot kept.

        :param location: where the stock is, or goes to
        """
        moves = self.env["stock.move"]
        for origin, quantity in portions:
            if not quantity:
                continue
            move = origin.move_id
            ends = (
                (move.location_dest_id, location)
                if is_return
                else (location, move.location_id)
            )
            back = moves.create(self._prepare_back_vals(origin, quantity, *ends))
            back._action_confirm(merge=False)
            back.move_line_ids.unlink()
            # what was paid in kind comes back as that
            self.env["stock.move.line"].with_context(
                toll_owner_token=OWNER_TOKEN
            ).create(self._prepare_back_line_vals(back, origin, quantity))
            moves |= back
        moves.picked = True
        moves._action_done()
        return moves

    def _prepare_back_vals(self, origin, quantity, source, destination):
        return {
            "date": self.create_date,
            "product_id": origin.product_id.id,
            "product_uom_qty": float(quantity),
            "product_uom": origin.product_id.uom_id.id,
            "procure_method": "make_to_stock",
            "location_id": source.id,
            "location_dest_id": destination.id,
            "warehouse_id": destination.warehouse_id.id,
            "unbuild_id": self.id,
            "company_id": self.company_id.id,
            "origin_returned_move_id": origin.move_id.id,
        }

    def _prepare_back_line_vals(self, move, origin, quantity):
        return {
            "move_id": move.id,
            "product_id": origin.product_id.id,
            "product_uom_id": origin.product_id.uom_id.id,
            "quantity": float(quantity),
            "lot_id": origin.lot_id.id,
            "owner_id": origin.owner_id.id,
            **(
                {"kind_owner_id": origin.kind_owner_id.id}
                if origin.kind_owner_id
                else {}
            ),
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }
