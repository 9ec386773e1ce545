# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .covenant_common import CovenantCommon


@freeze_time("2026-05-10")
@tagged("post_install", "-at_install")
class TestCovenant(CovenantCommon):
    """Figures of covenants; the class says what is in the books."""

    def test_current_ratio_counts_loans_due_within_a_year(self):
        self._start()
        self._covenant("current_ratio", "min", 1.2)
        figures = self._look()
        self.assertEqual(figures["numerator"], 17_000_000)
        self.assertEqual(figures["denominator"], 7_500_000)
        # 17,000,000 / 7,500,000 = 2.26667
        self.assertEqual(figures["value"], 2.2667)
        self.assertEqual(figures["outcome"], "passed")
        self.assertIn(
            ("current_portion", 7_000_000),
            [(p["code"], p["amount"]) for p in figures["parts"]],
        )

    def test_current_portion_counts_once_when_it_is_booked(self):
        self._start()
        self._covenant("current_ratio", "min", 1.2)
        self.loan.action_reclassify("2026-03-31")
        self.assertEqual(self._look()["denominator"], 7_500_000)
        # mirrored on the next day: 15 instalments are due by 30 April 2027
        self.assertEqual(self._look("2026-04-30")["denominator"], 8_000_000)

    def test_debt_to_equity_holds_the_result_to_date(self):
        self._start()
        self._covenant("debt_to_equity", "max", 2)
        figures = self._look()
        # 12,500,000 / 6,300,000 = 1.98413
        self.assertEqual(
            (figures["numerator"], figures["denominator"], figures["value"]),
            (12_500_000, 6_300_000, 1.9841),
        )
        self.assertEqual(figures["outcome"], "passed")
        # 1.6 % below its limit of 2, less than the 10 % of the warning
        self.assertTrue(figures["near"])

    def test_debt_service_cover_of_the_quarter(self):
        self._start()
        self._covenant("debt_service_cover", "min", 1.25)
        figures = self._look()
        # 1,300,000 + depreciation 200,000; due on 1 February and 1 March:
        # 2 x 500,000 + 120,000 + 115,000; 1,500,000 / 1,235,000 = 1.21457
        self.assertEqual(
            (figures["numerator"], figures["denominator"], figures["value"]),
            (1_500_000, 1_235_000, 1.2146),
        )
        self.assertEqual(figures["outcome"], "breached")

    def test_early_repayment_is_no_debt_service(self):
        self._start()
        self._covenant("debt_service_cover", "min", 1.25)
        self._pay("2026-02-01", self.loan, amount=620_000)
        self.loan.action_prepay("2026-02-15", 6_000_000, "reduce_term", self.bank.id)
        # due on 1 March: 500,000 and interest on 11,500,000 to the 15th, on 5,500,000
        # after it, by halves of 28 days: 57,500 + 27,500; with 620,000 of February
        self.assertEqual(self._look()["denominator"], 620_000 + 500_000 + 85_000)

    def test_early_settlement_is_no_debt_service(self):
        self._start()
        self._covenant("debt_service_cover", "min", 1.25)
        self._pay("2026-02-01", self.loan, amount=620_000)
        self.loan.action_settle("2026-02-20", "till_date", self.bank.id)
        # 1 % of 11,500,000 for 19 of 28 days: 78,035.7; the debt itself was not due
        self.assertEqual(self._look()["denominator"], 620_000 + 78_036)

    def test_interest_of_the_loans_and_chosen_accounts_are_added_back(self):
        self._start()
        # 30 days of March accrue and are an expense of the quarter, with what fell due
        self.loan.action_accrue("2026-03-31")
        self._covenant("debt_service_cover", "min", 1.25)
        self.assertEqual(self._look()["numerator"], 1_500_000)
        self._covenant(
            "debt_service_cover",
            "min",
            1.25,
            added_back_account_ids=self.account["costs"].ids,
        )
        self.assertEqual(
            self.loan.test_covenants("2026-03-31")[1]["numerator"], 2_500_000
        )

    def test_income_before_the_window_does_not_count(self):
        self._start()
        self._covenant("debt_service_cover", "min", 1, flow_months=1)
        # March alone: 500,000 of goods, nothing sold; due 500,000 + 115,000
        figures = self._look()
        self.assertEqual(
            (figures["numerator"], figures["denominator"]), (-500_000, 615_000)
        )

    def test_accounts_of_the_agreement_win(self):
        self._start()
        self._covenant(
            "current_ratio",
            "min",
            1,
            numerator_account_ids=self.account["cash"].ids,
            denominator_account_ids=self.account["creditors"].ids,
        )
        figures = self._look()
        self.assertEqual(
            (figures["numerator"], figures["denominator"], figures["value"]),
            (2_000_000, 500_000, 4.0),
        )
        self.assertIn("cash", figures["formula"])

    def test_amount_of_chosen_accounts(self):
        self._covenant(
            "custom_amount",
            "min",
            4_000_000,
            numerator_account_ids=self.account["equity"].ids,
        )
        figures = self._look()
        self.assertEqual((figures["value"], figures["passed"]), (5_000_000, True))

    def test_drafts_and_later_entries_do_not_count(self):
        self._covenant(
            "custom_amount", "min", 1, numerator_account_ids=self.account["cash"].ids
        )
        self._book("2026-03-15", "cash", "sales", 700, post=False)
        self._book("2026-04-01", "cash", "sales", 900)
        self.assertEqual(self._look()["numerator"], 2_000_000)
        self.assertEqual(self._look("2026-04-01")["numerator"], 2_000_900)

    def test_no_ratio_is_made_up(self):
        # signed and not drawn: nothing is due
        self._covenant("debt_service_cover", "min", 1.25)
        figures = self._look("2026-01-31")
        self.assertEqual(figures["denominator"], 0)
        self.assertEqual(figures["outcome"], "undefined")
        self.assertFalse(figures["has_value"] or figures["passed"])

    def test_debt_on_lost_equity_is_a_breach(self):
        self._start()
        self._covenant("debt_to_equity", "max", 2)
        self._book("2026-03-20", "costs", "cash", 7_000_000)
        figures = self._look()
        # 6,300,000 - 7,000,000
        self.assertEqual(figures["denominator"], -700_000)
        self.assertEqual(
            (figures["outcome"], figures["has_value"]), ("breached", False)
        )

    def test_result_is_json_for_all(self):
        self._start()
        self._covenant("current_ratio", "min", 1.2)
        self._covenant("debt_service_cover", "min", 1.25)
        result = self.loan.test_covenants("2026-03-31")
        self.assertEqual(json.loads(json.dumps(result)), result)
        self.assertEqual(len(result), 2)

    def test_ledger_is_read_once_a_window(self):
        self._start()
        for limit in range(1, 9):
            self._covenant("debt_to_equity", "max", limit)
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.loan.test_covenants("2026-03-31")

    def test_bad_terms_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "above zero"):
            self._covenant("current_ratio", "min", 0)
        with self.assertRaisesRegex(ValidationError, "choose the accounts"):
            self._covenant("custom_ratio", "min", 1)

    def test_signed_terms_stay(self):
        covenant = self._covenant(
            "current_ratio",
            "min",
            1.2,
            numerator_account_ids=(self.account["cash"] | self.account["stock"]).ids,
        )
        self.loan.action_sign()
        with self.assertRaisesRegex(UserError, "cannot change"):
            covenant.limit_value = 1
        with self.assertRaisesRegex(UserError, "cannot change"):
            covenant.numerator_account_ids = [Command.unlink(self.account["cash"].id)]
        with self.assertRaises(UserError):
            covenant.unlink()
        covenant.date_to = "2026-12-31"
