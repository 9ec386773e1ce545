# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .figures_common import FiguresCommon


@tagged("post_install", "-at_install")
class TestPenaltyUnpaid(FiguresCommon):
    """Penalty is asked to the day, less what was paid of it.

    Row 1 asks 11,200,000 on 15 February, row 2 11,100,000 on 15 March. The due date is
    day 1 past due.
    """

    def _asked(self, facility, day):
        draft = self.env["lpdb.payment"].create(
            {"facility_id": facility.id, "date": day}
        )
        asked = draft.penalty_due
        rows = facility.ageing_at(day, facility.ids)["rows"]
        self.assertEqual(sum(row["penalty"] for row in rows), asked, day)
        draft.unlink()
        return asked

    def test_unpaid_part_stays_owed(self):
        facility = self._loan(penalty_rate=12)
        # 11,200,000 x 11 days x 12 % / 365 = 40,504.1
        paid = self._pay("2025-02-25", facility, amount=20_000)
        self.assertEqual((paid.penalty_due, paid.penalty), (40_504, 20_000))
        rest = self._pay("2025-02-25", facility)
        self.assertEqual((rest.penalty_due, rest.penalty), (20_504, 20_504))
        self.assertEqual(rest.amount, 11_220_504)
        self.assertEqual(self._asked(facility, "2025-03-15"), 0)

    def test_row_paid_late_keeps_its_penalty(self):
        facility = self._loan(
            penalty_rate=36, allocation_order="interest,principal,penalty"
        )
        # (11,200,000 x 59 + 11,100,000 x 31) x 36 % / 365 = 991,134.2
        paid = self._pay("2025-04-14", facility, amount=11_200_000)
        self.assertEqual((paid.penalty_due, paid.penalty), (991_134, 0))
        self.assertEqual(self._asked(facility, "2025-04-14"), 991_134)
        # row 2 for 1 more day, row 3 (11,000,000) is due on the 15th: 10,947.9
        self.assertEqual(self._asked(facility, "2025-04-15"), 1_002_082)
        rest = self._pay("2025-04-14", facility)
        self.assertEqual((rest.amount, rest.penalty), (12_091_134, 991_134))
        self.assertEqual(self._asked(facility, "2025-04-15"), 0)

    def test_penalty_alone_is_paid_before_the_next_row(self):
        facility = self._loan(
            penalty_rate=12, allocation_order="interest,principal,penalty"
        )
        self._pay("2025-02-25", facility, amount=11_200_000)
        # ten days later: row 1 was overdue for 11 days, not longer
        rest = self._pay("2025-03-07", facility)
        self.assertEqual((rest.amount, rest.penalty), (40_504, 40_504))
        row = facility.instalment_ids.sorted("n")[0]
        self.assertEqual((row.paid_penalty, str(row.date_paid)), (40_504, "2025-02-25"))
        self.assertEqual(self._asked(facility, "2025-03-14"), 0)

    def test_each_day_bears_what_was_open_on_it(self):
        facility = self._loan(penalty_rate=12)
        # 40,504 of it is penalty: 4,959,496 of row 1
        self._pay("2025-02-25", facility, amount=5_000_000)
        # 11,200,000 x 11 + 6,240,504 x 10 days, x 12 % / 365: 61,020.9, less 40,504
        self.assertEqual(self._asked(facility, "2025-03-07"), 20_517)

    def test_reversed_payment_asks_again(self):
        facility = self._loan(penalty_rate=12)
        paid = self._pay("2025-02-25", facility)
        self.assertEqual(self._asked(facility, "2025-02-25"), 0)
        paid.action_reverse("2025-02-26", "salah")
        draft = self.env["lpdb.payment"].create(
            {"facility_id": facility.id, "date": "2025-03-07"}
        )
        # 11,200,000 x 21 days x 12 % / 365 = 77,326.0
        self.assertEqual(draft.penalty_due, 77_326)

    def test_lenders_figure_stands(self):
        waived = self._loan(penalty_rate=12)
        paid = self._pay("2025-02-25", waived, penalty_due=0)
        self.assertEqual((paid.amount, paid.penalty_difference), (11_200_000, -40_504))
        self.assertEqual(self._asked(waived, "2025-03-14"), 0)
        more = self._loan(name="Lebih", penalty_rate=12)
        # the lender asks 50,000, of which 30,000 is paid
        paid = self._pay("2025-02-25", more, penalty_due=50_000, amount=30_000)
        self.assertEqual(paid.penalty_difference, 9_496)
        with self.assertRaises(UserError):
            paid.write({"penalty_difference": 0})
        self.assertEqual(self._asked(more, "2025-02-25"), 20_000)

    def test_rows_before_a_loan_was_taken_over_bear_none(self):
        facility = self._loan(penalty_rate=12, opening_date="2025-06-30")
        self.assertEqual(self._asked(facility, "2025-07-14"), 0)
        # row 6 asks 10,700,000 on 15 July: 6 days by the 20th: 21,106.8
        self.assertEqual(self._asked(facility, "2025-07-20"), 21_107)

    def test_settlement_takes_what_is_left_of_the_penalty(self):
        facility = self._loan(
            penalty_rate=12, allocation_order="interest,principal,penalty"
        )
        self._pay("2025-02-25", facility, amount=11_200_000)
        number = facility.action_settle("2025-03-01", "till_date", self.bank.id)
        payment = self.env["lpdb.payment"].browse(number)
        # row 1 was paid on the 25th: 120,000,000 at 1 % for 10 of 28 days and
        # 110,000,000 for 4: 428,571 + 157,143
        self.assertEqual(
            (payment.principal, payment.interest, payment.penalty),
            (110_000_000, 585_714, 40_504),
        )
        self.assertEqual(facility.state, "closed")

    def test_early_repayment_pays_the_penalty_first(self):
        facility = self._loan(
            penalty_rate=12, allocation_order="interest,principal,penalty"
        )
        self._pay("2025-02-25", facility, amount=11_200_000)
        number = facility.action_prepay(
            "2025-03-01", 10_000_000, "reduce_term", self.bank.id
        )
        payment = self.env["lpdb.payment"].browse(number)
        self.assertEqual(
            (payment.prepaid, payment.penalty, payment.amount),
            (10_000_000, 40_504, 10_040_504),
        )
        self.assertEqual(self._asked(facility, "2025-03-14"), 0)
        # row 2 asks 20,000,000 now, half of it was paid before: 6 days past due on the
        # 20th for the rest and its interest, 1,100,000 less 10,000,000 x 1 % x 14 / 28
        row = facility.instalment_ids.sorted("n")[1]
        self.assertEqual(row.rest, 11_050_000)
        # 11,050,000 x 6 x 12 % / 365 = 21,797.3
        self.assertEqual(self._asked(facility, "2025-03-20"), 21_797)
