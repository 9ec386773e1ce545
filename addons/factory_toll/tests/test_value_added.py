# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TollCommon

# Tofu, small industry of Kabupaten Tegal: first vector of tests/vectors/hayami.json.
TOFU = {
    "output_qty": 108.4,
    "input_qty": 66,
    "labour_days": 3.95,
    "output_price": 9000,
    "wage_per_day": 28257,
    "raw_price": 7334,
    "other_input_per_unit": 1848,
}


@tagged("post_install", "-at_install")
class TestValueAdded(TollCommon):
    def test_published_table(self):
        table = self.env["factory.value.added"].compute_hayami(TOFU)
        # Printed: 14,782 5,599 37.88 1,691.14 30.20 3,908 69.80 7,447 22.71 24.82 52.48
        for key, printed, tolerance in (
            ("output_value", 14782, 1),
            ("value_added", 5599, 1),
            ("value_added_ratio", 37.88, 0.02),
            ("labour_income", 1691.14, 1),
            ("labour_share", 30.2, 0.02),
            ("profit", 3908.16, 1),
            ("profit_ratio_va", 69.8, 0.02),
            ("margin", 7447, 1),
            ("margin_labour", 22.71, 0.02),
            ("margin_other_input", 24.82, 0.02),
            ("margin_profit", 52.48, 0.02),
        ):
            self.assertAlmostEqual(table[key], printed, delta=tolerance, msg=key)
        self.assertEqual({type(value) for value in table.values()}, {float})

    def test_wrong_input_is_named(self):
        for field, value in (
            ("input_qty", 0),
            ("output_qty", 0),
            ("output_price", -1),
            ("wage_per_day", -1),
            ("labour_days", "many"),
            ("raw_price", None),
        ):
            with self.assertRaisesRegex(ValidationError, field):
                self.env["factory.value.added"].compute_hayami({**TOFU, field: value})

    def test_record_from_orders(self):
        self._weigh_in(self.owner_a, 40)
        self._weigh_in(self.owner_b, 20)
        for owner, quantity in ((self.owner_a, 4), (self.owner_b, 2)):
            order = self._create_order(owner, quantity)
            order.action_record_output(quantity, date="2026-01-15 03:00:00")
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "labour_days": 6,
                "wage_per_day": 120000,
                "output_price": 150000,
                "raw_price": 6000,
                "other_input_per_unit": 1000,
            }
        )
        record.action_load_orders()
        self.assertEqual((record.input_qty, record.output_qty), (60, 6))
        self.assertEqual(record.order_count, 2)
        record.action_compute()
        # 0.1 x 150,000 - 6,000 - 1,000 = 8,000; labour 0.1 x 120,000 = 12,000
        self.assertEqual((record.conversion, record.value_added), (0.1, 8000))
        self.assertEqual((record.labour_income, record.profit), (12000, -4000))

    def test_orders_of_the_local_day(self):
        """In Makassar 1 January starts 16:00 UTC on 31 December."""
        self.company.time_zone = "Asia/Makassar"
        self._weigh_in(self.owner_a, 60)
        for quantity, date in (
            (1, "2025-12-31 15:59:59"),
            (2, "2025-12-31 16:00:00"),
            (3, "2026-01-01 16:00:00"),
        ):
            order = self._create_order(self.owner_a, quantity)
            order.action_record_output(quantity, date=date)
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-01",
                "input_qty": 1,
                "output_qty": 1,
                "output_price": 9000,
            }
        )
        record.action_compute()
        self.assertEqual(record.value_added, 9000)
        record.action_load_orders()
        self.assertEqual((record.output_qty, record.order_count), (2, 1))
        self.assertEqual((record.value_added, record.conversion), (0, 0))

    def test_joint_products_are_summed(self):
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
                "input_qty": 25,
                "output_qty": 7.5,
                "output_price": 2000,
                "joint_ids": [
                    Command.create(
                        {"product_id": self.peel.id, "output_qty": 16, "price": 500}
                    )
                ],
            }
        )
        record.action_compute()
        # Coconut husk, Minahasa Selatan: 23,000 / 25 kg = 920 per kg
        self.assertEqual(record.output_value, 920)

    def test_period_without_orders(self):
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "date_from": "2025-01-01",
                "date_to": "2025-01-31",
            }
        )
        with self.assertRaises(UserError):
            record.action_load_orders()
