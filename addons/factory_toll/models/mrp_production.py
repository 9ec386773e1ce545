# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose order it is: modes, owners, shares and the lots put in."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .stock_lot import OWNER_TOKEN

# What decides whose material an order takes; settled when it is confirmed.
OWNERSHIP_FIELDS = {"production_mode", "partner_id"}


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    production_mode = fields.Selection(
        [("own", "Own production"), ("toll", "Toll (maklon)"), ("pooled", "Pooled")],
        default="own",
        required=True,
        tracking=True,
        help="Own: the cooperative's material and product. Toll: one owner's material "
        "and product. Pooled: several owners' material together, the product split by "
        "what each put in.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Owner of the material and of the product of a toll order.",
    )
    owned_lot_ids = fields.Many2many(
        "stock.lot",
        "factory_production_owned_lot_rel",
        "production_id",
        "lot_id",
        string="Lots put in",
        check_company=True,
        help="The owners' lots that go into this order. Empty in a toll order: any lot "
        "of the owner, the oldest first.",
    )
    share_ids = fields.One2many(
        "factory.production.share",
        "production_id",
        string="Shares",
        help="Taken from the lots put in and frozen when the order is confirmed.",
    )

    _toll_owner = models.Constraint(
        "CHECK (production_mode != 'toll' OR partner_id IS NOT NULL)",
        "A toll order needs the owner of the material.",
    )

    @api.constrains("owned_lot_ids", "production_mode", "partner_id")
    def _check_owned_lots(self):
        for order in self.filtered("owned_lot_ids"):
            order._check_lot_owners_allowed()

    def _check_lot_owners_allowed(self):
        if self.production_mode == "toll":
            wrong = self.owned_lot_ids.filtered(
                lambda lot: lot.owner_id != self.partner_id
            )
            reason = self.env._(
                "a toll order takes the lots of %(owner)s only",
                owner=self.partner_id.display_name,
            )
        elif self.production_mode == "own":
            company = self.company_id.partner_id
            wrong = self.owned_lot_ids.filtered(
                lambda lot: lot.owner_id and lot.owner_id != company
            )
            reason = self.env._("own production takes the cooperative's lots only")
        else:
            house, owners = self.company_id.partner_id, self.share_ids.partner_id
            wrong = self.owned_lot_ids.filtered(
                lambda lot: owners and (lot.owner_id or house) not in owners
            )
            reason = self.env._(
                "its shares stand since it was confirmed, and they have none"
            )
        if wrong:
            raise ValidationError(
                self.env._(
                    "%(order)s cannot take lot %(lots)s of %(owners)s: %(reason)s. "
                    "Make an order for each owner, or a pooled order.",
                    order=self.display_name,
                    lots=", ".join(wrong.mapped("name")),
                    owners=", ".join(wrong.owner_id.mapped("display_name"))
                    or self.env._("the cooperative"),
                    reason=reason,
                )
            )

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        merged = self.env.context.get("toll_merged_vals") or {}
        orders = super().create([{**merged, **vals} for vals in vals_list])
        family = self.env.context.get("toll_merged_orders")
        if family and self._is_kind_token():
            # who merges need not see what was agreed
            orders._copy_kind_terms(self.browse(family))
        return orders

    def write(self, vals):
        changed = OWNERSHIP_FIELDS & vals.keys()
        for order in self.filtered(lambda order: changed and order._is_under_way()):
            for name in changed:
                value = order[name].id if name == "partner_id" else order[name]
                if value != (vals[name] or False):
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed: its mode and owner stand. Cancel "
                            "it and make a new order.",
                            order=order.display_name,
                        )
                    )
        for order in self.filtered(lambda order: "owned_lot_ids" in vals):
            if order.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "%(order)s is closed: the lots that went in stand.",
                        order=order.display_name,
                    )
                )
        return super().write(vals)

    # ---- owners -------------------------------------------------------------------

    def _get_owner_ids(self):
        """Return the ids of the owners who are party to the orders."""
        toll = self.filtered(lambda order: order.production_mode == "toll")
        pooled = self.filtered(lambda order: order.production_mode == "pooled")
        return set(toll.partner_id.ids) | set(pooled.share_ids.partner_id.ids)

    def _get_output_owner_ids(self):
        """Return the owner values that an output line of the order may name."""
        self.ensure_one()
        if self.production_mode == "toll":
            return {self.partner_id.id}
        house = {False, self.company_id.partner_id.id}
        return house | self._get_owner_ids()

    def _is_under_way(self):
        """Tell whether the order was confirmed, whatever state a client wrote."""
        self.ensure_one()
        moves = self.move_raw_ids | self.move_finished_ids
        return self.state != "draft" or bool(set(moves.mapped("state")) - {"draft"})

    # ---- confirmation -------------------------------------------------------------

    def action_confirm(self):
        """Settle shares and components by owner, then confirm."""
        unsettled = self.filtered(lambda order: order._is_unsettled())
        for order in unsettled:
            # What a quantity written before picked is nobody's yet.
            order.move_raw_ids.move_line_ids.unlink()
            order._check_lot_owners_allowed()
            order._tie_untracked_material()
            order._set_shares()
            order._check_kind_terms()
            order._set_owner_components()
        result = super().action_confirm()
        for order in unsettled.filtered("qty_producing"):
            order.action_assign()
            order._set_qty_producing()
        return result

    def _is_unsettled(self):
        """Tell whether shares and components by owner are still to be settled.

        A quantity being produced moves the state of a draft, not that of its moves.
        A merged order is confirmed, but without shares.
        """
        self.ensure_one()
        if self.production_mode == "own" or self.state in ("done", "cancel"):
            return False
        # One draft alone is a component that was added to a confirmed order.
        states = set(self.move_raw_ids.mapped("state")) - {"cancel"}
        return self.state == "draft" or not self.share_ids or states == {"draft"}

    def button_mark_done(self):
        """Settle first what was never confirmed, as a client may call this alone."""
        self.filtered(lambda order: order._is_unsettled()).action_confirm()
        self.filtered(lambda order: order.production_mode != "own")._pick_material()
        return super().button_mark_done()

    def _get_material_locations(self):
        """Return where material lies: at the order, or where its picking takes it."""
        self.ensure_one()
        places = self.location_src_id
        if self.location_src_id == self.warehouse_id.pbm_loc_id:
            places |= self.warehouse_id.lot_stock_id
        return places

    def _get_lot_quantities(self):
        """Return {lot: free quantity where its material lies} of the lots put in."""
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.owned_lot_ids.ids),
                    ("location_id", "child_of", self._get_material_locations().ids),
                ],
                ["lot_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        found = {lot.id: quantity - reserved for lot, quantity, reserved in quants}
        result = {}
        for lot in self.owned_lot_ids:
            free = lot.product_id.uom_id.round(found.get(lot.id, 0.0))
            if free <= 0:
                raise UserError(
                    self.env._(
                        "%(order)s: nothing is free of lot %(lot)s at %(location)s. "
                        "Release it from quarantine or take it out of the order.",
                        order=self.display_name,
                        lot=lot.name,
                        location=self.location_src_id.display_name,
                    )
                )
            result[lot] = free
        return result

    def _tie_untracked_material(self):
        """Take an owner's material from him where lots do not tell what is his.

        A bill of materials without lots reads as if the house supplied everything. In
        an order for an owner it is what he has in stock; all of it, if he has nothing
        yet: what is missing is then told, in place of using up the cooperative's.
        """
        moves = self.move_raw_ids.filtered(
            lambda m: m.state != "cancel" and m.product_id.is_storable
        )
        if self.production_mode != "toll" or any(
            move._is_owner_supplied() for move in moves
        ):
            return
        stock = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", moves.product_id.ids),
                    ("owner_id", "=", self.partner_id.id),
                    ("location_id", "child_of", self._get_material_locations().ids),
                    ("quantity", ">", 0),
                ],
                ["product_id"],
            )
        )
        his = {product for (product,) in stock}
        tied = moves.filtered(lambda move: move.product_id in his) or moves
        tied.restrict_partner_id = self.partner_id

    def _set_owner_components(self):
        """Demand what the named lots hold, one raw move per owner."""
        quantities = self._get_lot_quantities()
        company = self.company_id.partner_id
        for product in self.owned_lot_ids.product_id:
            moves = self.move_raw_ids.filtered(
                lambda m, product=product: (
                    m.product_id == product and m._is_owner_supplied()
                )
            )
            if not moves:
                raise UserError(
                    self.env._(
                        "%(order)s has no component %(product)s of its owner: correct "
                        "the bill of materials or the lots put in.",
                        order=self.display_name,
                        product=product.display_name,
                    )
                )
            owners = {}
            for lot, quantity in quantities.items():
                if lot.product_id == product:
                    owner = lot.owner_id or company
                    owners[owner] = owners.get(owner, 0.0) + quantity
            self._split_component(moves[0], owners)
            (moves - moves[0]).unlink()

    def _split_component(self, move, owners):
        """Give each owner a raw move of his own, in the unit of the product.

        A recipe in tonnes would round what lies in a lot in kilograms.

        :param dict owners: {partner: quantity in the product's unit}
        """
        company = self.company_id.partner_id
        vals_list = [
            {
                "product_uom": move.product_id.uom_id.id,
                "product_uom_qty": quantity,
                "restrict_partner_id": owner.id if owner != company else False,
            }
            for owner, quantity in owners.items()
        ]
        common = move.copy_data({"raw_material_production_id": self.id})[0]
        move.write(vals_list[0])
        move.create([{**common, **vals} for vals in vals_list[1:]])

    # ---- split, merge, backorder --------------------------------------------------

    def _split_productions(self, *args, **kwargs):
        """A backorder keeps the frozen shares of its order."""
        orders = super()._split_productions(*args, **kwargs)
        for order in orders.filtered(lambda order: order.production_mode != "own"):
            family = self & order.production_group_id.production_ids
            shares = family.share_ids
            if shares and not order.share_ids:
                order._write_shares(
                    {share.partner_id: share.graded_qty for share in shares},
                    shares._get_kind_terms(),
                    shares._get_lot_factors(),
                )
                order._copy_kind_terms(family)
        return orders

    def _pre_action_split_merge_hook(self, merge=False, split=False):
        if merge:
            parties = {
                (order.production_mode, order.partner_id.id, order._get_kind_key())
                for order in self
            }
            if len(parties) > 1 or "pooled" in self.mapped("production_mode"):
                raise UserError(
                    self.env._(
                        "Orders of different owners or terms, and pooled orders, "
                        "cannot be merged: %(orders)s. Make a pooled order of their "
                        "lots.",
                        orders=", ".join(self.mapped("name")),
                    )
                )
        return super()._pre_action_split_merge_hook(merge=merge, split=split)

    def action_merge(self):
        """The merged order is the same owner's, with all the lots."""
        if set(self.mapped("production_mode")) != {"toll"}:
            return super().action_merge()
        vals = {
            "production_mode": "toll",
            "partner_id": self.partner_id[:1].id,
            "owned_lot_ids": [Command.set(self.owned_lot_ids.ids)],
        }
        orders = self.with_context(
            toll_merged_vals=vals,
            toll_merged_orders=self.ids,
            toll_kind_token=OWNER_TOKEN,
        )
        return super(MrpProduction, orders).action_merge()
