# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import FactoryPlanningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-04 12:00:00")
class TestWorkorderPlan(FactoryPlanningCommon):
    """Work order, calendar entry and booking move as one."""

    def test_planning_books(self):
        order = self._create_order()
        self._assert_in_step(order, self._at(8), self._at(9))
        self.assertRecordValues(
            order.booking_id,
            [{"state": "confirmed", "kind": "own", "origin": order.display_name}],
        )

    def test_the_second_order_comes_after_the_first(self):
        self._create_order()
        self._assert_in_step(self._create_order(), self._at(9), self._at(10))

    def test_planning_goes_round_explicit_bookings(self):
        self._book(8, 10)
        self._assert_in_step(self._create_order(), self._at(10), self._at(11))

    def test_planning_uses_a_free_lane(self):
        self.centre.lane_count = 2
        orders = self._create_order() + self._create_order() + self._create_order()
        self.assertEqual(orders.booking_id.mapped("lane"), [1, 2, 1])
        self._assert_in_step(orders[1], self._at(8), self._at(9))
        self._assert_in_step(orders[2], self._at(9), self._at(10))

    def test_order_holds_setup_and_cleaning_already(self):
        self.centre.write({"time_start": 15, "time_stop": 10})
        order = self._create_order()
        # 15 + 60 + 10 minutes from 08:00
        self._assert_in_step(order, self._at(8), self._at(8 + 85 / 60))
        self.assertEqual(order.booking_id.date_start, self._at(8.25))
        self.assertEqual(order.booking_id.date_end, self._at(9.25))

    def test_unplan_frees(self):
        order = self._create_order()
        booking = order.booking_id
        order.production_id.button_unplan()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(order.date_start)
        self._book(8, 9)

    def test_replan_books_anew(self):
        order = self._create_order()
        first = order.booking_id
        order.action_replan()
        self.assertEqual(first.state, "cancelled")
        self.assertNotEqual(order.booking_id, first)
        self._assert_in_step(order, self._at(8), self._at(9))

    def test_moved_production_frees(self):
        order = self._create_order()
        order.production_id.date_start = self._at(13)
        self.assertEqual(order.booking_ids.state, "cancelled")

    def test_cancelled_production_frees(self):
        order = self._create_order()
        order.production_id.action_cancel()
        self.assertEqual(order.booking_ids.state, "cancelled")

    def test_deleted_order_frees(self):
        order = self._create_order()
        booking = order.booking_id
        order.unlink()
        self.assertEqual(booking.state, "cancelled")
        self._book(8, 9)

    def test_both_dates_written_move(self):
        order = self._create_order()
        order.write({"date_start": self._at(10), "date_finished": self._at(11)})
        self._assert_in_step(order, self._at(10), self._at(11))

    def test_start_written_alone_keeps_the_duration(self):
        order = self._create_order()
        order.write({"date_start": "2026-01-05 03:00:00"})
        self._assert_in_step(order, self._at(10), self._at(11))
        self.assertEqual(order.duration_expected, 60)

    def test_start_written_on_an_unplanned_order_books(self):
        order = self._create_order(plan=False)
        order.write({"date_start": "2026-01-05 03:00:00"})
        self._assert_in_step(order, self._at(10), self._at(11))

    def test_duration_written_alone_books_longer(self):
        order = self._create_order()
        order.write({"duration_expected": 90})
        self._assert_in_step(order, self._at(8), self._at(9.5))

    def test_duration_of_several_orders(self):
        orders = self._create_order() + self._create_order(self._at(13))
        orders.write({"duration_expected": 30})
        self._assert_in_step(orders[0], self._at(8), self._at(8.5))
        self._assert_in_step(orders[1], self._at(13), self._at(13.5))

    def test_work_centre_changed(self):
        other = self._create_centre("Penggiling")
        order = self._create_order()
        order.workcenter_id = other
        self._assert_in_step(order, self._at(8), self._at(9))
        self.assertEqual(order.booking_id.workcenter_id, other)

    def test_alternative_work_centre(self):
        other = self._create_centre("Pengering 2")
        self.centre.alternative_workcenter_ids = other
        self._book(8, 12)
        order = self._create_order()
        self.assertEqual(order.workcenter_id, other)
        self._assert_in_step(order, self._at(8), self._at(9))

    def test_booking_moved(self):
        order = self._create_order()
        order.booking_id.write({"date_start": self._at(13), "date_end": self._at(15)})
        self._assert_in_step(order, self._at(13), self._at(15))
        self.assertEqual(order.duration_expected, 120)

    def test_booking_rescheduled(self):
        order = self._create_order()
        first = order.booking_id
        first.action_reschedule("2026-01-05 06:00:00", "2026-01-05 07:30:00")
        self.assertEqual(first.state, "cancelled")
        self.assertEqual(order.booking_id.rescheduled_from_id, first)
        self._assert_in_step(order, self._at(13), self._at(14.5))
        self.assertEqual(order.duration_expected, 90)

    def test_booking_cancelled_unplans(self):
        order = self._create_order()
        order.booking_id.action_cancel()
        self.assertFalse(order.leave_id)
        self.assertFalse(order.date_start)
        self.assertFalse(order.production_id.is_planned)

    def test_calendar_entry_moved(self):
        order = self._create_order()
        order.leave_id.write({"date_from": self._at(10), "date_to": self._at(11)})
        self._assert_in_step(order, self._at(10), self._at(11))

    def test_several_operations_of_one_order(self):
        other = self._create_centre("Penggiling")
        self.bom.operation_ids = [
            Command.create(
                {
                    "name": "Giling",
                    "workcenter_id": other.id,
                    "time_mode": "manual",
                    "time_cycle_manual": 30.0,
                }
            )
        ]
        orders = self._create_order()
        self.assertEqual(len(orders.booking_id), 2)
        self._assert_in_step(orders[0], self._at(8), self._at(9))

    def test_order_moved_onto_another_is_refused(self):
        self._create_order()
        second = self._create_order()
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            second.write({"date_start": self._at(8.5), "date_finished": self._at(9.5)})
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_planning_that_meets_another_transaction_restarts(self):
        """A slot that was free in the snapshot and is taken when it is written."""
        self._book(8, 9)
        order = self._create_order(plan=False)
        taken = (self._at(8), self._at(9))
        path = type(self.centre)
        with (
            patch.object(path, "_get_first_available_slot", lambda *a, **k: taken),
            self.assertRaises(ConcurrencyError),
        ):
            order.production_id.button_plan()

    def test_existing_plans_get_bookings_at_install(self):
        from ..hooks import post_init_hook

        orders = self._create_order() + self._create_order()
        entries = orders.leave_id
        self.env.cr.execute(
            "DELETE FROM factory_booking WHERE workorder_id = ANY(%s)", (orders.ids,)
        )
        # core would have planned both at eight
        self.env.cr.execute(
            "UPDATE resource_calendar_leaves SET booking_managed = FALSE, "
            "date_from = %s, date_to = %s WHERE id = ANY(%s)",
            (self._at(8), self._at(9), entries.ids),
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        bookings = orders.booking_id
        self.assertEqual(bookings.mapped("unprotected"), [False, True])


@tagged("post_install", "-at_install")
class TestWorkorderFacts(FactoryPlanningCommon):
    """What happens at the machine never moves the plan and never fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(cls._at(6)):
            cls.order = cls._create_order()

    def _run(self, order, start, end):
        with freeze_time(self._at(start)):
            order.button_start()
            self.env.flush_all()
        with freeze_time(self._at(end)):
            order.button_finish()
            self.env.flush_all()

    def test_late_start_keeps_the_plan(self):
        with freeze_time(self._at(10)):
            self.order.button_start()
            self._assert_in_step(self.order, self._at(8), self._at(9))
            self.assertEqual(self.order.booking_id.state, "in_use")
            # the machine runs: it is not free now
            self.assertGreaterEqual(self._next(60, self._at(9), limit=1)[0][0], 10)

    def test_early_start_keeps_the_plan(self):
        with freeze_time(self._at(7)):
            self.order.button_start()
        self._assert_in_step(self.order, self._at(8), self._at(9))
        self.assertEqual(self.order.booking_id.actual_start, self._at(7))

    def test_early_start_while_another_has_the_lane(self):
        with freeze_time(self._at(6)):
            self._book(7, 8)
        with freeze_time(self._at(7)):
            self.order.button_start()
        self.assertEqual(self.order.booking_id.state, "in_use")

    def test_overrun(self):
        with freeze_time(self._at(6)):
            second = self._create_order()
        self._run(self.order, 8, 9.5)
        booking = self.order.booking_id
        self.assertEqual(booking.state, "done")
        self.assertEqual(
            (booking.block_from, booking.block_to), (self._at(8), self._at(9))
        )
        self.assertEqual(
            (booking.actual_start, booking.actual_end), (self._at(8), self._at(9.5))
        )
        self._assert_in_step(second, self._at(9), self._at(10))

    def test_unplanned_start_books_now(self):
        with freeze_time(self._at(13)):
            order = self._create_order(plan=False)
            order.button_start()
            self._assert_in_step(order, self._at(13), self._at(14))
        self.assertEqual(order.booking_id.state, "in_use")

    def test_unplanned_start_on_a_booked_lane_does_not_fail(self):
        with freeze_time(self._at(8)):
            order = self._create_order(plan=False)
            order.button_start()
            self.env.flush_all()
        self.assertTrue(order.booking_id.unprotected)
        self.assertEqual(order.booking_id.state, "in_use")
        self._run(order, 8, 8.5)
        self._run(self.order, 8.5, 9.5)
        self.assertEqual(self.order.booking_id.state, "done")

    def test_second_run_on_a_lane_is_refused(self):
        with freeze_time(self._at(6)):
            second = self._create_order()
        with freeze_time(self._at(8)):
            self.order.button_start()
            with self.assertRaisesRegex(UserError, self.order.booking_id.name):
                second.button_start()

    def test_paused_order_leaves_the_lane(self):
        with freeze_time(self._at(6)):
            second = self._create_order()
        with freeze_time(self._at(8)):
            self.order.button_start()
        with freeze_time(self._at(8.5)):
            self.order.button_pending()
            self.assertEqual(self.order.booking_id.state, "confirmed")
        self._run(second, 8.5, 9)
        with freeze_time(self._at(9)):
            self.env["factory.booking"]._cron_update_states()
            self.order.button_start()
        self.assertEqual(self.order.booking_id.state, "in_use")
        self.assertEqual(self.order.booking_id.actual_start, self._at(8))

    def test_finish_without_start(self):
        with freeze_time(self._at(10)):
            self.order.action_mark_as_done()
        booking = self.order.booking_id
        self.assertEqual(booking.state, "done")
        # core logs the expected 60 minutes up to now
        self.assertEqual(
            (booking.actual_start, booking.actual_end), (self._at(9), self._at(10))
        )

    def test_production_marked_done(self):
        with freeze_time(self._at(8)):
            production = self.order.production_id
            production.qty_producing = 1
            production.button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(self.order.booking_id.state, "done")

    def test_booking_actions_run_the_order(self):
        booking = self.order.booking_id
        with freeze_time(self._at(8)):
            booking.action_start()
        self.assertEqual(self.order.state, "progress")
        with freeze_time(self._at(9)):
            booking.action_finish()
        self.assertEqual((self.order.state, booking.state), ("done", "done"))

    def test_times_noted_on_paper_reach_the_order(self):
        booking = self.order.booking_id
        with freeze_time(self._at(17)):
            booking.action_start(at="2026-01-05 01:00:00")
            booking.action_finish(at="2026-01-05 02:30:00")
        self.assertEqual(
            (booking.actual_start, booking.actual_end), (self._at(8), self._at(9.5))
        )
        self.assertEqual((self.order.state, self.order.duration), ("done", 90.0))

    def test_operator_runs_orders(self):
        operator = self._create_user("workorder_operator", "operator")
        order = self.order.with_user(operator)
        self._run(order, 8, 9)
        self.assertEqual(self.order.booking_id.state, "done")
