# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestUnits(TollCommon):
    """Weights in units that are coarser than the kilogram."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ton = cls.env.ref("uom.product_uom_ton")
        cls.pound = cls.env.ref("uom.product_uom_lb")

    def _weigh(self, uom, gross, owner=None, **vals):
        product = self._create_product(f"Jahe {uom.name}", "lot", uom)
        intake = self.env["factory.intake"].create(
            {
                "partner_id": (owner or self.owner_a).id,
                "line_ids": [
                    Command.create({"product_id": product.id, "gross_kg": gross})
                ],
                **vals,
            }
        )
        return intake

    def test_weight_that_the_unit_cannot_hold_is_refused(self):
        """1000.001 kg are 1.000001 t: six digits, and the unit has three."""
        intake = self._weigh(self.ton, 1000.001)
        with self.assertRaisesRegex(UserError, "kept in .*1000.001.*6 digits"):
            intake.action_accept()
        self.assertEqual(intake.state, "draft")

    def test_digits_decide(self):
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 6
        intake = self._weigh(self.ton, 1000.001)
        intake.action_accept()
        self.assertEqual(intake.lot_ids.product_qty, 1.000001)

    def test_kilograms_with_too_few_digits(self):
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 2
        intake = self._weigh(self.kg, 33.337)
        with self.assertRaisesRegex(UserError, "33.337.*3 digits"):
            intake.action_accept()

    def test_weight_that_the_unit_holds(self):
        """34 kg are 0.034 t; nothing is added."""
        intake = self._weigh(self.ton, 34)
        intake.action_accept()
        self.assertEqual(intake.lot_ids.product_qty, 0.034)

    def test_pounds_are_rounded_half_up(self):
        """7 kg / 0.45359237 = 15.43236 lb: 15.432; rounding up gave 15.433."""
        intake = self._weigh(self.pound, 7)
        intake.action_accept()
        self.assertAlmostEqual(intake.lot_ids.product_qty, 15.432, 6)

    def _order_in_tons(self, mode, lots, owner=None):
        order = self._create_order(
            owner, 0.25, lots, mode=mode, product_uom_id=self.ton.id
        )
        order.action_confirm()
        return order

    def test_pool_in_tons_is_split_in_the_products_unit(self):
        """477 kg by 4000.123 : 777.777 are 399.3509 and 77.6491 kg: floors
        399.350 and 77.649; the gram left goes to the larger remainder: 399.351."""
        lots = self._weigh_in(self.owner_a, 4000.123)
        lots |= self._weigh_in(self.owner_b, 777.777)
        order = self._order_in_tons("pooled", lots)
        order.action_record_output(0.477)
        parts = [
            self._get_stock(self.powder, owner)
            for owner in (self.owner_a, self.owner_b)
        ]
        self.assertEqual(parts, [399.351, 77.649])
        self.assertEqual(self._get_stock(self.ginger), 0)
        self.assertEqual(self._get_stock(self.powder), 477)

    def test_recipe_in_tons_takes_the_lots_as_they_are(self):
        self.bom.bom_line_ids[0].write({"product_uom_id": self.ton.id})
        lots = self._weigh_in(self.owner_a, 40.123) | self._weigh_in(self.owner_b, 20)
        order = self._create_order(quantity=4, mode="pooled", lots=lots)
        order.action_record_output(4)
        self.assertEqual(order.input_kg, 60.123)
        self.assertEqual(self._get_stock(self.ginger), 0)

    def test_half_a_kilogram_of_an_order_in_tons(self):
        """0.2505 t are 250.5 kg; the order's own unit would make 251 of it."""
        lot = self._weigh_in(self.owner_a, 4000)
        order = self._order_in_tons("toll", lot, self.owner_a)
        result = order.action_record_output(0.2505)
        self.assertEqual(result["output_kg"], 250.5)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 250.5)

    def test_cooperatives_own_order_in_tons_is_worth_its_cost(self):
        """2,500 kg at 100 = 250,000, whatever its unit rounds 250.5 kg to."""
        self._add_own_stock(self.ginger, 2500, cost=100)
        order = self._order_in_tons("own", None)
        order.action_record_output(0.2505)
        self.assertEqual(self._get_stock(self.powder), 250.5)
        self.assertAlmostEqual(self.powder.total_value, 250_000, 2)
