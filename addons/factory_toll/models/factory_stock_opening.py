# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening stock: what was in the house, and whose it was, before it was kept here."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from .factory_intake import INTAKE_TOKEN, MONEY_GROUPS, without_results
from .stock_lot import OWNER_TOKEN

RESULT_FIELDS = {"state", "lot_id", "move_id", "reversal_move_id"}
STATES = [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")]


class FactoryStockOpening(models.Model):
    _name = "factory.stock.opening"
    _description = "Opening Lot"
    _inherit = ["factory.warehouse.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "lot_name", "owner_id", "product_id"]

    name = fields.Char("Code", required=True, help="Row of the list it comes from.")
    date = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When the stock was taken over, UTC; the age of the lot counts from it.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        check_company=True,
        help="Whose it is. Empty: the cooperative's own.",
    )
    lot_name = fields.Char(
        "Lot", help="Number on the sacks; required for products that are kept by lot."
    )
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the unit of the product."
    )
    location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Where it lies. Empty: the stock of the warehouse, or its quarantine.",
    )
    grade_id = fields.Many2one("factory.grade", index="btree_not_null")
    to_quarantine = fields.Boolean(
        "Into quarantine", help="No order can take it before it is released."
    )
    unit_cost = fields.Monetary(
        groups=MONEY_GROUPS,
        help="Value per unit of what is the cooperative's own. Empty: the product's "
        "cost. An owner's material has no value in the cooperative's books.",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Stock lot", readonly=True, copy=False, index=True
    )
    move_id = fields.Many2one("stock.move", readonly=True, copy=False)
    reversal_move_id = fields.Many2one("stock.move", readonly=True, copy=False)

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "An opening lot with this code exists already."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The opening quantity must be above zero."
    )
    _cost_not_negative = models.Constraint(
        "CHECK (unit_cost >= 0)", "The cost cannot be negative."
    )

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = without_results(self, vals_list, RESULT_FIELDS)
        return super(FactoryStockOpening, records).create(vals_list)

    def write(self, vals):
        if self.env.context.get("factory_intake_token") is not INTAKE_TOKEN:
            self._check_draft()
            if RESULT_FIELDS & vals.keys():
                raise UserError(
                    self.env._("Use Post or Reverse to change an opening lot.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self._check_draft()

    def _own(self):
        return self.with_context(factory_intake_token=INTAKE_TOKEN)

    def _check_draft(self):
        for opening in self:
            if opening.state != "draft":
                raise UserError(
                    self.env._(
                        "Opening lot %(name)s is posted and stands. Reverse it and "
                        "enter it again.",
                        name=opening.name,
                    )
                )

    # ---- actions ------------------------------------------------------------------

    def action_post(self):
        """Bring the lots into stock, each under its owner; all of them or none.

        :return: True
        """
        self.check_access("write")
        self._check_draft()
        self._check_postable()
        self._assign_lots()
        groups = self.grouped(lambda o: (o.company_id, o._get_local_day()))
        for (company, day), openings in groups.items():
            openings._date_first_prices()
            vals_list = [opening._prepare_move_vals() for opening in openings]
            # A manager may post opening lots; moves and lots follow from it.
            moves = self.env["stock.move"].sudo().with_company(company)
            moves = moves.create(vals_list)
            moves.with_context(force_period_date=day)._action_done()
            openings._set_posted(moves)
        return True

    def _date_first_prices(self):
        for opening in self.filtered(lambda opening: not opening._get_owner()):
            product = opening.product_id.with_company(opening.company_id)
            product._date_first_price(opening.date)

    def _set_posted(self, moves):
        for opening, move in zip(self, moves, strict=True):
            if move.state != "done":
                raise UserError(
                    self.env._(
                        "Opening lot %(name)s could not be posted.", name=opening.name
                    )
                )
            dated = move.with_context(toll_dating_token=OWNER_TOKEN)
            dated.date = opening.date
            dated.move_line_ids.date = opening.date
            opening._own().write({"state": "posted", "move_id": move.id})
            opening.sudo()._set_value(move)
            quants = opening.sudo().lot_id.quant_ids
            quants.filtered(lambda quant: quant.quantity > 0).in_date = opening.date

    def _set_value(self, move):
        """Value what is the cooperative's own at the given cost."""
        if self._get_owner() or not self.unit_cost:
            return
        value = to_decimal(self.unit_cost) * to_decimal(self.quantity)
        self.env["product.value"].create(
            {
                "move_id": move.id,
                "value": self.company_id._round_amount(value),
                "company_id": self.company_id.id,
                "date": self.date,
                "description": self.name,
            }
        )

    def action_reverse(self):
        """Take posted lots out again; they must lie untouched where they were put.

        :return: True
        """
        self.check_access("write")
        for opening in self:
            if opening.state != "posted":
                raise UserError(
                    self.env._("Opening lot %(name)s is not posted.", name=opening.name)
                )
            opening._reverse()
        return True

    def _reverse(self):
        move = self.move_id.sudo()
        quants = self.env["stock.quant"].sudo()
        left = quants._get_available_quantity(
            self.product_id,
            move.location_dest_id,
            lot_id=self.lot_id,
            owner_id=self._get_owner(),
            strict=True,
        )
        uom = self.product_id.uom_id
        if uom.compare(left, self.quantity) < 0:
            raise UserError(
                self.env._(
                    "Opening lot %(name)s cannot be reversed: only %(left)s %(unit)s "
                    "are free at %(location)s.",
                    name=self.name,
                    left=uom.round(left),
                    unit=uom.name,
                    location=move.location_dest_id.display_name,
                )
            )
        vals = self._prepare_move_vals(move.location_dest_id, move.location_id)
        vals["origin_returned_move_id"] = move.id
        vals["partner_id"] = self._get_owner().id
        back = move.create(vals)
        back._action_done()
        self._own().write({"state": "reversed", "reversal_move_id": back.id})

    # ---- posting ------------------------------------------------------------------

    def _get_local_day(self):
        self.ensure_one()
        return self.company_id._local_date(self.date)

    def _get_owner(self):
        """Return the owner; none when it is the cooperative itself."""
        self.ensure_one()
        own = self.owner_id == self.company_id.partner_id
        return self.env["res.partner"] if own else self.owner_id

    def _check_postable(self):
        for opening in self:
            problem = opening._get_problem()
            if problem:
                raise UserError(
                    self.env._(
                        "Opening lot %(name)s, %(product)s: %(problem)s",
                        name=opening.name,
                        product=opening.product_id.display_name,
                        problem=problem,
                    )
                )

    def _get_problem(self):
        product = self.product_id
        if not product.is_storable:
            return self.env._("the product is not stored.")
        if product.tracking == "serial":
            return self.env._("products with serial numbers cannot be taken over here.")
        if product.tracking == "lot" and not self.lot_name:
            return self.env._("enter the number of the lot.")
        if product.tracking == "none" and self.lot_name:
            return self.env._("the product is not kept by lot; leave the lot empty.")
        if product.tracking == "none" and self._get_owner():
            return self.env._("an owner's goods are kept by lot; set the product so.")
        valued = product.with_company(self.company_id)
        if not self._get_owner() and self.sudo().unit_cost and valued._get_unpriced():
            return self.env._(
                "its cost would not count, because the product is valued at a standard "
                "price and has none. Set its category to average cost, or a cost on "
                "the product."
            )
        return False

    def _assign_lots(self):
        """Find the lots, or create them; a number is one owner's."""
        lots = self.env["stock.lot"].sudo()
        tracked = self.filtered("lot_name")
        found = {
            (lot.product_id, lot.company_id, lot.name): lot
            for lot in lots.search(
                [
                    ("name", "in", tracked.mapped("lot_name")),
                    ("product_id", "in", tracked.product_id.ids),
                    ("company_id", "in", tracked.company_id.ids),
                ]
            )
        }
        for opening in tracked:
            key = (opening.product_id, opening.company_id, opening.lot_name)
            lot = found.get(key)
            if lot and lot.owner_id != opening._get_owner():
                raise UserError(
                    self.env._(
                        "Opening lot %(name)s: lot %(lot)s is of %(owner)s already. "
                        "Give each owner's material a lot of its own.",
                        name=opening.name,
                        lot=lot.name,
                        owner=lot.owner_id.display_name
                        or self.env._("the cooperative"),
                    )
                )
            if not lot:
                lot = found[key] = lots.create(opening._prepare_lot_vals())
            opening._own().lot_id = lot

    def _prepare_lot_vals(self):
        return {
            "name": self.lot_name,
            "product_id": self.product_id.id,
            "company_id": self.company_id.id,
            "owner_id": self._get_owner().id,
            "grade_id": self.grade_id.id,
        }

    def _get_location(self):
        if self.location_id:
            return self.location_id
        if self.to_quarantine:
            return self.warehouse_id._get_quarantine_location()
        return self.warehouse_id.lot_stock_id

    def _prepare_move_vals(self, source=None, destination=None):
        """Return the move from outside the house into it, or back."""
        source = source or self.env.ref("stock.stock_location_suppliers")
        destination = destination or self._get_location()
        owner = self._get_owner()
        places = {"location_id": source.id, "location_dest_id": destination.id}
        line = {
            **places,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
            "owner_id": owner.id,
            "picked": True,
            "company_id": self.company_id.id,
        }
        return {
            **places,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self.quantity,
            "restrict_partner_id": owner.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "date": self.date,
            "picked": True,
            "move_line_ids": [Command.create(line)],
        }
