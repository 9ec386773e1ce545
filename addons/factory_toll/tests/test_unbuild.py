# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestUnbuild(TollCommon):
    """Product of owners taken apart: each gets his own material back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 10)
        cls.lot_b = cls._weigh_in(cls.owner_b, 20)
        cls._add_own_stock(cls.bag, 100)

    def _make_pool(self, quantity=3.0, peel=6.0):
        """30 kg of ginger, a third A's, two thirds B's; six bags of the house."""
        order = self._create_order(
            quantity=3, mode="pooled", lots=self.lot_a | self.lot_b
        )
        peels = [{"product_id": self.peel.id, "quantity": peel}]
        order.action_record_output(quantity, peels)
        return order

    def _unbuild(self, order, quantity, lot):
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "product_uom_id": self.kg.id,
                "mo_id": order.id,
                "lot_id": lot.id,
                "bom_id": self.bom.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
            }
        )
        unbuild.action_validate()
        return unbuild

    def _get_part(self, order, owner):
        parts = order.lot_producing_ids.part_lot_ids
        return parts.filtered(lambda lot: lot.owner_id == owner)

    def test_whole_batch_gives_everybody_his_own(self):
        order = self._make_pool()
        unbuild = self._unbuild(order, 3, order.lot_producing_ids)
        self.assertEqual(unbuild.state, "done")
        self.assertEqual(self._get_stock(lot=self.lot_a, owner=self.owner_a), 10)
        self.assertEqual(self._get_stock(lot=self.lot_b, owner=self.owner_b), 20)
        self.assertEqual(self._get_stock(self.powder), 0)
        self.assertEqual(self._get_stock(self.peel), 0)
        self.assertEqual(self._get_stock(self.bag), 100)

    def test_an_owners_part_gives_back_his_own_only(self):
        order = self._make_pool()
        self._unbuild(order, 1, self._get_part(order, self.owner_b))
        # B put 20 kg in and got 2 of 3 kg powder and 4 of 6 kg peel; one of his two
        # kilograms is half of that. Of the bags, 1/3 of 6.
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 10)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 1)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1)
        self.assertEqual(self._get_stock(self.peel, self.owner_b), 2)
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 2)
        self.assertEqual(self._get_stock(self.bag), 96)

    def test_unbuilds_one_after_another_give_all_back(self):
        """Thirds of odd weights: nothing is lost or made by rounding."""
        order = self._make_pool(quantity=2.999, peel=5.003)
        part = self._get_part(order, self.owner_b)
        # 2.999 over 1:2 is 1.000 and 1.999
        for quantity in (0.667, 0.666, 0.666):
            self._unbuild(order, quantity, part)
        self.assertEqual(self._get_stock(lot=self.lot_b), 20)
        self._unbuild(order, 1, order.lot_producing_ids)
        self.assertEqual(self._get_stock(lot=self.lot_a), 10)
        self.assertEqual(self._get_stock(self.bag), 100)
        self.assertEqual(self._get_stock(self.peel), 0)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertEqual([row for row in rows if row["difference"]], [])

    def test_more_than_an_owner_got_is_refused(self):
        order = self._make_pool()
        with self.assertRaisesRegex(UserError, "only 1.000 of 1.500 kg"):
            self._unbuild(order, 1.5, self._get_part(order, self.owner_a))

    def test_what_was_handed_out_cannot_be_taken_apart(self):
        order = self._make_pool()
        part = self._get_part(order, self.owner_a)
        self.env["stock.scrap"].create(
            {
                "product_id": self.powder.id,
                "scrap_qty": 0.5,
                "lot_id": part.id,
                "owner_id": self.owner_a.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).action_validate()
        with self.assertRaisesRegex(UserError, "Ani.*0.5 kg are missing"):
            self._unbuild(order, 1, part)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)

    def test_toll_order_gives_back_the_owners_lots(self):
        second = self._weigh_in(self.owner_a, 5)
        order = self._create_order(self.owner_a, quantity=1.5, lots=self.lot_a | second)
        order.action_record_output(1.5)
        self._unbuild(order, 0.5, order.lot_producing_ids)
        # a third of each lot: 3.333 and 1.667 kg
        self.assertEqual(self._get_stock(lot=self.lot_a), 3.333)
        self.assertEqual(self._get_stock(lot=second), 1.667)
        self._unbuild(order, 1, order.lot_producing_ids)
        self.assertEqual(self._get_stock(lot=self.lot_a), 10)
        self.assertEqual(self._get_stock(lot=second), 5)

    def test_lot_of_another_order_is_refused(self):
        order = self._make_pool()
        with self.assertRaisesRegex(UserError, "did not make lot"):
            self._unbuild(order, 1, self._make_other_powder())

    def _make_other_powder(self):
        lot = self._weigh_in(self.owner_c, 10)
        other = self._create_order(self.owner_c, quantity=1, lots=lot)
        other.action_record_output(1)
        return other.lot_producing_ids

    def test_own_production_is_unbuilt_by_core(self):
        lot = self._add_own_stock(self.ginger, 10, 1000)
        order = self._create_order(quantity=1, mode="own")
        order.action_record_output(1)
        self._unbuild(order, 1, order.lot_producing_ids)
        self.assertEqual(self._get_stock(lot=lot, owner=False), 10)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 10)
