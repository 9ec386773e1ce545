# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestRate(LpdbCommon):
    """120,000,000 at 12 % in 12 sliding instalments from 15 January 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_facility(
            name="Pinjaman berubah bunga",
            date_agreement="2025-01-10",
            plafond=240_000_000,
            annual_rate=12,
        )
        cls._draw(cls.loan, "2025-01-15", 120_000_000)

    def _rate(self, day, rate, loan=None):
        loan = loan or self.loan
        vals = {"date_from": day, "annual_rate": rate, "source": "Surat 1"}
        loan.rate_ids = [Command.create(vals)]
        return loan.rate_ids.filtered(lambda line: str(line.date_from) == day)

    def _interest(self):
        return self.loan.instalment_ids.sorted("n").mapped("interest")

    def _pay_two(self):
        for day in ("2025-02-15", "2025-03-15"):
            self._pay(day, self.loan)

    def test_rate_under_a_paid_row_is_refused_at_once(self):
        self._pay_two()
        for day in ("2025-02-20", "2025-03-14"):
            refused = self.assertRaisesRegex(UserError, "row 2 is paid and would")
            with refused, self.env.cr.savepoint():
                self._rate(day, 6)
        self.assertFalse(self.loan.rate_ids)
        # the loan goes on: a second tranche and a prepayment
        self.loan.action_draw("2025-03-31", 60_000_000, self.bank.id)
        self.loan.action_prepay("2025-04-15", 5_000_000, "reduce_term", self.bank.id)

    def test_rate_from_the_due_date_of_a_paid_row_changes_the_next(self):
        self._pay_two()
        self._rate("2025-03-15", 6)
        # 100,000,000 x 0.5 %
        self.assertEqual(self._interest()[2], 500_000)

    def test_schedule_and_figures_agree_at_once(self):
        self._pay_two()
        version = self.loan.schedule_id.version
        self._rate("2025-03-15", 24)
        # 100,000,000 x 2 %, 90,000,000 x 2 %
        self.assertEqual(self._interest()[1:4], [1_100_000, 2_000_000, 1_800_000])
        self.assertEqual(self.loan.schedule_id.version, version + 1)
        payoff = self.loan.payoff_detail("2025-04-15")
        self.assertEqual(payoff["interest"], 2_000_000)

    def test_rate_that_no_paid_row_uses_can_be_withdrawn(self):
        self._pay_two()
        rate = self._rate("2025-03-20", 6)
        user = new_test_user(
            self.env,
            "akuntan.bunga",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.loan.with_user(user).write({"rate_ids": [Command.delete(rate.id)]})
        self.assertFalse(rate.exists())
        self.assertEqual(self._interest()[2], 1_000_000)
        self.assertIn("withdrawn", self.loan.message_ids[:1].body)
        # the right one takes its place
        self._rate("2025-03-20", 9)

    def test_rate_that_a_paid_row_uses_stays(self):
        rate = self._rate("2025-02-15", 6)
        self._pay_two()
        with self.assertRaisesRegex(UserError, "row 2 is paid"):
            rate.unlink()
        with self.assertRaisesRegex(UserError, "cannot change any more"):
            rate.annual_rate = 7

    def test_rate_outside_the_schedule_is_refused(self):
        for day in ("2045-02-20", "2026-01-15", "2025-01-14"):
            refused = self.assertRaisesRegex(UserError, "Date From.*lies outside")
            with refused, self.env.cr.savepoint():
                self._rate(day, 6)
        self._rate("2026-01-14", 6)

    def test_rate_moved_from_a_draft_is_judged_too(self):
        self._pay_two()
        other = self._create_facility(name="Lain")
        rate = self._rate("2025-02-20", 6, other)
        with self.assertRaisesRegex(UserError, "row 2 is paid"):
            rate.facility_id = self.loan

    def test_schedule_of_the_lender_wins(self):
        self._pay_two()
        lines = [
            Command.create(
                {
                    "n": line.n,
                    "due": line.due,
                    "principal": line.principal,
                    "interest": line.interest,
                }
            )
            for line in self.loan.instalment_ids
        ]
        letter = self.env["lpdb.schedule"].create(
            {"facility_id": self.loan.id, "source": "S-9", "line_ids": lines}
        )
        letter.action_activate()
        self._rate("2025-03-15", 24)
        self.assertEqual(self.loan.schedule_id, letter)
        row = letter.line_ids.filtered(lambda line: line.n == 3)
        self.assertEqual((row.interest, row.computed_interest), (1_000_000, 2_000_000))
        self.assertIn("lender's schedule stays", self.loan.message_ids[:1].body)

    def test_rate_of_a_closed_loan_is_refused(self):
        self.loan.action_settle("2025-01-20", "till_date", self.bank.id)
        with self.assertRaisesRegex(UserError, "Closed"):
            self._rate("2025-06-15", 6)
