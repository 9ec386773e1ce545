# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestLateCancel(FactoryBookingCommon):
    """24 hours before Tuesday 08:00 is Monday 08:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre.booking_cancel_hours = 24
        with freeze_time(cls._at(6)):
            cls.booking = cls._book(8, 10, day=1)
            cls.booking.action_confirm()

    def test_in_time(self):
        self.assertEqual(self.booking.cancel_until, self._at(8))
        with freeze_time(self._at(8)):
            self.booking.action_cancel("Hujan")
        self.assertFalse(self.booking.is_late_cancel)
        self.assertEqual(self.booking.date_released, self._at(8))

    def test_late(self):
        with freeze_time(self._at(8.01)):
            self.booking.action_cancel("Hujan")
        self.assertTrue(self.booking.is_late_cancel)

    def test_a_hold_is_no_promise(self):
        with freeze_time(self._at(9)):
            held = self._book(8, 9, day=2)
        with freeze_time(self._at(9, day=1)):
            held.action_cancel()
        self.assertFalse(held.is_late_cancel)

    def test_moving_late_is_no_way_out(self):
        with freeze_time(self._at(9)):
            moved = self.booking.action_reschedule(
                "2026-01-12 01:00:00", "2026-01-12 02:00:00"
            )
            self.assertFalse(self.booking.is_late_cancel)
            self.assertEqual(moved.cancel_until, self._at(8))
            moved.action_cancel()
        self.assertTrue(moved.is_late_cancel)

    def test_dragging_late_is_no_way_out(self):
        with freeze_time(self._at(9)):
            self.booking.write(
                {"date_start": self._at(8, 7), "date_end": self._at(9, 7)}
            )
            self.booking.action_cancel()
        self.assertTrue(self.booking.is_late_cancel)

    def test_moving_in_time_gives_a_new_time_to_cancel(self):
        with freeze_time(self._at(7)):
            self.booking.write(
                {"date_start": self._at(8, 7), "date_end": self._at(9, 7)}
            )
        self.assertEqual(self.booking.cancel_until, self._at(8, 6))

    def test_rule_of_the_day_of_the_promise_holds(self):
        self.centre.booking_cancel_hours = 48
        self.assertEqual(self.booking.cancel_until, self._at(8))

    def test_lateness_cannot_be_written(self):
        for vals in ({"is_late_cancel": False}, {"cancel_until": self._at(9)}):
            with self._refused(UserError, "through its actions"):
                self.booking.write(vals)
            with self._refused(UserError, "through its actions"):
                self._book(13, 14, **vals)
