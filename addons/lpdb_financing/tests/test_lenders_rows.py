# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields
from odoo.tests import tagged

from .figures_common import FiguresCommon


@tagged("post_install", "-at_install")
class TestLendersRows(FiguresCommon):
    """Interest between due dates follows the rows of the lender's schedule.

    The letter asks 10,000,000 and 600,000 a month; the terms would ask 1,200,000 first.
    """

    def _letter(self, interest=(600_000,) * 12, **values):
        facility = self._loan(**values)
        schedule = self.env["lpdb.schedule"].create(
            {
                "facility_id": facility.id,
                "kind": "imported",
                "source": "S-1",
                "date_from": "2025-01-15",
                "line_ids": [
                    Command.create(
                        {
                            "n": n,
                            "due": fields.Date.add(self._day("2025-01-15"), months=n),
                            "principal": 10_000_000,
                            "interest": asked,
                        }
                    )
                    for n, asked in enumerate(interest, 1)
                ],
            }
        )
        schedule.action_activate()
        return facility

    def _day(self, day):
        return fields.Date.to_date(day)

    def _interest(self, facility, day, policy="till_date"):
        return facility.payoff_detail(day, policy)["interest"]

    def test_days_of_a_row(self):
        facility = self._letter()
        # 16 of the 31 days to 15 February: 309,677.4
        self.assertEqual(self._interest(facility, "2025-01-31"), 309_677)
        self.assertEqual(self._interest(facility, "2025-01-31", "till_due"), 600_000)
        self.assertEqual(self._interest(facility, "2025-01-15"), 0)
        self.assertEqual(self._interest(facility, "2025-01-15", "till_due"), 0)
        self.assertEqual(self._interest(facility, "2025-02-15"), 600_000)
        self.assertEqual(self._booked(facility.action_accrue("2025-01-31")), 309_677)

    def test_settled_to_the_day(self):
        facility = self._letter()
        number = facility.action_settle("2025-02-20", "till_date", self.bank.id)
        payment = self.env["lpdb.payment"].browse(number)
        # row 1, and 5 of the 28 days of row 2: 107,142.9
        self.assertEqual(
            (payment.principal, payment.interest), (120_000_000, 600_000 + 107_143)
        )
        self.assertEqual(facility.state, "closed")
        # looked back at before it
        self.assertEqual(self._interest(facility, "2025-01-31"), 309_677)
        self.assertEqual(self._interest(facility, "2025-02-18", "till_due"), 1_200_000)

    def test_days_of_their_own_year(self):
        facility = self._letter(day_count="actual/actual")
        # the year cancels out: 16 of 31 days
        self.assertEqual(self._interest(facility, "2025-01-31"), 309_677)

    def test_put_off_interest_runs_in_rows_that_ask_none(self):
        facility = self._letter(
            (0, 0, 1_800_000, *(600_000,) * 9),
            grace_interest=2,
            grace_interest_mode="defer",
        )
        # 16 and 28 + 31 + 31 = 90 days to 15 April: 320,000
        self.assertEqual(self._interest(facility, "2025-01-31"), 320_000)
        # till 15 February, 31 of 90 days
        self.assertEqual(self._interest(facility, "2025-01-31", "till_due"), 620_000)

    def test_waived_rows_are_free(self):
        facility = self._letter(
            (0, 0, *(600_000,) * 10), grace_interest=2, grace_interest_mode="waive"
        )
        self.assertEqual(self._interest(facility, "2025-02-28"), 0)
        # 16 of the 31 days to 15 April
        self.assertEqual(self._interest(facility, "2025-03-31"), 309_677)

    def test_owed_interest_never_falls(self):
        for facility in (
            self._loan(name="Syarat"),
            self._letter(name="Surat"),
            self._loan(name="Anuitas", method="annuity", day_count="actual/365"),
        ):
            self._pay("2025-02-15", facility)
            last, day = 0, self._day("2025-02-15")
            while day <= self._day("2025-05-16"):
                owed = self._interest(facility, day)
                self.assertGreaterEqual(owed, last, (facility.name, day))
                self.assertGreaterEqual(self._interest(facility, day, "till_due"), owed)
                last, day = owed, fields.Date.add(day, days=1)

    def test_arrears_bear_no_more_than_the_row_asks(self):
        facility = self._loan()
        self._pay("2025-02-15", facility)
        # row 2 is overdue with 1,100,000; 110,000,000 at 1 % for 16 of 31 days
        self.assertEqual(self._interest(facility, "2025-03-31"), 1_100_000 + 567_742)
        # for 30 days it would be 1,064,516, but row 3 asks 1,000,000
        self.assertEqual(self._interest(facility, "2025-04-14"), 2_100_000)
        self.assertEqual(self._interest(facility, "2025-04-15"), 2_100_000)
