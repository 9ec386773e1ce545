# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 00:30:00")  # Monday 07:30 in Jakarta
class TestWorkingHours(FactoryBookingCommon):
    """Bookings and free times against the hours in which a centre works."""

    def _hours(self, *moments):
        """Return moments as local hours of ``monday``."""
        return tuple((at - self.monday).total_seconds() / 3600 for at in moments)

    def test_only_in_working_hours(self):
        self.centre.booking_within_hours = True
        # before opening, in the break, after closing, on Saturday
        for start, end in ((7, 9), (12, 14), (16, 18), (12.5, 12.75), (128, 130)):
            with self._refused(ValidationError, "is closed. Next free: "):
                self._book(start, end)
        # from opening to closing, its break in between; and over night, as planned
        self._book(8, 17)
        self._book(32 + 8, 56 + 1)

    def test_refused_booking_is_not_in_its_own_way(self):
        self.centre.booking_within_hours = True
        with self._refused(ValidationError, "Next free: 05-01-2026 08:00"):
            self._book(7.5, 9.5)

    def test_working_hours_leave_a_way_out(self):
        self.centre.booking_within_hours = True
        self._book(18, 20, override_reason="Panen raya")
        self._book(20, 21, kind="maintenance", partner_id=False)
        self._book(21, 22, kind="own", partner_id=False)

    def test_outside_working_hours_is_warned_of(self):
        late = self._book(22, 23)
        self.assertIn("outside the working hours", late.rule_notice)
        self.assertFalse(self._book(8, 9).rule_notice)

    def test_work_that_has_begun_is_a_fact(self):
        late = self._book(22, 23)
        self.centre.booking_within_hours = True
        with freeze_time(self._at(22)):
            late.action_start()
            late.action_extend(15)
        self.assertEqual(late.date_end, self._at(23.25))

    def test_flexible_hours_close_nothing(self):
        self.centre.booking_within_hours = True
        self.calendar.flexible_hours = True
        self.assertEqual(self._book(18, 20).state, "held")

    def test_today_in_the_portal_is_the_centres(self):
        bookings = self.env["factory.booking"]
        # 23:30 and 00:30 in Jakarta
        for moment, day in (("16:30", "2026-01-05"), ("17:30", "2026-01-06")):
            with freeze_time(f"2026-01-05 {moment}:00"):
                today = bookings._get_portal_today(self.centre)
            self.assertEqual(fields.Date.to_string(today), day)

    def test_free_times_are_bookable(self):
        self.centre.write(
            {"booking_within_hours": True, "time_start": 15, "time_stop": 15}
        )
        for minutes in (60, 235, 300, 600):
            (slot,) = self.env["factory.booking"].next_slots(
                self.centre.ids, minutes, fields.Datetime.to_string(self._at(8)), 1
            )
            booking = self._book(0, 0, date_start=slot["start"], date_end=slot["end"])
            self.assertEqual(booking.state, "held")

    def test_portal_slots_do_not_pause_over_night(self):
        bookings = self.env["factory.booking"]
        found = bookings._get_portal_slots(self.centre, 300, self._at(8), 3)
        # five hours of a day of 8:00 to 12:00 and 13:00 to 17:00: with its break only
        hours = [self._hours(*slot) for slot in found]
        self.assertEqual(hours, [(8, 14), (32, 38), (56, 62)])

    def test_running_early_is_not_free_now(self):
        early = self._book(14, 16)
        with freeze_time(self._at(8)):
            early.action_start()
        with freeze_time(self._at(8.5)):
            # two hours of work begun at 8:00 are over at 10:00
            self.assertEqual(self._next(60, self._at(8.5), limit=1), [(10, 11)])
            with self._refused(ValidationError, early.name):
                self._book(8.25, 9)
        with freeze_time(self._at(11)):
            # over its two hours and still running
            self.assertEqual(self._next(60, self._at(10.5), limit=1), [(11, 12)])
