# SPDX-License-Identifier: AGPL-3.0-or-later
import random
from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from odoo.addons.mrp.models.mrp_workcenter import MrpWorkcenter as CoreWorkcenter

from .common import FactoryBookingCommon

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Amsterdam")
# day shifts, with and without a break, a late one, and a night shift over midnight
SHIFTS = (
    ((8, 12), (13, 17)),
    ((7, 15),),
    ((6, 9.5), (10, 14), (16, 20.25)),
    ((14, 22),),
    ((0, 6), (22, 24)),
    ((0, 24),),
)
# the clocks of Amsterdam change on 29 March 2026
FIRST = datetime(2026, 3, 16)
DAYS = 45


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 12:00:00")
class TestSlotsAgainstCore(FactoryBookingCommon):
    """On random calendars the answers equal those of Odoo's own planner."""

    def _draw_calendar(self, rng, weeks):
        lines = []
        for week in range(weeks):
            days = sorted(rng.sample(range(7), rng.randint(2, 7)))
            shift = rng.choice(SHIFTS)
            for day in days:
                lines += [
                    {
                        "name": f"{week} {day} {start}",
                        "dayofweek": str(day),
                        "hour_from": start,
                        "hour_to": end,
                        "day_period": "morning",
                        **({"week_type": str(week)} if weeks == 2 else {}),
                    }
                    for start, end in shift
                ]
        return self.env["resource.calendar"].create(
            {
                "name": "Acak",
                "tz": rng.choice(ZONES),
                "company_id": self.company.id,
                "two_weeks_calendar": weeks == 2,
                "attendance_ids": [Command.clear(), *map(Command.create, lines)],
            }
        )

    def _draw_closings(self, rng, calendar):
        vals_list = []
        for _closing in range(3):
            start = FIRST + timedelta(minutes=15 * rng.randrange(96 * DAYS))
            vals_list.append(
                {
                    "name": "Tutup",
                    "calendar_id": calendar.id,
                    "date_from": start,
                    "date_to": start + timedelta(hours=rng.choice((10, 24, 36))),
                    "time_type": "leave",
                }
            )
        self.env["resource.calendar.leaves"].create(vals_list)

    def _draw_use(self, rng, centre):
        """Use the machine in its working hours, booked or entered by another addon.

        Use in a pause is left out: there core offers time outside the working hours
        (see test_core_is_wrong_about_use_in_a_pause).
        """
        bookings, entries = [], []
        for start, end in centre._get_working_time(FIRST)[centre.id]:
            if start > FIRST + timedelta(days=DAYS):
                break
            start += timedelta(minutes=5 * rng.randrange(0, 60))
            while start < end:
                stop = min(start + timedelta(minutes=5 * rng.randrange(1, 40)), end)
                place = {"date_start": start, "date_end": stop}
                (entries if rng.random() < 0.1 else bookings).append(place)
                start = stop + timedelta(minutes=5 * rng.randrange(0, 60))
        self._book_own(centre, bookings)
        for place in entries:
            self._enter(centre, place["date_start"], place["date_end"])
        self.env.flush_all()

    def _book_own(self, centre, places):
        own = {"workcenter_id": centre.id, "kind": "own"}
        self.env["factory.booking"].create([{**own, **place} for place in places])

    def _enter(self, centre, start, end):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Lain",
                "calendar_id": centre.resource_calendar_id.id,
                "resource_id": centre.resource_id.id,
                "date_from": start,
                "date_to": end,
                "time_type": "other",
            }
        )

    def _compare(self, rng, centre, label):
        for _question in range(8):
            moment = FIRST + timedelta(minutes=rng.randrange(60 * 24 * 40))
            minutes = rng.choice((10, 30, 45, 60, 120, 300, 700))
            ours = centre._get_first_available_slot(moment, minutes)
            core = CoreWorkcenter._get_first_available_slot(centre, moment, minutes)
            self.assertEqual(
                _whole(ours), _whole(core), f"{label}: {minutes} after {moment}"
            )

    def _run(self, seed, weeks):
        rng = random.Random(f"{weeks} {seed}")
        calendar = self._draw_calendar(rng, weeks)
        centre = self._create_centre("Acak", resource_calendar_id=calendar.id)
        self._draw_closings(rng, calendar)
        self._draw_use(rng, centre)
        self._compare(rng, centre, f"{weeks} weeks, seed {seed}, {calendar.tz}")

    def test_random_weeks(self):
        for seed in range(14):
            self._run(seed, 1)

    def test_random_fortnights(self):
        for seed in range(8):
            self._run(seed, 2)

    def test_flexible_hours(self):
        """Core sets eight hours around noon, forty in the week after the question."""
        self.calendar.write({"flexible_hours": True, "hours_per_day": 8})
        self._draw_closings(random.Random(3), self.calendar)
        self._compare(random.Random(4), self.centre, "flexible")

    def test_core_is_wrong_about_use_in_a_pause(self):
        """Core: 240 minutes at 12:30, because the use in the break ended then."""
        monday = datetime(2026, 3, 16)  # 07:00 in Jakarta
        at = {hour: monday + timedelta(hours=hour - 7) for hour in (8, 10, 12, 12.5)}
        self._book_own(self.centre, [{"date_start": at[12], "date_end": at[12.5]}])
        core = CoreWorkcenter._get_first_available_slot(self.centre, at[10], 240)
        self.assertEqual(core[0], at[12.5])
        ours = self.centre._get_first_available_slot(at[10], 240)
        # after the break: 13:00 to 17:00
        self.assertEqual(ours[0], monday + timedelta(hours=6))
        self.assertEqual(ours[1], monday + timedelta(hours=10))


def _whole(slot):
    """Core ends a day a microsecond early and counts minutes as floats.

    :return: the slot in whole seconds
    """
    half = timedelta(microseconds=500_000)
    return tuple(edge and (edge + half).replace(microsecond=0) for edge in slot)


@tagged("post_install", "-at_install")
class TestDaylight(FactoryBookingCommon):
    """Eight in the morning is another moment in each of the three zones."""

    # 05-01-2026 08:00 in UTC: WIB is UTC+7, WITA UTC+8, WIT UTC+9
    MORNINGS = {
        "Asia/Jakarta": "2026-01-05 01:00:00",
        "Asia/Makassar": "2026-01-05 00:00:00",
        "Asia/Jayapura": "2026-01-04 23:00:00",
    }

    def _create_centres(self):
        centres = self.env["mrp.workcenter"]
        for zone in self.MORNINGS:
            calendar = self.calendar.copy({"name": zone, "tz": zone})
            centres += self._create_centre(zone, resource_calendar_id=calendar.id)
        return centres

    def test_each_site_opens_at_its_own_eight(self):
        centres = self._create_centres()
        for centre, start in zip(centres, self.MORNINGS.values(), strict=True):
            slots = self.env["factory.booking"].next_slots(
                centre.ids, 60, "2026-01-04 12:00:00", 1
            )
            self.assertEqual(slots[0]["start"], start, centre.name)

    def test_sites_together_begin_in_the_east(self):
        centres = self._create_centres()
        slots = self.env["factory.booking"].next_slots(
            centres.ids, 60, "2026-01-04 12:00:00", 2
        )
        self.assertEqual(
            [slot["workcenter_id"] for slot in slots], [centres[2].id, centres[1].id]
        )

    def test_planner_and_messages_use_the_zone_of_the_site(self):
        *_others, jayapura = self._create_centres()
        with freeze_time("2026-01-04 12:00:00"):
            slot = jayapura._get_first_available_slot(datetime(2026, 1, 4, 12), 60)
        self.assertEqual(fields.Datetime.to_string(slot[0]), "2026-01-04 23:00:00")
        self.assertEqual(jayapura._format_moment(slot[0]), "05-01-2026 08:00")

    def test_clocks_that_change(self):
        """Amsterdam on 29-03-2026 has 23 hours: eight is 06:00 UTC, not 07:00."""
        calendar = self._create_calendar(self.company, days=range(7))
        calendar.tz = "Europe/Amsterdam"
        self.centre.resource_calendar_id = calendar
        for moment, start in (
            ("2026-03-27 20:00:00", "2026-03-28 07:00:00"),
            ("2026-03-28 20:00:00", "2026-03-29 06:00:00"),
        ):
            slots = self.env["factory.booking"].next_slots(
                self.centre.ids, 60, moment, 1
            )
            self.assertEqual(slots[0]["start"], start)
