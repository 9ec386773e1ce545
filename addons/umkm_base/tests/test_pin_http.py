# SPDX-License-Identifier: AGPL-3.0-or-later
from urllib.parse import urlsplit

from lxml import html

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import create_companies

PIN = "274913"
OWN_PIN = "918274"


@tagged("post_install", "-at_install")
class TestPinHttp(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Core counts failures per address too; here the account's own lock is tested.
        cls.env["ir.config_parameter"].set_param("base.login_cooldown_after", 0)
        create_companies(cls)
        cls.member = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Member",
                    "login": "pin-http-test",
                    "company_id": cls.company_a.id,
                    "company_ids": [Command.set(cls.company_a.ids)],
                    "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                }
            )
        )
        cls.member._set_pin(PIN, phone="6281234567005", must_change=False)

    def post(self, path, **data):
        """Fill in the form of a page as a browser does."""
        page = html.fromstring(self.url_open(path).text)
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        return self.url_open(path, data={"csrf_token": token, **data})

    def log_in(self, login, pin):
        """Log in through the page; return the page that follows."""
        self.authenticate(None, None)
        return self.post("/web/login", login=login, password=pin, type="password")

    def is_inside(self):
        return "/web/login" not in self.url_open("/umkm/pin").url

    def test_right_pin_in_every_form_of_the_phone(self):
        for login in ("081234567005", "+62 812-3456-7005", "6281234567005"):
            self.log_in(login, PIN)
            self.assertTrue(self.is_inside())

    def test_wrong_pin(self):
        self.log_in("081234567005", "000000")
        self.assertFalse(self.is_inside())

    def test_locked_account_says_so(self):
        for _attempt in range(5):
            self.log_in("081234567005", "000000")
        page = self.log_in("081234567005", PIN)
        self.assertIn("15", html.fromstring(page.text).findtext(".//p[@role='alert']"))
        self.assertFalse(self.is_inside())

    def test_first_login_asks_for_a_pin_of_ones_own(self):
        self.member._set_pin(PIN, must_change=True)
        page = self.log_in("081234567005", PIN)
        self.assertIn("/umkm/pin", page.url)
        page = self.post("/umkm/pin", pin=PIN, pin_again=PIN)
        self.assertIn('role="alert"', page.text)
        page = self.post("/umkm/pin", pin="123456", pin_again="123456")
        self.assertIn('role="alert"', page.text)
        page = self.post("/umkm/pin", pin=OWN_PIN, pin_again="918275")
        self.assertIn('role="alert"', page.text)
        page = self.post("/umkm/pin", pin=OWN_PIN, pin_again=OWN_PIN)
        self.assertNotIn("/umkm/pin", page.url)
        self.member.invalidate_recordset()
        self.assertFalse(self.member.pin_must_change)
        self.log_in("081234567005", OWN_PIN)
        self.assertTrue(self.is_inside())
        self.log_in("081234567005", PIN)
        self.assertFalse(self.is_inside())

    def test_own_pin_is_proven_before_another_one(self):
        self.member._set_pin(OWN_PIN, must_change=False)
        self.log_in("081234567005", OWN_PIN)
        for wrong in ({}, {"pin_now": PIN}):
            page = self.post("/umkm/pin", pin="482915", pin_again="482915", **wrong)
            self.assertIn('role="alert"', page.text)
        page = self.post("/umkm/pin", pin="482915", pin_again="482915", pin_now=OWN_PIN)
        self.assertNotIn("/umkm/pin", page.url)
        self.log_in("081234567005", "482915")
        self.assertTrue(self.is_inside())

    def test_counter_pin_opens_no_other_page(self):
        self.log_in("081234567005", PIN)
        # as if the form of the first login were simply left
        self.member.pin_must_change = True
        for path in ("/report/html/x/1", "/report/html/x/1?y=2", "/umkm/pin"):
            page = self.url_open(path)
            self.assertEqual(urlsplit(page.url).path, "/umkm/pin")
        page = self.url_open("/report/html/x/1?y=2")
        self.assertIn("redirect=%2Freport%2Fhtml%2Fx%2F1%3Fy%3D2", page.url)
        form = html.fromstring(page.text)
        self.assertEqual(
            form.xpath("//input[@name='redirect']/@value"), ["/report/html/x/1?y=2"]
        )

    def test_counter_pin_calls_no_method(self):
        self.log_in("081234567005", PIN)
        params = {
            "model": "res.partner",
            "method": "read",
            "args": [self.member.partner_id.ids, ["name"]],
            "kwargs": {},
        }
        url = "/web/dataset/call_kw"
        self.assertIn("result", self.call(url, params))
        self.member.pin_must_change = True
        with mute_logger("odoo.http"):
            answer = self.call(url, params)
        self.assertIn("PIN", answer["error"]["data"]["message"])

    def test_member_with_counter_pin_may_leave(self):
        self.log_in("081234567005", PIN)
        self.member.pin_must_change = True
        self.url_open("/web/session/logout")
        self.assertFalse(self.is_inside())

    def call(self, url, params):
        return self.url_open(url, json={"params": params}).json()

    def test_pin_page_sends_nobody_elsewhere(self):
        self.log_in("081234567005", PIN)
        page = self.post(
            "/umkm/pin",
            pin=OWN_PIN,
            pin_again=OWN_PIN,
            redirect="https://example.com/",
        )
        self.assertNotIn("example.com", page.url)
