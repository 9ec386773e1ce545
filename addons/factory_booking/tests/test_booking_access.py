# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestBookingAccess(FactoryBookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("booking_operator", "operator")
        cls.manager = cls._create_user("booking_manager", "factory_manager")
        cls.auditor = cls._create_user("booking_auditor", "auditor")
        cls.officer = cls._create_user("booking_officer", "monitoring_officer")
        cls.teller = cls._create_user("booking_teller", "teller")
        cls.other = cls.env["res.company"].create({"name": "RPB Lain"})
        cls.stranger = cls._create_user("booking_other", "factory_manager", cls.other)
        cls.booking = cls._book(8, 10)

    def _bookings(self, user):
        bookings = self.env["factory.booking"].with_user(user)
        return bookings.with_context(allowed_company_ids=user.company_ids.ids)

    def test_operator_runs_bookings_for_others(self):
        booking = self._bookings(self.operator).create(
            self._prepare_vals(10, 11, partner_id=self.budi.id)
        )
        booking.action_confirm()
        booking.action_start()
        booking.action_finish()
        self.assertEqual(booking.state, "done")

    def test_operator_cancels_only_what_he_booked(self):
        own = self._bookings(self.operator).create(self._prepare_vals(10, 11))
        own.action_cancel()
        with self.assertRaises(AccessError):
            self.booking.with_user(self.operator).action_cancel()
        self.booking.with_user(self.manager).action_cancel()
        self.assertEqual(self.booking.state, "cancelled")

    def test_calendar_entry_gives_no_more_than_its_booking(self):
        later = {"date_to": self._at(11)}
        for user in (self.teller, self.operator):
            entry = self.booking.leave_id.with_user(user)
            with self._refused(AccessError, "."):
                entry.unlink()
            with self._refused(AccessError, "."):
                entry.write(later)
            with self._refused(UserError, "change the booking instead"):
                entry.write({"booking_managed": False})
        self.assertEqual(self.booking.state, "held")
        self.booking.leave_id.with_user(self.manager).write(later)
        self.assertEqual(self.booking.date_end, self._at(11))
        self.booking.action_start()
        with self._refused(UserError, "cannot be moved"):
            self.booking.leave_id.with_user(self.manager).unlink()

    def test_operator_moves_only_what_he_booked(self):
        own = self._bookings(self.operator).create(self._prepare_vals(10, 11))
        own.date_end = self._at(11.5)
        booking = self.booking.with_user(self.operator)
        with self._refused(AccessError, "factory manager"):
            booking.date_end = self._at(9)
        with self._refused(AccessError, "factory manager"):
            booking.action_reschedule("2026-01-05 06:00:00", "2026-01-05 07:00:00")
        booking.note = "Bawa sarung tangan"

    def test_only_managers_close_and_override(self):
        closing = self._prepare_vals(13, 14, kind="closure", partner_id=False)
        with self.assertRaises(AccessError):
            self._bookings(self.operator).create(closing)
        with self.assertRaises(AccessError):
            self._bookings(self.operator).create(
                self._prepare_vals(13, 14, override_reason="Saya mau")
            )
        closure = self._bookings(self.manager).create(closing)
        with self.assertRaises(AccessError):
            closure.with_user(self.operator).write({"date_end": self._at(15)})

    def test_only_managers_raise_priority(self):
        with self._refused(AccessError, "raises a priority"):
            self._bookings(self.operator).create(
                self._prepare_vals(13, 14, priority="2")
            )
        with self._refused(AccessError, "raises a priority"):
            self._bookings(self.operator).with_context(default_priority="2").create(
                self._prepare_vals(13, 14)
            )
        booking = self._bookings(self.operator).create(self._prepare_vals(13, 14))
        with self._refused(AccessError, "raises a priority"):
            booking.priority = "1"
        booking.with_user(self.manager).priority = "1"
        self.assertEqual(booking.priority, "1")

    def test_context_gives_nothing_that_values_may_not(self):
        context = {
            "default_unprotected": True,
            "default_actual_start": self._at(8),
            "default_state": "done",
        }
        bookings = self._bookings(self.operator).with_context(**context)
        booking = bookings.create(self._prepare_vals(10, 11))
        self.assertRecordValues(
            booking,
            [
                {
                    "unprotected": False,
                    "exclusive": True,
                    "actual_start": False,
                    "state": "held",
                }
            ],
        )
        with self.assertRaises(AccessError):
            bookings.with_context(default_override_reason="Saya mau").create(
                self._prepare_vals(13, 14)
            )

    def test_auditor_reads_and_writes_nothing(self):
        booking = self.booking.with_user(self.auditor)
        self.assertEqual(booking.workcenter_id.name, "Pengering")
        for change in (
            lambda: booking.write({"note": "x"}),
            booking.action_confirm,
            booking.action_start,
            lambda: self._bookings(self.auditor).create(self._prepare_vals(10, 11)),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_officer_and_teller_see_no_bookings(self):
        for user in (self.officer, self.teller):
            with self.assertRaises(AccessError):
                self._bookings(user).search([])

    def test_two_companies_never_see_each_other(self):
        bookings = self._bookings(self.stranger)
        self.assertFalse(bookings.search([("id", "=", self.booking.id)]))
        with self.assertRaises(AccessError):
            bookings.browse(self.booking.id).read(["name"])
        with self.assertRaises(AccessError):
            bookings.next_slots(self.centre.ids, 60, "2026-01-05 00:00:00", 1)

    def test_portal_user_sees_his_own(self):
        portal = new_test_user(
            self.env,
            login="booking_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        own = self._book(13, 14, partner_id=portal.partner_id.id)
        firm = self.env["res.partner"].create({"name": "PT Uji", "is_company": True})
        colleague = self.env["res.partner"].create(
            {"name": "Rekan (contoh)", "parent_id": firm.id}
        )
        portal.partner_id.parent_id = firm
        self._book(14, 15, partner_id=colleague.id)
        self.assertEqual(self._bookings(portal).search([]), own)
        with self.assertRaises(AccessError):
            own.with_user(portal).action_cancel()
