# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestGuardTransfers(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 40)
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.buyer = cls.env["res.partner"].create({"name": "Pembeli"})
        order = cls._create_order(cls.owner_a, 2)
        order.action_record_output(2)
        cls.order = order
        cls.powder_a = order.lot_producing_ids

    def _force(self, picking, lot, owner, quantity):
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "quantity": quantity,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": picking.id,
                    "lot_id": lot.id,
                    "owner_id": owner and owner.id,
                }
            )
        ]
        move.picked = True
        picking._action_done()

    def test_delivery_to_a_buyer_reserves_and_ships_nothing_of_an_owner(self):
        picking = self._create_picking(self.out_type, self.powder, 2, self.buyer)
        self.assertFalse(picking.move_line_ids)
        for owner in (self.owner_a, False):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._force(picking, self.powder_a, owner, 2)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 2)

    def test_delivery_to_the_owner_hands_out_what_is_his(self):
        picking = self._create_picking(
            self.out_type,
            self.powder,
            2,
            self.owner_a,
            owner_id=self.owner_a.id,
        )
        self.assertEqual(picking.move_line_ids.lot_id, self.powder_a)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 0)

    def test_delivery_to_one_owner_of_anothers_product(self):
        picking = self._create_picking(
            self.out_type,
            self.powder,
            2,
            self.owner_b,
            owner_id=self.owner_b.id,
        )
        self.assertFalse(picking.move_line_ids)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking, self.powder_a, self.owner_a, 2)

    def _run_sale(self, partner, quantity):
        """Deliver as a sales order does: by a procurement to the customer."""
        route = self.warehouse.delivery_route_id
        procurement = self.env["stock.rule"].Procurement(
            self.powder,
            quantity,
            self.kg,
            self.customers,
            "SO001",
            "SO001",
            self.company,
            {
                "warehouse_id": self.warehouse,
                "route_ids": route,
                "partner_id": partner.id,
                "date_planned": "2026-02-01 00:00:00",
            },
        )
        self.env["stock.rule"].run([procurement])
        moves = self.env["stock.move"].search([("origin", "=", "SO001")])
        moves._action_assign()
        return moves.picking_id

    def test_sale_never_ships_an_owners_product(self):
        picking = self._run_sale(self.buyer, 2)
        self.assertFalse(picking.move_line_ids)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking, self.powder_a, self.owner_a, 2)

    def test_sale_to_an_owner_never_ships_his_own_product(self):
        """He would pay for what is his."""
        picking = self._run_sale(self.owner_a, 2)
        self.assertFalse(picking.move_line_ids)
        picking.owner_id = self.owner_a
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking, self.powder_a, self.owner_a, 2)

    def test_sale_of_the_cooperatives_product_works_beside(self):
        lot = self._add_own_stock(self.powder, 5)
        picking = self._run_sale(self.buyer, 3)
        self.assertEqual(picking.move_line_ids.lot_id, lot)
        picking.button_validate()
        self.assertEqual(self._get_stock(self.powder, False), 2)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 2)

    def test_internal_transfer_keeps_the_owner(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak", "location_id": self.warehouse.view_location_id.id}
        )
        picking = self._create_picking(
            self.int_type, self.powder, 2, self.buyer, destination=shelf
        )
        picking.button_validate()
        quant = self.env["stock.quant"].search([("location_id", "=", shelf.id)])
        self.assertEqual((quant.owner_id, quant.quantity), (self.owner_a, 2))

    def test_internal_transfer_cannot_change_the_owner(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak", "location_id": self.warehouse.view_location_id.id}
        )
        picking = self._create_picking(
            self.int_type, self.powder, 2, self.buyer, destination=shelf
        )
        for owner in (False, self.owner_b):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._force(picking, self.powder_a, owner, 2)

    def test_picking_step_of_a_two_step_sale_takes_nothing_of_an_owner(self):
        self.warehouse.delivery_steps = "pick_ship"
        picking = self._run_sale(self.buyer, 2)
        self.assertFalse(picking.move_line_ids)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking[:1], self.powder_a, self.owner_a, 2)

    def test_transfer_to_an_inventory_location_needs_the_owner(self):
        loss = self.powder.with_company(self.company).property_stock_inventory
        picking = self._create_picking(
            self.int_type, self.powder, 2, self.buyer, destination=loss
        )
        self.assertFalse(picking.move_line_ids)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking, self.powder_a, self.owner_a, 2)

    def test_internal_transfer_whose_line_goes_to_a_customer(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak", "location_id": self.warehouse.view_location_id.id}
        )
        picking = self._create_picking(
            self.int_type, self.powder, 2, self.buyer, destination=shelf
        )
        picking.move_line_ids.location_dest_id = self.customers
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "not party"), self.cr.savepoint():
            picking._action_done()

    def test_final_location_inside_does_not_hide_a_delivery(self):
        picking = self._create_picking(self.out_type, self.powder, 2, self.buyer)
        picking.move_ids.location_final_id = self.stock
        with self.assertRaises(UserError), self.cr.savepoint():
            self._force(picking, self.powder_a, self.owner_a, 2)

    def test_components_picked_for_a_toll_order_are_its_owners(self):
        """Two-step manufacturing: the step before takes the owner's lot too."""
        lot_b = self._weigh_in(self.owner_b, 40)
        self.warehouse.manufacture_steps = "pbm"
        order = self._create_order(self.owner_b, 1)
        order.action_confirm()
        picking = order.picking_ids
        picking.action_assign()
        ginger = picking.move_line_ids.filtered(lambda m: m.product_id == self.ginger)
        self.assertEqual((ginger.lot_id, ginger.owner_id), (lot_b, self.owner_b))
        picking.move_ids.picked = True
        picking.move_ids.filtered(lambda m: m.product_id == self.bag).picked = False
        picking.with_context(cancel_backorder=True)._action_done()
        order.action_record_output(1)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 20)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 30)

    def _scrap(self, lot, owner, quantity=1, **vals):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": quantity,
                "lot_id": lot.id,
                "owner_id": owner and owner.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
                **vals,
            }
        )
        scrap.do_scrap()
        return scrap

    def test_scrap_names_the_owner(self):
        self._scrap(self.powder_a, self.owner_a)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1)

    def test_scrap_under_no_or_another_owner_is_refused(self):
        for owner in (False, self.owner_b):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._scrap(self.powder_a, owner)

    def test_scrap_in_another_owners_order_is_refused(self):
        lot_b = self._weigh_in(self.owner_b, 10)
        with self.assertRaisesRegex(UserError, "not party"), self.cr.savepoint():
            self._scrap(lot_b, self.owner_b, production_id=self.order.id)

    def test_scrap_of_an_orders_product_stays_its_owners(self):
        self._scrap(self.powder_a, self.owner_a, production_id=self.order.id)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1)

    def _unbuild(self, quantity=2, **vals):
        return self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "product_uom_id": self.kg.id,
                "mo_id": self.order.id,
                "lot_id": self.powder_a.id,
                "bom_id": self.bom.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_unbuild_takes_and_gives_back_the_owners(self):
        """Core takes the powder as nobody's and leaves a negative stock."""
        self._unbuild().action_validate()
        self.assertEqual(self._get_stock(self.powder), 0)
        # 40 were weighed in, 20 consumed, 20 came back to the same lot.
        self.assertEqual(self._get_stock(self.ginger, self.owner_a, self.lot_a), 40)
        self.assertEqual(self._get_stock(self.ginger, False), 0)

    def test_unbuild_without_the_order_is_refused(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self._unbuild(mo_id=False).action_unbuild()
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 2)

    def _count(self, lot, owner, quantity):
        quant = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": lot.product_id.id,
                    "location_id": self.stock.id,
                    "lot_id": lot.id,
                    "owner_id": owner and owner.id,
                    "inventory_quantity": quantity,
                }
            )
        )
        quant.action_apply_inventory()

    def test_count_of_an_owners_lot_changes_his_stock(self):
        self._count(self.powder_a, self.owner_a, 1.9)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1.9)

    def test_count_under_no_or_another_owner_is_refused(self):
        for owner in (False, self.owner_b):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._count(self.powder_a, owner, 5)

    def test_return_of_a_delivery_comes_back_to_its_owner(self):
        picking = self._create_picking(
            self.out_type,
            self.powder,
            2,
            self.owner_a,
            owner_id=self.owner_a.id,
        )
        picking.button_validate()
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        back.action_assign()
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(self._get_stock(self.powder, self.owner_a, self.powder_a), 2)

    def test_relocation_keeps_the_owner(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak", "location_id": self.warehouse.view_location_id.id}
        )
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.powder_a.id), ("location_id", "=", self.stock.id)]
        )
        quant.move_quants(location_dest_id=shelf)
        moved = self.env["stock.quant"].search([("location_id", "=", shelf.id)])
        self.assertEqual(moved.owner_id, self.owner_a)
