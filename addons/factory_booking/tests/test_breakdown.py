# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import FactoryBreakdownCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 00:30:00")  # Monday 07:30 in Jakarta
class TestBreakdown(FactoryBreakdownCommon):
    """A centre that stands still takes nobody's time silently."""

    def test_nothing_can_be_booked_while_it_lasts(self):
        self._break(8, 12)
        with mute_logger("odoo.sql_db"), self._refused(Exception, "no_overlap|taken"):
            self._book(11, 12)
        self.assertEqual(self._next(60, limit=1), [(13, 14)])

    def test_open_end_is_kept_some_days_ahead_and_rolls_on(self):
        self.company.breakdown_days = 2
        later = self._book(9, 10, day=3)
        with freeze_time(self._at(8)):
            breakdown = self._break(8, False)
            self.assertEqual(breakdown.block_ids.block_to, self._at(8, 2))
            self.assertEqual(later.state, "held")
            self.assertEqual(self.centre.working_state, "blocked")
        with freeze_time(self._at(10, 1)):
            self.env["factory.breakdown"]._cron_move_on()
            self.assertEqual(breakdown.block_ids.block_to, self._at(10, 3))
            self.assertEqual(later.state, "displaced")
            self.assertEqual(later.displaced_by_id, breakdown)

    def test_repair_brings_the_centre_back(self):
        with freeze_time(self._at(8)):
            breakdown = self._break(8, False, description="Bearing")
        with freeze_time(self._at(10)):
            self.centre.action_repair()
        self.assertRecordValues(
            breakdown,
            [
                {
                    "state": "repaired",
                    "date_repaired": self._at(10),
                    "downtime_hours": 2.0,
                }
            ],
        )
        # the timeline shows no more than the machine stood still
        self.assertEqual(breakdown.block_ids.mapped("date_end"), [self._at(10)])
        idle = breakdown.productivity_id
        self.assertRecordValues(
            idle,
            [
                {
                    "date_start": self._at(8),
                    "date_end": self._at(10),
                    "loss_type": "availability",
                    "description": "Bearing",
                }
            ],
        )
        self.assertEqual(self.centre.working_state, "normal")
        with freeze_time(self._at(10)):
            self._book(10, 11)
        with self.assertRaisesRegex(UserError, "nothing is out of order"):
            self.centre.action_repair()

    def test_core_unblock_is_a_repair(self):
        with freeze_time(self._at(8)):
            breakdown = self._break(8, False)
            self.centre.unblock()
        self.assertEqual(breakdown.state, "repaired")

    def test_end_that_passes_without_a_repair(self):
        """The next one cannot start and is flagged; nothing is free before now."""
        booking = self._book(10, 11)
        booking.action_confirm()
        with freeze_time(self._at(8)):
            self._break(8, 10)
        with freeze_time(self._at(10.25)):
            self.env["factory.booking"]._cron_update_states()
            self.assertTrue(booking.is_delayed)
            with self.assertRaisesRegex(UserError, "still running"):
                booking.action_start()
            self.centre.action_repair()
            booking.action_start()
        self.assertEqual(booking.state, "in_use")

    def test_open_end_may_be_said_so(self):
        with freeze_time(self._at(8)):
            breakdown = self.centre.action_breakdown(self._iso(8), "open")
        self.assertFalse(breakdown.until)

    def test_core_block_is_a_breakdown(self):
        booking = self._book(9, 10)
        with freeze_time(self._at(8)):
            idle = self.env["mrp.workcenter.productivity"].create(
                {
                    "workcenter_id": self.centre.id,
                    "loss_id": self.env.ref("mrp.block_reason1").id,
                }
            )
            idle.button_block()
        breakdown = self.centre.breakdown_ids
        self.assertEqual(breakdown.productivity_id, idle)
        self.assertEqual(breakdown.displaced_ids, booking)
        with freeze_time(self._at(9)):
            self.centre.unblock()
        self.assertEqual(breakdown.state, "repaired")
        self.assertEqual(idle.date_end, self._at(9))

    def test_expected_end_is_changed_from_the_form(self):
        booking = self._book(12, 13)
        with freeze_time(self._at(8)):
            breakdown = self._break(8, 12)
            report = self.env["factory.breakdown.report"].create(
                {
                    "breakdown_id": breakdown.id,
                    "workcenter_id": self.centre.id,
                    "date_from": breakdown.date_from,
                    "until": self._at(13),
                }
            )
            self.assertIn(booking, report.hit_ids)
            report.action_report()
        self.assertEqual(breakdown.until, self._at(13))
        self.assertEqual(booking.state, "displaced")

    def test_running_order_pauses_and_goes_on_after_the_repair(self):
        order = self._create_order()
        first = order.booking_id
        with freeze_time(self._at(8)):
            order.button_start()
        with freeze_time(self._at(8.5)):
            breakdown = self._break(8.5, False)
            self.env.flush_all()
        self.assertEqual(order.time_ids.date_end, self._at(8.5))
        self.assertEqual(breakdown.workorder_ids, order)
        self.assertEqual((first.state, first.no_fee), ("displaced", True))
        self.assertTrue(order.is_displaced)
        with (
            freeze_time(self._at(9)),
            self.assertRaisesRegex(UserError, "still running"),
        ):
            order.button_start()
        with freeze_time(self._at(10)):
            self.centre.action_repair()
            order.button_start()
            self.env.flush_all()
        # half an hour of the sixty minutes is left
        self.assertRecordValues(
            order.booking_id,
            [
                {
                    "state": "in_use",
                    "block_from": self._at(10),
                    "block_to": self._at(10.5),
                    "rescheduled_from_id": first.id,
                }
            ],
        )
        self.assertFalse(order.is_displaced)
        with freeze_time(self._at(10.5)):
            order.button_finish()
        self.assertEqual(order.duration, 60.0)

    def test_running_use_ends_and_its_rest_is_displaced(self):
        booking = self._book(8, 11)
        with freeze_time(self._at(8)):
            booking.action_start()
        with freeze_time(self._at(9)):
            self._break(9, 12)
        self.assertRecordValues(
            booking,
            [{"state": "done", "actual_end": self._at(9), "no_fee": True}],
        )
        rest = booking.descendant_ids
        self.assertRecordValues(
            rest,
            [
                {
                    "state": "displaced",
                    "date_start": self._at(9),
                    "date_end": self._at(11),
                    "partner_id": self.siti.id,
                }
            ],
        )
        self.assertEqual(self._offers(rest)[0], (13, 15))

    def test_lane_alone(self):
        """Of two lanes one breaks: a free one takes the booking, time unchanged."""
        self.centre.lane_count = 2
        booking = self._book(9, 10)
        self._break(8, 12, lane=1)
        self.assertEqual((booking.state, booking.lane), ("held", 2))
        self.assertEqual(self._next(60, self._at(9), 1), [(10, 11)])

    def test_goes_round_planned_maintenance(self):
        planned = self._book(10, 11, kind="maintenance", partner_id=False)
        breakdown = self._break(8, 12)
        self.assertEqual(planned.state, "confirmed")
        self.assertEqual(
            sorted((b.block_from, b.block_to) for b in breakdown.block_ids),
            [(self._at(8), self._at(10)), (self._at(11), self._at(12))],
        )

    def test_longer_and_shorter(self):
        booking = self._book(13, 14)
        with freeze_time(self._at(8)):
            breakdown = self._break(8, 12)
            breakdown.action_extend(self._iso(14))
            self.assertEqual(booking.state, "displaced")
            breakdown.action_extend(self._iso(10))
            self.assertEqual(breakdown.block_ids.block_to, self._at(10))
            self._book(10, 11)
            breakdown.action_extend()
            self.assertEqual(
                max(breakdown.block_ids.mapped("block_to")), self._at(8, 7)
            )

    def test_kept_time_belongs_to_the_breakdown(self):
        with freeze_time(self._at(8)):
            block = self._break(8, 12).block_ids
            for action in (block.action_finish, block.action_cancel):
                with self.assertRaisesRegex(UserError, "record its repair"):
                    action()
            with self.assertRaises(UserError):
                block.write({"date_end": self._at(9)})

    def test_bad_input_is_named(self):
        with self.assertRaisesRegex(UserError, "must end after it starts"):
            self._break(12, 8)
        with self.assertRaisesRegex(UserError, "needs an end"):
            self._break(12, False)
        with self.assertRaisesRegex(UserError, "lanes 1 to 1, not 2"):
            self._break(8, 12, lane=2)
        with self.assertRaisesRegex(UserError, "is no date"):
            self.centre.action_breakdown("kemarin")
        self._break(8, 12)
        with self.assertRaisesRegex(UserError, "out of order already"):
            self._break(10, 14)

    def test_roles(self):
        booking = self._book(9, 10)
        operator = self._create_user("breakdown_operator", "operator")
        auditor = self._create_user("breakdown_auditor", "auditor")
        with self.assertRaises(AccessError):
            self.centre.with_user(auditor).action_breakdown(self._iso(8), self._iso(12))
        breakdown = self.centre.with_user(operator).action_breakdown(
            self._iso(8), self._iso(12)
        )
        self.assertEqual(booking.state, "displaced")
        self.assertTrue(breakdown.with_user(auditor).display_name)
        with self.assertRaises(AccessError):
            breakdown.with_user(operator).write({"state": "repaired"})
        with self.assertRaises(AccessError):
            self.env["factory.breakdown"].with_user(operator).create(
                {"workcenter_id": self.centre.id}
            )
        breakdown.with_user(operator).action_repair()
        self.assertEqual(breakdown.state, "repaired")

    def test_other_company_sees_nothing(self):
        breakdown = self._break(8, 12)
        other = self.env["res.company"].create({"name": "RPB Lain"})
        stranger = self._create_user("breakdown_stranger", "operator", other)
        with self.assertRaises(AccessError):
            breakdown.with_user(stranger).read(["state"])
        with self.assertRaises(AccessError):
            breakdown.with_user(stranger).action_repair()
        with self.assertRaises(AccessError):
            self.centre.with_user(stranger).action_breakdown()

    def test_report_shows_who_is_hit_before(self):
        booking = self._book(9, 10)
        with Form(
            self.env["factory.breakdown.report"].with_context(
                default_workcenter_id=self.centre.id
            )
        ) as form:
            form.date_from = self._at(8)
            form.until = self._at(12)
            self.assertEqual(form.hit_ids.ids, booking.ids)
        action = form.record.action_report()
        breakdown = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(breakdown.displaced_ids, booking)

    def test_protected_fields(self):
        booking = self._book(9, 10)
        for vals in (
            {"no_fee": True},
            {"offer_ids": [Command.clear()]},
            {"displaced_reason": "x"},
        ):
            with self.assertRaises(UserError):
                booking.write(vals)
