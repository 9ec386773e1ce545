# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestBooking(FactoryBookingCommon):
    def test_constraint_stands_in_the_database(self):
        self.assertTrue(self.env["factory.booking"].action_check_constraints())

    @mute_logger("odoo.sql_db")
    def test_missing_constraint_is_reported(self):
        self.env.cr.execute(
            "ALTER TABLE factory_booking DROP CONSTRAINT factory_booking_no_overlap"
        )
        with self.assertRaisesRegex(UserError, "no_overlap"):
            self.env["factory.booking"].action_check_constraints()

    @mute_logger("odoo.sql_db")
    def test_overlapping_booking_is_refused(self):
        self._book(8, 10)
        with self.assertRaises(ExclusionViolation):
            self._book(9, 11, partner_id=self.budi.id)

    def test_neighbours_touch(self):
        self._book(8, 10)
        self.assertEqual(self._book(10, 12).state, "held")

    @mute_logger("odoo.sql_db")
    def test_setup_and_cleaning_are_kept(self):
        self.centre.write({"time_start": 15, "time_stop": 30})
        first = self._book(8, 10)
        self.assertEqual(first.block_from, self._at(7.75))
        self.assertEqual(first.block_to, self._at(10.5))
        # 10:30 is free again, but its own set-up of 15 minutes would begin at 10:15
        with self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self._book(10.5, 11)
        self._book(10.75, 11.5)

    @freeze_time("2026-01-05 00:00:00")
    def test_refusal_names_the_row_in_the_way_and_offers_slots(self):
        """It is 07:00 in Jakarta."""
        first = self._book(8, 10)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation) as caught,
            self.env.cr.savepoint(),
        ):
            self._book(9, 11)
        english = first.with_context(lang="en_US")
        message = english._sql_error_to_message(caught.exception)
        self.assertIn(f"by {first.name}, Siti (contoh).", message)
        self.assertIn("Pengering", message)
        # 120 minutes from 09:00: the lane is free from 10:00 on
        self.assertIn("05-01-2026 10:00", message)
        portal = new_test_user(
            self.env,
            login="taken_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        # as a controller books for a portal user
        told = english.with_user(portal).sudo()._sql_error_to_message(caught.exception)
        self.assertIn(first.name, told)
        self.assertNotIn("Siti", told)
        self.assertIn("05-01-2026 10:00", told)

    @freeze_time("2026-01-05 02:30:00")
    def test_refusal_offers_no_time_that_is_over(self):
        """It is 09:30 in Jakarta; 08:00 to 09:00 was wanted."""
        first = self._book(8, 10)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation) as caught,
            self.env.cr.savepoint(),
        ):
            self._book(8.5, 9.5)
        english = first.with_context(lang="en_US")
        message = english._sql_error_to_message(caught.exception)
        self.assertIn("Next free: 05-01-2026 10:00", message)

    @mute_logger("odoo.sql_db")
    def test_empty_time_is_refused(self):
        with self.assertRaises(CheckViolation):
            self._book(9, 9)

    @mute_logger("odoo.sql_db")
    def test_reversed_time_is_refused(self):
        with self.assertRaises(CheckViolation):
            self._book(10, 9)

    @mute_logger("odoo.sql_db")
    def test_use_needs_a_partner(self):
        with self.assertRaises(CheckViolation):
            self._book(8, 9, partner_id=False)

    def test_free_lane_is_chosen(self):
        self.centre.lane_count = 2
        bookings = self.env["factory.booking"].create(
            [self._prepare_vals(8, 10), self._prepare_vals(9, 11)]
        )
        self.assertEqual(bookings.mapped("lane"), [1, 2])
        self.assertEqual(self._book(10, 11).lane, 1)

    def test_lane_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "lane 2 does not exist"):
            self._book(8, 10, lane=2)

    def test_lane_in_use_cannot_be_taken_away(self):
        self.centre.lane_count = 2
        booking = self._book(8, 10, lane=2)
        with self.assertRaisesRegex(ValidationError, booking.name):
            self.centre.lane_count = 1

    def test_overlap_where_the_centre_allows_it(self):
        self.centre.overlap_allowed = True
        bookings = self._book(8, 10) + self._book(9, 11)
        self.assertFalse(any(bookings.mapped("exclusive")))

    def test_overlap_cannot_be_forbidden_over_overlapping_bookings(self):
        self.centre.overlap_allowed = True
        first, second = self._book(8, 10), self._book(9, 11)
        with self.assertRaisesRegex(
            ValidationError, f"{first.name} and {second.name} overlap"
        ):
            self.centre.overlap_allowed = False
        second.action_cancel()
        self.centre.overlap_allowed = False
        self.assertTrue(first.exclusive)

    def test_state_cannot_be_written_or_created(self):
        booking = self._book(8, 10)
        for vals in ({"state": "done"}, {"block_to": self._at(9)}, {"leave_id": False}):
            with self.assertRaisesRegex(UserError, "through its actions"):
                booking.write(vals)
        with self.assertRaisesRegex(UserError, "through its actions"):
            self._book(11, 12, state="confirmed")
        # the key that our methods use cannot be guessed by a client
        crafted = booking.with_context(factory_booking_system=True)
        with self.assertRaisesRegex(UserError, "through its actions"):
            crafted.write({"state": "done"})

    def test_move_in_place_keeps_the_constraint(self):
        first, second = self._book(8, 10), self._book(10, 12)
        second.write({"date_start": self._at(13), "date_end": self._at(15)})
        self.assertEqual(second.leave_id.date_from, self._at(13))
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            first.write({"date_start": self._at(14), "date_end": self._at(16)})
            self.env.flush_all()

    def test_history_cannot_be_deleted(self):
        booking = self._book(8, 10)
        booking.action_confirm()
        with self.assertRaisesRegex(UserError, booking.name):
            booking.unlink()
        booking.action_cancel()
        booking.unlink()

    def test_references_are_one_series(self):
        names = self.env["factory.booking"].create(
            [self._prepare_vals(8 + n, 9 + n) for n in range(3)]
        )
        numbers = [int(name.split("/")[-1]) for name in names.mapped("name")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))

    def test_bulk_create_is_set_based(self):
        """200 bookings cost one insert each table, not queries for each row."""
        vals_list = [
            self._prepare_vals(8 + n % 8, 9 + n % 8, day=n // 8) for n in range(200)
        ]
        self.env.flush_all()
        self._book(8, 9, day=200)
        self.env.flush_all()
        with self.assertQueryCount(60):
            self.env["factory.booking"].create(vals_list)
            self.env.flush_all()

    @freeze_time("2026-01-05 00:00:00")
    def test_form_books(self):
        form = Form(self.env["factory.booking"])
        form.workcenter_id = self.centre
        form.partner_id = self.siti
        form.date_start = self._at(8)
        form.date_end = self._at(9)
        booking = form.save()
        self.assertEqual((booking.lane, booking.state), (1, "held"))
        self.assertEqual(
            booking.hold_until, fields.Datetime.now() + timedelta(minutes=60)
        )


@tagged("post_install", "-at_install")
class TestBookingRules(FactoryBookingCommon):
    def test_length(self):
        self.centre.write({"booking_min_minutes": 60, "booking_max_minutes": 120})
        with self._refused(ValidationError, "from 60 to 120 minutes"):
            self._book(8, 8.5)
        with self._refused(ValidationError, "lasts 180 minutes"):
            self._book(8, 11)
        self._book(8, 10)

    @freeze_time("2026-01-05 00:00:00")
    def test_notice_and_horizon(self):
        self.centre.write({"booking_notice_hours": 4, "booking_horizon_days": 7})
        # now is 07:00 in Jakarta: 4 hours of notice reach to 11:00
        with self._refused(ValidationError, "4 hours of notice"):
            self._book(10.5, 12)
        self._book(11, 12)
        with self._refused(ValidationError, "7 days ahead"):
            self._book(8, 9, day=8)

    def test_manager_may_override_with_a_reason(self):
        self.centre.booking_max_minutes = 60
        booking = self._book(8, 12, override_reason="Panen raya")
        self.assertEqual(booking.duration_hours, 4)

    def test_closing_day_refuses(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Idulfitri",
                "calendar_id": self.calendar.id,
                "date_from": self._at(0, 1),
                "date_to": self._at(24, 1),
            }
        )
        with self._refused(ValidationError, "Idulfitri"):
            self._book(8, 10, day=1)
        self._book(8, 10, day=2)

    def test_maintenance_blocks_lane_and_calendar(self):
        booking = self._book(8, 10, kind="maintenance", partner_id=False)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.leave_id.time_type, "leave")
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self._book(9, 11)
