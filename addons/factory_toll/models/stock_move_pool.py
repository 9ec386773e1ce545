# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reserve and produce for many owners at once.

Core reserves move by move and makes stock rows one by one. A pooled order has a move,
a lot and a row for each owner, so both are done here for all of them together; the
guard looks at every line all the same.
"""

from odoo import models

from .stock_move import HOUSE_USAGES


class StockMove(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Reserve the named lots of a pooled order before core looks for the rest."""
        if not force_qty:
            for order in self.raw_material_production_id:
                if order.production_mode == "pooled":
                    moves = self & order.move_raw_ids
                    moves._reserve_owned_lots(order.owned_lot_ids)
        return super()._action_assign(force_qty=force_qty)

    def _reserve_owned_lots(self, lots):
        """Take the owners' lots for the moves that have nothing yet."""
        moves = self.filtered(
            lambda m: (
                m.restrict_partner_id
                and m.state == "confirmed"
                and not (m.picked or m.move_line_ids or m.move_orig_ids)
                and m.product_uom == m.product_id.uom_id
                and not m._should_bypass_reservation()
            )
        )
        lots = lots.filtered(lambda lot: lot.product_id in moves.product_id)
        if not moves or not lots:
            return
        # who confirms an order need not see all stock
        quants = self.env["stock.quant"].sudo()
        found = quants.search(
            [
                ("lot_id", "in", lots.ids),
                ("owner_id", "in", moves.restrict_partner_id.ids),
                ("location_id", "child_of", moves.location_id.ids),
            ],
            order="in_date, id",
        )
        free = found.grouped(lambda quant: (quant.product_id, quant.owner_id))
        vals_list = []
        for move in moves:
            mine = free.get((move.product_id, move.restrict_partner_id), quants)
            vals_list += move._prepare_reservation_vals(mine)
        cache = quants._get_quants_by_products_locations(
            found.product_id, found.location_id, [("lot_id", "in", [*lots.ids, False])]
        )
        self.env["stock.move.line"].with_context(quants_cache=cache).create(vals_list)

    def _prepare_reservation_vals(self, quants):
        """Return the lines that take what the move needs from an owner's stock."""
        self.ensure_one()
        uom = self.product_id.uom_id
        need = self.product_uom_qty
        vals_list = []
        for quant in quants:
            taken = uom.round(min(need, quant.quantity - quant.reserved_quantity))
            if uom.compare(taken, 0) <= 0:
                continue
            vals_list.append(
                self._prepare_move_line_vals(quantity=taken, reserved_quant=quant)
            )
            need -= taken
        return vals_list

    def _prepare_stock_rows(self):
        """Make the stock rows that the lines of outputs will write, all at once."""
        keys = {
            (line.product_id.id, location.id, line.lot_id.id, line.owner_id.id)
            for line in self.move_line_ids
            if line.product_id.is_storable and line.lot_id and not line.package_id
            for location in (line.location_id, line.location_dest_id)
            if location.usage in (*HOUSE_USAGES, "production")
            and not line.result_package_id
        }
        # the rows of stock moves are written by the system, as core does
        quants = self.env["stock.quant"].sudo()
        known = quants._read_group(
            [("lot_id", "in", self.move_line_ids.lot_id.ids)],
            ["product_id", "location_id", "lot_id", "owner_id"],
        )
        keys -= {tuple(record.id for record in key) for key in known}
        # core's create makes one row after another, also where nothing is counted
        models.BaseModel.create(
            quants,
            [
                {
                    "product_id": product_id,
                    "location_id": location_id,
                    "lot_id": lot_id,
                    "owner_id": owner_id,
                }
                for product_id, location_id, lot_id, owner_id in sorted(
                    keys, key=lambda key: (key[0], key[1], key[2], key[3] or 0)
                )
            ],
        )
