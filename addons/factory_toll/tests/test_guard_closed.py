# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
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
