# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.shares import split_by_shares
from .stock_lot import OWNER_TOKEN

PERCENT_UNIT = Decimal("0.000001")


class FactoryProductionShare(models.Model):
    _name = "factory.production.share"
    _description = "Owner's Share in a Production Order"
    _order = "production_id, partner_id, id"
    _check_company_auto = True
    _rec_name = "partner_id"

    production_id = fields.Many2one(
        "mrp.production", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="production_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Owner", required=True, index=True
    )
    graded_qty = fields.Float(
        "Graded quantity (kg)",
        digits=(16, 3),
        required=True,
        help="Kilograms put in, each counted by the share factor of its grade.",
    )
    lot_factors = fields.Json(
        "Factors of the lots",
        readonly=True,
        help="Share factor of the grade of each lot put in, by the id of the lot, as "
        "it was when the order was confirmed.",
    )
    percent = fields.Float(
        compute="_compute_percent",
        store=True,
        digits=(9, 6),
        aggregator=None,
        help="Part of the order's outputs and charges that is this owner's.",
    )

    product_id = fields.Many2one(related="production_id.product_id")
    production_state = fields.Selection(
        related="production_id.state", string="State of the order"
    )
    date_finished = fields.Datetime(related="production_id.date_finished")
    put_in_kg = fields.Float(
        "Put in (kg)",
        digits=(16, 3),
        compute="_compute_put_in_kg",
        compute_sudo=True,
        help="Weight of this owner's lots that went in, before grading.",
    )
    received = fields.Char(
        "Gets",
        compute="_compute_received",
        compute_sudo=True,
        help="What of the product and the by-products came out for this owner.",
    )

    _owner_uniq = models.Constraint(
        "UNIQUE (production_id, partner_id)",
        "An owner has one share in an order.",
    )
    _graded_qty_positive = models.Constraint(
        "CHECK (graded_qty > 0)", "A share needs a quantity above zero."
    )

    @api.depends("graded_qty", "production_id.share_ids.graded_qty")
    def _compute_percent(self):
        """Split 100 by the graded quantities, so that the parts add up to it."""
        for order, shares in self.grouped("production_id").items():
            whole = (order.share_ids | shares).filtered("graded_qty")
            weights = [to_decimal(share.graded_qty) for share in whole]
            if not weights:
                shares.percent = 0.0
                continue
            parts = split_by_shares(Decimal(100), weights, PERCENT_UNIT)
            found = dict(zip(whole, parts, strict=True))
            for share in shares:
                share.percent = float(found.get(share, 0))

    def _compute_put_in_kg(self):
        sums = self._sum_done_lines("raw_material_production_id")
        for share in self:
            share.put_in_kg = sum(
                share.production_id._to_kg(quantity, product, product.uom_id)
                for product, quantity in sums.get(share._get_line_key(), ())
                if share._is_put_in(product)
            )

    def _is_put_in(self, product):
        """Tell whether a component is the owners' material, not a consumable."""
        order = self.production_id
        if order.owned_lot_ids:
            return product in order.owned_lot_ids.product_id
        return product.tracking != "none"

    def _compute_received(self):
        sums = self._sum_done_lines("production_id")
        for share in self:
            found = sums.get(share._get_line_key(), ())
            share.received = ", ".join(
                f"{product.display_name} {quantity:.3f} {product.uom_id.name}"
                for product, quantity in sorted(
                    found, key=lambda pair: pair[0] != share.product_id
                )
            )

    def _get_line_key(self):
        """Return order and owner as move lines name them: nobody is the house."""
        self.ensure_one()
        own = self.partner_id == self.company_id.partner_id
        return self.production_id.id, False if own else self.partner_id.id

    def _sum_done_lines(self, order_field):
        """Return {(order id, owner id): [(product, quantity in its unit)]}."""
        # who may see a share may see what it gave; lines themselves stay closed to him
        lines = self.env["stock.move.line"].sudo()
        groups = lines._read_group(
            [
                (f"move_id.{order_field}", "in", self.production_id.ids),
                ("move_id.scrap_id", "=", False),
                ("kind_owner_id", "=", False),
                ("state", "=", "done"),
            ],
            ["move_id", "owner_id", "product_id"],
            ["quantity_product_uom:sum"],
        )
        sums = {}
        for move, owner, product, quantity in groups:
            key = move[order_field].id, owner.id
            sums.setdefault(key, {}).setdefault(product, 0.0)
            sums[key][product] += quantity
        return {key: list(found.items()) for key, found in sums.items()}

    def _get_lot_factors(self):
        """Return {partner: {lot id as text: factor}}, for the rest of an order."""
        return {share.partner_id: share.lot_factors for share in self.sudo()}

    def _get_all_lot_factors(self):
        """Return {lot id as text: frozen factor} of all shares."""
        factors = {}
        for share in self:
            factors.update(share.lot_factors or {})
        return factors

    def get_pool_statement(self):
        """Return what an owner put into a pooled order and what he got out of it.

        :return: {"order", "state", "product", "batches", "date", "put_in_kg",
            "graded_kg", "percent", "outputs": [{"product", "lot", "quantity",
            "unit"}], "kind_percent", "paid_in_kind" (what of the outputs paid for the
            work, in words)}; ``date`` (ISO, UTC) is False until the order is done
        :raise AccessError: for an owner who asks for somebody else's share
        """
        self.ensure_one()
        self.check_access("read")
        # an owner may see his part of an order that he may not open
        share = self.sudo()
        order = share.production_id
        done = order.state == "done"
        return {
            "order": order.name,
            "state": order.state,
            "product": share.product_id.display_name,
            "batches": order.lot_producing_ids.mapped("name"),
            "date": fields.Datetime.to_string(order.date_finished) if done else False,
            "put_in_kg": share.put_in_kg,
            "graded_kg": share.graded_qty,
            "percent": share.percent,
            "outputs": share._get_outputs(),
            "kind_percent": share.kind_percent,
            "paid_in_kind": share.paid_in_kind,
        }

    def _get_outputs(self):
        """Return what came out for the owner, each lot for itself."""
        order_id, owner_id = self._get_line_key()
        groups = self.env["stock.move.line"]._read_group(
            [
                ("move_id.production_id", "=", order_id),
                ("move_id.scrap_id", "=", False),
                ("state", "=", "done"),
                ("owner_id", "=", owner_id),
                ("kind_owner_id", "=", False),
            ],
            ["product_id", "lot_id"],
            ["quantity_product_uom:sum"],
        )
        groups.sort(
            key=lambda group: (group[0] != self.product_id, group[1].name or "")
        )
        return [
            {
                "product": product.display_name,
                "lot": lot.name or "",
                "quantity": quantity,
                "unit": product.uom_id.name,
            }
            for product, lot, quantity in groups
        ]

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        orders = self.env["mrp.production"].browse(
            [vals["production_id"] for vals in vals_list if vals.get("production_id")]
        )
        self._check_by_order(orders)
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self._check_by_order(self.production_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_order(self):
        self._check_by_order(self.production_id)

    def _check_by_order(self, orders):
        """Only the order itself writes shares, when it is confirmed or split.

        The state of the order does not matter: a client can write that too.
        """
        if self.env.context.get("toll_owner_token") is not OWNER_TOKEN:
            raise UserError(
                self.env._(
                    "The shares of %(order)s are taken from the lots put in and frozen "
                    "when it is confirmed. Choose other lots before that; afterwards "
                    "cancel the order and make a new one.",
                    order=orders.exists()[:1].display_name or self.env._("an order"),
                )
            )
