# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_http import BookingHttpCase


def _minutes(span):
    """Return whole minutes, as a clock counts them."""
    return span // timedelta(minutes=1)


def _seconds(first, last):
    """Return each second from the first moment to the last."""
    count = (last - first) // timedelta(seconds=1)
    return [first + timedelta(seconds=number) for number in range(count + 1)]


@tagged("post_install", "-at_install")
class TestFloorHttp(BookingHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre._get_floor_url()
        cls.page = f"/floor/{cls.centre.floor_token}"
        cls.centre.code = "FLOOR-TEST"
        cls.running = cls._book_in(-60, 60, cls.budi)
        cls.running.action_start()
        cls.booking = cls._book_in(120, 180)

    def _read(self, path=None):
        page = self.url_open(path or self.page)
        self.assertEqual(page.status_code, 200)
        return html.fromstring(page.text)

    def _article(self, page, booking):
        return page.xpath(f"//article[@data-booking='{booking.id}']")

    def test_operator_finishes_one_and_starts_the_next(self):
        self._log_in(self.operator)
        page = self._read()
        (running,) = self._article(page, self.running)
        self.assertIn("Budi (contoh)", running.text_content())
        self.assertTrue(running.xpath(".//form[contains(@action, '/finish')]"))
        (waiting,) = self._article(page, self.booking)
        # the lane is busy: no button that could only be refused
        self.assertFalse(waiting.xpath(".//form[contains(@action, '/start')]"))
        self._post(f"{self.page}/finish", booking_id=self.running.id)
        self.assertEqual(self.running.state, "done")
        self._post(f"{self.page}/start", booking_id=self.booking.id)
        self.assertEqual(self.booking.state, "in_use")
        self.assertEqual(
            (self.booking.date_start - self.now).total_seconds() / 60,
            120,
            "starting early must not move the plan",
        )

    def test_refusal_is_shown_once_and_changes_nothing(self):
        self._log_in(self.operator)
        answer = self._post(f"{self.page}/start", booking_id=self.booking.id)
        (alert,) = html.fromstring(answer.text).xpath("//p[@role='alert']")
        self.assertIn(self.running.name, alert.text)
        self.assertEqual(self.booking.state, "confirmed")
        self.assertFalse(self._read().xpath("//p[@role='alert']"))

    def test_second_tap_does_no_harm(self):
        self._log_in(self.operator)
        for _tap in range(2):
            answer = self._post(f"{self.page}/finish", booking_id=self.running.id)
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.running.state, "done")

    def test_longer_as_far_as_the_next_booking(self):
        self._log_in(self.operator)
        buttons = self._read().xpath("//button[@name='minutes']/@value")
        # the next one begins 60 minutes after the end
        self.assertEqual(buttons, ["15", "30", "60"])
        self._post(f"{self.page}/extend", booking_id=self.running.id, minutes=30)
        self.assertEqual((self.running.date_end - self.now).total_seconds() / 60, 90)
        self.assertEqual(
            self._read().xpath("//button[@name='minutes']/@value"), ["15", "30"]
        )
        answer = self._post(
            f"{self.page}/extend", booking_id=self.running.id, minutes=60
        )
        (alert,) = html.fromstring(answer.text).xpath("//p[@role='alert']")
        self.assertIn(f"by {self.booking.name}", alert.text)
        self.assertIn("Next free", alert.text)
        self.running.invalidate_recordset()
        self.assertEqual((self.running.date_end - self.now).total_seconds() / 60, 90)

    def test_late_and_over_time_are_marked(self):
        self.running.action_finish()
        late = self._book_in(-10, 20)
        self._log_in(self.operator)
        before = fields.Datetime.now()
        (card,) = self._article(self._read(), late)
        after = fields.Datetime.now()
        # the booking was set ten minutes back when the class began, and a busy machine
        # takes its time: what the page says is true of a moment while it was made
        start, grace = late.date_start, timedelta(minutes=30)
        said = {
            (f"{_minutes(now - start)} minutes late", _minutes(start + grace - now))
            for now in _seconds(before, after)
        }
        text = card.text_content()
        self.assertTrue(
            any(
                words in text and f"free again in {left} minutes" in text
                for words, left in said
            ),
            (text, said),
        )

    def test_breakdown_and_repair_from_the_floor(self):
        self._log_in(self.siti_user)
        self._post_refused(f"{self.page}/breakdown", 403, hours=1, reason="x")
        self.assertFalse(self.centre.is_broken)
        self._log_in(self.operator)
        self._post(f"{self.page}/breakdown", hours=4, reason="Sabuk putus")
        self.centre.invalidate_recordset()
        self.assertTrue(self.centre.is_broken)
        breakdown = self.centre.breakdown_ids
        self.assertEqual(breakdown.description, "Sabuk putus")
        # it stood in the four hours
        self.assertEqual(self.booking.state, "displaced")
        self.assertTrue(self._read().xpath("//form[contains(@action, '/repair')]"))
        self._post(f"{self.page}/repair")
        self.centre.invalidate_recordset()
        self.assertFalse(self.centre.is_broken)

    def test_buttons_need_the_token_of_the_session(self):
        self._log_in(self.operator)
        data = {"booking_id": self.running.id}
        with mute_logger("odoo.http"):
            answer = self.url_open(f"{self.page}/finish", data=data)
        self.assertEqual(answer.status_code, 400)
        with mute_logger("odoo.http"):
            answer = self.url_open(f"{self.page}/finish?booking_id={self.running.id}")
        self.assertIn(answer.status_code, (404, 405))
        self.assertEqual(self.running.state, "in_use")

    def test_page_asks_for_a_login(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.page).url)

    def test_others_find_nothing(self):
        company = self.env["res.company"].create({"name": "RPB Lain"})
        stranger = self._create_user("floor_stranger", "factory_manager", company)
        teller = self._create_user("floor_teller", "teller")
        for user, status in ((stranger, 404), (teller, 403)):
            self._log_in(user)
            with mute_logger("odoo.http"):
                self.assertEqual(self.url_open(self.page).status_code, status)
            self._post_refused(
                f"{self.page}/finish", status, booking_id=self.running.id
            )
        self._log_in(self.operator)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/floor/nothing").status_code, 404)
        self.assertEqual(self.running.state, "in_use")

    def test_auditor_changes_nothing(self):
        auditor = self._create_user("floor_auditor", "auditor")
        self._log_in(auditor)
        page = self._read()
        self.assertTrue(self._article(page, self.running))
        # looking things up is his right, with other addons too: those forms are GET
        self.assertFalse(page.xpath("//form[@method='post']"))
        self._post(f"{self.page}/finish", booking_id=self.running.id)
        self.assertEqual(self.running.state, "in_use")

    def test_booking_of_another_machine_is_not_found(self):
        other = self._create_centre("Giling")
        elsewhere = self._book_in(0, 60, workcenter_id=other.id)
        self._log_in(self.operator)
        self._post_refused(f"{self.page}/start", 404, booking_id=elsewhere.id)
        self._post_refused(f"{self.page}/start", 404, booking_id="x")

    def test_staff_type_the_code_members_need_the_qr(self):
        self._log_in(self.operator)
        self._read("/floor/FLOOR-TEST")
        self._log_in(self.siti_user)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/floor/FLOOR-TEST").status_code, 404)
            self.assertEqual(self.url_open("/floor").status_code, 403)

    def test_member_sees_no_names_of_others(self):
        self._log_in(self.siti_user)
        page = self._read()
        self.assertNotIn("Budi", page.text_content())
        self.assertNotIn(self.running.name, page.text_content())
        self.assertFalse(self._article(page, self.running))
        self.assertTrue(self._article(page, self.booking))

    def test_member_runs_his_own_where_the_centre_lets_him(self):
        self.running.action_finish()
        self._log_in(self.siti_user)
        self._post_refused(f"{self.page}/start", 403, booking_id=self.booking.id)
        self.centre.portal_start = True
        self._post(f"{self.page}/start", booking_id=self.booking.id)
        self.assertEqual(self.booking.state, "in_use")
        self._post(f"{self.page}/finish", booking_id=self.booking.id)
        self.assertEqual(self.booking.state, "done")

    def test_member_never_runs_what_is_not_his(self):
        self.centre.portal_start = True
        self._log_in(self.siti_user)
        self._post_refused(f"{self.page}/finish", 404, booking_id=self.running.id)
        self.assertEqual(self.running.state, "in_use")

    def test_member_of_another_company_finds_nothing(self):
        company = self.env["res.company"].create({"name": "RPB Lain"})
        stranger = new_test_user(
            self.env,
            login="floor_member",
            groups="base.group_portal",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self._log_in(stranger)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(self.page).status_code, 404)

    def test_label_carries_the_code_of_the_page(self):
        self._log_in(self.operator)
        report = "factory_booking.report_mrp_workcenter_label"
        page = html.fromstring(
            self.url_open(f"/report/html/{report}/{self.centre.id}").text
        )
        self.assertTrue(page.xpath("//*[local-name()='svg']"))
        self.assertIn(self.page, page.text_content())

    def test_new_code_closes_the_old_one(self):
        old = self.page
        self.centre.action_renew_floor_token()
        self._log_in(self.operator)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(old).status_code, 404)
        self._read(f"/floor/{self.centre.floor_token}")
