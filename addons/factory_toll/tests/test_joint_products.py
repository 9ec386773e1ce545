# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestJointProducts(TollCommon):
    """Coconut husk to fibre and peat, Minahasa Selatan.

    Figures: detik finance d-6308284 (``COCO-SABUT-MINSEL``): 25 kg of husk give 7.5 kg
    of fibre at 2,000 and 16 kg of peat at 500; 1.5 kg, 6 %, is lost. Worth 15,000 and
    8,000; the cost share of the peat is taken as 35 % (8,000 / 23,000 is 34.8 %).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.husk = cls._create_product("Sabut kelapa", "lot")
        cls.fibre = cls._create_product("Serat sabut", "lot")
        cls.peat = cls._create_product("Cocopeat", "lot")
        cls.husk_bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.fibre.product_tmpl_id.id,
                "product_qty": 7.5,
                "product_uom_id": cls.kg.id,
                "company_id": cls.company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create({"product_id": cls.husk.id, "product_qty": 25})
                ],
                "byproduct_ids": [
                    Command.create(
                        {
                            "product_id": cls.peat.id,
                            "product_qty": 16,
                            "product_uom_id": cls.kg.id,
                            "cost_share": 35,
                        }
                    )
                ],
            }
        )

    def _bring_husk(self, owner, weight):
        intake = self.env["factory.intake"].create(
            {
                "partner_id": owner.id,
                "line_ids": [
                    Command.create({"product_id": self.husk.id, "gross_kg": weight})
                ],
            }
        )
        intake.action_accept()
        return intake.line_ids.lot_id

    def _split_husk(self, lots, **vals):
        order = self.env["mrp.production"].create(
            {
                "product_id": self.fibre.id,
                "product_qty": 7.5,
                "bom_id": self.husk_bom.id,
                "company_id": self.company.id,
                "owned_lot_ids": [Command.set(lots.ids)],
                **vals,
            }
        )
        order.action_record_output(
            7.5, [{"product_id": self.peat.id, "quantity": 16, "lot_name": "PEAT-1"}]
        )
        return order

    def test_both_products_are_split_by_share(self):
        lots = self._bring_husk(self.owner_a, 15) | self._bring_husk(self.owner_b, 10)
        order = self._split_husk(lots, production_mode="pooled")
        self.assertEqual(order.loss_kg, 1.5)
        for owner, fibre, peat in (
            (self.owner_a, 4.5, 9.6),
            (self.owner_b, 3.0, 6.4),
        ):
            self.assertEqual(self._get_stock(self.fibre, owner), fibre)
            self.assertEqual(self._get_stock(self.peat, owner), peat)
        peat = self.env["stock.lot"].search([("name", "=", "PEAT-1")])
        self.assertEqual(set(peat.part_lot_ids.owner_id), {self.owner_a, self.owner_b})

    def test_toll_gives_the_owner_both_products(self):
        lot = self._bring_husk(self.owner_a, 25)
        self._split_husk(lot, production_mode="toll", partner_id=self.owner_a.id)
        self.assertEqual(self._get_stock(self.fibre, self.owner_a), 7.5)
        self.assertEqual(self._get_stock(self.peat, self.owner_a), 16)
        self.assertEqual(self.fibre.total_value + self.peat.total_value, 0)

    def test_own_part_bears_its_own_cost_by_cost_share(self):
        """10 of 25 kg are the cooperative's, worth 10,000: 6,500 and 3,500."""
        own = self._add_own_stock(self.husk, 10, cost=1000)
        lots = self._bring_husk(self.owner_a, 15) | own
        self._split_husk(lots, production_mode="pooled")
        self.assertEqual(self._get_stock(self.fibre, False), 3.0)
        self.assertAlmostEqual(self.fibre.total_value, 6500)
        self.assertAlmostEqual(self.peat.total_value, 3500)
        self.assertEqual(self.husk.total_value, 0)


@tagged("post_install", "-at_install")
class TestRework(TollCommon):
    """A finished lot that came back from its owner goes through the house again."""

    def test_returned_lot_is_reworked_into_a_new_lot(self):
        order = self._create_order(self.owner_a, lots=self._weigh_in(self.owner_a, 40))
        order.action_record_output(4)
        coarse = order.lot_producing_ids
        self._hand_out_and_return(coarse)
        self.assertEqual(self._get_stock(self.powder, self.owner_a, coarse), 4)
        again = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 4,
                "bom_id": False,
                "company_id": self.company.id,
                "production_mode": "toll",
                "partner_id": self.owner_a.id,
                "owned_lot_ids": [Command.set(coarse.ids)],
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.powder.id,
                            "product_uom_qty": 4,
                            "product_uom": self.kg.id,
                        }
                    )
                ],
            }
        )
        again.action_record_output(3.9, lot_name="HALUS-1")
        fine = again.lot_producing_ids
        self.assertEqual(fine.owner_id, self.owner_a)
        self.assertEqual(self._get_stock(lot=coarse), 0)
        self.assertEqual(self._get_stock(lot=fine, owner=self.owner_a), 3.9)
        self.assertEqual(again.loss_kg, 0.1)
        # genealogy: fine powder from coarse powder from the ginger weighed in
        made = again.move_finished_ids.move_line_ids
        self.assertEqual(made.consume_line_ids.lot_id, coarse)
        first = order.move_finished_ids.move_line_ids.filtered(
            lambda line: line.lot_id == coarse
        )
        self.assertEqual(first.consume_line_ids.lot_id, order.owned_lot_ids)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertEqual([row for row in rows if row["difference"]], [])

    def _hand_out_and_return(self, lot):
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.owner_a.id,
                "owner_id": self.owner_a.id,
                "location_id": self.stock.id,
                "location_dest_id": customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom_qty": 4,
                            "product_uom": self.kg.id,
                            "location_id": self.stock.id,
                            "location_dest_id": customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.button_validate()
        self.assertEqual(self._get_stock(lot=lot), 0)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 4
        back = wizard._create_return()
        back.action_assign()
        back.move_ids.picked = True
        back._action_done()


@tagged("post_install", "-at_install")
class TestOwnProduction(TollCommon):
    """Own production beside it is ordinary Odoo: same stock, same value, same links."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oven = cls.env["mrp.workcenter"].create(
            {"name": "Oven", "costs_hour": 6000, "company_id": cls.company.id}
        )
        cls.bom.operation_ids = [
            Command.create(
                {
                    "name": "Dry",
                    "workcenter_id": cls.oven.id,
                    "time_mode": "manual",
                    "time_cycle_manual": 60,
                }
            )
        ]
        cls.bom.byproduct_ids.cost_share = 20
        cls._weigh_in(cls.owner_a, 40)
        cls._add_own_stock(cls.ginger, 40, cost=100)
        cls._add_own_stock(cls.bag, 10, cost=50)

    def test_own_order_is_costed_and_linked_as_core_does(self):
        """10 kg at 100, 2 bags at 50, 1 h at 6,000: 7,100, a fifth on the peel."""
        order = self._create_order(quantity=1, mode="own")
        order.action_confirm()
        order.action_assign()
        order.qty_producing = 1
        order._set_qty_producing()
        order.action_generate_serial()
        order.workorder_ids.duration = 60
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_stock(self.powder, False), 1)
        self.assertEqual(self._get_stock(self.peel, False), 3)
        self.assertEqual(self._get_stock(self.ginger, False), 30)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 40)
        self.assertFalse(order.lot_producing_ids.owner_id)
        self.assertFalse(order.share_ids)
        self.assertAlmostEqual(self.powder.total_value, 5680)
        self.assertAlmostEqual(self.peel.total_value, 1420)
        made = order.move_finished_ids.move_line_ids
        taken = order.move_raw_ids.move_line_ids
        self.assertEqual(made[0].consume_line_ids, taken)

    def test_own_orders_split_merge_and_wait_for_a_backorder(self):
        order = self._create_order(quantity=4, mode="own")
        order.action_confirm()
        parts = order._split_productions({order: [1, 3]})
        self.assertEqual(parts.mapped("product_qty"), [1, 3])
        merged_id = parts.action_merge()["res_id"]
        merged = self.env["mrp.production"].browse(merged_id)
        self.assertEqual((merged.production_mode, merged.product_qty), ("own", 4))
