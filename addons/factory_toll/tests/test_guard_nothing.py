# SPDX-License-Identifier: AGPL-3.0-or-later
from functools import partial

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestGuardNothing(TollCommon):
    """No product out of nothing, and no material into nothing, for an owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 40)
        cls._add_own_stock(cls.bag, 100)
        cls.operator = new_test_user(
            cls.env,
            "toll_nothing_operator",
            "umkm_base.umkm_base_group_operator",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    def _start(self, mode="toll"):
        """1 kg of powder of 10 kg of ginger; a pool takes all 40."""
        order = self._create_order(
            self.owner_a if mode == "toll" else None,
            1,
            lots=self.lot_a if mode == "pooled" else None,
            mode=mode,
        )
        order.action_confirm()
        return order.with_user(self.operator)

    def _get_ginger_move(self, order):
        return order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)

    def _mark_done(self, order):
        order.action_assign()
        order.qty_producing = 1
        order.action_generate_serial()
        order.move_raw_ids.picked = True
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()

    def _assert_refused(self, act, order, *words):
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            act()
        for word in (order.name, *words):
            self.assertIn(word, str(caught.exception))
        self.assertEqual(self._get_stock(self.powder), 0)
        self.assertEqual(self._get_stock(lot=self.lot_a, owner=self.owner_a), 40)

    def test_material_deleted_from_the_order(self):
        for mode in ("toll", "pooled"):
            for close in (lambda o: o.action_record_output(1), self._mark_done):
                with self.subTest(mode), self.cr.savepoint() as savepoint:
                    order = self._start(mode)
                    order.move_raw_ids = [
                        Command.delete(self._get_ginger_move(order).id)
                    ]
                    self._assert_refused(partial(close, order), order, "Ani")
                    savepoint.rollback()

    def test_material_removed_in_the_form(self):
        order = self._start()
        with Form(order) as form:
            form.move_raw_ids.remove(
                order.move_raw_ids.ids.index(self._get_ginger_move(order).id)
            )
        self.assertFalse(self._get_ginger_move(order))
        with Form(order) as form:
            form.qty_producing = 1
        self._assert_refused(order.button_mark_done, order, "Ani")

    def test_order_without_material(self):
        order = (
            self.env["mrp.production"]
            .with_user(self.operator)
            .create(
                {
                    "product_id": self.powder.id,
                    "product_qty": 1,
                    "product_uom_id": self.kg.id,
                    "bom_id": False,
                    "company_id": self.company.id,
                    "production_mode": "toll",
                    "partner_id": self.owner_a.id,
                }
            )
        )
        self._assert_refused(lambda: order.action_record_output(1), order, "Ani")

    def test_material_that_lay_with_the_vendor(self):
        """It went into the order and is still there."""
        for mode in ("toll", "pooled"):
            order = self._start(mode)
            move = self._get_ginger_move(order)
            quantity = move.product_uom_qty
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": self.ginger.id,
                        "product_uom_id": self.kg.id,
                        "quantity": quantity,
                        "location_id": self.suppliers.id,
                        "location_dest_id": move.location_dest_id.id,
                        "lot_id": self.lot_a.id,
                        "owner_id": self.owner_a.id,
                    }
                )
            ]

            def act(order=order):
                order.qty_producing = 1
                order.action_generate_serial()
                order.move_raw_ids.picked = True
                order.button_mark_done()

            with self.subTest(mode):
                self._assert_refused(
                    act, order, self.lot_a.name, self.suppliers.display_name
                )

    def test_material_taken_out_of_the_order(self):
        for mode in ("toll", "pooled"):
            with self.subTest(mode), self.cr.savepoint() as savepoint:
                order = self._start(mode)
                self._get_ginger_move(order).raw_material_production_id = False
                self._assert_refused(partial(self._mark_done, order), order, "Ani")
                savepoint.rollback()

    def test_product_taken_out_of_the_order(self):
        for mode in ("toll", "pooled"):
            with self.subTest(mode), self.cr.savepoint() as savepoint:
                order = self._start(mode)
                order.move_finished_ids.production_id = False
                self._assert_refused(
                    partial(self._mark_done, order), order, "Jahe segar"
                )
                savepoint.rollback()

    def test_material_sent_into_production_without_an_order(self):
        """A transfer that names its owner hands goods out to him, not into work."""
        production = self.ginger.with_company(self.company).property_stock_production
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.owner_a.id,
                "owner_id": self.owner_a.id,
                "location_id": self.stock.id,
                "location_dest_id": production.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.ginger.id,
                            "product_uom": self.kg.id,
                            "product_uom_qty": 10,
                            "location_id": self.stock.id,
                            "location_dest_id": production.id,
                            "move_line_ids": [
                                Command.create(
                                    {
                                        "product_id": self.ginger.id,
                                        "quantity": 10,
                                        "location_id": self.stock.id,
                                        "location_dest_id": production.id,
                                        "lot_id": self.lot_a.id,
                                        "owner_id": self.owner_a.id,
                                    }
                                )
                            ],
                        }
                    )
                ],
            }
        )
        picking.move_ids.picked = True
        self._assert_refused(
            picking.with_user(self.operator).button_validate,
            picking,
            self.lot_a.name,
            "Ani",
        )
