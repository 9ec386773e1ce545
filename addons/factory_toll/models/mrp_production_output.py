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

    def _split_output_line(self, line):
        """Split a line of a pooled order over the owners, exact to the unit."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        unit = Decimal(1).scaleb(-digits)
        parts = split_by_shares(
            Decimal(str(line.quantity)).quantize(unit),
            [Decimal(str(share.graded_qty)) for share in self.share_ids],
            unit,
        )
        batch = line.lot_id
        # The part that stays on the line is the first one above zero.
        split = [
            (share, float(part))
            for share, part in zip(self.share_ids, parts, strict=True)
            if part
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
        owner's, valued zero, loses its share of the cooperative's cost.
        """
        result = super()._cal_price(consumed_moves)
        share = self._get_own_share()
        if share == 1.0:
            return result
        finished = self.move_finished_ids.filtered(
            lambda m: (
                m.product_id == self.product_id
                and m.state not in ("done", "cancel")
                and m.quantity > 0
            )
        )
        if not finished or finished.product_id.cost_method not in ("fifo", "average"):
            return result
        quantity = finished.product_uom._compute_quantity(
            finished.quantity, finished.product_id.uom_id
        )
        material = consumed_moves.filtered(lambda m: m._is_owner_supplied())
        whole_cost = finished.price_unit * quantity
        material_cost = sum(material.mapped("value"))
        own_cost = material_cost + (whole_cost - material_cost) * share
        own_quantity = quantity * share
        finished.price_unit = own_cost / own_quantity if own_quantity else 0.0
        return result

    def _post_labour(self):
        """Post no labour on product that the cooperative does not own."""
        return super(
            MrpProduction, self.filtered(lambda order: order._get_own_share() == 1.0)
        )._post_labour()
