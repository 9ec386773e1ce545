# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon

PAST = "2025-08-31 00:00:00"
BEFORE = "2025-08-01 00:00:00"


@tagged("post_install", "-at_install")
class TestValuationDates(TollCommon):
    """Stock that is dated before the record of its product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ginger = cls._create_product("Jahe lama", "lot")
        cls.env["factory.purchase.price"].create(
            {"product_id": cls.ginger.id, "price": 9000, "date_from": "2025-01-01"}
        )

    def _open(self, quantity=10, cost=9000, date=PAST, name="S-1"):
        opening = self.env["factory.stock.opening"].create(
            {
                "name": name,
                "product_id": self.ginger.id,
                "lot_name": f"L-{name}",
                "quantity": quantity,
                "unit_cost": cost,
                "date": date,
            }
        )
        opening.action_post()
        return opening

    def _get_value(self, product=None):
        self.env.flush_all()
        self.env.invalidate_all()
        product = (product or self.ginger).with_company(self.company)
        return round(product.total_value, 2), round(product.standard_price, 4)

    def test_opening_stock_of_a_past_day(self):
        """10 kg at 9,000."""
        self._open()
        self.assertEqual(self._get_value(), (90_000, 9000))

    def test_opening_stock_of_midnight_today(self):
        self._open(date=f"{fields.Date.today()} 00:00:00")
        self.assertEqual(self._get_value(), (90_000, 9000))

    def test_later_opening_of_an_earlier_day(self):
        """10 kg at 9,000 and 10 kg at 6,000: 150,000 / 20 = 7,500."""
        self._open()
        self._open(cost=6000, date=BEFORE, name="S-2")
        self.assertEqual(self._get_value(), (150_000, 7500))

    def test_bought_material_of_a_past_day(self):
        self._weigh_in(self.owner_c, 10, mode="bought", date=PAST)
        self.assertEqual(self._get_value(), (90_000, 9000))

    def test_price_that_a_person_set_over_stock_stands(self):
        """10 kg set to 8,000; then 10 kg at 9,000 of a day before: 20 x 8,000."""
        self._open()
        self.ginger.with_company(self.company).standard_price = 8000
        self._open(date="2025-09-01 00:00:00", name="S-2")
        self.assertEqual(self._get_value(), (160_000, 8000))

    # ---- no cost at all -------------------------------------------------------------

    def _value_at_standard_price(self):
        category = self.env["product.category"].create({"name": "Harga baku"})
        category.with_company(self.company).property_cost_method = "standard"
        self.ginger.categ_id = category

    def test_opening_cost_that_would_not_count_is_refused(self):
        self._value_at_standard_price()
        with self.assertRaisesRegex(UserError, "S-1, Jahe lama.*average cost"):
            self._open()

    def test_opening_of_a_product_with_its_standard_price(self):
        """10 kg at the product's own 7,000."""
        self._value_at_standard_price()
        self.ginger.with_company(self.company).standard_price = 7000
        self._open()
        self.assertEqual(self._get_value(), (70_000, 7000))

    def test_purchase_that_is_worth_nothing_is_told(self):
        self._value_at_standard_price()
        intake = self._weigh_in(self.owner_c, 10, mode="bought").intake_id
        self.assertIn("worth nothing", "".join(intake.message_ids.mapped("body")))

    def test_purchase_with_a_cost_tells_nothing(self):
        intake = self._weigh_in(self.owner_c, 10, mode="bought").intake_id
        self.assertNotIn("worth nothing", "".join(intake.message_ids.mapped("body")))

    def test_set_up_values_at_average_cost(self):
        company = self.env["res.company"].create({"name": "Koperasi Baru"})
        self.assertEqual(company.cost_method, "standard")
        company.action_setup_cooperative()
        self.assertEqual(company.cost_method, "average")
        product = self.env["product.product"].create(
            {
                "name": "Jahe baru",
                "is_storable": True,
                "tracking": "lot",
                "uom_id": self.kg.id,
                "categ_id": self.env["product.category"].create({"name": "Baru"}).id,
            }
        )
        self.assertEqual(product.with_company(company).cost_method, "average")

    def test_set_up_leaves_a_valuation_in_use(self):
        self._open()
        for method in ("standard", "fifo"):
            self.company.cost_method = method
            lines = self.company.action_setup_cooperative()
            self.assertEqual(self.company.cost_method, method)
            self.assertIn("valuation of stock stays", " ".join(lines))

    def test_output_of_a_past_day(self):
        """10 kg at 9,000 make 1 kg powder; bags cost nothing."""
        powder = self._create_product("Bubuk lama", "lot")
        bom = self.bom.copy(
            {
                "product_tmpl_id": powder.product_tmpl_id.id,
                "byproduct_ids": [Command.clear()],
                "bom_line_ids": [
                    Command.clear(),
                    Command.create({"product_id": self.ginger.id, "product_qty": 10}),
                ],
            }
        )
        self._open(date=BEFORE)
        order = self._create_order(
            quantity=1, mode="own", product_id=powder.id, bom_id=bom.id
        )
        order.action_record_output(1, date=PAST)
        self.assertEqual(self._get_value(powder), (90_000, 90_000))
        self.assertEqual(self._get_value(), (0, 9000))
