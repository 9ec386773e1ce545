# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sacks put into an order one by one, by the number on their label.

What was scanned is what goes in: ``_pick_components`` takes the scanned lines of a
move and nothing that Odoo had only reserved.
"""

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.fields import Domain

OPEN_STATES = ("confirmed", "progress", "to_close")


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    # ---- what a sack is to this order -----------------------------------------------

    def scan_lot(self, code):
        """Tell whether a sack belongs to this order; nothing is written.

        :param str code: what stands on the label: number of the lot, or the address
            of its QR code that ends in the number
        :return: {"status": "ok", "done" or "wrong", "reason": text, empty when ok,
            "lot_id", "lot", "product", "owner", "unit": id and names, 0 and empty when
            there is no such lot or its owner is not the user's to know,
            "remaining": quantity of the lot in the house,
            "free": of it, what this order may still take,
            "put_in": what was scanned into this order already,
            "proposed": what to put in next}
        """
        self.ensure_one()
        self.check_access("read")
        lot = self._find_scanned_lot(code)
        if not lot:
            return {
                **self._prepare_scan(lot),
                "status": "wrong",
                "reason": self.env._(
                    "Nobody here knows the number %(code)s.", code=(code or "").strip()
                ),
            }
        result = self._prepare_scan(lot)
        move = self._get_scan_move(lot)
        problem = self._get_scan_problem(lot, move)
        if problem:
            return {**result, "status": "wrong", "reason": problem}
        result["put_in"] = move._get_scanned_qty(lot)
        result["free"] = self._get_scan_free(lot)
        if result["free"] <= 0:
            reason = self._get_nothing_left(lot, result["put_in"])
            status = "done" if result["put_in"] else "wrong"
            return {**result, "status": status, "reason": reason}
        planned = move._get_demand_left()
        result["proposed"] = min(result["free"], planned or result["free"])
        return result

    def _find_scanned_lot(self, code):
        """Return the lot of a label; of several of that number, the order's one."""
        code = (code or "").strip().rstrip("/").rsplit("/", 1)[-1]
        lots = self.env["stock.lot"]
        if not code:
            return lots
        house = Domain("company_id", "in", [self.company_id.id, False])
        found = lots.search(house & Domain("name", "=ilike", _plain(code)), limit=20)
        fitting = found.filtered(
            lambda lot: not self._get_scan_problem(lot, self._get_scan_move(lot))
        )
        return (fitting or found)[:1]

    def _prepare_scan(self, lot):
        # sudo: how much lies in the house is no secret of the one who may see the lot
        quants = lot.sudo().quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal"
        )
        return {
            "status": "ok",
            "reason": "",
            "lot_id": lot.id or 0,
            "lot": lot.name or "",
            "product": lot.product_id.display_name or "",
            "owner": self._get_known_owner(lot) if lot else "",
            "unit": lot.product_id.uom_id.name or "",
            "remaining": lot.product_id.uom_id.round(sum(quants.mapped("quantity")))
            if lot
            else 0.0,
            "free": 0.0,
            "put_in": 0.0,
            "proposed": 0.0,
        }

    def _get_known_owner(self, lot):
        """Return whose it is, empty when the user may not see him."""
        owner = lot.owner_id or self.company_id.partner_id
        return owner._filtered_access("read").display_name or ""

    def _get_scan_move(self, lot):
        """Return the component that takes a lot, of its owner if there is one."""
        house = self.company_id.partner_id
        owner = lot.owner_id or house
        return self.move_raw_ids.filtered(
            lambda move: (
                move.product_id == lot.product_id
                and owner == (move.restrict_partner_id or house)
                and move.state not in ("done", "cancel")
                and not move.scrap_id
            )
        )[:1]

    def _get_scan_problem(self, lot, move):
        """Return why a lot may not go in, empty when it may."""
        if self.state not in OPEN_STATES:
            return self.env._(
                "%(order)s is not running: nothing goes in.", order=self.display_name
            )
        components = self.move_raw_ids.product_id
        if lot.product_id not in components:
            return self.env._(
                "%(order)s takes no %(product)s.",
                order=self.display_name,
                product=lot.product_id.display_name,
            )
        named = self.owned_lot_ids.filtered(
            lambda other: other.product_id == lot.product_id
        )
        if move and (not named or lot in named):
            return self._get_lot_obstacle(lot)
        owner = self._get_known_owner(lot)
        if not owner:
            return self.env._(
                "Sack %(lot)s is not in %(order)s.",
                lot=lot.name,
                order=self.display_name,
            )
        return self.env._(
            "Sack %(lot)s of %(owner)s is not in %(order)s.",
            lot=lot.name,
            owner=owner,
            order=self.display_name,
        )

    def _get_lot_obstacle(self, lot):
        """Return why the lot may not be used although the order names it."""
        if not lot.is_quality_blocked or lot in self.disposition_id._get_lots():
            return ""
        if lot.quality_state == "failed":
            return self.env._(
                "Sack %(lot)s failed its quality test. The manager decides what "
                "becomes of it.",
                lot=lot.name,
            )
        return self.env._(
            "Sack %(lot)s must pass its quality test first.", lot=lot.name
        )

    def _get_nothing_left(self, lot, put_in):
        if put_in:
            return self.env._("Sack %(lot)s is in already.", lot=lot.name)
        # sudo: see _prepare_scan
        places = lot.sudo().quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0
        )
        if places:
            return self.env._(
                "Sack %(lot)s is not free: it is at %(places)s, or kept for another "
                "order.",
                lot=lot.name,
                places=", ".join(places.location_id.mapped("display_name")),
            )
        return self.env._("Nothing is left of sack %(lot)s.", lot=lot.name)

    def _get_scan_free(self, lot):
        """Return how much of a lot the order may take, in the product's unit.

        Stock at the order's place under the lot's owner, less what others reserved.
        """
        owners = [lot.owner_id.id]
        if not lot.owner_id or lot.owner_id == self.company_id.partner_id:
            owners = [False, self.company_id.partner_id.id]
        # sudo: as core counts stock for whoever runs an order
        [(quantity, reserved)] = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "=", lot.id),
                    ("location_id", "child_of", self.location_src_id.id),
                    ("owner_id", "in", owners),
                ],
                [],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        lines = self.move_raw_ids.move_line_ids.filtered(
            lambda line: line.lot_id == lot and line.state not in ("done", "cancel")
        )
        kept = sum(lines.mapped("quantity_product_uom"))
        scanned = sum(lines.filtered("is_scanned").mapped("quantity_product_uom"))
        free = (quantity or 0.0) - max((reserved or 0.0) - kept, 0.0) - scanned
        return max(lot.product_id.uom_id.round(free), 0.0)

    # ---- putting in -----------------------------------------------------------------

    def action_consume_lot(self, lot_id, quantity=False):
        """Put a scanned sack, or a part of it, into this order.

        Scanning the same sack again adds to what is in. The stock moves when the order
        is closed (``action_record_output``), with what was scanned.

        :param int lot_id: the sack
        :param float quantity: in the product's unit; default all that is planned
        :return: as ``scan_lot``, after it
        :raise UserError: when the sack is not the order's, or not that much is free
        """
        self.ensure_one()
        self.check_access("write")
        lot = self.env["stock.lot"].browse(lot_id).exists()
        lot.check_access("read")
        move = self._get_scan_move(lot)
        problem = self._get_scan_problem(lot, move)
        if problem:
            raise UserError(problem)
        uom = lot.product_id.uom_id
        free = self._get_scan_free(lot)
        if free <= 0:
            raise UserError(self._get_nothing_left(lot, move._get_scanned_qty(lot)))
        if quantity is False:
            quantity = min(free, move._get_demand_left() or free)
        quantity = uom.round(quantity)
        if quantity <= 0 or uom.compare(quantity, free) > 0:
            raise UserError(
                self.env._(
                    "Sack %(lot)s: put in more than 0 and at most %(free)s %(unit)s, "
                    "not %(quantity)s.",
                    lot=lot.name,
                    free=free,
                    unit=uom.name,
                    quantity=quantity,
                )
            )
        move._put_in_scanned(lot, quantity)
        return self.scan_lot(lot.name)

    def action_take_out_lot(self, lot_id):
        """Undo the scans of a sack, as long as the order is open.

        :param int lot_id: the sack
        :return: True
        """
        self.ensure_one()
        self.check_access("write")
        lines = self.move_raw_ids.move_line_ids.filtered(
            lambda line: line.is_scanned and line.lot_id.id == lot_id
        )
        if not lines or self.state not in OPEN_STATES:
            raise UserError(
                self.env._("%(order)s: that sack is not in.", order=self.display_name)
            )
        moves = lines.move_id
        lines.write({"is_scanned": False, "picked": False})
        moves.filtered(lambda m: not m._is_scanned()).manual_consumption = False
        return True

    def action_leave_out_unscanned(self):
        """Take what was planned but not scanned out of the order.

        Only components of which something was scanned: the others go in as reserved.

        :return: True
        """
        self.ensure_one()
        self.check_access("write")
        for move in self.move_raw_ids.filtered(lambda move: move._is_scanned()):
            move._drop_unscanned()
            lots = self.owned_lot_ids.filtered(
                lambda lot, move=move: self._get_scan_move(lot) == move
            )
            left_out = lots - move.move_line_ids.lot_id
            self.owned_lot_ids = [Command.unlink(lot.id) for lot in left_out]
            move.with_context(no_procurement=True).product_uom_qty = move.quantity
        return True

    def _get_unscanned_lots(self):
        """Return the lots that were planned and not scanned, where others were."""
        self.ensure_one()
        moves = self.move_raw_ids.filtered(
            lambda m: m.state not in ("done", "cancel") and m._is_scanned()
        )
        lines = moves.move_line_ids
        named = self.owned_lot_ids.filtered(
            lambda lot: self._get_scan_move(lot) in moves
        )
        return (lines.lot_id | named) - lines.filtered("is_scanned").lot_id

    def _get_planned_kg(self):
        """Return what goes in as it stands, to foresee yield and loss.

        :return: {"material": kg of the owners', "additive": kg of consumables}
        """
        self.ensure_one()
        moves = self.move_raw_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        result = {"material": 0.0, "additive": 0.0}
        for move in moves:
            product = move.product_id
            quantity = move.product_qty
            if move._is_scanned():
                quantity = move._get_scanned_qty()
            kind = "material" if move._is_owner_supplied() else "additive"
            result[kind] += self._to_kg(quantity, product, product.uom_id)
        return result


def _plain(code):
    """Return a text that ``=ilike`` takes for itself."""
    for sign in ("\\", "%", "_"):
        code = code.replace(sign, f"\\{sign}")
    return code
