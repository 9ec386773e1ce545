# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestRecipeUnits(TollCommon):
    """Odoo 19 converts any unit into any other; a recipe may not rely on that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.litre = cls.env.ref("uom.product_uom_litre")
        cls.gram = cls.env.ref("uom.product_uom_gram")
        cls.oil = cls._create_product("Minyak jahe", "lot")

    def _create_recipe(self, **vals):
        return self.env["mrp.bom"].create(
            {"product_tmpl_id": self.oil.product_tmpl_id.id, **vals}
        )

    def _assert_refused(self, action, *words):
        with self.assertRaises(ValidationError) as refused, self.env.cr.savepoint():
            action()
        for word in words:
            self.assertIn(word, str(refused.exception))

    def test_core_converts_silently(self):
        # what the guard is for: ten pieces of something in kg are taken for ten grams,
        # since a gram is what core counts weights in
        self.assertEqual(self.unit._compute_quantity(10, self.kg), 0.01)

    def test_recipe_of_the_product_in_another_measure(self):
        for unit in (self.unit, self.litre):
            self._assert_refused(
                lambda unit=unit: self._create_recipe(product_uom_id=unit.id),
                "Minyak jahe",
                "kg",
                unit.name,
            )
        recipe = self._create_recipe(product_uom_id=self.gram.id)
        self._assert_refused(lambda: recipe.write({"product_uom_id": self.unit.id}))
        self._assert_refused(
            lambda: recipe.write({"product_tmpl_id": self.bag.product_tmpl_id.id})
        )

    def test_component_and_byproduct_in_another_measure(self):
        ginger = {"product_id": self.ginger.id, "product_qty": 10}
        wrong = Command.create({**ginger, "product_uom_id": self.unit.id})
        for name in ("bom_line_ids", "byproduct_ids"):
            self._assert_refused(
                lambda name=name: self._create_recipe(**{name: [wrong]}),
                "Jahe segar",
                "Minyak jahe",
            )
        right = Command.create({**ginger, "product_uom_id": self.gram.id})
        line = self._create_recipe(bom_line_ids=[right]).bom_line_ids
        self._assert_refused(lambda: line.write({"product_uom_id": self.litre.id}))
        self._assert_refused(lambda: line.write({"product_id": self.bag.id}))

    def test_recipe_without_a_unit_has_that_of_its_product(self):
        self.assertEqual(self._create_recipe().product_uom_id, self.kg)
        bags = self.env["mrp.bom"].create(
            {"product_tmpl_id": self.bag.product_tmpl_id.id}
        )
        self.assertEqual(bags.product_uom_id, self.unit)

    def test_changed_unit_of_a_product_is_changed_in_its_recipes(self):
        recipe = self._create_recipe(
            bom_line_ids=[Command.create({"product_id": self.ginger.id})]
        )
        lot = self._add_own_stock(self.ginger, 10)
        order = self.env["mrp.production"].create(
            {"product_id": self.oil.id, "product_qty": 1, "bom_id": recipe.id}
        )
        order.action_confirm()
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"product_id": self.oil.id, "name": "MJ-1"}
        )
        order.move_raw_ids.move_line_ids.lot_id = lot
        order.qty_producing = 1
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        for product in (self.oil, self.ginger):
            product.product_tmpl_id.uom_id = self.unit
        self.assertEqual(order.product_uom_id, self.unit)
        self.assertEqual(recipe.product_uom_id, self.unit)
        self.assertEqual(recipe.bom_line_ids.product_uom_id, self.unit)

    def test_order_in_another_measure(self):
        self._assert_refused(
            lambda: self._create_order(self.owner_a, product_uom_id=self.unit.id),
            "Bubuk jahe",
        )
        order = self._create_order(
            self.owner_a, quantity=4000, product_uom_id=self.gram.id
        )
        ginger = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        # 4 kg of powder out of ten times as much
        self.assertEqual(ginger.product_uom_qty, 40)
