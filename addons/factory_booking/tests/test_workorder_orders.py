# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import FactoryPlanningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-04 12:00:00")
class TestManufacturingOrders(FactoryPlanningCommon):
    """What happens to the manufacturing order happens to its bookings."""

    def _live(self):
        """Return the live bookings of the centre as (local start, local end) hours."""
        bookings = self.env["factory.booking"].search(
            [
                ("workcenter_id", "=", self.centre.id),
                ("state", "in", ("held", "confirmed", "in_use")),
            ],
            order="block_from",
        )
        return [
            tuple(
                (moment - self.monday).total_seconds() / 3600
                for moment in (booking.block_from, booking.block_to)
            )
            for booking in bookings
        ]

    def _create_production(self, quantity):
        production = self.env["mrp.production"].create(
            {
                "product_id": self.product.id,
                "bom_id": self.bom.id,
                "product_qty": quantity,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "date_start": self._at(8),
            }
        )
        production.action_confirm()
        production.button_plan()
        return production

    def test_calendar_drag_over_rpc(self):
        """Both dates as text, as the calendar and a client write them."""
        order = self._create_order()
        order.write(
            {
                "date_start": fields.Datetime.to_string(self._at(14)),
                "date_finished": fields.Datetime.to_string(self._at(15)),
            }
        )
        self._assert_in_step(order, self._at(14), self._at(15))

    def test_start_and_duration_together(self):
        order = self._create_order()
        order.write(
            {
                "date_start": fields.Datetime.to_string(self._at(10)),
                "duration_expected": 120,
            }
        )
        self._assert_in_step(order, self._at(10), self._at(12))
        self.assertEqual(order.duration_expected, 120)

    def test_end_written_alone_keeps_the_start(self):
        order = self._create_order()
        order.write({"date_finished": fields.Datetime.to_string(self._at(10))})
        self._assert_in_step(order, self._at(8), self._at(10))
        self.assertEqual(order.duration_expected, 120)

    def test_start_moved_over_the_break_ends_later(self):
        """Sixty minutes from 11:30 with a break from 12:00 to 13:00."""
        order = self._create_order()
        order.write({"date_start": fields.Datetime.to_string(self._at(11.5))})
        self._assert_in_step(order, self._at(11.5), self._at(13.5))
        self.assertEqual(order.duration_expected, 60)

    def test_duration_over_somebody_else_is_refused(self):
        order = self._create_order()
        self._book(9, 10)
        with self._refused(Exception, "no_overlap"):
            order.write({"duration_expected": 90})
            self.env.flush_all()
        self.env.invalidate_all()
        self._assert_in_step(order, self._at(8), self._at(9))

    def test_maintenance_and_time_off_block_the_planner(self):
        self._book(8, 9, kind="maintenance", partner_id=False)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Servis",
                "calendar_id": self.calendar.id,
                "resource_id": self.centre.resource_id.id,
                "date_from": self._at(9),
                "date_to": self._at(10),
                "time_type": "leave",
            }
        )
        order = self._create_order()
        self._assert_in_step(order, self._at(10), self._at(11))
        with self._refused(ValidationError, "Servis"):
            self._book(9, 10)

    def test_backorder_frees_and_books_its_own(self):
        production = self._create_production(2.0)
        self.assertEqual(self._live(), [(8, 10)])
        production.qty_producing = 1.0
        with freeze_time(self._at(9)):
            action = production.button_mark_done()
            wizard = (
                self.env[action["res_model"]]
                .with_context(**action["context"])
                .create({})
            )
            wizard.action_backorder()
        backorder = production.production_group_id.production_ids - production
        self.assertEqual(production.workorder_ids.booking_id.state, "done")
        live = backorder.workorder_ids.booking_ids.filtered(
            lambda b: b.state in ("held", "confirmed")
        )
        self.assertEqual(bool(live), bool(backorder.workorder_ids.leave_id))
        self.assertEqual(len(self._live()), len(live))
        if not live:
            with freeze_time(self._at(9)):
                backorder.button_plan()
        self.assertEqual(len(self._live()), 1)
        self.assertEqual(
            backorder.workorder_ids.booking_id.workorder_id, backorder.workorder_ids
        )

    def test_split_orders_hold_no_time_twice(self):
        production = self._create_production(2.0)
        parts = production._split_productions({production: [1.0, 1.0]})
        self.env.flush_all()
        planned = parts.workorder_ids.filtered("leave_id")
        self.assertEqual(len(self._live()), len(planned))
        parts.button_plan()
        self.assertEqual(len(self._live()), 2)
        starts = sorted(self._live())
        self.assertLessEqual(starts[0][1], starts[1][0])

    def test_merged_orders_free_their_time(self):
        first, second = self._create_production(1.0), self._create_production(1.0)
        self.assertEqual(self._live(), [(8, 9), (9, 10)])
        (first + second).action_merge()
        self.env.flush_all()
        self.assertEqual(self._live(), [])
        merged = self.env["mrp.production"].search(
            [("product_id", "=", self.product.id), ("state", "=", "confirmed")]
        )
        self.assertEqual(merged.product_qty, 2.0)
        merged.button_plan()
        self.assertEqual(self._live(), [(8, 10)])

    def test_cancelled_while_running(self):
        order = self._create_order()
        with freeze_time(self._at(8)):
            order.button_start()
        with freeze_time(self._at(8.5)):
            order.production_id.action_cancel()
        self.assertEqual(order.booking_ids.state, "cancelled")
        self.assertEqual(self._live(), [])

    def test_deleted_production_frees(self):
        order = self._create_order()
        order.production_id.action_cancel()
        order.production_id.unlink()
        self.assertEqual(self._live(), [])

    def test_work_of_no_duration_is_planned_started_and_finished(self):
        self.bom.operation_ids.time_cycle_manual = 0
        for plan in (True, False):
            order = self._create_order(plan=plan)
            self.assertEqual(order.duration_expected, 0)
            order.button_start()
            self.assertEqual(order.state, "progress")
            self.assertEqual(order.booking_id.state, "in_use")
            order.button_finish()
            self.assertEqual(order.state, "done")
            self.assertEqual(order.booking_id.state, "done")

    def test_work_of_no_duration_starts_before_what_is_booked(self):
        self.bom.operation_ids.time_cycle_manual = 0
        order = self._create_order(plan=False)
        now = fields.Datetime.now()
        booked = self._book(0, 0, date_start=now, date_end=now + timedelta(hours=1))
        order.button_start()
        self.assertTrue(order.booking_id.unprotected)
        order.button_finish()
        self.assertEqual(booked.state, "held")

    def test_planned_start_stays_once_work_began(self):
        order = self._create_order()
        with freeze_time(self._at(8)):
            order.button_start()
        name = order.booking_id.name
        for vals in (
            {"date_start": self._at(10)},
            {"date_start": self._at(10), "date_finished": self._at(11)},
            {"leave_id": False},
        ):
            with self._refused(UserError, f"{name} .*work has begun"):
                order.write(vals)
        self._assert_in_step(order, self._at(8), self._at(9))
        # more time for what runs is a plan
        order.write({"date_finished": self._at(11)})
        self._assert_in_step(order, self._at(8), self._at(11))

    def test_calendar_entry_taken_away_frees_the_time(self):
        order = self._create_order()
        booking = order.booking_id
        order.write({"leave_id": False})
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(order.leave_id)
        self.assertEqual(self._next(60, limit=1), [(8, 9)])
