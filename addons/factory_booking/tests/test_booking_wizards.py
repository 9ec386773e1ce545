# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestBookingWizards(FactoryBookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("wizard_manager", "factory_manager")
        cls.operator = cls._create_user("wizard_operator", "operator")
        with freeze_time(cls._at(6)):
            cls.booking = cls._book(8, 10)
            cls._book(10, 12, partner_id=cls.budi.id)
            cls.booking.action_confirm()

    def _open(self, action, user):
        wizard = self.env[action["res_model"]].with_user(user)
        return Form(wizard.with_context(**action["context"]))

    def _ask_move(self, user):
        action = self.booking.with_user(user).action_ask_move()
        wizard = self.env[action["res_model"]].with_user(user)
        return wizard.browse(action["res_id"])

    def test_cancel_asks_for_a_reason_and_warns(self):
        self.centre.booking_cancel_hours = 1
        with freeze_time(self._at(6)):
            late = self._book(13, 14)
            late.action_confirm()
        with freeze_time(self._at(12.5)):
            form = self._open(late.action_ask_cancel(), self.manager)
            self.assertEqual(form.late_names, late.name)
            with self.assertRaisesRegex(AssertionError, "reason"):
                form.save()
            form.reason = "Bahan baku habis"
            form.save().action_cancel()
        self.assertRecordValues(
            late,
            [
                {
                    "state": "cancelled",
                    "cancel_reason": "Bahan baku habis",
                    "is_late_cancel": True,
                }
            ],
        )

    def test_cancel_gives_no_more_rights(self):
        with freeze_time(self._at(6)):
            form = self._open(self.booking.action_ask_cancel(), self.operator)
            form.reason = "Saya mau"
            with self.assertRaises(AccessError):
                form.save().action_cancel()

    @freeze_time("2026-01-04 23:00:00")
    def test_move_shows_what_is_free(self):
        """It is 06:00; 8-12 is taken, so 2 hours are free from 13:00 and 15:00 on."""
        wizard = self._ask_move(self.manager)
        self.assertEqual(
            wizard.slot_ids[:3].mapped("date_start"),
            [self._at(13), self._at(15), self._at(8, day=1)],
        )
        action = wizard.slot_ids[1].action_take()
        successor = self.env["factory.booking"].browse(action["res_id"])
        self.assertRecordValues(
            successor,
            [
                {
                    "state": "confirmed",
                    "date_start": self._at(15),
                    "date_end": self._at(17),
                    "rescheduled_from_id": self.booking.id,
                }
            ],
        )
        self.assertEqual(self.booking.state, "cancelled")

    @freeze_time("2026-01-04 23:00:00")
    def test_move_offers_no_pause_where_it_can(self):
        """Slots of 3 hours without a pause in working time, 8-12 and 13-17.

        Monday 13-16; Monday 16-17 is too short, Tuesday 8-11; Tuesday 11-12 is too
        short, Tuesday 13-16.
        """
        wizard = self._ask_move(self.manager)
        wizard.duration_hours = 3
        wizard.action_search()
        self.assertEqual(
            wizard.slot_ids[:3].mapped("date_start"),
            [self._at(13), self._at(8, day=1), self._at(13, day=1)],
        )

    @freeze_time("2026-01-04 23:00:00")
    def test_move_to_another_centre_and_length(self):
        other = self._create_centre("Penggiling")
        wizard = self._ask_move(self.manager)
        with Form(wizard) as form:
            form.workcenter_id = other
            form.duration_hours = 1
            form.after = self._at(9)
        # a time shown before the search is still one of the centre it was found on
        self.assertEqual(wizard.slot_ids.workcenter_id, self.centre)
        wizard.action_search()
        self.assertEqual(wizard.slot_ids[0].date_start, self._at(9))
        action = wizard.slot_ids[0].action_take()
        successor = self.env["factory.booking"].browse(action["res_id"])
        self.assertEqual(
            (successor.workcenter_id, successor.duration_hours), (other, 1)
        )

    @freeze_time("2026-01-04 23:00:00")
    def test_move_gives_no_more_rights(self):
        wizard = self._ask_move(self.operator)
        with self.assertRaises(AccessError):
            wizard.slot_ids[0].action_take()
