# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .portal_common import PIN, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalData(PortalCommon, HttpCase):
    """A member's data is changed by the cooperative, on request, and by nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.siti.partner_id
        cls.person.write(
            {
                "nik": "3201014101900001",
                "street": "Jalan Melati 1",
                "city": "Bogor",
                "email": "siti@example.com",
                "phone": "081200000001",
                "country_id": cls.env.ref("base.id").id,
            }
        )
        cls.before = cls._read(cls.person)

    @classmethod
    def _read(cls, person):
        names = ["name", "nik", "vat", "street", "city", "email", "phone", "active"]
        cls.env.invalidate_all()
        return {**person.read(names)[0], "banks": person.bank_ids.ids}

    def _get_token(self):
        page = html.fromstring(self.url_open("/my/savings").text)
        return page.xpath("//form[@id='request_exit']//input[@name='csrf_token']")[
            0
        ].get("value")

    def _assert_unchanged(self):
        self.assertEqual(self._read(self.person), self.before)

    def test_pages_of_ones_own_data_lead_to_the_request(self):
        self._log_in()
        for path in (
            "/my/account",
            "/my/addresses",
            f"/my/address?partner_id={self.person.id}",
        ):
            with self.subTest(path=path):
                answer = self.url_open(path, allow_redirects=False)
                self.assertEqual(answer.status_code, 303)
                self.assertIn("/my/savings", answer.headers["Location"])

    def test_posted_address_form_changes_nothing(self):
        self._log_in()
        data = {
            "csrf_token": self._get_token(),
            "partner_id": self.person.id,
            "name": "Orang Lain",
            "nik": "3201014101900002",
            "vat": "0123456789012345",
            "street": "Jalan Mawar 2",
            "city": "Garut",
            "email": "lain@example.com",
            "phone": "081200000002",
            "country_id": self.env.ref("base.id").id,
            "address_type": "billing",
            "callback": "/my",
        }
        answer = self.url_open("/my/address/submit", data=data)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(json.loads(answer.text)["messages"]), 1)
        self._assert_unchanged()
        # nor does an address of one's own come beside it
        children = self.person.child_ids
        self.url_open("/my/address/submit", data={**data, "partner_id": ""})
        self.env.invalidate_all()
        self.assertEqual(self.person.child_ids, children)

    def test_who_only_acts_for_a_member_does_not_change_him(self):
        """Core lets a contact rename the organisation that he belongs to."""
        self.person.write({"nik": False, "is_company": True})
        self.before = self._read(self.person)
        contact = self.env["res.partner"].create(
            {"name": "Bendahara", "parent_id": self.person.id}
        )
        self.assertTrue(contact._is_coop_registered())
        self.user.partner_id = contact
        self.authenticate("siti-portal", PIN)
        page = html.fromstring(self.url_open("/my/security").text)
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        answer = self.url_open(
            "/my/address/submit",
            data={
                "csrf_token": token,
                "partner_id": contact.id,
                "name": "Bendahara",
                "company_name": "Koperasi Palsu",
                "callback": "/my",
            },
        )
        self.assertEqual(len(json.loads(answer.text)["messages"]), 1)
        self._assert_unchanged()

    def test_own_user_does_not_lead_around_the_request(self):
        """Core lets a user write name, e-mail, phone and picture of himself."""
        user = self.user.with_user(self.user)
        for name, value in (
            ("name", "Orang Lain"),
            ("email", "lain@example.com"),
            ("phone", "081200000002"),
            ("image_1920", False),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                user.write({name: value})
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.models", "odoo.addons.base.models.ir_model"),
        ):
            self.person.with_user(self.user).write({"phone": "081200000002"})
        user.write({"lang": "id_ID"})
        self._assert_unchanged()

    def test_member_does_not_remove_himself(self):
        with self.assertRaises(UserError):
            self.user._deactivate_portal_user()
        self._log_in()
        answer = self.url_open(
            "/my/deactivate_account",
            data={
                "csrf_token": self._get_token(),
                "validation": self.user.login,
                "password": PIN,
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(self.user.active)
        self.assertEqual(self.user.login, "siti-portal")
        self._assert_unchanged()

    def test_guest_keeps_the_pages_of_core(self):
        guest = self._new_portal_user("Tamu", "tamu-portal")
        self.authenticate("tamu-portal", "tamu-portal-1")
        self.assertEqual(self.url_open("/my/account").status_code, 200)
        self.assertIn("/my/account", self.url_open("/my/account").url)
        guest.with_user(guest).write({"phone": "081200000003"})
        self.assertEqual(guest.partner_id.phone, "081200000003")
