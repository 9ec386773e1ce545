# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestValuation(TollCommon):
    """What is not the cooperative's is worth nothing in its books."""

    def test_toll_order_leaves_cost_and_value_alone(self):
        self._add_own_stock(self.ginger, 10, cost=100)
        self._add_own_stock(self.powder, 5, cost=2000)
        self.assertEqual(self.powder.total_value, 10000)
        self._weigh_in(self.owner_a, 40)
        self.assertEqual(self.ginger.total_value, 1000)
        order = self._create_order(self.owner_a)
        order.action_record_output(4)
        self.assertEqual(self.ginger.total_value, 1000)
        self.assertEqual(self.ginger.standard_price, 100)
        self.assertEqual(self.powder.total_value, 10000)
        self.assertEqual(self.powder.standard_price, 2000)
        moves = order.move_raw_ids | order.move_finished_ids
        own = moves.filtered(lambda m: m.product_id != self.bag)
        self.assertEqual(set(own.mapped("value")), {0.0})

    def test_toll_order_with_a_costly_machine(self):
        """Core's price would put the machine on a product of zero quantity of ours."""
        workcenter = self.env["mrp.workcenter"].create(
            {"name": "Pengering", "costs_hour": 60, "company_id": self.company.id}
        )
        self.bom.operation_ids = [
            (
                0,
                0,
                {
                    "name": "Dry",
                    "workcenter_id": workcenter.id,
                    "time_cycle_manual": 60,
                },
            )
        ]
        self._weigh_in(self.owner_a, 40)
        order = self._create_order(self.owner_a)
        order.action_record_output(4)
        self.assertEqual(self.powder.total_value, 0)
        self.assertEqual(self.powder.standard_price, 0)

    def test_consumables_leave_the_cooperatives_stock_at_cost(self):
        self._add_own_stock(self.bag, 100, cost=50)
        self._weigh_in(self.owner_a, 40)
        order = self._create_order(self.owner_a)
        order.action_record_output(4)
        bags = order.move_raw_ids.filtered(lambda m: m.product_id == self.bag)
        self.assertEqual(bags.value, 8 * 50)
        self.assertEqual(self.bag.total_value, 92 * 50)

    def test_quants_show_the_cooperatives_value_on_its_own_stock(self):
        """40 kg worth 4,000 beside 80 kg of others: core shows 1,333."""
        lot = self._add_own_stock(self.ginger, 40, cost=100)
        self._weigh_in(self.owner_a, 40)
        self._weigh_in(self.owner_b, 40)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.ginger.id), ("location_id", "=", self.stock.id)]
        )
        own = quants.filtered(lambda q: q.lot_id == lot)
        self.assertEqual(own.value, 4000)
        self.assertEqual(sum((quants - own).mapped("value")), 0)

    def test_unbuild_of_a_toll_order_is_worth_nothing(self):
        self._weigh_in(self.owner_a, 40)
        order = self._create_order(self.owner_a)
        order.action_record_output(4)
        self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 4,
                "product_uom_id": self.kg.id,
                "mo_id": order.id,
                "lot_id": order.lot_producing_ids.id,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        ).action_validate()
        self.assertEqual(self.powder.total_value, 0)
        self.assertEqual(self.ginger.total_value, 0)

    def test_pooled_price_is_the_cooperatives_own_cost(self):
        """Own 20 of 40 kg at 100 = 2,000, bags 8 x 50 x half = 200: 2,200 / 2 kg."""
        own = self._add_own_stock(self.ginger, 20, cost=100)
        self._add_own_stock(self.bag, 100, cost=50)
        lot_a = self._weigh_in(self.owner_a, 20)
        order = self._create_order(mode="pooled", lots=own | lot_a)
        order.action_record_output(4)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 2)
        self.assertEqual(self._get_stock(self.powder, False), 2)
        self.assertEqual(self.powder.total_value, 2200)
        self.assertEqual(self.powder.standard_price, 1100)
