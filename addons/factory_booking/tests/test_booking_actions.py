# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestBookingActions(FactoryBookingCommon):
    def test_confirm_start_finish(self):
        booking = self._book(8, 10)
        with freeze_time(self._at(7)):
            booking.action_confirm()
        with freeze_time(self._at(8.25)):
            booking.action_start()
        with freeze_time(self._at(10.5)):
            booking.action_finish()
        self.assertRecordValues(
            booking,
            [
                {
                    "state": "done",
                    "date_start": self._at(8),
                    "date_end": self._at(10),
                    "actual_start": self._at(8.25),
                    "actual_end": self._at(10.5),
                    "actual_hours": 2.25,
                }
            ],
        )

    def test_times_noted_on_paper(self):
        booking = self._book(8, 10)
        with freeze_time(self._at(17)):
            booking.action_start(at="2026-01-05T08:00:00+07:00")
            with self.assertRaisesRegex(UserError, "end before they were started"):
                booking.action_finish(at="2026-01-05 00:30:00")
            booking.action_finish(at="2026-01-05 02:30:00")
            with self.assertRaisesRegex(UserError, "when it has happened"):
                self._book(13, 14).action_start(at="2026-01-06 00:00:00")
        self.assertEqual(booking.actual_hours, 1.5)

    def test_start_needs_a_live_booking(self):
        booking = self._book(8, 10)
        booking.action_cancel("Hujan")
        self.assertEqual(booking.cancel_reason, "Hujan")
        with self.assertRaisesRegex(UserError, f"{booking.name} \\(Cancelled\\)"):
            booking.action_start()

    def test_one_open_run_per_lane(self):
        first, second = self._book(8, 10), self._book(10, 12)
        first.action_start()
        with self.assertRaisesRegex(UserError, f"{first.name} is still running"):
            second.action_start()
        first.action_finish()
        second.action_start()
        self.assertEqual(second.state, "in_use")

    def test_overrun_does_not_fail_and_the_next_one_is_flagged(self):
        first = self._book(8, 10)
        second = self._book(10, 12, partner_id=self.budi.id)
        with freeze_time(self._at(8)):
            (first + second).action_confirm()
            first.action_start()
        with freeze_time(self._at(10.1)):
            self.env["factory.booking"]._cron_update_states()
        self.assertTrue(second.is_delayed)
        self.assertEqual(len(second.activity_ids), 1)
        with freeze_time(self._at(11)):
            first.action_finish()
            second.action_start()
        self.assertEqual(first.date_end, self._at(10))
        self.assertFalse(second.is_delayed)

    def test_running_over_is_not_free_now(self):
        first = self._book(8, 10)
        with freeze_time(self._at(8)):
            first.action_start()
        with freeze_time(self._at(10.5)):
            self.assertEqual(self._next(60, limit=1), [(10.5, 11.5)])
            with self.assertRaisesRegex(ValidationError, first.name):
                self._book(10.25, 11)

    def test_done_frees_the_rest_of_the_time(self):
        booking = self._book(8, 12)
        with freeze_time(self._at(8)):
            booking.action_start()
        with freeze_time(self._at(9)):
            booking.action_finish()
        self._book(9, 12)
        self.assertFalse(booking.leave_id)

    def test_user_and_kind_are_history_once_work_began(self):
        booking = self._book(8, 10)
        booking.partner_id = self.budi
        with freeze_time(self._at(8)):
            booking.action_start()
        for vals in ({"partner_id": self.siti.id}, {"kind": "own"}):
            with self.assertRaisesRegex(
                UserError, f"{booking.name} .* are history now"
            ):
                booking.write(vals)
        # a form that sends what it shows changes nothing
        booking.write({"partner_id": self.budi.id, "note": "Panas"})
        self.assertEqual(booking.note, "Panas")

    def test_hold_expires(self):
        with freeze_time(self._at(6)):
            booking = self._book(8, 10)
        with freeze_time(self._at(6) + timedelta(minutes=60)):
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(booking.state, "expired")
        self._book(8, 10)

    def test_no_show_after_grace(self):
        with freeze_time(self._at(6)):
            booking = self._book(8, 10)
            booking.action_confirm()
        with freeze_time(self._at(8) + timedelta(minutes=29)):
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(booking.state, "confirmed")
        # not only at the very minute: also when the cron slept for days
        with freeze_time(self._at(8, day=3)):
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(booking.state, "no_show")

    def test_reschedule_links_a_descendant(self):
        booking = self._book(8, 10)
        booking.action_confirm()
        successor = booking.action_reschedule(
            "2026-01-05 02:00:00", "2026-01-05 04:00:00"
        )
        self.assertRecordValues(
            booking + successor,
            [
                {"state": "cancelled", "date_start": self._at(8)},
                {"state": "confirmed", "date_start": self._at(9)},
            ],
        )
        self.assertEqual(successor.rescheduled_from_id, booking)
        self.assertEqual(successor.partner_id, self.siti)
        self.assertTrue(successor.leave_id)
        self.assertFalse(booking.leave_id)

    def test_calendar_entry_moves_the_booking(self):
        booking = self._book(8, 10)
        booking.leave_id.write({"date_from": self._at(9), "date_to": self._at(11)})
        self.assertEqual(booking.date_start, self._at(9))
        booking.leave_id.unlink()
        self.assertEqual(booking.state, "cancelled")
