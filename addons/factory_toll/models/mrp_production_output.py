# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets what comes out, and what of it the cooperative's books carry."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..tools.shares import split_by_shares


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # ---- outputs ------------------------------------------------------------------

    def _assign_output_owners(self, moves):
        """Name the owner on every output and by-product line, split by share."""
        self.ensure_one()
        if self.production_mode == "toll":
            moves.move_line_ids.owner_id = self.partner_id
            for lot in moves.move_line_ids.lot_id:
                self._take_output_lot(lot, self.partner_id)
            return
        for line in moves.move_line_ids.filtered("quantity"):
            self._split_output_line(line)

    def _take_output_lot(self, lot, owner):
        """Make the lot the owner's, unless it holds somebody else's product."""
        if lot.owner_id == owner:
            return
        others = lot.sudo().quant_ids.filtered(
            lambda quant: (
                quant.owner_id != owner
                and quant.location_id.usage in ("internal", "transit")
                and not quant.product_uom_id.is_zero(quant.quantity)
            )
        )
        if lot.owner_id or others:
            raise UserError(
                self.env._(
                    "%(order)s cannot put product of %(owner)s into lot %(lot)s, which "
                    "is of %(other)s. Give the order a lot of its own.",
                    order=self.display_name,
                    owner=owner.display_name,
                    lot=lot.name,
                    other=lot.owner_id.display_name or self.env._("the cooperative"),
                )
            )
        lot.sudo()._set_owner(owner)

    def _get_output_parts(self, line):
        """Return [(share, Decimal)], the line's quantity exact to the unit."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        unit = Decimal(1).scaleb(-digits)
        parts = split_by_shares(
            Decimal(str(line.quantity)).quantize(unit),
            [Decimal(str(share.graded_qty)) for share in self.share_ids],
            unit,
        )
        return list(zip(self.share_ids, parts, strict=True))

    def _split_output_line(self, line):
        """Split a line of a pooled order over the owners."""
        batch = line.lot_id
        # The part that stays on the line is the first one above zero.
        split = [
            (share, float(part)) for share, part in self._get_output_parts(line) if part
        ]
        for index, (share, quantity) in enumerate(split):
            vals = self._prepare_output_part_vals(share, quantity, batch)
            if index:
                line.copy({**vals, "picked": True, "move_id": line.move_id.id})
            else:
                line.write(vals)

    def _prepare_output_part_vals(self, share, quantity, batch):
        own = share.partner_id == self.company_id.partner_id
        owner = self.env["res.partner"] if own else share.partner_id
        lot = self._get_part_lot(batch, owner)
        return {"quantity": quantity, "owner_id": owner.id, "lot_id": lot.id}

    def _get_part_lot(self, batch, owner):
        """Return the owner's sub-lot of the batch; the cooperative keeps the batch."""
        if not batch or not owner:
            return batch
        lots = self.env["stock.lot"].sudo()
        part = lots.search(
            [("batch_lot_id", "=", batch.id), ("owner_id", "=", owner.id)], limit=1
        )
        number = lots.search_count([("batch_lot_id", "=", batch.id)]) + 1
        return part or lots.create(
            {
                "name": f"{batch.name}/{number:03d}",
                "product_id": batch.product_id.id,
                "company_id": batch.company_id.id,
                "batch_lot_id": batch.id,
                "owner_id": owner.id,
            }
        )

    # ---- cost ---------------------------------------------------------------------

    def _get_own_share(self):
        """Return the cooperative's part of the outputs, 0 to 1."""
        self.ensure_one()
        if self.production_mode == "own":
            return 1.0
        if self.production_mode == "toll":
            return 0.0
        whole = sum(self.share_ids.mapped("graded_qty"))
        company = self.company_id.partner_id
        own = self.share_ids.filtered(lambda share: share.partner_id == company)
        return sum(own.mapped("graded_qty")) / whole if whole else 0.0

    def _cal_price(self, consumed_moves):
        """Price the cooperative's part by its own material and its share of cost.

        Core divides the cost by the whole output, so that the part which is another
        owner's, valued zero, loses its share of the cooperative's cost. Its price of
        each output (product, by-products by their cost share) is scaled here:
        own cost / whole cost, and whole quantity / own quantity.
        """
        result = super()._cal_price(consumed_moves)
        share = self._get_own_share()
        if share == 1.0:
            return result
        whole_cost = self._get_whole_cost(consumed_moves)
        material = consumed_moves.filtered(lambda m: m._is_owner_supplied())
        material_cost = sum(material.mapped("value"))
        own_cost = material_cost + (whole_cost - material_cost) * share
        for move in self.move_finished_ids:
            if (
                move.state not in ("done", "cancel")
                and move.quantity > 0
                and move.product_id.cost_method in ("fifo", "average")
            ):
                part = self._get_own_part(move)
                factor = own_cost / whole_cost / part if whole_cost and part else 0.0
                move.price_unit *= factor
        return result

    def _get_whole_cost(self, consumed_moves):
        """Return what core spreads over the outputs: material, machines, extra cost."""
        machines = sum(workorder._cal_cost() for workorder in self.workorder_ids)
        finished = self.move_finished_ids.filtered(
            lambda m: (
                m.product_id == self.product_id and m.state not in ("done", "cancel")
            )
        )
        extra = self.extra_cost * sum(
            m.product_uom._compute_quantity(m.quantity, m.product_id.uom_id)
            for m in finished
        )
        return sum(consumed_moves.mapped("value")) + machines + extra

    def _get_own_part(self, move):
        """Return which part of a move's quantity will be the cooperative's, 0 to 1."""
        if self.production_mode == "toll":
            return 0.0
        company = self.company_id.partner_id
        lines = move.move_line_ids.filtered("quantity")
        own = sum(
            part
            for line in lines
            for share, part in self._get_output_parts(line)
            if share.partner_id == company
        )
        return float(own) / sum(lines.mapped("quantity")) if own else 0.0

    def _post_labour(self):
        """Post no labour on product that the cooperative does not own."""
        return super(
            MrpProduction, self.filtered(lambda order: order._get_own_share() == 1.0)
        )._post_labour()
