# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the owner guard asks of a line whose stock has moved.

Who may be party to a move is the move's to say
(``stock.move._get_permitted_owner_ids``); where the guard is called from stands in
``stock_move_line.py``.
"""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .stock_move import HOUSE_USAGES


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # ---- the guard ----------------------------------------------------------------

    def _is_foreign_owned(self):
        """Tell whether the line names an owner other than the company itself."""
        self.ensure_one()
        return bool(self.owner_id) and self.owner_id != self.company_id.partner_id

    def _check_owner(self):
        """Refuse lines that take an owner's stock outside what he is party to.

        Called after the quants changed, in the same transaction: what a line took is
        then visible whatever lot, package or unit it was entered with.

        :raise UserError: with lot, owner, document and what to do
        """
        lines = self.sudo().filtered(
            lambda line: line.product_id.is_storable and line.quantity_product_uom > 0
        )
        taking = lines.filtered(lambda line: line.location_id.usage in HOUSE_USAGES)
        for line in lines:
            line._check_lot_owner()
        for line in lines - taking:
            line._check_material_place()
            line._check_output_owner()
            line._check_returned_owner()
            line._check_counted_up()
        owned_places = taking._get_owned_places()
        for line in taking:
            if line._is_foreign_owned():
                line._check_party()
            line._check_named_lot()
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

    def _check_material_place(self):
        """What goes into an order for owners comes from stock."""
        order = self.move_id.raw_material_production_id
        if self.move_id.scrap_id or order.production_mode not in ("toll", "pooled"):
            return
        raise UserError(
            self.env._(
                "%(document)s cannot take %(product)s of %(owner)s (lot %(lot)s) from "
                "%(location)s, out of the house. Weigh it in, and choose the place "
                "where it lies in stock.",
                location=self.location_id.display_name,
                **self._get_message_values(),
            )
        )

    def _check_output_owner(self):
        """An order's output goes to its owners, into the house; to nobody else."""
        order = self.move_id.production_id
        if not order or self.move_id.scrap_id or self.location_id.usage != "production":
            return
        holders = order._get_output_owner_ids()
        if self.kind_owner_id.id in order._get_owner_ids():
            holders |= {False}
        if self.owner_id.id not in holders:
            raise UserError(
                self.env._(
                    "%(document)s cannot give %(product)s (lot %(lot)s) to %(other)s, "
                    "who is not an owner in this order. Leave the owner as the order "
                    "sets it.",
                    document=self._get_document_name(),
                    product=self.product_id.display_name,
                    lot=self.lot_id.name or "-",
                    other=self._get_owner_name(),
                )
            )
        if self._is_foreign_owned() and self.location_dest_id.usage not in HOUSE_USAGES:
            raise UserError(
                self.env._(
                    "%(document)s cannot put %(product)s of %(owner)s (lot %(lot)s) "
                    "into %(location)s, out of the house. Put it into stock, and hand "
                    "it out by a delivery that names %(owner)s.",
                    document=self._get_document_name(),
                    product=self.product_id.display_name,
                    owner=self.owner_id.display_name,
                    lot=self.lot_id.name or "-",
                    location=self.location_dest_id.display_name,
                )
            )

    def _check_counted_up(self):
        """An owner's stock is raised by a count as it is lowered: by a manager."""
        if (
            self.location_id.usage == "inventory"
            and self.location_dest_id.usage in HOUSE_USAGES
            and self._is_foreign_owned()
            and not self.move_id._may_count_owned()
        ):
            raise UserError(
                self.env._(
                    "%(document)s would add to %(product)s of %(owner)s (lot %(lot)s). "
                    "Weigh in what he brought; where the count of the stock is wrong, "
                    "a factory manager corrects it.",
                    **self._get_message_values(),
                )
            )

    def _check_returned_owner(self):
        """What comes back belongs to whom it was taken from."""
        origin = self.move_id.origin_returned_move_id
        if not origin or self.location_dest_id.usage not in HOUSE_USAGES:
            return
        owners = origin.move_line_ids.owner_id
        if not owners or self.owner_id in owners:
            return
        if not self.owner_id and any(not ml.owner_id for ml in origin.move_line_ids):
            return
        raise UserError(
            self.env._(
                "%(document)s returns %(product)s (lot %(lot)s) that %(origin)s took "
                "from %(owner)s; it cannot come back for %(other)s. Return it for "
                "%(owner)s.",
                document=self._get_document_name(),
                product=self.product_id.display_name,
                lot=self.lot_id.name or "-",
                origin=origin.reference,
                owner=", ".join(owners.mapped("display_name")),
                other=self._get_owner_name(),
            )
        )

    def _check_party(self):
        """The owner must be party to the order or transfer."""
        permitted = self.move_id._get_permitted_owner_ids(self.location_dest_id)
        if permitted is None or self.owner_id.id in permitted:
            return
        if self.move_id._is_count():
            message = self.env._(
                "%(document)s would write down %(product)s of %(owner)s (lot %(lot)s). "
                "A factory manager counts an owner's stock, against the loss location "
                "only. Ask the factory manager.",
                **self._get_message_values(),
            )
        else:
            message = self.env._(
                "%(document)s may not take %(product)s of %(owner)s (lot %(lot)s): "
                "he is not party to it. Choose stock of the cooperative or of the "
                "owner in this document, or name %(owner)s in one of his own.",
                **self._get_message_values(),
            )
        raise UserError(message)

    def _check_named_lot(self):
        """An order that names its lots takes no other lot of that product."""
        order = self.move_id.raw_material_production_id
        if self.move_id.scrap_id or not order.owned_lot_ids:
            return
        named = order.owned_lot_ids.filtered(
            lambda lot: lot.product_id == self.product_id
        )
        if named and self.lot_id not in named:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(owner)s is not among the lots of %(document)s "
                    "(%(lots)s). Add it to the order first, if it is meant to go in.",
                    lots=", ".join(named.mapped("name")),
                    **self._get_message_values("lot", "owner", "document"),
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
                    "%(owner)s, lot %(lot)s: %(missing)s %(unit)s are missing. Take "
                    "less, or choose the lot and owner that lie there.",
                    location=self.location_id.display_name,
                    missing=self.product_id.uom_id.round(-float(left)),
                    unit=self.product_id.uom_id.name,
                    **self._get_message_values(),
                )
            )

    def _check_done_unchanged(self):
        """Refuse to add to or edit what an owner's done transfer says."""
        for line in self.sudo():
            owner = line.lot_id.owner_id or line.owner_id | line.kind_owner_id
            if line._is_foreign_owned() or line.lot_id.owner_id or line.kind_owner_id:
                values = line._get_message_values("document", "product", "lot")
                raise UserError(
                    self.env._(
                        "%(document)s is done: owner (%(owner)s), lot (%(lot)s) and "
                        "quantity of %(product)s stand. Reverse it (return, unbuild, "
                        "cancel the intake) and enter it again.",
                        owner=owner.display_name,
                        **values,
                    )
                )
        self._check_intake_stands()

    def _check_intake_stands(self):
        """Refuse to rewrite what was weighed in, also what was bought and billed."""
        pickings = self.sudo().move_id.picking_id
        if not pickings:
            return
        # sudo: the ticket stands, whether or not who writes may see it
        intake = (
            self.env["factory.intake"]
            .sudo()
            .search(
                [
                    ("state", "in", ("accepted", "reversed")),
                    "|",
                    ("picking_id", "in", pickings.ids),
                    ("reversal_picking_id", "in", pickings.ids),
                ],
                limit=1,
            )
        )
        if intake:
            raise UserError(
                self.env._(
                    "%(picking)s is of intake %(ticket)s, which was accepted: what was "
                    "weighed stands. Cancel the intake and weigh in again.",
                    picking=(intake.picking_id & pickings or pickings)[0].name,
                    ticket=intake.name,
                )
            )

    def _check_not_moved(self):
        """Refuse to delete lines whose stock has moved; core asks a copied state."""
        for line in self.sudo():
            if line.move_id.state == "done":
                raise UserError(
                    self.env._(
                        "%(document)s is done: its %(product)s of %(owner)s (lot "
                        "%(lot)s) has moved and cannot be deleted. Reverse it (return, "
                        "unbuild, cancel the intake).",
                        **line._get_message_values(),
                    )
                )

    # ---- helpers ------------------------------------------------------------------

    def _get_message_values(self, *names):
        """Return what the messages name: document, product, owner and lot."""
        self.ensure_one()
        values = {
            "document": self._get_document_name(),
            "product": self.product_id.display_name,
            "owner": self._get_owner_name(),
            "lot": self.lot_id.name or "-",
        }
        return {name: values[name] for name in names} if names else values

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
                -- none: a room shared by companies, or the way between them
                LEFT JOIN res_company company ON company.id = location.company_id
                WHERE quant.product_id IN %s AND quant.location_id IN %s
                  AND quant.owner_id IS NOT NULL AND quant.quantity > 0
                  AND quant.owner_id != ALL(
                      CASE WHEN company.id IS NULL THEN %s
                      ELSE ARRAY[company.partner_id] END
                  )
                """,
                tuple(lines.product_id.ids),
                tuple(lines.location_id.ids),
                lines.company_id.partner_id.ids,
            )
        )
        return set(rows) | {row[:2] for row in rows}
