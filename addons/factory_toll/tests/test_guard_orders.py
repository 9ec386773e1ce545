# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestGuardOrders(TollCommon):
    """However a line came into an order: foreign material is never taken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_b = cls._weigh_in(cls.owner_b, 40, date="2026-01-05 01:00:00")
        cls.lot_a = cls._weigh_in(cls.owner_a, 40, date="2026-01-06 01:00:00")

    def _start(self, owner=None, mode="toll", quantity=4.0):
        order = self._create_order(owner, quantity, mode=mode)
        order.action_confirm()
        order.action_assign()
        component = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        order.qty_producing = quantity
        order.action_generate_serial()
        return order, component

    def _replace_lines(self, order, component, lot, owner, quantity=40.0):
        """Put in a line by hand and mark the order done, as over RPC."""
        component.move_line_ids.unlink()
        component.move_line_ids = [
            Command.create(
                {
                    "product_id": self.ginger.id,
                    "product_uom_id": self.kg.id,
                    "quantity": quantity,
                    "location_id": self.stock.id,
                    "location_dest_id": component.location_dest_id.id,
                    "lot_id": lot.id,
                    "owner_id": owner and owner.id,
                }
            )
        ]
        order.move_raw_ids.picked = True
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()

    def _assert_refused(self, order, component, lot, owner, quantity=40.0):
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            self._replace_lines(order, component, lot, owner, quantity)
        self.assertIn(lot.name, str(caught.exception))
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 40)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40)

    def test_line_with_another_owners_lot(self):
        order, component = self._start(self.owner_a)
        self._assert_refused(order, component, self.lot_b, self.owner_b)

    def test_line_with_another_owners_lot_under_ones_own_name(self):
        order, component = self._start(self.owner_a)
        self._assert_refused(order, component, self.lot_b, self.owner_a)

    def test_line_with_ones_own_lot_under_no_owner(self):
        """Core accepts it and leaves a negative quant beside the owner's 40 kg."""
        order, component = self._start(self.owner_a)
        self._assert_refused(order, component, self.lot_a, False)

    def test_line_beyond_what_the_owner_has(self):
        order, component = self._start(self.owner_a)
        self._assert_refused(order, component, self.lot_a, self.owner_a, 41)

    def test_own_production_with_an_owners_lot(self):
        order, component = self._start(mode="own")
        self.assertFalse(component.move_line_ids)
        self._assert_refused(order, component, self.lot_a, self.owner_a)
        self._assert_refused(order, component, self.lot_a, False)

    def test_setting_the_quantity_done_takes_no_other_lot(self):
        """The way past the reservation: core fills up with whatever it finds."""
        order, component = self._start(self.owner_a)
        component.quantity = 60
        self.assertEqual(component.move_line_ids.owner_id, self.owner_a)
        order.move_raw_ids.picked = True
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_context(
                skip_backorder=True, skip_consumption=True
            ).button_mark_done()
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40)

    def test_lot_by_name_on_a_picking_type_that_creates_lots(self):
        order, component = self._start(self.owner_a)
        order.picking_type_id.use_create_lots = True
        component.move_line_ids.write({"lot_id": False, "lot_name": self.lot_b.name})
        order.move_raw_ids.picked = True
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_context(
                skip_backorder=True, skip_consumption=True
            ).button_mark_done()
        self.assertEqual(self._get_stock(lot=self.lot_b), 40)

    def test_lot_that_the_order_does_not_name(self):
        """A sack scanned at the machine that is not in the order."""
        other = self._weigh_in(self.owner_a, 40)
        order = self._create_order(self.owner_a, 4, self.lot_a)
        order.action_confirm()
        order.qty_producing = 4
        order.action_generate_serial()
        component = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        with self.assertRaisesRegex(UserError, "not among the lots"):
            self._replace_lines(order, component, other, self.owner_a)

    def test_component_added_to_a_confirmed_order(self):
        order, component = self._start(self.owner_a, quantity=1)
        order.move_raw_ids = [
            Command.create(
                {
                    "product_id": self.ginger.id,
                    "product_uom_qty": 50,
                    "product_uom": self.kg.id,
                    "location_id": self.stock.id,
                    "location_dest_id": component.location_dest_id.id,
                }
            )
        ]
        lines = order.move_raw_ids.move_line_ids.filtered("owner_id")
        self.assertEqual(lines.owner_id, self.owner_a)

    def test_component_restricted_to_another_owner_by_hand(self):
        order, component = self._start(self.owner_a)
        component._do_unreserve()
        component.restrict_partner_id = self.owner_b
        component._action_assign()
        self.assertEqual(component.move_line_ids.owner_id, self.owner_b)
        order.move_raw_ids.picked = True
        with self.assertRaisesRegex(UserError, "not party"), self.cr.savepoint():
            order.with_context(
                skip_backorder=True, skip_consumption=True
            ).button_mark_done()

    def test_consumables_of_the_house_go_into_any_order(self):
        self._add_own_stock(self.bag, 100)
        order = self._create_order(self.owner_a)
        order.action_record_output(4)
        self.assertEqual(self._get_stock(self.bag, False), 92)

    def test_ownerless_ginger_helps_out_when_the_line_says_so(self):
        lot = self._add_own_stock(self.ginger, 15)
        order, component = self._start(self.owner_a)
        order.loss_reason = "Uji: hasil lebih dari bahan"
        self._replace_lines(order, component, lot, False, 10)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_stock(lot=lot), 5)

    def _create_untracked_order(self, *owners):
        """An order of A of 2 kg from 20 kg of chilli, 40 kg of it for each owner."""
        chilli = self._create_product("Cabai", "none")
        sauce = self._create_product("Saus", "none")
        for owner in owners:
            self.env["stock.quant"]._update_available_quantity(
                chilli, self.stock, 40, owner_id=owner
            )
        bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": sauce.product_tmpl_id.id,
                "product_uom_id": self.kg.id,
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in ((chilli, 10), (self.bag, 2))
                ],
            }
        )
        return chilli, self._create_order(
            self.owner_a, 2, product_id=sauce.id, bom_id=bom.id
        )

    def test_material_without_lots_is_taken_from_its_owner(self):
        """A bill of materials without lots does not use up the cooperative's."""
        house = self.env["res.partner"]
        chilli, order = self._create_untracked_order(house, self.owner_b, self.owner_a)
        order.action_record_output(2)
        self.assertEqual(order.input_kg, 20)
        for owner, left in ((False, 40), (self.owner_b, 40), (self.owner_a, 20)):
            self.assertEqual(self._get_stock(chilli, owner), left)
        bags = order.move_raw_ids.filtered(lambda move: move.product_id == self.bag)
        self.assertFalse(bags.restrict_partner_id)

    def test_material_without_lots_that_the_owner_does_not_have(self):
        house = self.env["res.partner"]
        chilli, order = self._create_untracked_order(house, self.owner_b)
        with self.assertRaisesRegex(UserError, "of Ani"), self.cr.savepoint():
            order.action_record_output(2)
        for owner in (False, self.owner_b):
            self.assertEqual(self._get_stock(chilli, owner), 40)

    def test_untracked_material_of_an_owner(self):
        """Peel has no lot: the owner's stock alone tells whose it is."""
        order = self._create_order(self.owner_a)
        order.action_record_output(
            4, byproducts=[{"product_id": self.peel.id, "quantity": 12}]
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.peel.id,
                "product_uom_qty": 5,
                "product_uom": self.kg.id,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertFalse(move.quantity)
        move.quantity = 5
        move.picked = True
        with self.assertRaises(UserError):
            move._action_done()

    def test_output_under_another_owner(self):
        order, _component = self._start(self.owner_a)
        order.lot_producing_ids.owner_id = self.owner_b
        order.move_raw_ids.picked = True
        with self.assertRaisesRegex(UserError, "Give the order a lot of its own"):
            order.with_context(skip_backorder=True).button_mark_done()

    def test_output_into_a_lot_that_holds_the_cooperatives_product(self):
        lot = self._add_own_stock(self.powder, 5)
        order, _component = self._start(self.owner_a)
        order.lot_producing_ids = lot
        order.move_raw_ids.picked = True
        with self.assertRaisesRegex(UserError, "Give the order a lot of its own"):
            order.with_context(skip_backorder=True).button_mark_done()
