# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_http import BookingHttpCase


@tagged("post_install", "-at_install")
class TestPortalHttp(BookingHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre.portal_bookable = True
        cls.mine = cls._book_in(24 * 60, 25 * 60)
        cls.foreign = cls._book_in(26 * 60, 27 * 60, cls.budi)

    def _read(self, path):
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        return html.fromstring(page.text)

    def _alert(self, answer):
        return " ".join(html.fromstring(answer.text).xpath("//*[@role='alert']/text()"))

    def _ask(self, minutes=60):
        """Return the free times that the page offers, as in its buttons."""
        path = f"/my/bookings/new?centre_id={self.centre.id}&minutes={minutes}"
        return self._read(path).xpath("//button[@name='start']/@value")

    def _hold(self, start, minutes=60, centre=None):
        return self._post(
            "/my/bookings/hold",
            centre_id=(centre or self.centre).id,
            minutes=minutes,
            start=start,
        )

    def _held(self):
        return self.env["factory.booking"].search(
            [("partner_id", "=", self.siti.id), ("state", "=", "held")]
        )

    def test_ask_hold_confirm_cancel(self):
        self._log_in(self.siti_user)
        start = self._ask()[0]
        answer = self._hold(start)
        booking = self._held()
        self.assertRecordValues(
            booking,
            [
                {
                    "workcenter_id": self.centre.id,
                    "date_start": fields.Datetime.to_datetime(start.replace("T", " ")),
                    "duration_hours": 1.0,
                    "kind": "use",
                    "user_id": False,
                }
            ],
        )
        self.assertTrue(answer.url.endswith(f"/my/bookings/{booking.id}"))
        self._post(f"/my/bookings/{booking.id}/confirm")
        self.assertEqual(booking.state, "confirmed")
        self._post(f"/my/bookings/{booking.id}/cancel")
        self.assertEqual(booking.state, "cancelled")
        self.assertIn(start, self._ask())

    def test_list_shows_only_ones_own(self):
        self._log_in(self.siti_user)
        links = self._read("/my/bookings").xpath("//a/@href")
        self.assertIn(f"/my/bookings/{self.mine.id}", links)
        self.assertNotIn(f"/my/bookings/{self.foreign.id}", links)

    def test_ids_of_others_are_not_found(self):
        self._log_in(self.siti_user)
        with mute_logger("odoo.http"):
            page = self.url_open(f"/my/bookings/{self.foreign.id}")
        self.assertEqual(page.status_code, 404)
        for action in ("confirm", "cancel"):
            path = f"/my/bookings/{self.foreign.id}/{action}"
            self._post_refused(path, 404)
        self.assertEqual(self.foreign.state, "confirmed")

    def test_changes_need_post_and_the_token_of_the_session(self):
        self._log_in(self.siti_user)
        path = f"/my/bookings/{self.mine.id}/cancel"
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(path, data={"x": 1}).status_code, 400)
            self.assertIn(self.url_open(path).status_code, (404, 405))
        self.assertEqual(self.mine.state, "confirmed")

    def test_free_times_say_nothing_of_others(self):
        self._log_in(self.siti_user)
        path = f"/my/bookings/new?centre_id={self.centre.id}&minutes=60"
        page = self._read(path)
        self.assertNotIn("Budi", page.text_content())
        self.assertNotIn(self.foreign.name, page.text_content())

    def test_times_of_two_lanes_are_offered_once(self):
        self.centre.lane_count = 2
        self._log_in(self.siti_user)
        starts = self._ask()
        self.assertEqual(len(starts), 12)
        self.assertEqual(len(set(starts)), 12)

    def test_time_taken_meanwhile_is_refused_with_reason(self):
        self._log_in(self.siti_user)
        start = self._ask()[0]
        taken = fields.Datetime.to_datetime(start.replace("T", " "))
        minutes = (taken - self.now).total_seconds() / 60
        self._book_in(minutes, minutes + 60, self.budi)
        answer = self._hold(start)
        self.assertIn("no longer free", self._alert(answer))
        self.assertFalse(self._held())

    def test_nobody_holds_more_than_three_times(self):
        self._log_in(self.siti_user)
        starts = self._ask()
        for start in starts[:3]:
            self._hold(start)
        self.assertIn("3 times already", self._alert(self._hold(starts[3])))
        self.assertEqual(len(self._held()), 3)

    def test_bad_forms_write_nothing(self):
        self._log_in(self.siti_user)
        far = fields.Datetime.to_string(self.now + timedelta(days=3000))
        for start, minutes in (
            ("garbage", 60),
            (far, 60),
            ("9999-12-31T23:00:00", 60),
            ("2020-01-01T00:00:00", 60),
            (self._ask()[0], 7),
            (self._ask()[0], 10**12),
            (self._ask()[0], "x"),
        ):
            self.assertTrue(self._alert(self._hold(start, minutes)), (start, minutes))
        for query in ("minutes=99999999999", "minutes=60&day=9999-12-31", "day=x"):
            self._read(f"/my/bookings/new?centre_id={self.centre.id}&{query}")
        self.assertFalse(self._held())

    def test_centre_that_is_not_for_the_portal_stays_closed(self):
        closed = self._create_centre("Giling")
        self._log_in(self.siti_user)
        self.assertNotIn("Giling", self._read("/my/bookings/new").text_content())
        with mute_logger("odoo.http"):
            answer = self._hold(self._ask()[0], centre=closed)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self._held())

    def test_late_cancellation_is_warned_of(self):
        self.centre.booking_cancel_hours = 30
        near, far = self._book_in(28 * 60, 29 * 60), self._book_in(32 * 60, 33 * 60)
        self._log_in(self.siti_user)
        page = self._read(f"/my/bookings/{far.id}")
        self.assertNotIn("late cancellation", page.text_content())
        page = self._read(f"/my/bookings/{near.id}")
        self.assertIn("late cancellation", page.text_content())
        self._post(f"/my/bookings/{near.id}/cancel")
        self.assertEqual(near.state, "cancelled")
        self.assertTrue(near.is_late_cancel)

    def test_work_that_began_is_not_cancelled(self):
        running = self._book_in(-10, 30)
        running.action_start()
        self._log_in(self.siti_user)
        answer = self._post(f"/my/bookings/{running.id}/cancel")
        self.assertIn(running.name, self._alert(answer))
        self.assertEqual(running.state, "in_use")

    def test_displaced_booking_takes_an_offer(self):
        start = fields.Datetime.to_string(self.mine.date_start)
        until = fields.Datetime.to_string(self.foreign.date_end)
        self.centre.action_breakdown(start, until, description="Sabuk putus")
        self.assertEqual(self.mine.state, "displaced")
        self._log_in(self.siti_user)
        page = self._read(f"/my/bookings/{self.mine.id}")
        offers = page.xpath("//button[@name='offer_id']/@value")
        self.assertEqual(offers, [str(offer.id) for offer in self.mine.offer_ids])
        others = self.foreign.offer_ids[0].id
        answer = self._post(f"/my/bookings/{self.mine.id}/offer", offer_id=others)
        self.assertTrue(self._alert(answer))
        self._post_refused(
            f"/my/bookings/{self.foreign.id}/offer", 404, offer_id=others
        )
        self._post_refused(f"/my/bookings/{self.foreign.id}/decline", 404)
        answer = self._post(f"/my/bookings/{self.mine.id}/offer", offer_id=offers[0])
        moved = self.mine.descendant_ids
        self.assertTrue(answer.url.endswith(f"/my/bookings/{moved.id}"))
        self.assertEqual(moved.state, "confirmed")
        self.assertEqual(self.foreign.state, "displaced")

    def test_displaced_booking_is_given_up(self):
        start = fields.Datetime.to_string(self.mine.date_start)
        until = fields.Datetime.to_string(self.foreign.date_end)
        self.centre.action_breakdown(start, until)
        self._log_in(self.siti_user)
        self._post(f"/my/bookings/{self.mine.id}/offers")
        self._post(f"/my/bookings/{self.mine.id}/decline")
        self.assertEqual(self.mine.state, "cancelled")
        self.assertTrue(self.mine.no_fee)

    def test_home_leads_to_the_bookings(self):
        self._log_in(self.siti_user)
        self.assertIn("/my/bookings", self._read("/my").xpath("//a/@href"))

    def test_counter_pin_leads_to_the_form_for_a_new_one(self):
        self._log_in(self.siti_user)
        self.siti_user.write({"pin_login": True, "pin_must_change": True})
        self.centre._get_floor_url()
        for path in ("/my/bookings", "/my", f"/floor/{self.centre.floor_token}"):
            self.assertIn("/umkm/pin", self.url_open(path).url)
