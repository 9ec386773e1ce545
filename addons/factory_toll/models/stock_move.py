# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose stock a move may reserve and take.

Two questions are kept apart. *Reservable* owners steer what Odoo picks by itself;
*permitted* owners are what the guard (``stock.move.line._check_owner``) accepts when
the stock really moves, whichever way it was chosen. ``False`` stands for stock
without an owner, which is the cooperative's, as is stock under its own partner.
"""

from odoo import models
from odoo.exceptions import UserError

from .stock_lot import HOUSE_USAGES, OWNER_TOKEN

# What says that a move is done, and in which document; a client can write them.
DOCUMENT_FIELDS = (
    "production_id",
    "raw_material_production_id",
    "scrap_id",
    "state",
    "unbuild_id",
)


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        changed = [name for name in DOCUMENT_FIELDS if name in vals]
        if changed:
            self._check_document_stands({name: vals[name] for name in changed})
        moving = self.env.context.get("toll_moving") is OWNER_TOKEN
        if vals.get("state") == "done" and not moving:
            self._check_moved()
        if "date" in vals:
            # core dates the lines of done moves after their move
            self = self.with_context(toll_dating_token=OWNER_TOKEN)
        return super().write(vals)

    def _check_moved(self):
        """Refuse to call an owner's goods moved when no stock moved."""
        for move in self.sudo():
            line = move.move_line_ids.filtered(
                lambda ml: ml.quantity and ml._is_foreign_owned()
            )[:1]
            if line and move.state != "done":
                raise UserError(
                    self.env._(
                        "%(document)s moved no %(product)s of %(owner)s (lot %(lot)s) "
                        "yet: validate the transfer or close the order, in place of "
                        "writing its state.",
                        **line._get_message_values(),
                    )
                )

    def _check_document_stands(self, vals):
        """Refuse to undo, or give to another document, an owner's done move."""
        for move in self.sudo():
            if move.state != "done" or not any(
                (move[name].id if name != "state" else move[name]) != (value or False)
                for name, value in vals.items()
            ):
                continue
            line = move.move_line_ids.filtered(lambda ml: ml._is_foreign_owned())[:1]
            if line:
                raise UserError(
                    self.env._(
                        "%(document)s is done: its move of %(product)s (lot %(lot)s) "
                        "of %(owner)s stays in it. Reverse it (return, unbuild) and "
                        "enter it again.",
                        **line._get_message_values(),
                    )
                )
            move.move_line_ids._check_intake_stands()

    # ---- who is party to the move -------------------------------------------------

    def _get_house_owner_ids(self):
        """Return the owner values that mean the cooperative itself."""
        self.ensure_one()
        return {False, self.company_id.partner_id.id}

    def _is_leaving_house(self, destination=None):
        """Tell whether the goods go, now or after the next steps, out of the house.

        :param destination: location of a line, which may differ from the move's
        """
        self.ensure_one()
        locations = self.location_dest_id | self.location_final_id
        if destination:
            locations |= destination
        return any(loc.usage not in (*HOUSE_USAGES, "view") for loc in locations)

    def _get_permitted_owner_ids(self, destination=None):
        """Return the owners whose stock this move may take; None: any, if named.

        Override point for other ways to be party to a move.
        """
        self.ensure_one()
        house = self._get_house_owner_ids()
        destination = destination or self.location_dest_id
        usage = destination.usage
        # A document lets goods go where such a document sends them, nowhere else.
        if self.scrap_id:
            parties = self._get_scrap_owner_ids()
            return house | parties if usage == "inventory" else house
        if self.raw_material_production_id or self.unbuild_id:
            order = self.raw_material_production_id or self.unbuild_id.mo_id
            return house | order._get_owner_ids() if usage == "production" else house
        next_moves = self._get_live_dest_moves()
        if next_moves and usage in HOUSE_USAGES:
            permitted = [move._get_permitted_owner_ids() for move in next_moves]
            return None if None in permitted else set().union(*permitted)
        if usage == "production":
            return house  # an order alone takes an owner's material into work
        if not self._is_leaving_house(destination):
            return None  # a transfer inside the house keeps the owner
        if self._is_count():
            # The quant itself names the owner.
            return None if usage == "inventory" and self._may_count_owned() else house
        return house | self._get_delivery_owner_ids()

    def _is_count(self):
        return self.is_inventory and not self.picking_id

    def _may_count_owned(self):
        """Tell whether who counts may change an owner's stock: a manager may."""
        user = self.env.user
        return user._is_superuser() or user.has_group("stock.group_stock_manager")

    def _get_live_dest_moves(self):
        return self.move_dest_ids.filtered(lambda m: m.state not in ("done", "cancel"))

    def _get_scrap_owner_ids(self):
        """Return the owner that the scrap names, if its order has him."""
        scrap = self.scrap_id
        owner_ids = {scrap.owner_id.id}
        if scrap.production_id:
            owner_ids &= scrap.production_id._get_owner_ids()
        return owner_ids

    def _get_delivery_owner_ids(self):
        """Return the owners that a delivery may hand goods out for.

        A delivery that a rule made serves a sale or another need of the
        cooperative: it never ships an owner's goods, not even to himself, who would
        pay for what is his. Otherwise the transfer names the owner as owner or as
        receiver; a move without a transfer names him itself.
        """
        picking = self.picking_id
        if (self | picking.move_ids).rule_id:
            return set()
        if not picking:
            return set(self.restrict_partner_id.ids)
        receiver = picking.partner_id
        owners = picking.owner_id | receiver | receiver.commercial_partner_id
        return set(owners.ids)

    def _get_reservable_owner_ids(self):
        """Return the owners whose stock is reserved without being asked; None: any."""
        self.ensure_one()
        if self.restrict_partner_id:
            return {self.restrict_partner_id.id}
        permitted = self._get_permitted_owner_ids()
        if self.picking_id.owner_id:
            if permitted is None or self.picking_id.owner_id.id in permitted:
                return {self.picking_id.owner_id.id}
        if permitted is None or self.unbuild_id or self.scrap_id:
            return permitted
        next_moves = self._get_live_dest_moves()
        if next_moves and self.location_dest_id.usage in HOUSE_USAGES:
            return set().union(*(m._get_reservable_owner_ids() for m in next_moves))
        return self._get_house_owner_ids()

    def _get_reservable_lot_ids(self):
        """Return the lots that the order names for this component; empty: any."""
        self.ensure_one()
        order = self.raw_material_production_id
        if not order:
            orders = self._get_live_dest_moves().raw_material_production_id
            order = orders if len(orders) == 1 else order
        return order.owned_lot_ids.filtered(
            lambda lot: (
                lot.product_id == self.product_id
                and (
                    not self.restrict_partner_id
                    or lot.owner_id == self.restrict_partner_id
                )
            )
        ).ids

    def _get_owner_context(self):
        owner_ids = self._get_reservable_owner_ids()
        return {
            "toll_owner_ids": None if owner_ids is None else list(owner_ids),
            "toll_lot_ids": self._get_reservable_lot_ids(),
        }

    def _with_owners(self):
        return self.with_context(**self._get_owner_context())

    # ---- reservation --------------------------------------------------------------

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        return super(StockMove, self._with_owners())._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id, strict
        )

    def _get_available_quantity(
        self,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        allow_negative=False,
    ):
        return super(StockMove, self._with_owners())._get_available_quantity(
            location_id, lot_id, package_id, owner_id, strict, allow_negative
        )

    def _set_quantity_done_prepare_vals(self, qty):
        return super(StockMove, self._with_owners())._set_quantity_done_prepare_vals(
            qty
        )

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        """Name the owner also on a line that found no stock."""
        vals = super()._prepare_move_line_vals(quantity, reserved_quant)
        if self.restrict_partner_id and not reserved_quant:
            vals["owner_id"] = self.restrict_partner_id.id
        return vals

    # ---- orders -------------------------------------------------------------------

    def _is_owner_supplied(self):
        """Tell whether this component of a toll or pooled order is the owners'."""
        self.ensure_one()
        order = self.raw_material_production_id
        if not order or order.production_mode == "own" or self.scrap_id:
            return False
        if self.restrict_partner_id.id not in self._get_house_owner_ids():
            return True
        if self.bom_line_id:
            return self.bom_line_id.supplied_by == "owner"
        return self.product_id.tracking != "none"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """Tie the owner's components to him, added ones and backorders included."""
        for move in self:
            order = move.raw_material_production_id
            if order.production_mode == "toll" and move._is_owner_supplied():
                move.restrict_partner_id = order.partner_id
        return super()._action_confirm(
            merge=merge, merge_into=merge_into, create_proc=create_proc
        )

    def _action_done(self, cancel_backorder=False):
        """Give outputs and by-products to the owners before they reach the stock.

        Not earlier: ``_post_inventory`` rewrites the lines of the finished move.
        """
        outputs = self.filtered(
            lambda move: (
                move.production_id.production_mode in ("toll", "pooled")
                and not move.scrap_id
                and move.state not in ("done", "cancel")
            )
        )
        for order in outputs.production_id:
            order._assign_output_owners(outputs & order.move_finished_ids)
        moves = self.with_context(toll_moving=OWNER_TOKEN)
        result = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
        return result.with_env(self.env)
