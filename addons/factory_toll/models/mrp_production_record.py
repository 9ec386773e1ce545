# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an order took, gave and lost; recording it in one call."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    expected_yield = fields.Float(
        "Expected yield (%)",
        digits=(6, 3),
        compute="_compute_expected_yield",
        store=True,
        readonly=False,
        help="Kilograms of product per 100 kilograms of the owner's material, from "
        "the bill of materials. 0: not judged.",
    )
    yield_tolerance = fields.Float(
        "Tolerance (points)",
        digits=(6, 3),
        compute="_compute_expected_yield",
        store=True,
        readonly=False,
        help="Percentage points that the yield may miss without a reason.",
    )
    input_kg = fields.Float(
        "Material in (kg)", digits=(16, 3), readonly=True, copy=False
    )
    additive_kg = fields.Float(
        "Additives (kg)",
        digits=(16, 3),
        readonly=True,
        copy=False,
        help="Consumables of the cooperative that have a weight.",
    )
    output_kg = fields.Float(
        "Product out (kg)", digits=(16, 3), readonly=True, copy=False
    )
    byproduct_kg = fields.Float(
        "By-products out (kg)", digits=(16, 3), readonly=True, copy=False
    )
    loss_kg = fields.Float(
        "Loss (kg)",
        digits=(16, 3),
        readonly=True,
        copy=False,
        help="Material and additives less product and by-products: water, peel, dust.",
    )
    actual_yield = fields.Float("Yield (%)", digits=(9, 3), readonly=True, copy=False)
    is_over_input = fields.Boolean(
        "More out than in",
        readonly=True,
        copy=False,
        help="Product and by-products weigh more than all that went in.",
    )
    loss_reason = fields.Char(
        copy=False,
        help="Why the yield missed the expected one by more than the tolerance.",
    )

    @api.depends("bom_id")
    def _compute_expected_yield(self):
        for order in self:
            order.expected_yield = order.bom_id.expected_yield
            order.yield_tolerance = order.bom_id.yield_tolerance

    # ---- weights ------------------------------------------------------------------

    def _to_kg(self, quantity, product, uom):
        """Return the weight in kg; by the product's own weight if it is counted."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        if uom._has_common_reference(kilogram):
            return uom._compute_quantity(quantity, kilogram, round=False)
        units = uom._compute_quantity(quantity, product.uom_id, round=False)
        return units * product.weight

    def _sum_kg(self, moves):
        total = sum(
            self._to_kg(line.quantity, line.product_id, line.product_uom_id)
            for line in moves.move_line_ids
        )
        return round(total, 3)

    def _post_inventory(self, cancel_backorder=False):
        open_moves = (self.move_raw_ids | self.move_finished_ids).filtered(
            lambda m: m.state not in ("done", "cancel")
        )
        orders = self.with_context(toll_link_later=OWNER_TOKEN)
        result = super(MrpProduction, orders)._post_inventory(
            cancel_backorder=cancel_backorder
        )
        for order in self.filtered(lambda order: order.production_mode != "own"):
            if order.production_mode == "pooled":
                done = open_moves.exists().filtered(lambda m: m.state == "done")
                consumed = (done & order.move_raw_ids).move_line_ids
                order.move_finished_ids.move_line_ids._link_to_consumed(consumed)
            order._record_balance()
        return result

    def _record_balance(self):
        """Freeze weights, loss and yield of the done moves and judge the yield."""
        self.ensure_one()
        raw = self.move_raw_ids.filtered(lambda m: m.state == "done" and not m.scrap_id)
        material = raw.filtered(lambda m: m._is_owner_supplied())
        out = self.move_finished_ids.filtered(
            lambda m: m.state == "done" and not m.scrap_id
        )
        product = out.filtered(lambda m: m.product_id == self.product_id)
        vals = {
            "input_kg": self._sum_kg(material),
            "additive_kg": self._sum_kg(raw - material),
            "output_kg": self._sum_kg(product),
            "byproduct_kg": self._sum_kg(out - product),
            "kind_kg": self._sum_kind_kg(out),
        }
        vals["loss_kg"] = round(
            vals["input_kg"]
            + vals["additive_kg"]
            - vals["output_kg"]
            - vals["byproduct_kg"],
            3,
        )
        vals["actual_yield"] = (
            vals["output_kg"] / vals["input_kg"] * 100 if vals["input_kg"] else 0.0
        )
        vals["is_over_input"] = self._is_over_input(raw, out, vals)
        self._write_measured(vals)
        self._check_consumed(material)
        self._check_put_in(material)
        self._check_yield()

    # ---- one call -----------------------------------------------------------------

    def action_record_output(
        self, quantity, byproducts=None, date=None, loss_reason=None, lot_name=None
    ):
        """Record what was weighed out and close the order.

        The owner's material goes in as scanned, or where nothing was scanned as
        reserved (all of the lots put in); consumables as demanded. Confirms and
        reserves the order first if need be.

        :param float quantity: product really weighed, in the order's unit
        :param list byproducts: [{"product_id": 5, "quantity": 1.5, "lot_name": "P1"}],
            quantity in the unit of the recipe, else of the product; what was weighed
            is kept in the unit of the product, half up
        :param str date: when it was made, ISO, UTC; default now. Moves and books get
            this date
        :param str loss_reason: needed when the yield misses the tolerance
        :param str lot_name: number of the product's lot; default by sequence
        :return: {"id", "name", "state", "lot_ids", "input_kg", "additive_kg",
            "output_kg", "byproduct_kg", "kind_kg", "loss_kg", "actual_yield"}; kind_kg
            is the part of product and by-products that paid for the work
        """
        self.ensure_one()
        quantity, byproducts, date = self._read_weighed(quantity, byproducts, date)
        if self.state == "draft":
            self.action_confirm()
        if self.state in ("done", "cancel"):
            raise UserError(
                self.env._("%(order)s is closed already.", order=self.display_name)
            )
        self._pick_components()
        self._prepare_output_lot(lot_name, date)
        self.qty_producing = quantity
        self._record_byproducts(byproducts)
        if loss_reason:
            self.loss_reason = loss_reason
        self._with_weighed(quantity, byproducts)._close(date)
        return self._get_record_summary()

    def _pick_components(self):
        """Consume what was scanned, else all that is reserved.

        The owner's material must be there in full.
        """
        self.action_assign()
        for move in self.move_raw_ids:
            if move.state in ("done", "cancel"):
                continue
            if move._is_scanned():
                move._check_scanned()
                move._drop_unscanned()
                continue
            short = move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            if short and move.restrict_partner_id:
                raise UserError(
                    self.env._(
                        "%(order)s: only %(there)s of %(needed)s %(unit)s %(product)s "
                        "of %(owner)s are in stock. Weigh the rest in, release it from "
                        "quarantine, or lower the quantity.",
                        order=self.display_name,
                        there=move.quantity,
                        needed=move.product_uom_qty,
                        unit=move.product_uom.name,
                        product=move.product_id.display_name,
                        owner=move.restrict_partner_id.display_name,
                    )
                )
            if short:
                move.quantity = move.product_uom_qty
            move.picked = True

    def _prepare_stock_lot_values(self):
        """Number what is made for owners as their material is, P and the year.

        A sequence that the house gave the product goes before.
        """
        bare = self.env.ref("stock.sequence_production_lots", raise_if_not_found=False)
        sequence = self.product_id.lot_sequence_id
        if self.production_mode == "own" or (sequence and sequence != bare):
            return super()._prepare_stock_lot_values()
        numbers = self.env["ir.sequence"].with_company(self.company_id)
        name = numbers.next_by_code("factory.lot.product", self._get_kind_day())
        return {"product_id": self.product_id.id, "name": name}

    def _prepare_output_lot(self, lot_name, date):
        if self.product_tracking == "none" or self.lot_producing_ids:
            return
        order = self
        if date:
            day = self.company_id._local_date(date)
            order = self.with_context(force_period_date=day)
        vals = order._prepare_stock_lot_values()
        vals["company_id"] = self.company_id.id
        if lot_name:
            vals["name"] = lot_name
        if self.production_mode == "toll":
            vals["owner_id"] = self.partner_id.id
        self.lot_producing_ids = [Command.create(vals)]

    def _record_byproducts(self, byproducts):
        """Set what was weighed; by-products that nobody weighed are none."""
        self.move_byproduct_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        ).quantity = 0
        for product, rows in self._group_byproducts(byproducts).items():
            quantity = product.uom_id.round(sum(row["quantity"] for row in rows))
            move = self._get_byproduct_move(product.id)
            if not move:
                move_vals = self._get_move_finished_values(
                    product.id, quantity, product.uom_id.id
                )
                move = self.env["stock.move"].create(
                    {**move_vals, "byproduct_id": False}
                )
                move._action_confirm(merge=False)
            move.quantity = quantity
            if product.tracking == "lot":
                self._set_byproduct_lots(move, rows)
            move.picked = True

    def _group_byproducts(self, byproducts):
        """Return {product: its rows}: it may have been weighed in several goes."""
        groups = {}
        for row in byproducts:
            product = self.env["product.product"].browse(row["product_id"])
            groups.setdefault(product, []).append(row)
        return groups

    def _set_byproduct_lots(self, move, rows):
        """Put what was weighed into its lots, rows of the same number into one."""
        quantities = {}
        for row in rows:
            name = row.get("lot_name") or False
            quantities[name] = quantities.get(name, 0.0) + row["quantity"]
        lots = {
            name: self._create_byproduct_lot(move.product_id, name)
            for name in quantities
        }
        if len(lots) == 1:
            move.move_line_ids.write(
                {"lot_name": False, "lot_id": next(iter(lots.values())).id}
            )
            return
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(),
                    "product_uom_id": move.product_uom.id,
                    "quantity": quantity,
                    "lot_id": lots[name].id,
                }
            )
            for name, quantity in quantities.items()
            if quantity
        ]

    def _get_byproduct_move(self, product_id):
        return self.move_byproduct_ids.filtered(
            lambda move: (
                move.product_id.id == product_id
                and move.state not in ("done", "cancel")
            )
        )[:1]

    def _create_byproduct_lot(self, product, name):
        name = name or self.env["ir.sequence"].next_by_code("factory.lot")
        owner = self.partner_id if self.production_mode == "toll" else False
        return self.env["stock.lot"].create(
            {
                "name": name,
                "product_id": product.id,
                "company_id": self.company_id.id,
                "owner_id": owner and owner.id,
            }
        )

    def _close(self, date):
        """Mark the order done without a question and date it."""
        order = self.with_context(
            skip_backorder=True,
            skip_consumption=True,
            skip_expired=True,
            skip_redirection=True,
        )
        if date:
            local = self.company_id._local_date(date)
            order = order.with_context(force_period_date=local)
            products = self.move_finished_ids.product_id
            products.with_company(self.company_id)._date_first_price(date)
        order.button_mark_done()
        if self.state != "done":
            raise UserError(
                self.env._(
                    "%(order)s could not be closed: finish it in its form.",
                    order=self.display_name,
                )
            )
        if date:
            self._set_done_date(date)

    def _set_done_date(self, date):
        moves = (self.move_raw_ids | self.move_finished_ids).filtered(
            lambda m: m.state == "done"
        )
        moves = moves.with_context(toll_dating_token=OWNER_TOKEN)
        moves.date = date
        moves.move_line_ids.date = date
        start = min(self.date_start or date, date)
        self.with_context(force_date=True, toll_dating_token=OWNER_TOKEN).write(
            {"date_start": start, "date_finished": date}
        )

    def _get_record_summary(self):
        out = self.move_finished_ids.filtered(lambda m: m.state == "done")
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "lot_ids": out.move_line_ids.lot_id.ids,
            "input_kg": self.input_kg,
            "additive_kg": self.additive_kg,
            "output_kg": self.output_kg,
            "byproduct_kg": self.byproduct_kg,
            "kind_kg": self.kind_kg,
            "loss_kg": self.loss_kg,
            "actual_yield": self.actual_yield,
        }
