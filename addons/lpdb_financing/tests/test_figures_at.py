# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .figures_common import FiguresCommon


@tagged("post_install", "-at_install")
class TestFiguresAt(FiguresCommon):
    """The figures of a past day stay, whatever happened after it."""

    def test_second_draw_leaves_the_day_before(self):
        facility = self._loan(plafond=240_000_000, periods=36)
        # rows 1 to 12 of 36: 12 x 3,333,333 (120,000,000 / 36)
        self.assertEqual(facility.split_current("2025-01-31")["short"], 39_999_996)
        before = facility.payoff_detail("2025-01-31", "till_due")
        facility.action_draw("2025-02-05", 120_000_000, self.bank.id)
        self.assertEqual(facility.split_current("2025-01-31")["short"], 39_999_996)
        self.assertEqual(
            self._booked(facility.action_reclassify("2025-01-31")), 39_999_996
        )
        # row 1 of that day asked 1,200,000; of now it asks part of the second draw too
        self.assertEqual(before["interest"], 1_200_000)
        self.assertEqual(facility.payoff_detail("2025-01-31", "till_due"), before)

    def test_early_repayment_leaves_the_day_before(self):
        facility = self._loan(periods=36)
        self._pay_rows(facility, 2, 3, 4)
        # two rows are paid on 31 March; of rows 3 to 14 all fall due in 12 months
        before = facility.split_current("2025-03-31")
        self.assertEqual(before["short"], 39_999_996)
        facility.action_prepay("2025-05-15", 60_000_000, "reduce_term", self.bank.id)
        self.assertEqual(facility.split_current("2025-03-31"), before)

    def test_restructuring_leaves_the_day_before(self):
        facility = self._loan()
        self._pay_rows(facility, 2, 3, 4, 5)
        # 80,000,000 at 1 % for 16 of the 31 days from 15 May to 15 June: 412,903.2
        self.assertEqual(self._booked(facility.action_accrue("2025-05-31")), 412_903)
        # of rows 5 to 12 all fall due in 12 months
        made = facility.action_reclassify("2025-05-31")
        self.assertEqual(self._booked(made), 80_000_000)
        facility.action_restructure(
            "2025-06-01",
            {"periods": 24, "annual_rate": 6, "grace_principal": 6, "source": "S-1"},
        )
        self.assertEqual(facility.payoff_detail("2025-05-31")["interest"], 412_903)
        self.assertEqual(facility.payoff_amount("2025-05-31"), 80_412_903)
        # row 5 asked 800,000
        detail = facility.payoff_detail("2025-05-31", "till_due")
        self.assertEqual(detail["interest"], 800_000)
        self.assertEqual(facility.split_current("2025-05-31")["short"], 80_000_000)
        self.assertEqual(facility.action_accrue("2025-05-31"), [])
        closing = self.env["coop.closing"].create({"date_from": "2025-05-01"})
        closing.action_check()
        points = closing.line_ids.filtered(lambda line: line.code.startswith("loan_"))
        self.assertEqual(
            set(points.filtered(lambda p: p.code != "loan_payments").mapped("state")),
            {"ok"},
        )

    def test_settlement_leaves_the_day_before(self):
        facility = self._loan()
        self._pay_rows(facility, 2, 3, 4, 5)
        facility.action_settle("2025-06-03", "till_date", self.bank.id)
        detail = facility.payoff_detail("2025-05-31", "till_due")
        self.assertEqual((detail["principal"], detail["interest"]), (80e6, 800_000))

    # month-end of a loan that is closed since

    def test_settled_loan_still_has_its_month_end(self):
        facility = self._loan()
        self._pay_rows(facility, 2, 3, 4, 5)
        facility.action_settle("2025-06-03", "till_date", self.bank.id)
        closing = self.env["coop.closing"].create({"date_from": "2025-05-01"})
        closing.action_check()
        point = closing.line_ids.filtered(lambda line: line.code == "loan_interest")
        self.assertEqual((point.state, point.count), ("problem", 1))
        # 80,000,000 at 1 % for 16 of 31 days
        self.assertEqual(self._booked(facility.action_accrue("2025-05-31")), 412_903)
        self.assertEqual(
            self._booked(facility.action_reclassify("2025-05-31")), 80_000_000
        )
        self.assertEqual(facility.action_accrue("2025-05-31"), [])
        closing.action_check()
        point = closing.line_ids.filtered(lambda line: line.code == "loan_interest")
        self.assertEqual(point.state, "ok")
        self.assertEqual(facility.action_accrue("2025-06-30"), [])
        self.assertEqual(facility.action_reclassify("2025-06-03"), [])
        self.assertTied("2025-05-31", "2025-06-01", "2025-06-30")

    # month-end before the books of a loan begin

    def test_no_month_end_before_the_loan_was_taken_over(self):
        facility = self._loan(
            draw=240_000_000,
            plafond=240_000_000,
            periods=24,
            opening_date="2025-06-30",
        )
        for action in (facility.action_accrue, facility.action_reclassify):
            with self.assertRaisesRegex(UserError, "in the books from 2025-06-30"):
                action("2025-05-31")
        self.assertFalse(facility._get_month_end_gaps("interest", "2025-05-31"))
        wizard = self.env["lpdb.month.end"].create({"date": "2025-05-31"})
        with self.assertRaisesRegex(UserError, "nothing to book"):
            wizard.action_book()
        other = self._loan(name="Lain")
        # the other loan paid nothing: rows 1 to 4 ask 1,200,000 + 1,100,000 +
        # 1,000,000 + 900,000, and 120,000,000 runs for 16 of 31 days: 619,354.8
        made = (facility | other).action_accrue("2025-05-31")
        lines = self.env["lpdb.accrual"].browse(made).line_ids
        self.assertEqual(lines.facility_id, other)
        self.assertEqual(lines.amount, 4_200_000 + 619_355)
