# SPDX-License-Identifier: AGPL-3.0-or-later
"""Value added from the orders that were really closed."""

from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.hayami import RESULTS

# A day of work (HOK, hari orang kerja) in hours.
HOURS_A_DAY = 8


class FactoryValueAdded(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.value.added"

    def action_load_orders(self):
        """Take quantities from the orders of the period that were closed.

        By-products become joint products. Prices, labour and other inputs that nobody
        has entered yet are proposed: see ``_get_proposals``.

        :return: True
        :raise UserError: when no order was closed
        """
        for record in self:
            orders = self.env["mrp.production"].search(record._get_order_domain())
            shares = record._get_lot_shares(orders)
            orders = orders.filtered(lambda order, shares=shares: shares.get(order.id))
            if not orders:
                raise UserError(
                    self.env._(
                        "No closed toll or pooled order of %(product)s in this period.",
                        product=record.product_id.display_name,
                    )
                )
            facts = record._get_order_facts(orders, shares)
            record.write(
                {
                    "input_qty": facts["input_qty"],
                    "output_qty": facts["output_qty"],
                    "order_count": len(orders),
                    "joint_ids": record._prepare_joint_commands(facts["joint"]),
                    # Of other quantities: to be computed again.
                    **dict.fromkeys(RESULTS, 0.0),
                }
            )
            record._propose(orders, shares)
        return True

    def _get_lot_shares(self, orders):
        """Return {order id: Decimal part of the order that is of the input lot}."""
        if not self.lot_id:
            return {order.id: Decimal(1) for order in orders}
        shares = {}
        for order in orders.filtered("input_kg"):
            lines = order.move_raw_ids.filtered(
                lambda move: move.state == "done" and not move.scrap_id
            ).move_line_ids.filtered(lambda line: line.lot_id == self.lot_id)
            kilograms = sum(
                order._to_kg(line.quantity, line.product_id, line.product_uom_id)
                for line in lines
            )
            shares[order.id] = to_decimal(kilograms) / to_decimal(order.input_kg)
        return shares

    def _get_order_facts(self, orders, shares):
        """Return the quantities of the orders, in kg.

        :return: {"input_qty", "output_qty", "joint": {product: kg}}
        """
        totals = {"input_qty": Decimal(0), "output_qty": Decimal(0)}
        joint = {}
        for order in orders:
            share = shares[order.id]
            totals["input_qty"] += to_decimal(order.input_kg) * share
            totals["output_qty"] += to_decimal(order.output_kg) * share
            done = order.move_finished_ids.filtered(
                lambda move: move.state == "done" and not move.scrap_id
            )
            others = done.filtered(
                lambda move, order=order: move.product_id != order.product_id
            )
            for move in others:
                kilograms = to_decimal(order._sum_kg(move)) * share
                joint[move.product_id] = joint.get(move.product_id, 0) + kilograms
        return {
            **{name: float(value) for name, value in totals.items()},
            "joint": {product: float(kg) for product, kg in joint.items() if kg},
        }

    def _prepare_joint_commands(self, joint):
        """Keep the prices that were entered; drop what nobody sells.

        :param dict joint: {product: kg}
        """
        commands = []
        for line in self.joint_ids:
            if line.product_id in joint:
                quantity = joint.pop(line.product_id)
                commands.append(Command.update(line.id, {"output_qty": quantity}))
        for product, quantity in joint.items():
            price = self._get_price_per_kg(product)
            if price:
                vals = {"product_id": product.id, "output_qty": quantity}
                commands.append(Command.create({**vals, "price": price}))
        return commands

    def _get_price_per_kg(self, product):
        """Return the sales price of a product per kg, 0 when it has no weight."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        if product.uom_id._has_common_reference(kilogram):
            return product.uom_id._compute_price(product.lst_price, kilogram)
        return product.lst_price / product.weight if product.weight else 0.0

    def _propose(self, orders, shares):
        """Fill in what is still empty."""
        proposals = self._get_proposals(orders, shares)
        self.write({name: value for name, value in proposals.items() if not self[name]})

    def _get_proposals(self, orders, shares):
        """Return what the house knows of prices and costs; an override point.

        :return: {"output_price": sales price, "raw_price": purchase price of the
            material on the last day, "labour_days": minutes of the work orders in days
            of eight hours, "other_input_per_unit": the cooperative's consumables at
            their cost, per kg of raw material}
        """
        minutes = other = Decimal(0)
        for order in orders:
            share = shares[order.id]
            minutes += to_decimal(sum(order.workorder_ids.mapped("duration"))) * share
            consumables = order.move_raw_ids.filtered(
                lambda move: move.state == "done" and not move._is_owner_supplied()
            )
            for move in consumables:
                cost = move.product_id.with_company(self.company_id).standard_price
                used = sum(move.move_line_ids.mapped("quantity_product_uom"))
                other += to_decimal(cost) * to_decimal(used) * share
        return {
            "output_price": self._get_price_per_kg(self.product_id),
            "raw_price": self._get_raw_price(orders),
            "labour_days": float(minutes / 60 / HOURS_A_DAY),
            "other_input_per_unit": float(other / to_decimal(self.input_qty)),
        }

    def _get_raw_price(self, orders):
        """Return the purchase price of the main material per kg, 0 when unknown."""
        materials = orders.move_raw_ids.filtered(
            lambda move: move.state == "done" and move._is_owner_supplied()
        ).product_id
        kilogram = self.env.ref("uom.product_uom_kgm")
        prices = self.env["factory.purchase.price"]
        grade = self.lot_id.grade_id
        price = prices.search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id", "in", materials.ids),
                ("grade_id", "in", [grade.id, False]),
                ("date_from", "<=", self.date_to),
            ],
            order="date_from desc, grade_id, id desc",
            limit=1,
        )
        if not price or not price.uom_id._has_common_reference(kilogram):
            return 0.0
        return price.uom_id._compute_price(price.price, kilogram)

    def _get_order_domain(self):
        """Return the orders closed on the company's calendar days of the period."""
        end = fields.Date.add(self.date_to, days=1)
        return [
            ("company_id", "=", self.company_id.id),
            ("product_id", "=", self.product_id.id),
            ("state", "=", "done"),
            ("production_mode", "!=", "own"),
            ("date_finished", ">=", self._get_midnight(self.date_from)),
            ("date_finished", "<", self._get_midnight(end)),
        ]

    def _get_midnight(self, day):
        """Return when the day starts at the company, as naive UTC."""
        zone = ZoneInfo(self.company_id.time_zone or "Asia/Jakarta")
        start = datetime.combine(day, time.min, zone)
        return start.astimezone(UTC).replace(tzinfo=None)
