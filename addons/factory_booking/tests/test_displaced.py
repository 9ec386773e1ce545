# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import FactoryBreakdownCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 00:30:00")  # Monday 07:30 in Jakarta
class TestDisplaced(FactoryBreakdownCommon):
    """Who has to give way, in which order, and what he is offered instead."""

    def test_bookings_in_the_way_are_displaced_with_offers_and_without_fee(self):
        morning, noon = self._book(9, 10), self._book(13, 14)
        morning.action_confirm()
        breakdown = self._break(8, 12)
        self.assertRecordValues(
            morning + noon,
            [
                {"state": "displaced", "no_fee": True, "was_confirmed": True},
                {"state": "held", "no_fee": False, "was_confirmed": False},
            ],
        )
        self.assertEqual(breakdown.displaced_ids, morning)
        # 12:00 to 13:00 is a break, 13:00 to 14:00 is taken
        self.assertEqual(self._offers(morning), [(14, 15), (15, 16), (16, 17)])
        self.assertFalse(morning.leave_id)

    def test_confirmed_and_urgent_stays_confirmed_elsewhere(self):
        other = self._create_centre("Pengering 2")
        self.centre.alternative_workcenter_ids = other
        booking = self._book(10, 11, priority="2")
        booking.action_confirm()
        self._break(8, 12)
        self.assertRecordValues(
            booking.descendant_ids,
            [{"state": "confirmed", "hold_until": False, "workcenter_id": other.id}],
        )

    def test_taken_offer_can_be_moved_by_who_took_it(self):
        """The reason that lifted the rules at the offer does not stay with the user."""
        operator = self._create_user("offer_operator", "operator")
        booking = self._book(9, 10).with_user(operator)
        self._break(8, 12)
        successor = booking.action_accept_offer(booking.offer_ids[0].id)
        moved = successor.action_reschedule(self._iso(15), self._iso(16))
        self.assertFalse(moved.override_reason)

    def test_offer_accepted(self):
        booking = self._book(9, 10)
        booking.action_confirm()
        self._break(8, 12)
        offer = booking.offer_ids[0]
        successor = booking.action_accept_offer(offer.id)
        self.assertRecordValues(
            successor,
            [
                {
                    "state": "confirmed",
                    "date_start": offer.date_start,
                    "partner_id": self.siti.id,
                    "rescheduled_from_id": booking.id,
                }
            ],
        )
        self.assertEqual(offer.state, "accepted")
        self.assertEqual(set((booking.offer_ids - offer).mapped("state")), {"closed"})
        with self.assertRaisesRegex(UserError, "no longer open"):
            booking.action_accept_offer(booking.offer_ids[1].id)

    def test_offer_that_somebody_else_took(self):
        booking = self._book(9, 10)
        self._break(8, 12)
        offer = booking.offer_ids[0]
        self._book(13, 14)
        with mute_logger("odoo.sql_db"), self._refused(Exception, "no_overlap"):
            booking.action_accept_offer(offer.id)
        fresh = booking.action_refresh_offers()
        self.assertEqual(fresh[0]["start"], self._iso(14))
        booking.action_accept_offer(fresh[0]["id"])

    def test_offer_declined(self):
        booking = self._book(9, 10)
        self._break(8, 12)
        booking.action_decline_offers()
        self.assertEqual((booking.state, booking.no_fee), ("cancelled", True))

    def test_order_displaced_and_planned_at_an_offer(self):
        order = self._create_order()
        first = order.booking_id
        self._break(8, 12)
        self.assertEqual(first.state, "displaced")
        self.assertFalse(order.date_start)
        self.assertTrue(order.is_displaced)
        first.action_accept_offer(first.offer_ids[0].id)
        self._assert_in_step(order, self._at(13), self._at(14))
        self.assertEqual(order.booking_id.rescheduled_from_id, first)
        self.assertFalse(order.is_displaced)

    def test_order_displaced_and_planned_again(self):
        order = self._create_order()
        first = order.booking_id
        self._break(8, 12)
        order.action_replan()
        self._assert_in_step(order, self._at(13), self._at(14))
        self.assertEqual(order.booking_id.rescheduled_from_id, first)
        self.assertNotIn("open", first.offer_ids.mapped("state"))

    def test_high_priority_takes_the_place_of_a_lower_one(self):
        self.centre.lane_count = 2
        urgent = self._book(9, 10, lane=1, priority="2")
        normal = self._book(9, 11, lane=2)
        self._break(8, 12, lane=1)
        self.assertEqual((urgent.state, urgent.lane), ("held", 2))
        self.assertEqual((normal.state, normal.no_fee), ("displaced", True))

    def test_equal_priority_keeps_its_place(self):
        self.centre.lane_count = 2
        broken = self._book(9, 10, lane=1, priority="1")
        kept = self._book(9, 10, lane=2, priority="1")
        self._break(8, 12, lane=1)
        self.assertEqual((broken.state, kept.state), ("displaced", "held"))

    def test_high_priority_goes_to_the_alternative_and_normal_is_offered_it(self):
        other = self._create_centre("Pengering 2")
        self.centre.alternative_workcenter_ids = other
        normal = self._book(9, 10)
        urgent = self._book(10, 11, priority="2")
        self._break(8, 12)
        self.assertEqual((normal.state, urgent.state), ("displaced", "displaced"))
        self.assertRecordValues(
            urgent.descendant_ids,
            [
                {
                    "workcenter_id": other.id,
                    "date_start": self._at(10),
                    "priority": "2",
                    "state": "held",
                }
            ],
        )
        self.assertFalse(normal.descendant_ids)
        self.assertEqual(normal.offer_ids[0].workcenter_id, other)
        self.assertEqual(self._offers(normal)[0], (9, 10))

    def test_full_day_is_offered_by_priority_then_date(self):
        """Eight hours booked, the machine breaks for the day: next day, in order."""
        day = [
            self._book(hour, hour + 1, priority="1" if hour == 16 else "0")
            for hour in (8, 9, 10, 11, 13, 14, 15, 16)
        ]
        breakdown = self._break(8, 24)
        self.assertEqual(len(breakdown.displaced_ids), 8)
        # 16:00 is of high priority: the first hour of Tuesday is for it
        wanted = (16, 8, 9, 10, 11, 13, 14, 15)
        firsts = {
            hour: self._offers(booking)[0][0] - 24
            for hour, booking in zip((8, 9, 10, 11, 13, 14, 15, 16), day, strict=True)
        }
        self.assertEqual(
            [firsts[hour] for hour in wanted], [8, 9, 10, 11, 13, 14, 15, 16]
        )
        for booking in breakdown.displaced_ids:
            booking.action_accept_offer(booking.offer_ids[0].id)
        self.env.flush_all()
        self.assertEqual(
            sorted(breakdown.displaced_ids.descendant_ids.mapped("date_start")),
            [self._at(h, 1) for h in (8, 9, 10, 11, 13, 14, 15, 16)],
        )

    def test_bookings_that_may_overlap_give_way_too(self):
        self.centre.overlap_allowed = True
        first, second = self._book(9, 10), self._book(9, 11)
        self._break(8, 12)
        self.assertEqual({first.state, second.state}, {"displaced"})
        with self._refused(ValidationError, "Pengering is kept"):
            self._book(9, 10)
        self.assertEqual(self._next(60, limit=1), [(13, 14)])

    def test_portal_user_answers_for_himself_only(self):
        mine, foreign = self._book(9, 10), self._book(10, 11)
        foreign.partner_id = self.budi
        user = new_test_user(self.env, "siti_portal", "base.group_portal")
        user.partner_id.company_id = False
        mine.partner_id = user.partner_id
        self._break(8, 12)
        successor = mine.with_user(user).action_accept_offer(mine.offer_ids[0].id)
        self.assertEqual(successor.partner_id, user.partner_id)
        with self.assertRaises(AccessError):
            foreign.with_user(user).action_accept_offer(foreign.offer_ids[0].id)

    def test_offers_do_not_pause_over_night(self):
        booking = self._book(8, 14)
        self._break(8, 10)
        # six hours and the break at noon: from 10:00 on, and the next two days
        self.assertEqual(self._offers(booking), [(10, 17), (32, 39), (56, 63)])
