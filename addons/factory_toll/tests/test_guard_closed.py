# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardClosed(GuardCommon):
    """What a closed order says stands: it is not deleted, reopened or added to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env,
            "toll_closed_operator",
            "umkm_base.umkm_base_group_operator",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _close_own_order(self):
        self._add_own_stock(self.ginger, 10)
        order = self._create_order(quantity=1, mode="own")
        order.action_confirm()
        order.action_assign()
        order.qty_producing = 1
        order.move_raw_ids.picked = True
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        return order

    def test_closed_order_called_cancelled_and_deleted(self):
        """Core deletes its done moves with it: what went in is nowhere."""
        order = self.order.with_user(self.operator)
        moves = self.order.move_raw_ids | self.order.move_finished_ids

        def act():
            order.state = "cancel"
            self.env.flush_all()
            order.unlink()

        self._assert_refused(act, lambda: len(moves.exists()), 0, self.order.name)

    def test_closed_order_is_not_deleted_whatever_its_state_says(self):
        """Also where the state was written past us."""
        for order in (self.order, self._close_own_order()):
            self.env.flush_all()
            with self.cr.savepoint() as savepoint:
                self.cr.execute(
                    "UPDATE mrp_production SET state = 'cancel' WHERE id = %s",
                    [order.id],
                )
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, order.name):
                    order.unlink()
                savepoint.rollback()
            self.env.invalidate_all()
            self.assertEqual(order.state, "done")

    def test_closed_order_stays_closed(self):
        for order in (self.order, self._close_own_order()):
            for state in ("draft", "confirmed", "progress", "to_close", "cancel"):
                with (
                    self.subTest(order=order.production_mode, state=state),
                    self.assertRaisesRegex(UserError, order.name),
                    self.cr.savepoint(),
                ):
                    order.with_user(self.operator).write({"state": state})
            order.with_user(self.operator).write({"state": "done"})
            self.assertEqual(order.state, "done")

    def test_order_that_moved_nothing_is_cancelled_and_deleted(self):
        order = self._create_order(self.owner_a, 1)
        order.action_confirm()
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        order.unlink()
        self.assertFalse(order.exists())

    # ---- what is added to it --------------------------------------------------------

    def _prepare_unbuild(self, **vals):
        return self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 1,
                "product_uom_id": self.kg.id,
                "mo_id": self.order.id,
                "lot_id": self.powder_a.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _take_more(self, **vals):
        """Let 5 kg more of A's ginger go into what is closed."""
        production = self.order.production_location_id
        move = self.env["stock.move"].create(
            {
                "product_id": self.ginger.id,
                "product_uom": self.kg.id,
                "product_uom_qty": 5,
                "location_id": self.stock.id,
                "location_dest_id": production.id,
                "company_id": self.company.id,
            }
        )
        self.env["stock.move.line"].create(
            self._line_vals(move, self.lot_a, self.owner_a, 5, picked=True)
        )
        move.write(vals)
        move._action_done()

    def _get_ginger_of_a(self):
        return self._get_stock(lot=self.lot_a, owner=self.owner_a)

    def test_component_added_to_a_closed_order(self):
        self._assert_refused(
            lambda: self._take_more(raw_material_production_id=self.order.id),
            self._get_ginger_of_a,
            15,
            self.order.name,
            "Jahe segar",
        )

    def test_component_created_in_a_closed_order(self):
        with self.assertRaisesRegex(UserError, self.order.name), self.cr.savepoint():
            self.order.with_user(self.operator).move_raw_ids = [
                Command.create(
                    {
                        "product_id": self.ginger.id,
                        "product_uom": self.kg.id,
                        "product_uom_qty": 5,
                    }
                )
            ]

    def test_move_added_to_a_done_unbuild(self):
        unbuild = self._prepare_unbuild()
        unbuild.action_unbuild()
        # 1 of 2 kg taken apart gave back 10 of 20 kg
        self.assertEqual(self._get_ginger_of_a(), 30)
        self._assert_refused(
            lambda: self._take_more(unbuild_id=unbuild.id),
            self._get_ginger_of_a,
            25,
            unbuild.name,
        )

    def test_unbuild_that_hands_the_material_out(self):
        for name in ("location_id", "location_dest_id"):
            unbuild = self._prepare_unbuild(**{name: self.customers.id})
            books = self._get_books()
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "out of the house"),
                self.cr.savepoint(),
            ):
                unbuild.with_user(self.operator).action_unbuild()
            self.assertEqual(self._get_books(), books)

    def test_lots_of_a_closed_order_stand(self):
        order = self.order.with_user(self.operator)

        def act():
            order.lot_producing_ids = self.lot_b

        self._assert_refused(
            act,
            lambda: order.lot_producing_ids,
            self.lot_b,
            self.order.name,
            self.powder_a.name,
        )
        order.lot_producing_ids = [Command.set(self.powder_a.ids)]

    def test_order_for_another_company(self):
        """Core asks its sequence first, which is nobody's then: an SQL error."""
        other = self.env["res.company"].create({"name": "Koperasi Lain"})
        manager = new_test_user(
            self.env,
            "toll_closed_manager",
            "umkm_base.umkm_base_group_factory_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        orders = self.env["mrp.production"].with_user(manager)
        orders = orders.with_context(allowed_company_ids=other.ids)
        with (
            self.assertRaisesRegex(AccessError, "Koperasi Lain"),
            self.cr.savepoint(),
        ):
            orders.create(
                {
                    "product_id": self.powder.id,
                    "product_qty": 1,
                    "production_mode": "toll",
                    "partner_id": self.owner_a.id,
                    "company_id": self.company.id,
                }
            )
