# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestVersionAt(LpdbCommon):
    """A past day shows the schedule that held on it, whatever came later.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, 12 instalments due
    on the 24th.
    """

    def _not_due(self, day):
        rows = self.facility.ageing_at(day, self.facility.ids)["rows"]
        return sum(row["interest"] for row in rows if row["bucket"] == "00_not_due")

    def _seen(self, *days):
        """Return all that is said of the loan on past days."""
        return [
            (
                self.facility.ageing_at(day, self.facility.ids)["rows"],
                self.facility.split_current(day),
                self.facility._month_end_amounts("interest", day)[self.facility],
                self.facility.collectability_at(day),
            )
            for day in days
        ]

    def _day(self, day):
        return self.company._read_day(day)

    def _change_rates(self, *rates):
        self.facility.rate_ids = [
            Command.create({"date_from": day, "annual_rate": rate, "source": "S-1"})
            for day, rate in rates
        ]

    def test_rate_change_counts_from_its_day_on(self):
        self._draw()
        self._change_rates(("2014-07-24", 11))
        # rows 4 to 12 at 22 %: 68,750 + 61,111 + ... + 7,639
        self.assertEqual(self._not_due("2014-07-23"), sum(self.INTEREST[3:]))
        # rows 5 to 12 at half the rate: 30,556 (30,555.5), 26,736, ..., 3,819 (3,819.4)
        half = [30_556, 26_736, 22_917, 19_097, 15_278, 11_458, 7_639, 3_819]
        self.assertEqual(self._not_due("2014-07-24"), sum(half))

    def test_each_of_two_rate_changes_counts_from_its_day(self):
        self._draw()
        self._change_rates(("2014-07-24", 11), ("2014-10-24", 5.5))
        self.assertEqual(str(self.facility.schedule_id.date_from), "2014-07-24")

    def test_rate_change_after_another_counts_from_its_own_day(self):
        self._draw()
        self._change_rates(("2014-07-24", 11))
        self._change_rates(("2014-10-24", 5.5))
        self.assertEqual(str(self.facility.schedule_id.date_from), "2014-10-24")

    def test_rate_change_inside_a_period_counts_from_its_day(self):
        self._draw()
        self._change_rates(("2014-07-01", 11))
        self.assertEqual(str(self.facility.schedule_id.date_from), "2014-07-01")

    def test_reversed_prepayment_still_counts_before_its_reversal(self):
        self._draw()
        self._pay("2014-04-24")
        number = self.facility.action_prepay(
            "2014-05-10", 1_000_000, "reduce_instalment", self.bank.id
        )
        days = [self._day(day) for day in ("2014-05-09", "2014-05-31", "2014-06-04")]
        before = self._seen(*days)
        self.env["lpdb.payment"].browse(number).action_reverse("2014-06-05", "salah")
        self.assertEqual(self._seen(*days), before)
        # rows 2 to 12 again as published; row 2 fell due on 24 May, so 3 to 12
        self.assertEqual(self._not_due("2014-06-05"), sum(self.INTEREST[2:]))

    def test_reversed_draw_still_counts_before_its_reversal(self):
        self._draw(amount=3_000_000)
        draw = self._draw(date="2014-04-10", amount=2_000_000)
        days = [self._day(day) for day in ("2014-04-09", "2014-04-20", "2014-05-09")]
        before = self._seen(*days)
        draw.action_reverse("2014-05-10", "salah")
        self.assertEqual(self._seen(*days), before)
        # 3,000,000 at 22 %, rows 3 to 12 (two are due): each on 250,000 less
        rows = [round((3_000_000 - n * 250_000) * 22 / 1200) for n in range(2, 12)]
        self.assertEqual(self._not_due("2014-05-24"), sum(rows))

    def test_restructured_loan_shows_its_old_terms_before(self):
        self._draw()
        self._pay("2014-04-24")
        days = [self._day(day) for day in ("2014-05-23", "2014-05-31", "2014-06-23")]
        before = self._seen(*days)
        self.facility.action_restructure("2014-06-24", {"periods": 24})
        self.assertEqual(self._seen(*days), before)
        # 24 rows from 24 July 2014: 12 of them by 24 June 2015
        split = self.facility.split_current("2014-06-30")
        self.assertEqual(split["short"], 12 * 190_972)
