# SPDX-License-Identifier: AGPL-3.0-or-later
import random

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestProperty(TollCommon):
    def test_random_orders_never_use_foreign_material(self):
        """60 random steps: whatever is tried, each owner keeps or uses his own.

        The model keeps its own books of every owner's ginger; an operation that core
        would let through with another owner's lot must raise and change nothing.
        """
        chance = random.Random(20260101)
        owners = [self.owner_a, self.owner_b, self.owner_c]
        books = dict.fromkeys(owners, 0.0)
        refused = 0
        for step in range(60):
            owner, other = chance.sample(owners, 2)
            action = chance.choice(["in", "toll", "toll", "forced", "scrap", "pooled"])
            try:
                with self.cr.savepoint():
                    used = self._run_step(action, owner, other, chance)
                for who, quantity in used.items():
                    books[who] = round(books[who] + quantity, 3)
            except (UserError, ValidationError):
                refused += 1
            if action == "forced":
                self.assertLessEqual(1, refused, f"step {step}")
            for who in owners:
                self.assertEqual(
                    self._get_stock(self.ginger, who), books[who], f"step {step}"
                )
            self.assertEqual(self._get_stock(self.ginger, False), 0)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertTrue(rows)
        self.assertEqual([row for row in rows if row["difference"]], [])
        orders = self.env["mrp.production"].search(
            [("company_id", "=", self.company.id), ("state", "=", "done")]
        )
        self.assertGreater(len(orders), 5)
        for order in orders.filtered(lambda o: o.production_mode == "toll"):
            lines = (order.move_raw_ids | order.move_finished_ids).move_line_ids
            owned = lines.filtered(lambda line: line.product_id != self.bag)
            self.assertEqual(owned.owner_id, order.partner_id)

    def _run_step(self, action, owner, other, chance):
        """Do one thing; return {owner: change of his ginger}."""
        if action == "in":
            weight = round(chance.uniform(1, 60), 3)
            self._weigh_in(owner, weight)
            return {owner: weight}
        if action == "scrap":
            return self._scrap_something(owner, other, chance)
        if action == "pooled":
            return self._pool_something(owner, other, chance)
        quantity = round(chance.uniform(0.1, 3), 3)
        order = self._create_order(owner, quantity)
        order.action_confirm()
        if action == "forced":
            self._force_foreign(order, other)
        order.action_record_output(
            round(quantity * chance.uniform(0.8, 1.1), 3),
            byproducts=[{"product_id": self.peel.id, "quantity": round(quantity, 3)}],
        )
        return {owner: -order.input_kg}

    def _force_foreign(self, order, other):
        component = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        component._do_unreserve()
        component.restrict_partner_id = other
        order.action_assign()
        if not component.move_line_ids:
            # Nothing of his to force in: the order lacks its material and is refused.
            component.product_uom_qty = 10**6

    def _scrap_something(self, owner, other, chance):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.ginger.id),
                ("owner_id", "=", owner.id),
                ("location_id", "=", self.stock.id),
                ("quantity", ">", 0),
            ],
            limit=1,
        )
        if not quant:
            return {}
        quantity = round(quant.quantity * chance.uniform(0.05, 1), 3)
        named = chance.choice([owner, other])
        self.env["stock.scrap"].create(
            {
                "product_id": self.ginger.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": quantity,
                "lot_id": quant.lot_id.id,
                "owner_id": named.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()
        self.assertEqual(named, owner)
        return {owner: -quantity}

    def _pool_something(self, owner, other, chance):
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "=", self.ginger.id),
                ("owner_id", "in", (owner | other).ids),
            ]
        )
        lots = lots.filtered(lambda lot: lot.product_qty > 0)
        order = self._create_order(quantity=1, mode="pooled", lots=lots)
        order.action_record_output(round(chance.uniform(0.5, 5), 3))
        used = {}
        for line in order.move_raw_ids.move_line_ids.filtered("owner_id"):
            used[line.owner_id] = used.get(line.owner_id, 0) - line.quantity
        return used
