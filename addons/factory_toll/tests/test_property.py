# SPDX-License-Identifier: AGPL-3.0-or-later
import random
from collections import Counter

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .random_house import NothingToDoError, RandomHouse

STEPS = 110
# What is done, and how often of all; the attacks must all be refused.
WORK = {
    "weigh_in": 5,
    "buy": 2,
    "toll": 4,
    "backorder": 3,
    "split": 2,
    "own": 2,
    "pooled": 3,
    "scrap": 2,
    "count": 1,
    "give_out_and_return": 2,
    "unbuild": 2,
}
ATTACKS = ["force", "misname_scrap", "ship", "misname_transfer"]


@tagged("post_install", "-at_install")
class TestProperty(RandomHouse):
    """Random days of a house: each owner keeps, uses and gets his own, to the gram."""

    def test_random_work_never_uses_foreign_material(self):
        self.chance = random.Random(20260101)
        work = [action for action, weight in WORK.items() for _ in range(weight)]
        for step in range(STEPS):
            attack = step % 5 == 4
            action = self.chance.choice(ATTACKS if attack else work)
            before = Counter(self.books)
            self.tried[action] += 1
            try:
                with self.cr.savepoint():
                    if not getattr(self, f"_do_{action}")(*self._pick_owners()):
                        raise NothingToDoError
                    self.done[action] += 1
                    self.assertFalse(attack, f"{action} in step {step} got through")
            except (NothingToDoError, UserError, ValidationError):
                self.books = before
            self._check_books(f"step {step}: {action}")
        missing = [action for action in WORK if not self.done[action]]
        self.assertEqual(missing, [], f"never done, of {dict(self.tried)}")
        self._check_orders()

    # ---- what must hold -----------------------------------------------------------

    def _check_books(self, message):
        quants = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", (self.ginger | self.powder | self.peel).ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", self.company.id),
            ],
            ["product_id", "owner_id"],
            ["quantity:sum", "quantity:min"],
        )
        found = {}
        for product, owner, quantity, smallest in quants:
            self.assertGreaterEqual(round(smallest, 3), 0, message)
            if round(quantity, 3):
                found[product, owner or None] = round(quantity, 3)
        expected = {key: round(value, 3) for key, value in self.books.items()}
        self.assertEqual(
            found, {key: value for key, value in expected.items() if value}, message
        )

    def _check_orders(self):
        """Inputs = outputs + loss, by line and by order; parties only."""
        orders = self.env["mrp.production"].search(
            [("company_id", "=", self.company.id), ("state", "=", "done")]
        )
        self.assertGreater(len(orders), 15)
        for order in orders.filtered(lambda o: o.production_mode != "own"):
            raw = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
            out = order.move_finished_ids.filtered(lambda m: m.state == "done")
            into = sum(raw.move_line_ids.mapped("quantity"))
            paid = out.move_line_ids.filtered("kind_owner_id")
            kept = out.move_line_ids - paid
            # what the owners keep, what they pay with, and the loss are all there is
            self.assertAlmostEqual(sum(paid.mapped("quantity")), order.kind_kg, 6)
            self.assertAlmostEqual(
                into,
                sum(kept.mapped("quantity")) + order.kind_kg + order.loss_kg,
                6,
                order.name,
            )
            self.assertFalse(paid.owner_id)
            self.assertAlmostEqual(
                sum(paid.mapped("kind_value")),
                sum(
                    paid.filtered(lambda line: line.product_id == self.powder).mapped(
                        "quantity"
                    )
                )
                * 40_000,
                2,
            )
            parties = order.partner_id or order.share_ids.partner_id
            owners = (raw | out).move_line_ids.owner_id
            self.assertLessEqual(owners, parties, order.name)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertEqual([row for row in rows if row["difference"]], [])
