# SPDX-License-Identifier: AGPL-3.0-or-later
"""The owner guard, where stock really moves.

Stock changes hands in three places of core's ``stock.move.line`` only:
``_action_done``, ``create`` of a line in a done move, and ``write`` on a done line.
All three end here, so it does not matter how a line came to be: by reservation, by
hand, over RPC, by scan, backorder, split, scrap, unbuild, return or count.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .stock_move import HOUSE_USAGES

# What a done line says about the stock it moved.
DONE_FIELDS = {
    "location_dest_id",
    "location_id",
    "lot_id",
    "lot_name",
    "move_id",
    "owner_id",
    "package_id",
    "product_id",
    "product_uom_id",
    "quant_id",
    "quantity",
    "result_package_id",
}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # ---- the three ways to the quant ----------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done")
        if done:
            done._check_done_unchanged()
            done._check_owner()
        return lines

    def write(self, vals):
        if DONE_FIELDS & vals.keys():
            done = self.filtered(lambda line: line.state == "done")
            done._check_done_unchanged(vals)
            result = super().write(vals)
            done._check_owner()
            return result
        return super().write(vals)

    def _action_done(self):
        self._lock_owned_quants()
        result = super()._action_done()
        lines = self.exists()
        lines._check_owner()
        lines._set_lot_owners()
        return result

    # ---- the guard ----------------------------------------------------------------

    def _is_foreign_owned(self):
        """Tell whether the line names an owner other than the company itself."""
        self.ensure_one()
        return bool(self.owner_id) and self.owner_id != self.company_id.partner_id

    def _check_owner(self):
        """Refuse lines that take an owner's stock outside what he is party to.

        Called after the quants changed, in the same transaction: what a line took is
        then visible whatever lot, package or unit it was entered with.

        :raise UserError: with the line, the owner and what to do
        """
        lines = self.sudo().filtered(
            lambda line: line.product_id.is_storable and line.quantity_product_uom > 0
        )
        taking = lines.filtered(lambda line: line.location_id.usage in HOUSE_USAGES)
        for line in lines:
            line._check_lot_owner()
        for line in lines - taking:
            line._check_output_owner()
        owned_places = taking._get_owned_places()
        for line in taking:
            if line._is_foreign_owned():
                line._check_party()
            if line._touches_owned_stock(owned_places):
                line._check_covered()

    def _check_lot_owner(self):
        lot_owner = self.lot_id.owner_id
        if lot_owner and lot_owner != self.owner_id:
            raise UserError(
                self.env._(
                    "%(document)s: lot %(lot)s of %(product)s belongs to %(owner)s and "
                    "cannot be moved for %(other)s. Use a lot of %(other)s.",
                    document=self._get_document_name(),
                    lot=self.lot_id.name,
                    product=self.product_id.display_name,
                    owner=lot_owner.display_name,
                    other=self._get_owner_name(),
                )
            )

    def _check_output_owner(self):
        """An order's output goes to its owners; own production to nobody else."""
        order = self.move_id.production_id
        if not order or self.move_id.scrap_id or self.location_id.usage != "production":
            return
        permitted = order._get_output_owner_ids()
        if self.owner_id.id not in permitted:
            raise UserError(
                self.env._(
                    "%(document)s cannot give %(product)s to %(other)s, who is not an "
                    "owner in this order.",
                    document=self._get_document_name(),
                    product=self.product_id.display_name,
                    other=self._get_owner_name(),
                )
            )

    def _check_party(self):
        """The owner must be party to the order or transfer, and his lot named in it."""
        permitted = self.move_id._get_permitted_owner_ids(self.location_dest_id)
        if permitted is not None and self.owner_id.id not in permitted:
            raise UserError(
                self.env._(
                    "%(document)s may not take %(product)s of %(owner)s (lot %(lot)s): "
                    "he is not party to it. Choose stock of the cooperative or of the "
                    "owner in this document, or name %(owner)s in one of his own.",
                    document=self._get_document_name(),
                    product=self.product_id.display_name,
                    owner=self.owner_id.display_name,
                    lot=self.lot_id.name or "-",
                )
            )
        named = self.move_id.raw_material_production_id.owned_lot_ids.filtered(
            lambda lot: lot.product_id == self.product_id
        )
        if named and self.lot_id not in named and not self.move_id.scrap_id:
            raise UserError(
                self.env._(
                    "Lot %(lot)s is not among the lots of %(document)s (%(lots)s). Add "
                    "it to the order first, if it is meant to go in.",
                    lot=self.lot_id.name or "-",
                    document=self._get_document_name(),
                    lots=", ".join(named.mapped("name")),
                )
            )

    def _touches_owned_stock(self, owned_places):
        """Tell whether an owner's stock lies where this line takes from."""
        if self._is_foreign_owned():
            return True
        place = (self.product_id.id, self.location_id.id)
        return (*place, self.lot_id.id or None) in owned_places or (
            not self.lot_id and place in owned_places
        )

    def _check_covered(self):
        """The stock of exactly this lot, package and owner must have been enough."""
        self.env["stock.quant"].flush_model()
        [(left,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(quantity), 0) FROM stock_quant
                WHERE product_id = %s AND location_id = %s
                  AND lot_id IS NOT DISTINCT FROM %s
                  AND package_id IS NOT DISTINCT FROM %s
                  AND owner_id IS NOT DISTINCT FROM %s
                """,
                self.product_id.id,
                self.location_id.id,
                self.lot_id.id or None,
                self.package_id.id or None,
                self.owner_id.id or None,
            )
        )
        if self.product_id.uom_id.compare(float(left), 0.0) < 0:
            raise UserError(
                self.env._(
                    "%(document)s: %(location)s has not enough %(product)s of "
                    "%(owner)s, lot %(lot)s: %(missing)s %(unit)s are missing.",
                    document=self._get_document_name(),
                    location=self.location_id.display_name,
                    product=self.product_id.display_name,
                    owner=self._get_owner_name(),
                    lot=self.lot_id.name or "-",
                    missing=self.product_id.uom_id.round(-float(left)),
                    unit=self.product_id.uom_id.name,
                )
            )

    def _check_done_unchanged(self, vals=None):
        """Refuse to add to or edit what an owner's done transfer says."""
        incoming_owner = vals.get("owner_id") if vals else False
        for line in self.sudo():
            if incoming_owner or line._is_foreign_owned() or line.lot_id.owner_id:
                raise UserError(
                    self.env._(
                        "%(document)s is done: owner, lot and quantity of %(product)s "
                        "stand. Reverse it (return, unbuild, cancel the intake) and "
                        "enter it again.",
                        document=line._get_document_name(),
                        product=line.product_id.display_name,
                    )
                )

    # ---- helpers ------------------------------------------------------------------

    def _get_document_name(self):
        self.ensure_one()
        move = self.move_id
        order = move.raw_material_production_id or move.production_id
        document = order or move.unbuild_id or move.scrap_id or self.picking_id
        return document.display_name or move.reference or self.product_id.display_name

    def _get_owner_name(self):
        return self.owner_id.display_name or self.env._("the cooperative")

    def _get_owned_places(self):
        """Return {(product, location)} and {(product, location, lot)} of owned stock.

        Read before, not after: a line that emptied an owner's quant is refused by the
        lot or by coverage, and the negative quant it made has no owner.
        """
        lines = self.filtered(lambda line: not line._is_foreign_owned())
        if not lines:
            return set()
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT quant.product_id, quant.location_id, quant.lot_id
                FROM stock_quant quant
                JOIN stock_location location ON location.id = quant.location_id
                JOIN res_company company ON company.id = location.company_id
                WHERE quant.product_id IN %s AND quant.location_id IN %s
                  AND quant.owner_id IS NOT NULL AND quant.quantity > 0
                  AND quant.owner_id != company.partner_id
                """,
                tuple(lines.product_id.ids),
                tuple(lines.location_id.ids),
            )
        )
        return set(rows) | {row[:2] for row in rows}

    def _lock_owned_quants(self):
        """Let a second order on the same lot wait, fail and be tried again.

        Core skips a quant that another transaction holds and makes a second, negative
        one; under REPEATABLE READ both orders would find the stock covered.
        """
        lines = self.filtered(
            lambda line: (
                line._is_foreign_owned() and line.location_id.usage in HOUSE_USAGES
            )
        )
        if not lines:
            return
        self.env["stock.quant"].flush_model()
        self.env.execute_query(
            SQL(
                """
                SELECT id FROM stock_quant
                WHERE product_id IN %s AND location_id IN %s AND owner_id IN %s
                  AND (lot_id IS NULL OR lot_id = ANY(%s))
                ORDER BY id FOR UPDATE
                """,
                tuple(lines.product_id.ids),
                tuple(lines.location_id.ids),
                tuple(lines.owner_id.ids),
                lines.lot_id.ids,
            )
        )

    def _set_lot_owners(self):
        """Note the owner on a lot that came in under him and is all his."""
        for line in self.sudo().filtered(
            lambda line: (
                line.lot_id
                and not line.lot_id.owner_id
                and line._is_foreign_owned()
                and line.location_id.usage not in HOUSE_USAGES
                and line.location_dest_id.usage in HOUSE_USAGES
            )
        ):
            others = line.lot_id.quant_ids.filtered(
                lambda quant, line=line: (
                    quant.owner_id != line.owner_id
                    and quant.location_id.usage in HOUSE_USAGES
                    and not quant.product_uom_id.is_zero(quant.quantity)
                )
            )
            if not others:
                line.lot_id._set_owner(line.owner_id)
