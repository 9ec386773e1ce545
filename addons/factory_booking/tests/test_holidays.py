# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import FactoryBookingCommon


@tagged("post_install", "-at_install")
class TestHolidays(FactoryBookingCommon):
    def test_holidays_close_the_calendar_once(self):
        """17 public holidays and 8 days of cuti bersama in 2026.

        SKB 3 Menteri 1497/2025, 2/2025, 5/2025; some fall on one day.
        """
        added = self.company.action_load_holidays(2026)
        self.assertGreaterEqual(added, 20)
        self.assertEqual(self.company.action_load_holidays(2026), 0)
        # 17 August 2026 is a Monday, 32 weeks after 5 January
        with self.assertRaisesRegex(ValidationError, "Kemerdekaan"):
            self._book(8, 10, day=32 * 7)
        self.assertEqual(
            self._next(60, after=self._at(0, 32 * 7), limit=1)[0][0],
            33 * 7 * 24 - 144 + 8,
        )

    def test_only_managers_load_holidays(self):
        operator = self._create_user("holiday_operator", "operator")
        with self.assertRaises(AccessError):
            self.company.with_user(operator).action_load_holidays(2026)
