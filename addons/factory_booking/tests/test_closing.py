# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import FactoryPlanningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-04 12:00:00")
class TestClosing(FactoryPlanningCommon):
    """A closing day that comes after the bookings, and bookings that come after it."""

    def _close(self, start, end, day=0, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Cuti bersama",
                "calendar_id": self.calendar.id,
                "date_from": self._at(start, day),
                "date_to": self._at(end, day),
                "time_type": "leave",
                **vals,
            }
        )

    def test_bookings_on_a_new_closing_day_are_shown_and_displaced(self):
        hit, free = self._book(9, 10), self._book(9, 10, day=1)
        closing = self._close(0, 24)
        self.assertEqual(closing.hit_booking_count, 1)
        action = closing.action_view_hit_bookings()
        self.assertEqual(self.env["factory.booking"].search(action["domain"]), hit)
        self.assertEqual(closing.action_displace_hit_bookings(), hit.ids)
        self.assertRecordValues(
            hit + free,
            [
                {"state": "displaced", "no_fee": True},
                {"state": "held", "no_fee": False},
            ],
        )
        self.assertEqual(hit.displaced_reason, "Closed: Cuti bersama")
        # Tuesday 08:00: 09:00 to 10:00 is taken
        self.assertEqual(hit.offer_ids[0].date_start, self._at(8, 1))
        self.assertEqual(closing.hit_booking_count, 0)

    def test_whose_closing_it_is(self):
        other = self._create_centre("Penggiling")
        mine, theirs = self._book(9, 10), self._book(9, 10, workcenter_id=other.id)
        own = self._close(0, 24, resource_id=other.resource_id.id)
        everywhere = self._close(0, 24, calendar_id=False)
        self.assertEqual(own._get_hit_bookings(), theirs)
        self.assertEqual(everywhere._get_hit_bookings(), mine + theirs)

    def test_orders_on_a_closing_day_are_planned_again(self):
        order = self._create_order()
        self._close(0, 24).action_displace_hit_bookings()
        self.assertTrue(order.is_displaced)
        order.action_replan()
        self._assert_in_step(order, self._at(8, 1), self._at(9, 1))

    def test_work_that_has_begun_is_not_displaced(self):
        booking = self._book(8, 10)
        with freeze_time(self._at(8)):
            booking.action_start()
            closing = self._close(0, 24)
            with self.assertRaisesRegex(UserError, "work has begun"):
                closing.action_displace_hit_bookings()

    def test_only_managers_displace(self):
        self._book(9, 10)
        operator = self._create_user("closing_operator", "operator")
        with self.assertRaises(AccessError):
            self._close(0, 24).with_user(operator).action_displace_hit_bookings()

    def test_loading_holidays_shows_the_bookings_on_them(self):
        """1 January 2027 is a holiday: SKB 3 Menteri."""
        booking = self._book(9, 10, day=361)
        self.assertEqual(str(booking.date_start), "2027-01-01 02:00:00")
        action = self.company.action_load_holidays_and_view(2027)
        self.assertEqual(self.env["factory.booking"].search(action["domain"]), booking)

    def test_no_slot_is_offered_over_a_closing_day(self):
        """Five hours from Monday 15:00: a booking over a closed Tuesday is refused."""
        self._close(0, 24, day=1)
        start, end = self._next(300, self._at(15), 1)[0]
        self.assertEqual((start, end), (56, 62))  # Wednesday 08:00 to 14:00
        self._book(start, end)
        with self._refused(ValidationError, "is closed from"):
            self._book(9, 10, day=1)

    def test_planning_and_moving_orders_respect_what_is_closed(self):
        self._close(8, 12)
        order = self._create_order()
        self._assert_in_step(order, self._at(13), self._at(14))
        with self._refused(ValidationError, "is closed from"):
            order.write(
                {"date_start": "2026-01-05 02:00:00", "date_finished": self._at(10)}
            )

    def test_an_order_may_pause_over_a_closing_day(self):
        """As core plans it: begun on Monday, ended on Wednesday."""
        self._close(0, 24, day=1)
        order = self._create_order(self._at(16.5))
        self._assert_in_step(order, self._at(16.5), self._at(56.5))
