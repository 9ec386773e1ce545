# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .exit_common import ExitCommon


@tagged("post_install", "-at_install")
class TestExitInterest(ExitCommon):
    """Interest, tax and term savings in the settlement of a leaving member.

    Siti saves 100,000 principal and, from 1 February 2026, 50,000 voluntary; each test
    adds what it needs. Voluntary savings bear 3.65 % a year: 0.01 % a day.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.voluntary.write(
            {
                "interest_basis": "daily",
                "rate_ids": [
                    Command.create({"date_from": "2026-01-01", "interest_rate": 3.65})
                ],
            }
        )
        cls.term = cls._get_type("term")
        cls.term.write(
            {
                "break_rate_reduction": 2,
                "break_penalty_percent": 1,
                "rate_ids": [
                    Command.create({"date_from": "2025-01-01", "interest_rate": 6})
                ],
            }
        )

    def _place(self, amount, day="2026-02-01", months=12, **values):
        account = self.env["coop.saving.account"].create(
            {
                "member_id": self.siti.id,
                "type_id": self.term.id,
                "term_months": months,
                **values,
            }
        )
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "amount": amount})
                ],
            }
        )
        receipt.action_post()
        return account

    def _run_interest(self, day):
        ids = self.env["coop.saving.batch"].action_run_interest(day)
        batches = self.env["coop.saving.batch"].browse(ids)
        batches.action_post()
        return batches

    def _get_lines(self, settlement):
        return [
            (line.kind, line.amount)
            for line in settlement.line_ids.sorted(lambda x: (x.sequence, x.id))
        ]

    def _get_entries(self, settlement):
        entries = self.env["coop.saving.entry"].search(
            [("exit_id", "=", settlement.id), ("kind", "!=", "reversal")], order="id"
        )
        return [(e.type_id.kind, e.kind, e.amount) for e in entries]

    def test_interest_runs_until_the_day_before_the_exit(self):
        self._receive(self.siti, {self.voluntary: 9_950_000}, "2026-02-01")
        settlement = self._leave(day="2026-03-01")
        settlement.action_post("2026-03-11")
        # 10,000,000 from 1 February to 10 March are 38 days at 1,000
        self.assertEqual(
            self._get_lines(settlement),
            [("saving", 10_000_000), ("interest", 38_000), ("saving", 100_000)],
        )
        self.assertEqual(settlement.amount_due, 10_138_000)
        self.assertEqual(
            self._get_entries(settlement),
            [
                ("voluntary", "interest", 38_000),
                ("voluntary", "refund", -10_038_000),
                ("principal", "refund", -100_000),
            ],
        )
        expense = self.company._coop_savings_account("savings_interest")
        self.assertEqual(self._get_ledger(expense), -38_000)
        # a slip of the month is due at 0 % as well (PMK 112/2010)
        slip = self.env["coop.saving.tax.slip"].search(
            [("member_id", "=", self.siti.id)]
        )
        self.assertRecordValues(slip, [{"gross_amount": 38_000, "tax_amount": 0}])
        self.assert_tied("2026-03-10", "2026-03-11")

    def test_interest_goes_on_after_the_last_run(self):
        self._receive(self.siti, {self.voluntary: 9_950_000}, "2026-02-01")
        self._run_interest("2026-02-28")
        settlement = self._leave(day="2026-03-01")
        settlement.action_post("2026-03-11")
        # February was posted: 28,000, which bear 10 days' interest of 28 themselves
        self.assertEqual(
            self._get_lines(settlement)[:2],
            [("saving", 10_028_000), ("interest", 10_028)],
        )
        # the run of March leaves him out and Budi has nothing that bears interest
        self.assertFalse(self._run_interest("2026-03-31"))

    def test_prepared_run_is_computed_anew_after_an_exit(self):
        self._receive(self.budi, {self.voluntary: 1_000_000}, "2026-02-01")
        batch = self.env["coop.saving.batch"].browse(
            self.env["coop.saving.batch"].action_run_interest("2026-02-28")
        )
        self.assertEqual(batch.entry_count, 2)
        self._leave(day="2026-02-20").action_post("2026-02-20")
        with self.assertRaisesRegex(UserError, "compute it anew"):
            batch.action_post()
        batch.action_reset()
        batch.action_prepare()
        batch.action_post()
        self.assertEqual(batch.entry_ids.member_id, self.budi)
        self.assert_tied("2026-02-20", "2026-02-28")

    def test_savings_that_were_drawn_leave_their_interest(self):
        self._receive(self.siti, {self.voluntary: 9_950_000}, "2026-02-01")
        self._receive(self.siti, {self.voluntary: 10_000_000}, "2026-02-11", "out")
        settlement = self._leave(day="2026-03-01")
        settlement.action_post("2026-03-11")
        # 10 days at 1,000 stay on an account that is empty
        self.assertEqual(
            self._get_lines(settlement),
            [("saving", 0), ("interest", 10_000), ("saving", 100_000)],
        )
        self.assertEqual(settlement.amount_due, 110_000)
        self.assertEqual(self.siti.savings_balance, 0)
        self.assert_tied("2026-03-11")

    def test_closing_basis_takes_the_last_day_as_the_end_of_the_month(self):
        self.voluntary.interest_basis = "closing"
        self._receive(self.siti, {self.voluntary: 9_950_000}, "2026-02-01")
        self._run_interest("2026-02-28")
        self._receive(self.siti, {self.voluntary: 4_000_000}, "2026-03-05", "out")
        settlement = self._leave(day="2026-03-01")
        settlement.action_post("2026-03-11")
        # 10,028,000 - 4,000,000 stand at the end of 10 March, for 10 days:
        # 6,028,000 * 0.0001 * 10
        self.assertIn(("interest", 6_028), self._get_lines(settlement))

    def test_tax_is_that_of_the_month_over_all_accounts(self):
        """ID-TAX-01: above 240,000 in the month 10 % of the gross, not of the excess.

        The term saving matured and was paid 180,000 in the month already.
        """
        account = self._place(12_000_000, months=3, payout_type_id=self.voluntary.id)
        self._receive(self.siti, {self.voluntary: 9_950_000}, "2026-02-01")
        account.action_mature("2026-05-01")
        settlement = self._leave(day="2026-05-01")
        settlement.action_post("2026-05-11")
        # 10,000,000 for 1 February to 10 May, 99 days at 1,000, and the 12,180,000
        # paid out on 1 May for 10 days at 1,218: 111,180. With 180,000 of the term
        # 291,180 in May; 10 % of it is 29,118, and nothing was withheld yet
        self.assertEqual(
            self._get_lines(settlement),
            [
                ("saving", 22_180_000),
                ("interest", 111_180),
                ("tax", -29_118),
                ("saving", 100_000),
            ],
        )
        slip = self.env["coop.saving.tax.slip"].search(
            [("member_id", "=", self.siti.id)]
        )
        self.assertRecordValues(slip, [{"gross_amount": 291_180, "tax_amount": 29_118}])
        owed = self.company._coop_savings_account("savings_tax")
        self.assertEqual(self._get_ledger(owed), 29_118)
        self.assertEqual(self.siti.savings_balance, 0)
        self.assert_tied("2026-05-01", "2026-05-11")

    def test_interest_of_a_cooperative_member_is_not_of_this_tax(self):
        self.siti.partner_id.is_company = True
        self._receive(self.siti, {self.voluntary: 99_950_000}, "2026-02-01")
        settlement = self._leave(day="2026-03-01")
        settlement.action_post("2026-03-13")
        # 40 days at 10,000; the rule of legal entities applies to 400,000
        tax = self.env["coop.saving.tax"].compute_tax("company", 400_000, "2026-03-13")
        kinds = dict(self._get_lines(settlement))
        self.assertEqual(kinds["interest"], 400_000)
        self.assertEqual(-kinds.get("tax", 0), tax)

    def test_running_term_is_broken_by_its_rule(self):
        account = self._place(12_000_000)
        settlement = self._leave(day="2026-03-15")
        settlement.action_post("2026-03-15")
        # 42 days at 6 % - 2 %: 12,000,000 * 0.04 * 42 / 365 = 55,232.9; penalty 1 %.
        # voluntary: 50,000 for 42 days at 5
        self.assertEqual(
            self._get_lines(settlement),
            [
                ("saving", 50_000),
                ("interest", 210),
                ("saving", 12_000_000),
                ("interest", 55_233),
                ("penalty", -120_000),
                ("saving", 100_000),
            ],
        )
        self.assertEqual(
            self._get_entries(settlement),
            [
                ("voluntary", "interest", 210),
                ("term", "interest", 55_233),
                ("term", "fee", -120_000),
                ("voluntary", "refund", -50_210),
                ("term", "refund", -11_935_233),
                ("principal", "refund", -100_000),
            ],
        )
        self.assertEqual(settlement.amount_due, 12_085_443)
        self.assertEqual(account.term_state, "closed")
        self.assertEqual(len(settlement.move_id), 1)
        self.assert_tied("2026-03-14", "2026-03-15")

    def test_reversal_lets_the_term_run_on(self):
        account = self._place(12_000_000)
        settlement = self._leave(day="2026-03-15")
        settlement.action_post("2026-03-15")
        settlement.action_reverse("2026-03-16")
        self.assertRecordValues(
            account, [{"term_state": "running", "balance": 12_000_000}]
        )
        self.assertEqual(str(account.date_start), "2026-02-01")
        slip = self.env["coop.saving.tax.slip"].search(
            [("member_id", "=", self.siti.id)]
        )
        self.assertEqual(slip.state, "cancelled")
        # the days that the reversed settlement had paid are paid again
        self.siti.action_exit("2026-03-17")
        interests = self.siti.exit_ids.sorted("id")[-1:].line_ids.filtered(
            lambda line: line.kind == "interest"
        )
        # voluntary 42 days at 5, and the 16th, when the money was back; the term never
        # ended: 12,000,000 * 0.04 * 44 / 365 = 57,863.01
        self.assertEqual(interests.mapped("amount"), [215, 57_863])
        self.assert_tied("2026-03-15", "2026-03-16", "2026-03-17")

    def test_run_without_the_member_is_made_up_after_a_reversal(self):
        self._receive(self.budi, {self.voluntary: 1_000_000}, "2026-02-01")
        settlement = self._leave(day="2026-02-11")
        settlement.action_post("2026-02-11")
        self._run_interest("2026-02-28")
        settlement.action_reverse("2026-03-01")
        self.siti.action_exit("2026-03-11")
        # the run of February gave him nothing: 1 to 10 February at 5 a day, then from
        # 1 March on, when the money was back, 10 days more
        line = self.siti.exit_ids.sorted("id")[-1:].line_ids.filtered(
            lambda line: line.kind == "interest"
        )
        self.assertEqual(line.amount, 100)

    def test_term_that_is_over_gets_its_whole_interest(self):
        account = self._place(12_000_000, months=3, rollover="principal_interest")
        settlement = self._leave(day="2026-04-30")
        settlement.action_post("2026-05-20")
        # 12,000,000 * 6 % * 3 / 12, and no penalty
        self.assertIn(("interest", 180_000), self._get_lines(settlement))
        self.assertNotIn("penalty", dict(self._get_lines(settlement)))
        self.assertEqual(account.term_state, "closed")

    def test_who_leaves_does_not_roll_over(self):
        account = self._place(12_000_000, months=3, rollover="principal_interest")
        self._leave(day="2026-04-30")
        account.action_mature("2026-05-01")
        self.assertEqual(account.term_state, "matured")

    def test_death_pays_interest_and_terms_to_the_heirs(self):
        self._place(12_000_000)
        settlement = self._leave(day="2026-03-15", kind="death")
        wife, son = self.env["res.partner"].create([{"name": "Ibu"}, {"name": "Anak"}])
        self.env["coop.member.heir"].create(
            [
                {
                    "member_id": self.siti.id,
                    "partner_id": heir.id,
                    "percent": percent,
                    "proof": "SKAW 12/2026",
                }
                for heir, percent in ((wife, 25), (son, 75))
            ]
        )
        settlement.action_post("2026-03-15")
        # 12,085,443 as in the break above; 25 % is 3,021,360.75, 75 % 9,064,082.25:
        # the rupiah that floors leave goes to the larger remainder, 0.75
        self.assertEqual(
            {(p.partner_id, p.amount) for p in settlement.payment_ids},
            {(wife, 3_021_361), (son, 9_064_082)},
        )
        self.assert_tied("2026-03-15")

    def test_debts_are_set_off_against_what_was_earned_too(self):
        self._place(12_000_000)
        invoice = self._invoice(self.siti.partner_id, 50_100, "2026-03-01")
        settlement = self._leave(day="2026-03-15")
        settlement.action_post("2026-03-15")
        entries = self._get_entries(settlement)
        # 50,210 of voluntary savings with their interest; 110 are left
        self.assertIn(("voluntary", "offset", -50_100), entries)
        self.assertIn(("voluntary", "refund", -110), entries)
        self.assertEqual(invoice.amount_residual, 0)
        self.assert_tied("2026-03-15")

    def test_term_given_to_a_member_becomes_voluntary_savings(self):
        self._place(12_000_000)
        settlement = self._leave(day="2026-03-15")
        settlement.write({"disposal": "transfer", "receiver_id": self.budi.id})
        settlement.action_post("2026-03-15")
        # 50,210 of voluntary and 11,935,233 of the term that was broken
        self.assertEqual(self._get_balance(self.budi, self.voluntary), 11_985_443)
        self.assertEqual(self._get_balance(self.budi, self.principal), 200_000)
        self.assertEqual(settlement.amount_due, 0)
        settlement.action_reverse("2026-03-16")
        self.assertEqual(self._get_balance(self.budi, self.voluntary), 0)
        self.assert_tied("2026-03-15", "2026-03-16")

    def test_what_is_not_refunded_keeps_its_interest_too(self):
        self.voluntary.write({"withdrawable": False, "refundable_on_exit": False})
        settlement = self._leave(day="2026-03-15")
        settlement.action_post("2026-03-15")
        # 50,000 and 210 of interest stay with the cooperative
        self.assertIn(("donation", -50_210), self._get_lines(settlement))
        self.assertEqual(settlement.amount_due, 100_000)
        self.assert_tied("2026-03-15")

    def test_accountant_sees_the_lines_before_settling(self):
        settlement = self._leave(day="2026-03-15").with_user(self.accountant)
        settlement.action_compute()
        kinds = [kind for kind, _amount in self._get_lines(settlement)]
        self.assertEqual(kinds, ["saving", "interest", "saving"])
        self.assertFalse(settlement.date)

    def test_loss_is_bounded_by_the_own_capital(self):
        """UU 25/1992 art. 55 bounds it by principal and mandatory savings."""
        meeting = self.env["coop.meeting"].create(
            {"name": "RAT rugi", "date": "2026-03-01"}
        )
        settlement = self._leave()
        with self.assertRaisesRegex(ValidationError, "100[.,]000"):
            settlement.write({"loss_amount": 100_001, "loss_meeting_id": meeting.id})
        # half of 500,000 by own capital is 250,000, of which he bears 100,000
        settlement.write({"loss_total": 500_000, "loss_meeting_id": meeting.id})
        self.assertEqual(settlement.loss_amount, 100_000)
        settlement.action_post("2026-06-30")
        # 50,000 from 1 February to 29 June: 149 days at 5
        self.assertEqual(settlement.amount_due, 50_745)
        self.assert_tied("2026-06-30")
