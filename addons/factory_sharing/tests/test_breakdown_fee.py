# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import freeze_time, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestBreakdownFee(SharingCommon):
    """Nobody pays for time that the factory's own breakdown took away."""

    def test_use_cut_short_counts_what_was_used_and_not_what_was_booked(self):
        with freeze_time("2026-03-02 00:00:00"):
            booking = self.env["factory.booking"].create(
                {
                    "workcenter_id": self.oven.id,
                    "partner_id": self.budi.id,
                    "date_start": "2026-03-02 01:00:00",
                    "date_end": "2026-03-02 05:00:00",
                }
            )
            booking.action_confirm()
        with freeze_time("2026-03-02 01:00:00"):
            booking.action_start()
        with freeze_time("2026-03-02 02:30:00"):
            self.oven.action_breakdown("2026-03-02 02:30:00", "2026-03-02 09:00:00")
        # of four hours booked, one and a half were used
        self.assertRecordValues(
            booking.usage_ids, [{"quantity": 1.5, "booked_quantity": 1.5}]
        )
        rest = booking.descendant_ids
        self.assertEqual((rest.state, rest.no_fee), ("displaced", True))
        self.assertFalse(rest.usage_ids)
