# SPDX-License-Identifier: AGPL-3.0-or-later
import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.mrp.models.mrp_workcenter import MrpWorkcenter as CoreWorkcenter

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestNextSlots(FactoryBookingCommon):
    def test_answer_is_json(self):
        slots = self.env["factory.booking"].next_slots(
            self.centre.ids, 60, "2026-01-05T00:00:00Z", 1
        )
        self.assertEqual(
            slots,
            [
                {
                    "workcenter_id": self.centre.id,
                    "lane": 1,
                    "start": "2026-01-05 01:00:00",
                    "end": "2026-01-05 02:00:00",
                }
            ],
        )

    def test_slots_go_round_bookings(self):
        self._book(8, 9)
        self._book(10, 11)
        self.assertEqual(self._next(60), [(9, 10), (11, 12), (13, 14)])

    def test_work_pauses_while_the_centre_is_closed(self):
        self.assertEqual(self._next(180, self._at(10), 1), [(10, 14)])

    def test_longest_booking_forbids_long_pauses(self):
        self.centre.booking_max_minutes = 180
        self.assertEqual(self._next(180, self._at(10), 1), [(13, 16)])

    def test_slot_leaves_room_for_setup_and_cleaning(self):
        self.centre.write({"time_start": 30, "time_stop": 15})
        self._book(9, 10)  # keeps 08:30 to 10:15
        (start, end) = self._next(60, limit=1)[0]
        self.assertEqual((start, end), (10.75, 11.75))
        self._book(start, end)

    def test_lanes_and_centres_together(self):
        second = self._create_centre("Penggiling", lane_count=2)
        self._book(8, 9)
        slots = self.env["factory.booking"].next_slots(
            (self.centre + second).ids, 60, "2026-01-05 00:00:00", 4
        )
        self.assertEqual(
            [
                (slot["start"][11:13], slot["workcenter_id"], slot["lane"])
                for slot in slots
            ],
            [
                ("01", second.id, 1),
                ("01", second.id, 2),
                ("02", self.centre.id, 1),
                ("02", second.id, 1),
            ],
        )

    def test_closing_days_and_maintenance(self):
        self._book(8, 12, kind="maintenance", partner_id=False)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Cuti bersama",
                "calendar_id": self.calendar.id,
                "date_from": self._at(12),
                "date_to": self._at(24),
            }
        )
        self.assertEqual(self._next(60, limit=1), [(32, 33)])

    @freeze_time("2026-01-05 00:00:00")
    def test_notice_and_horizon(self):
        self.centre.write({"booking_notice_hours": 26, "booking_horizon_days": 1})
        self.assertEqual(self._next(60), [])
        self.centre.booking_horizon_days = 2
        self.assertEqual(self._next(60, limit=1), [(33, 34)])

    def test_no_calendar_is_always_open(self):
        centre = self._create_centre("Malam")
        centre.resource_calendar_id = False
        self.assertEqual(self._next(60, self._at(2), 1, centre), [(2, 3)])

    def test_night_shift_has_no_pause_at_midnight(self):
        calendar = self._create_calendar(self.company, hours=((0, 24),), days=range(7))
        self.centre.resource_calendar_id = calendar
        self.assertEqual(self._next(120, self._at(23), 1), [(23, 25)])

    def test_beyond_700_days(self):
        """Core fails past 50 windows of 14 days."""
        self._book(0, 24 * 800, kind="closure", partner_id=False)
        self.assertEqual(self._next(60, limit=1), [(24 * 800 + 8, 24 * 800 + 9)])

    def test_bad_input_is_named(self):
        bookings = self.env["factory.booking"]
        with self.assertRaisesRegex(UserError, "more than zero"):
            bookings.next_slots(self.centre.ids, 0, False, 1)
        with self.assertRaisesRegex(UserError, "besok is no date"):
            bookings.next_slots(self.centre.ids, 60, "besok", 1)
        with self.assertRaisesRegex(UserError, "does not exist"):
            bookings.next_slots([10**8], 60, False, 1)

    def test_query_count_does_not_grow(self):
        self.env["factory.booking"].create(
            [self._prepare_vals(8 + n % 8, 9 + n % 8, day=n // 8) for n in range(80)]
        )
        self._next(60)
        self.env.flush_all()
        # working time of windows of 28 days, one query for what is taken
        with self.assertQueryCount(15):
            self._next(60)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-04 12:00:00")
class TestCorePlanner(FactoryBookingCommon):
    """Answers equal core's where core is right."""

    def _core(self, centre, moment, minutes, **kwargs):
        return CoreWorkcenter._get_first_available_slot(
            centre, moment, minutes, **kwargs
        )

    def _fill(self, chance, weekdays, rng):
        """Book single-lane time within working hours, as core sees it, too."""
        vals_list = []
        for day in range(weekdays):
            for hour in (8, 9, 10, 11, 13, 14, 15, 16):
                if day % 7 < 5 and rng.random() < chance:
                    length = rng.choice((0.25, 0.5, 5 / 6, 1))
                    vals_list.append(self._prepare_vals(hour, hour + length, day=day))
        self.env["factory.booking"].create(vals_list)
        self.env.flush_all()

    def test_equal_to_core_on_random_days(self):
        for seed in range(6):
            rng = random.Random(seed)
            with self.env.cr.savepoint() as savepoint:
                self._fill(0.7, 40, rng)
                for _index in range(12):
                    moment = self._at(rng.randrange(24 * 30)) + timedelta(
                        minutes=rng.randrange(60)
                    )
                    minutes = rng.choice((15, 30, 60, 90, 150, 240))
                    self.assertEqual(
                        self.centre._get_first_available_slot(moment, minutes),
                        self._core(self.centre, moment, minutes),
                        f"seed {seed}, {minutes} minutes after {moment}",
                    )
                savepoint.rollback()

    def test_backwards_equals_core(self):
        rng = random.Random(7)
        self._fill(0.6, 30, rng)
        for _index in range(15):
            moment = self._at(rng.randrange(48, 24 * 30))
            minutes = rng.choice((15, 30, 60))
            ours = self.centre._get_first_available_slot(moment, minutes, forward=False)
            core = self._core(self.centre, moment, minutes, forward=False)
            self.assertEqual(ours, core)

    def test_extra_and_ignored_entries(self):
        booking = self._book(8, 9)
        extra = [(self._at(9), self._at(10))]
        find = self.centre._get_first_available_slot
        self.assertEqual(
            find(self._at(8), 60, extra_leaves_slots=extra)[0], self._at(10)
        )
        ignored = find(self._at(8), 60, leaves_to_ignore=booking.leave_id)
        self.assertEqual(ignored[0], self._at(8))

    def test_foreign_calendar_entry_counts(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "x",
                "calendar_id": self.calendar.id,
                "resource_id": self.centre.resource_id.id,
                "date_from": self._at(8),
                "date_to": self._at(10),
                "time_type": "other",
            }
        )
        self.assertEqual(self._next(60, limit=1), [(10, 11)])

    def test_zone_of_the_question_is_kept(self):
        start, end = self.centre._get_first_available_slot(self._at(0), 60)
        self.assertEqual((start, end), (self._at(8), self._at(9)))
        self.assertIsNone(start.tzinfo)
        self.assertEqual(fields.Datetime.to_string(start), "2026-01-05 01:00:00")
