# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import freeze_time, new_test_user, tagged

from .common import UmkmCase

PIN = "274913"
PHONE = "+62 812-3456-7001"


@tagged("post_install", "-at_install")
class TestPin(UmkmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person_a.write({"phone": PHONE, "birthdate": "1990-08-05"})

    def wizard(self, partner=None, role="teller", **vals):
        wizards = self.as_role(self.env["umkm.pin.wizard"], role)
        partner = partner or self.person_a
        return wizards.create(
            {"partner_id": partner.id, "identity_checked": True, **vals}
        )

    def give_pin(self, **vals):
        """Give person A a PIN at the counter; return user and PIN."""
        shown = self.wizard(**vals).action_set_pin()["context"]
        user = self.person_a.user_ids
        return user, shown["default_pin_shown"]

    def log_in(self, login, pin, interactive=True):
        credential = {"type": "password", "login": login, "password": pin}
        with self.enter_registry_test_mode():
            return self.env["res.users"]._login(
                credential, {"interactive": interactive}
            )

    def fail_pin(self, times, login=PHONE):
        """Log in with a wrong PIN; assertRaises would take back the count of it."""
        for _attempt in range(times):
            try:
                self.log_in(login, "000000")
            except AccessDenied:
                continue
            raise AssertionError("a wrong PIN was taken")

    def test_counter_pin_is_for_the_form_not_for_scripts(self):
        user, pin = self.give_pin()
        with self.assertRaises(AccessDenied):
            self.log_in(PHONE, pin, interactive=False)
        self.log_in(PHONE, pin)
        user._set_pin("918274", must_change=False)
        self.log_in(PHONE, "918274", interactive=False)

    def test_counter_creates_a_portal_login(self):
        user, pin = self.give_pin()
        self.assertRecordValues(
            user,
            [
                {
                    "share": True,
                    "pin_login": True,
                    "pin_must_change": True,
                    "pin_phone": "6281234567001",
                    "company_id": self.company_a.id,
                }
            ],
        )
        self.assertRegex(pin, r"^\d{6}$")
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertNotIn(pin, self.env.cr.fetchone()[0])

    def test_phone_written_in_any_way(self):
        user, pin = self.give_pin()
        for login in ("081234567001", "+62 812 3456 7001", "62-812-3456-7001"):
            self.assertEqual(self.log_in(login, pin)["uid"], user.id)
        with self.assertRaises(AccessDenied):
            self.log_in("081234567002", pin)

    def test_addons_add_member_numbers(self):
        user, pin = self.give_pin()
        users = self.env.registry["res.users"]

        def by_number(self, login):
            return Domain("partner_id.ref", "=", login)

        self.person_a.ref = "A-0001"
        with patch.object(users, "_get_pin_login_domain", by_number):
            self.assertEqual(self.log_in("A-0001", pin)["uid"], user.id)
            other = self.env["res.partner"].create({"name": "Other", "ref": "A-0001"})
            self.wizard(other, phone="081234567009").action_set_pin()
            # a number that two people share names neither
            with self.assertRaises(AccessDenied):
                self.log_in("A-0001", pin)

    def test_account_is_locked_after_five_wrong_pins(self):
        user, pin = self.give_pin()
        with freeze_time("2026-05-01 08:00:00"):
            self.fail_pin(5)
            with self.assertRaisesRegex(AccessDenied, "15"):
                self.log_in(PHONE, pin)
        with freeze_time("2026-05-01 08:14:59"), self.assertRaises(AccessDenied):
            self.log_in(PHONE, pin)
        with freeze_time("2026-05-01 08:15:00"):
            self.assertEqual(self.log_in(PHONE, pin)["uid"], user.id)

    def test_each_lock_doubles_until_the_right_pin(self):
        user, pin = self.give_pin()
        # locks of 15, 30 and 60 minutes from 8:00, 8:15 and 8:45
        for time in ("08:00:00", "08:15:00", "08:45:00"):
            with freeze_time(f"2026-05-01 {time}"):
                self.fail_pin(5)
        with freeze_time("2026-05-01 09:44:59"):
            with self.assertRaisesRegex(AccessDenied, "Wait 1 "):
                self.log_in(PHONE, pin)
        with freeze_time("2026-05-01 09:45:00"):
            self.assertEqual(self.log_in(PHONE, pin)["uid"], user.id)
            self.fail_pin(5)
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.log_in(PHONE, pin)["uid"], user.id)

    def test_right_pin_forgets_the_wrong_ones(self):
        user, pin = self.give_pin()
        for _round in range(3):
            self.fail_pin(4)
            self.assertEqual(self.log_in(PHONE, pin)["uid"], user.id)

    def test_counter_lifts_the_lock(self):
        _user, pin = self.give_pin()
        self.fail_pin(5)
        with self.assertRaises(AccessDenied):
            self.log_in(PHONE, pin)
        user, new_pin = self.give_pin()
        self.assertEqual(self.log_in(PHONE, new_pin)["uid"], user.id)
        if new_pin != pin:
            with self.assertRaises(AccessDenied):
                self.log_in(PHONE, pin)

    def test_settings_are_parameters(self):
        self.env["ir.config_parameter"].set_param("umkm_base.pin_max_failures", 2)
        self.give_pin()
        locks = self.env["umkm.pin.lock"]
        user = self.person_a.user_ids
        with self.enter_registry_test_mode():
            allowed = [locks._reserve_attempt(user.id) for _try in range(3)]
        self.assertEqual(allowed, [True, True, False])

    def test_weak_pins_are_refused(self):
        user, _pin = self.give_pin()
        user = user.sudo()
        weak = ("111111", "123456", "654321", "121212", "050890", "900805", "567001")
        for pin in (*weak, "12345", "27491a"):
            with self.assertRaises(UserError):
                user._set_pin(pin)
            with self.assertRaises(UserError):
                user.password = pin
        user._set_pin(PIN, must_change=False)
        self.assertEqual(self.log_in(PHONE, PIN)["uid"], user.id)
        self.assertFalse(user.pin_must_change)

    def test_inside_users_cannot_have_a_pin(self):
        clerk = self.user("operator")
        with self.assertRaises(ValidationError):
            clerk.pin_login = True
        with self.assertRaisesRegex(UserError, "password"):
            clerk._set_pin(PIN)
        with self.assertRaisesRegex(UserError, "password"):
            self.wizard(clerk.partner_id, phone="081234567008").action_set_pin()

    def test_inside_login_is_no_phone(self):
        # a phone of an inside user never leads to his account
        self.user("operator").partner_id.phone = "081234567003"
        with self.assertRaises(AccessDenied):
            self.log_in("081234567003", "umkm_operator")

    def test_shared_phone_needs_a_number(self):
        self.give_pin()
        spouse = self.env["res.partner"].create(
            {"name": "Spouse", "company_id": self.company_a.id, "phone": PHONE}
        )
        with self.assertRaisesRegex(UserError, "Another member"):
            self.wizard(spouse).action_set_pin()
        users = self.env.registry["res.users"]
        with patch.object(users, "_get_pin_login_number", lambda *args: "A-0002"):
            shown = self.wizard(spouse).action_set_pin()["context"]
        self.assertEqual(shown["default_login_shown"], "A-0002")
        self.assertFalse(spouse.user_ids.pin_phone)

    def test_refusals_at_the_counter(self):
        with self.assertRaisesRegex(UserError, "identity card"):
            self.wizard(identity_checked=False).action_set_pin()
        with self.assertRaisesRegex(UserError, "no Indonesian phone"):
            self.wizard(phone="12345").action_set_pin()
        with self.assertRaisesRegex(UserError, "needs a phone"):
            self.wizard(phone=False).action_set_pin()

    def portal_user(self, companies, **vals):
        return new_test_user(
            self.env,
            login="portal_person_a",
            groups="base.group_portal",
            partner_id=self.person_a.id,
            company_id=self.company_a.id,
            company_ids=[Command.set(companies.ids)],
            **vals,
        )

    def test_login_of_another_cooperative_is_not_reset(self):
        self.portal_user(self.company_a + self.company_b)
        with self.assertRaisesRegex(UserError, "another cooperative"):
            self.wizard().action_set_pin()

    def test_password_that_was_used_is_not_replaced(self):
        user = self.portal_user(self.company_a)
        self.env["res.users.log"].with_user(user).sudo().create({})
        with self.assertRaisesRegex(UserError, "password already"):
            self.wizard().action_set_pin()
        self.assertFalse(user.pin_login)

    def test_invited_portal_user_gets_a_pin(self):
        user = self.portal_user(self.company_a)
        self.wizard().action_set_pin()
        self.assertTrue(user.pin_login)

    def test_roles(self):
        for role in ("auditor", "operator", "monitoring_officer"):
            with self.assertRaises(AccessError):
                self.wizard(role=role)
        with self.assertRaises(AccessError):
            self.wizard(self.person_b).action_set_pin()

    def test_portal_password_users_stay_as_they_are(self):
        portal = new_test_user(
            self.env, login="portal@example.com", groups="base.group_portal"
        )
        portal.password = "long enough"
        info = self.log_in("portal@example.com", "long enough")
        self.assertEqual(info["uid"], portal.id)
        self.assertFalse(
            self.env["umkm.pin.lock"].search([("user_id", "=", portal.id)])
        )
