# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestQualification(FactoryBookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = cls._create_user("boiler_manager", "factory_manager")
        cls.boiler = cls.env["factory.qualification"].create(
            {
                "name": "Ketel uap",
                "validity_months": 12,
                "responsible_id": cls.responsible.id,
                "workcenter_ids": cls.centre.ids,
            }
        )

    @classmethod
    def _grant(cls, date_from, date_to=None, **vals):
        if date_to:
            vals["date_to"] = date_to
        return cls.env["factory.qualification.holder"].create(
            {
                "partner_id": cls.siti.id,
                "qualification_id": cls.boiler.id,
                "date_from": date_from,
                **vals,
            }
        )

    def _remind_on(self, day):
        """Run the job at 07:00 in Jakarta."""
        cron = self.env.ref("factory_booking.factory_qualification_cron_remind")
        with freeze_time(f"{day} 00:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_nobody_books_without_it(self):
        with self._refused(
            ValidationError,
            r"Siti \(contoh\) has no Ketel uap, which Pengering demands",
        ):
            self._book(8, 9)
        self._grant("2025-06-01")
        self._book(8, 9)

    def test_expired_on_the_day_of_the_booking(self):
        """A year from 7 January 2025 ends on 6 January 2026, which still counts."""
        holder = self._grant("2025-01-07")
        self.assertEqual(holder.date_to, date(2026, 1, 6))
        self._book(8, 9, day=1)
        with self._refused(ValidationError, "Ketel uap of Siti .* expires on .*2026"):
            self._book(8, 9, day=2)
        # overnight: valid at the start alone is not enough
        with self._refused(ValidationError, "expires on"):
            self._book(23, 25, day=1)

    def test_not_yet_begun(self):
        self._grant("2026-01-08")
        with self._refused(ValidationError, "Ketel uap of Siti .* begins on"):
            self._book(8, 9)
        self._book(8, 9, day=3)

    def test_day_is_that_of_the_centre(self):
        """00:30 on the 7th in Jakarta is still the 6th in UTC."""
        self._grant("2025-01-07")
        with self._refused(ValidationError, "expires on"):
            self._book(24.5, 25.5, day=1)

    def test_moving_is_judged_on_the_new_day(self):
        self._grant("2025-01-07")
        booking = self._book(8, 9)
        booking.action_confirm()
        with self._refused(ValidationError, "expires on"):
            booking.action_reschedule("2026-01-09 01:00:00", "2026-01-09 02:00:00")
        with self._refused(ValidationError, "has no Ketel uap"):
            booking.partner_id = self.budi

    def test_all_that_lacks_is_named_at_once(self):
        other = self.boiler.copy({"name": "K3 listrik"})
        self.assertEqual(other.workcenter_ids, self.centre)
        with self._refused(ValidationError, "(?s)K3 listrik.*Ketel uap"):
            self._book(8, 9)

    def test_firm_is_qualified_by_its_persons(self):
        firm = self.env["res.partner"].create({"name": "PT Uji", "is_company": True})
        one, two = self.env["res.partner"].create(
            [{"name": name, "parent_id": firm.id} for name in ("A", "B")]
        )
        self._grant("2025-06-01", partner_id=one.id)
        self._book(8, 9, partner_id=firm.id)
        self._book(9, 10, partner_id=one.id)
        with self._refused(ValidationError, "B has no Ketel uap"):
            self._book(10, 11, partner_id=two.id)

    def test_own_production_and_override(self):
        self._book(8, 9, kind="own", partner_id=False)
        booking = self._book(9, 10, override_reason="Latihan dengan pelatih")
        self.assertIn("has no Ketel uap", booking.rule_notice)

    @mute_logger("odoo.sql_db")
    def test_dates_in_order(self):
        with self._refused(Exception, "dates_in_order"):
            self._grant("2026-01-02", "2026-01-01")

    def test_states_are_found(self):
        with freeze_time("2026-01-05 01:00:00"):
            holders = {
                "expired": self._grant("2025-01-01", "2026-01-04"),
                "expiring": self._grant("2025-01-01", "2026-02-04"),  # day 30
                "valid": self._grant("2025-01-01", "2026-02-05"),
                "coming": self._grant("2026-01-06"),
            }
            for state, holder in holders.items():
                self.assertEqual(holder.state, state)
                found = holder.search(
                    [("state", "=", state), ("qualification_id", "=", self.boiler.id)]
                )
                self.assertEqual(found, holder)

    def test_expiry_is_reminded_once(self):
        holder = self._grant("2025-02-01", "2026-01-31")
        self.siti.email = "siti@example.com"
        self._remind_on("2026-01-01")  # 30 days before
        self._remind_on("2026-01-01")
        activity = holder.activity_ids
        self.assertEqual(activity.user_id, self.responsible)
        self.assertEqual(activity.date_deadline, date(2026, 1, 31))
        self.assertEqual(holder.date_reminded, date(2026, 1, 1))
        mails = self.env["mail.mail"].search(
            [
                ("model", "=", holder._name),
                ("res_id", "=", holder.id),
                ("recipient_ids", "=", self.siti.id),
            ]
        )
        self.assertEqual(len(mails), 1)
        # another last day is another reminder
        holder.date_to = "2026-02-28"
        self._remind_on("2026-02-01")
        self.assertEqual(len(holder.activity_ids), 2)

    def test_not_reminded_too_early_nor_when_renewed(self):
        holder = self._grant("2025-02-01", "2026-01-31")
        self._remind_on("2025-12-31")
        self.assertFalse(holder.date_reminded)
        self._grant("2026-02-01")
        self._remind_on("2026-01-05")
        self.assertFalse(holder.activity_ids)

    def test_access_by_role_and_company(self):
        holder = self._grant("2025-06-01")
        other = self.env["res.company"].create({"name": "RPB Lain"})
        stranger = self._create_user("boiler_stranger", "factory_manager", other)
        for role in ("operator", "auditor"):
            user = self._create_user(f"boiler_{role}", role)
            self.assertEqual(holder.with_user(user).state, holder.state)
            with self._refused(AccessError, "."):
                holder.with_user(user).date_to = "2030-01-01"
            with self._refused(AccessError, "."):
                self.boiler.with_user(user).remind_days = 0
        for record in (holder, self.boiler):
            with self._refused(AccessError, "."):
                record.with_user(stranger).read(["display_name"])
