# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import freeze_time, tagged

from .figures_common import FiguresCommon


@tagged("post_install", "-at_install")
class TestDatedAhead(FiguresCommon):
    """What is dated ahead is said on the form, and counts on its own day."""

    def _draft(self, facility, day):
        return self.env["lpdb.payment"].create(
            {"facility_id": facility.id, "date": day}
        )

    # 18:00 in Greenwich on the 14th is the 15th in Jakarta
    @freeze_time("2025-02-14 18:00:00")
    def test_draft_says_that_its_day_is_to_come(self):
        facility = self._loan()
        self.assertFalse(self._draft(facility, "2025-02-15").is_ahead)
        draft = self._draft(facility, "2025-02-16")
        self.assertTrue(draft.is_ahead)
        draft.action_post()
        self.assertFalse(draft.is_ahead)

    @freeze_time("2025-01-20 03:00:00")
    def test_payment_dated_ahead_counts_on_its_day(self):
        facility = self._loan()
        self._pay("2025-02-15", facility)
        self.assertEqual(facility.outstanding, 110_000_000)
        self.assertEqual(facility.split_current()["outstanding"], 120_000_000)
        self.assertEqual(
            facility.split_current("2025-02-15")["outstanding"], 110_000_000
        )
        self.assertTied("2025-01-20", "2025-02-14", "2025-02-15")
