# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestReminders(FactoryBookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti.write({"email": "siti@example.com", "phone": "0812-3456 7890"})
        cls.budi.phone = "+62 813 9999 0000"
        cls.company.email = "rpb@example.com"

    def _promise(self, start, end, day=0, **vals):
        with freeze_time(self._at(0, day=-6)):
            booking = self._book(start, end, day, **vals)
            booking.action_confirm()
        return booking

    def _remind_at(self, moment):
        """Run the job; mails queued stay in the queue."""
        cron = self.env.ref("factory_booking.factory_booking_cron_remind")
        with freeze_time(moment), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _get_mails(self, booking):
        return self.env["mail.mail"].search(
            [("model", "=", booking._name), ("res_id", "=", booking.id)]
        )

    def test_user_with_address_gets_one_mail(self):
        """The company's 24 hours before Tuesday 08:00 are Monday 08:00."""
        booking = self._promise(8, 10, day=1)
        self._remind_at(self._at(8) - timedelta(seconds=1))
        self.assertFalse(self._get_mails(booking))
        self._remind_at(self._at(8))
        self._remind_at(self._at(9))
        mail = self._get_mails(booking)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.siti)
        self.assertEqual(mail.subject, "Pengering: 06-01-2026 08:00 - 10:00")
        self.assertIn("06-01-2026 08:00 - 10:00", mail.body_html)
        self.assertEqual(booking.reminded_at, self._at(8))
        self.assertFalse(booking.activity_ids)

    def test_user_without_address_is_called(self):
        booking = self._promise(8, 10, day=1, partner_id=self.budi.id)
        self._remind_at(self._at(8))
        self._remind_at(self._at(9))
        activity = booking.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, booking.user_id)
        self.assertIn("Budi (contoh)", activity.summary)
        self.assertIn("https://wa.me/6281399990000?text=", activity.note)
        self.assertFalse(self._get_mails(booking))

    def test_hours_of_the_centre_come_first(self):
        self.centre.booking_remind_hours = 2
        booking = self._promise(8, 10, day=1)
        self._remind_at(self._at(8))
        self.assertFalse(booking.reminded_at)
        self._remind_at(self._at(6, day=1))
        self.assertTrue(booking.reminded_at)

    def test_no_reminder_when_the_company_wants_none(self):
        self.company.booking_remind_hours = 0
        booking = self._promise(8, 10, day=1)
        self._remind_at(self._at(7, day=1))
        self.assertFalse(booking.reminded_at)

    def test_held_begun_and_past_are_not_reminded(self):
        with freeze_time(self._at(0, day=-6)):
            held = self._book(8, 9, day=1)
        begun = self._promise(9, 10, day=1)
        with freeze_time(self._at(7, day=1)):
            begun.action_start()
        past = self._promise(6, 7, day=1)
        self._remind_at(self._at(7.5, day=1))
        self.assertFalse(any((held + begun + past).mapped("reminded_at")))

    def test_moved_booking_is_reminded_of_its_new_time(self):
        booking = self._promise(8, 10, day=1)
        self._remind_at(self._at(8))
        with freeze_time(self._at(9)):
            booking.write({"date_start": self._at(8, 4), "date_end": self._at(10, 4)})
        self.assertFalse(booking.reminded_at)
        self._remind_at(self._at(8, day=3))
        self.assertEqual(len(self._get_mails(booking)), 2)

    def test_hold_about_to_expire(self):
        """A hold of 60 minutes from 07:00; the last 15 begin at 07:45."""
        with freeze_time(self._at(7)):
            booking = self._book(10, 11)
        self._remind_at(self._at(7) + timedelta(minutes=44))
        self.assertFalse(booking.hold_reminded_at)
        self._remind_at(self._at(7) + timedelta(minutes=45))
        self._remind_at(self._at(7) + timedelta(minutes=50))
        self.assertEqual(len(self._get_mails(booking)), 1)
        self.assertEqual(len(booking.activity_ids), 1)

    def test_displaced_user_is_told_once(self):
        booking = self._promise(8, 10)
        booking._release("displaced")
        self._remind_at(self._at(7))
        self._remind_at(self._at(8))
        mail = self._get_mails(booking)
        self.assertEqual(len(mail), 1)
        self.assertIn(booking.name, mail.body_html)
        self.assertFalse(booking.reminded_at)

    def test_what_a_portal_user_booked_is_the_managers_to_call(self):
        portal = new_test_user(
            self.env,
            login="remind_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        portal.partner_id.email = False
        manager = self._create_user("remind_manager", "factory_manager")
        bookings = self.env["factory.booking"].with_user(portal).sudo()
        with freeze_time(self._at(0, day=-6)):
            booking = bookings.create(
                self._prepare_vals(
                    8, 10, day=1, partner_id=portal.partner_id.id, user_id=False
                )
            )
            booking.action_confirm()
        self._remind_at(self._at(8))
        self.assertEqual(booking.activity_ids.user_id, manager)

    def test_chat_opens_with_the_text(self):
        booking = self._promise(8, 10, partner_id=self.budi.id)
        action = booking.action_open_chat()
        self.assertTrue(action["url"].startswith("https://wa.me/6281399990000?text="))
        self.assertIn("08%3A00%20-%2010%3A00", action["url"])

    def test_what_was_told_cannot_be_written(self):
        booking = self._promise(8, 10)
        with self.assertRaisesRegex(UserError, "through its actions"):
            booking.reminded_at = self._at(0)
