# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import freeze_time, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestBookingFee(SharingCommon):
    """No-show and late cancellation by the tariff; a displaced booking is free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oven.write(
            {
                "booking_grace_minutes": 15,
                "booking_cancel_hours": 24,
            }
        )

    def _book(self, day="2026-03-03"):
        booking = self.env["factory.booking"].create(
            {
                "workcenter_id": self.oven.id,
                "partner_id": self.budi.id,
                "date_start": f"{day} 01:00:00",
                "date_end": f"{day} 04:00:00",
            }
        )
        booking.action_confirm()
        return booking

    def _fee(self, **line):
        self._create_tariff({"price": 10_000}, line)

    def test_late_cancellation_is_charged_by_the_hours_kept(self):
        self._fee(charge_type="cancellation", unit="hour", price=5_000)
        booking = self._book()
        with freeze_time("2026-03-02 20:00:00"):
            booking.action_cancel("Hujan")
        self.assertTrue(booking.is_late_cancel)
        # 3 hours booked at Rp5,000
        charge = self._charge(booking.usage_ids)
        self.assertEqual((charge.charge_type, charge.amount), ("cancellation", 15_000))

    def test_cancellation_in_time_costs_nothing(self):
        self._fee(charge_type="cancellation", unit="hour", price=5_000)
        booking = self._book("2026-03-06")
        booking.action_cancel("Rencana berubah")
        self.assertFalse(booking.is_late_cancel)
        self.assertFalse(booking.usage_ids)

    def test_no_show_is_charged_once_however_often_the_cron_runs(self):
        self._fee(charge_type="no_show", unit="piece", price=50_000)
        booking = self._book()
        with freeze_time("2026-03-03 02:00:00"):
            self.env["factory.booking"]._cron_update_states()
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(booking.state, "no_show")
        charge = self._charge(booking.usage_ids)
        # one fixed fee, whatever was booked
        self.assertEqual((charge.charge_type, charge.amount), ("no_show", 50_000))

    def test_tariff_without_a_fee_records_nothing(self):
        self._create_tariff({"price": 10_000})
        booking = self._book()
        with freeze_time("2026-03-03 02:00:00"):
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(booking.state, "no_show")
        self.assertFalse(booking.usage_ids)
        # what cannot be priced would stop the pricing of everything else
        self.assertEqual(
            self.env["factory.usage"].price_open(self.company.id, "2026-03-31"), []
        )

    def test_fee_of_members_is_not_asked_of_others(self):
        self._fee(
            charge_type="cancellation", unit="hour", price=5_000, audience="member"
        )
        booking = self._book()
        with freeze_time("2026-03-02 20:00:00"):
            booking.action_cancel("Hujan")
        self.assertFalse(booking.usage_ids)

    def test_displaced_booking_costs_nothing(self):
        self._create_tariff(
            {"price": 10_000},
            {"charge_type": "cancellation", "unit": "hour", "price": 5_000},
            {"charge_type": "no_show", "unit": "piece", "price": 50_000},
        )
        booking = self._book()
        with freeze_time("2026-03-02 20:00:00"):
            self.oven.action_breakdown("2026-03-02 20:00:00")
            self.assertEqual(booking.state, "displaced")
            booking.action_decline_offers()
        with freeze_time("2026-03-03 02:00:00"):
            self.env["factory.booking"]._cron_update_states()
        self.assertFalse(booking.usage_ids)
        self.assertFalse(booking.is_late_cancel)
