# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 00:30:00")  # Monday 07:30 in Jakarta
class TestBookingHistory(FactoryBookingCommon):
    """What was promised and what happened stays true, whoever writes it."""

    def _iso(self, hour, day=0):
        return fields.Datetime.to_string(self._at(hour, day))

    def test_who_waits_for_the_one_before_is_no_no_show(self):
        first = self._book(8, 10)
        second = self._book(10, 12, partner_id=self.budi.id)
        (first + second).action_confirm()
        with freeze_time(self._at(8)):
            first.action_start()
        cron = self.env["factory.booking"]._cron_update_states
        with freeze_time(self._at(10.75)):
            cron()
        self.assertEqual(second.state, "confirmed")
        # 30 minutes of grace run from 11:00, when the lane was free
        with freeze_time(self._at(11)):
            first.action_finish()
        with freeze_time(self._at(11.25)):
            cron()
        self.assertEqual(second.state, "confirmed")
        with freeze_time(self._at(11.5)):
            cron()
        self.assertEqual(second.state, "no_show")

    def test_lapsed_hold_is_not_confirmed(self):
        booking = self._book(8, 10)
        with freeze_time(self._at(7.5) + timedelta(minutes=60)):
            with self._refused(UserError, f"{booking.name} .*time to confirm is over"):
                booking.action_confirm()

    def test_late_cancellation_is_not_deleted(self):
        self.centre.booking_cancel_hours = 48
        booking = self._book(8, 10)
        booking.action_confirm()
        booking.action_cancel()
        self.assertTrue(booking.is_late_cancel)
        with self._refused(UserError, "history"):
            booking.unlink()

    def test_operator_hands_over_his_own_bookings_only(self):
        booking = self._book(8, 10)
        other = booking.with_user(self._create_user("op.review", "operator"))
        for vals in ({"partner_id": self.budi.id}, {"kind": "own"}):
            with self._refused(AccessError, "manager"):
                other.write(vals)
        # a form that sends what it shows changes nothing
        other.write({"note": "Panas", "partner_id": self.siti.id})
        self.assertEqual(booking.note, "Panas")

    def test_manager_moves_what_was_allowed_against_the_rules(self):
        self.centre.booking_max_minutes = 60
        boss = self._create_user("boss.review", "factory_manager")
        booking = self._book(8, 12, override_reason="Panen raya")
        moved = booking.with_user(boss).action_reschedule(self._iso(13), self._iso(17))
        self.assertEqual(moved.override_reason, "Panen raya")

    def test_operator_moves_his_own_within_the_rules_only(self):
        operator = self._create_user("op.review", "operator")
        bookings = self.env["factory.booking"].with_user(operator)
        booking = bookings.create(self._prepare_vals(8, 12))
        booking.sudo().override_reason = "Panen raya"
        self.centre.booking_max_minutes = 60
        with self._refused(ValidationError, "240 minutes"):
            booking.action_reschedule(self._iso(13), self._iso(17))

    def test_bad_questions_are_refused(self):
        slots = self.env["factory.booking"].next_slots
        here = self.centre.ids
        for question, message in (
            ((here, "60"), "number of minutes"),
            ((here, None), "number of minutes"),
            ((here, float("nan")), "number of minutes"),
            ((here, float("inf")), "number of minutes"),
            ((here, 60, "9999-12-30 00:00:00"), "too far ahead"),
            ((here, 60, 5), "no date and time"),
            ((here, 60, False, -1), "from 1 to 1000"),
            ((here, 60, False, "x"), "from 1 to 1000"),
            ((self.centre.id, 60), "work centre .* does not exist"),
            ((["x"], 60), "work centre .* does not exist"),
        ):
            with self._refused(UserError, message):
                slots(*question)

    def test_bad_moments_are_refused(self):
        booking = self._book(8, 9)
        for call, message in (
            (lambda: booking.action_reschedule(False, False), "no date and time"),
            (lambda: booking.action_reschedule(5, 6), "no date and time"),
            (lambda: booking.action_start(5), "no date and time"),
            (lambda: booking.action_extend("x"), "how many minutes"),
            (lambda: self.centre.action_breakdown(5), "no date and time"),
            (lambda: self.centre.action_breakdown(loss_id=10**8), "reason"),
            (lambda: self.centre.action_breakdown(lane="x"), "lanes 1 to 1"),
        ):
            with self._refused(UserError, message):
                call()
