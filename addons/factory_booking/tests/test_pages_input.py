# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_http import BookingHttpCase

HUGE = "9" * 30
# digits to Python's str.isdigit, no numbers to int() or to PostgreSQL
ODD_NUMBERS = ("²", "٣", HUGE, "9" * 5000, "-5", "1.5", "", "0x10", "1 OR 1=1")


@tagged("post_install", "-at_install")
class TestPagesInput(BookingHttpCase):
    """What a mistyped address or a hostile form sends is answered, never a crash."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre.write({"portal_bookable": True, "portal_start": True})
        cls.centre._get_floor_url()
        cls.page = f"/floor/{cls.centre.floor_token}"
        cls.running = cls._book_in(-60, 60)
        cls.running.action_start()

    def test_odd_numbers_in_forms(self):
        self._log_in(self.siti_user)
        for number in ODD_NUMBERS:
            for path, data in (
                (f"{self.page}/start", {"booking_id": number}),
                (f"{self.page}/finish", {"booking_id": number}),
                ("/my/bookings/hold", {"centre_id": number, "start": "x"}),
            ):
                with self.subTest(path=path, number=number[:40]):
                    self._post_refused(path, 404, **data)
            answer = self._post(
                "/my/bookings/hold",
                centre_id=self.centre.id,
                minutes=number,
                start="2026-01-01",
            )
            self.assertEqual(answer.status_code, 200, number[:40])
        self._log_in(self.operator)
        for number in ODD_NUMBERS:
            with self.subTest(number=number[:40]):
                answer = self._post(
                    f"{self.page}/extend", booking_id=self.running.id, minutes=number
                )
                self.assertTrue(
                    html.fromstring(answer.text).xpath("//p[@role='alert']")
                )
        self.running.invalidate_recordset()
        self.assertEqual((self.running.date_end - self.now).total_seconds() / 60, 60)

    def test_odd_numbers_in_addresses(self):
        self._log_in(self.siti_user)
        for path in (
            f"/my/bookings/{HUGE}",
            "/my/bookings/99999999999",
            f"/my/bookings/new?centre_id={HUGE}&minutes=60",
            "/my/bookings/new?centre_id=²&minutes=²&day=²",
            f"/my/bookings/new?centre_id={self.centre.id}&minutes=60&day=0001-01-01",
            f"/my/bookings/page/{HUGE}",
            "/floor/%20",
            "/floor/%5Cexample.com",
            "/floor/²",
        ):
            with self.subTest(path=path[:60]), mute_logger("odoo.http"):
                self.assertIn(self.url_open(path).status_code, (200, 404))
        self._post_refused(f"/my/bookings/{HUGE}/cancel", 404)

    def test_member_gives_himself_no_more_time(self):
        self._log_in(self.siti_user)
        self._post_refused(
            f"{self.page}/extend", 403, booking_id=self.running.id, minutes=30
        )
        self.running.invalidate_recordset()
        self.assertEqual((self.running.date_end - self.now).total_seconds() / 60, 60)

    def test_all_machines_are_opened_on_the_host_that_was_asked(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "http://elsewhere")
        self._log_in(self.operator)
        links = html.fromstring(self.url_open("/floor").text).xpath("//main/a/@href")
        self.assertIn(self.page, links)

    def test_member_reads_own_bookings_only_over_rpc(self):
        foreign = self._book_in(120, 180, self.budi)
        self._log_in(self.siti_user)

        def call(model, method, *args, **kwargs):
            params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
            with mute_logger("odoo.http"):
                return self.url_open(
                    "/web/dataset/call_kw", json={"params": params}
                ).json()

        found = call("factory.booking", "search_read", [], ["name"])["result"]
        self.assertEqual([row["id"] for row in found], self.running.ids)
        for model, method, args in (
            ("factory.booking", "read", [foreign.ids, ["name"]]),
            ("factory.booking", "action_extend", [self.running.ids, 30]),
            ("factory.booking", "action_finish", [self.running.ids]),
            ("factory.booking", "action_cancel", [foreign.ids]),
            ("factory.booking", "write", [self.running.ids, {"note": "x"}]),
            ("factory.booking", "message_post", [foreign.ids]),
            ("factory.booking", "next_slots", [self.centre.ids, 60]),
            ("factory.booking.quota", "get_use", [self.budi.id, self.centre.id]),
            ("mrp.workcenter", "name_search", []),
            ("mrp.workcenter", "search_read", [[]]),
            ("factory.qualification.holder", "search_read", [[]]),
            ("factory.breakdown", "search_read", [[]]),
        ):
            with self.subTest(model=model, method=method):
                self.assertIn("error", call(model, method, *args), (model, method))
