# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets what comes out, and what of it the cooperative's books carry."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..tools.shares import split_next
from .stock_lot import OWNER_TOKEN


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # ---- outputs ------------------------------------------------------------------

    def _assign_output_owners(self, moves):
        """Name the owner on every output and by-product line, split by share."""
        self.ensure_one()
        self._count_in_own_unit(moves)
        if self.production_mode == "toll":
            moves.move_line_ids.owner_id = self.partner_id
            for lot in moves.move_line_ids.lot_id:
                self._take_output_lot(lot, self.partner_id)
            self._take_in_kind(moves)
            return
        for product in moves.product_id:
            lines = moves.move_line_ids.filtered(
                lambda line, product=product: (
                    line.product_id == product
                    and not line.product_uom_id.is_zero(line.quantity)
                )
            )
            self._split_output_lines(lines)
        moves._prepare_stock_rows()

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

    def _get_output_parts(self, lines):
        """Return [(line, [(share, Decimal)])] of lines of one product.

        Exact to the unit, and over all lines and backorders together.
        """
        if not lines:
            return []
        unit = Decimal(1).scaleb(
            -self.env["decimal.precision"].precision_get("Product Unit")
        )
        shares = self.share_ids
        weights = [Decimal(str(share.graded_qty)) for share in shares]
        given = [
            Decimal(str(part)).quantize(unit)
            for part in self._get_given(lines.product_id, lines[:1].product_uom_id)
        ]
        result = []
        for line in lines:
            total = Decimal(str(line.quantity)).quantize(unit)
            parts = split_next(total, weights, given, unit)
            given = [sum(pair) for pair in zip(given, parts, strict=True)]
            result.append((line, list(zip(shares, parts, strict=True))))
        return result

    def _split_output_lines(self, lines):
        """Split lines of one product over the owners."""
        vals_list = []
        tally = self._get_kind_tally(lines)
        for line, parts in self._get_output_parts(lines):
            vals_list += self._split_line(line, parts, tally)
        self._create_output_lines(vals_list)

    def _get_given(self, product, uom):
        """Return what each share got of a product so far, backorders included."""
        orders = self.production_group_id.production_ids | self
        company = self.company_id.partner_id
        done = self.env["stock.move.line"]._read_group(
            [
                ("move_id", "in", orders.move_finished_ids.ids),
                ("move_id.scrap_id", "=", False),
                ("product_id", "=", product.id),
                ("state", "=", "done"),
            ],
            ["owner_id", "kind_owner_id"],
            ["quantity_product_uom:sum"],
        )
        given = {}
        for holder, payer, quantity in done:
            owner = payer or holder
            given[owner or company] = given.get(owner or company, 0.0) + quantity
        return [
            product.uom_id._compute_quantity(given.get(share.partner_id, 0.0), uom)
            for share in self.share_ids
        ]

    def _split_line(self, line, parts, tally):
        """Leave the first part on the line; return the values of lines for the rest.

        :param parts: (share, quantity) pairs
        :param dict tally: what was paid in kind so far, see ``_get_kind_tally``
        """
        split = [(share.partner_id, float(part)) for share, part in parts if part]
        batch = line.lot_id
        lots = self._get_part_lots(batch, [owner for owner, _quantity in split])
        company = self.company_id.partner_id
        vals_list = [
            {
                "quantity": quantity,
                "owner_id": owner.id if owner != company else False,
                "lot_id": lots.get(owner, batch).id,
            }
            for owner, quantity in split
        ]
        return self._spread_line(line, self._set_kind_apart(line, vals_list, tally))

    def _spread_line(self, line, vals_list):
        """Write the first values on the line; return complete ones for the rest."""
        common = line.copy_data({"picked": True, "move_id": line.move_id.id})[0]
        # only an order says who pays with what
        line.with_context(toll_owner_token=OWNER_TOKEN).write(vals_list[0])
        return [{**common, **vals} for vals in vals_list[1:]]

    def _get_part_lots(self, batch, owners):
        """Return {owner: his sub-lot of the batch}; the cooperative keeps the batch."""
        if not batch:
            return {}
        # who weighs out may not make lots that are another owner's
        lots = self.env["stock.lot"].sudo()
        parts = lots.search([("batch_lot_id", "=", batch.id)])
        known = {part.owner_id: part for part in parts}
        missing = [
            owner
            for owner in owners
            if owner not in known and owner != self.company_id.partner_id
        ]
        made = lots.create(
            [
                {
                    "name": f"{batch.name}/{number:03d}",
                    "product_id": batch.product_id.id,
                    "company_id": batch.company_id.id,
                    "batch_lot_id": batch.id,
                    "owner_id": owner.id,
                }
                for number, owner in enumerate(missing, len(parts) + 1)
            ]
        )
        return {**known, **dict(zip(missing, made, strict=True))}

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
            for _line, parts in self._get_output_parts(lines)
            for share, part in parts
            if share.partner_id == company
        )
        return float(own) / sum(lines.mapped("quantity")) if own else 0.0

    def _post_labour(self):
        """Post no labour on product that the cooperative does not own."""
        return super(
            MrpProduction, self.filtered(lambda order: order._get_own_share() == 1.0)
        )._post_labour()
