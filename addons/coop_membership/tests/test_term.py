# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestTerm(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        cls.siti = cls._join("Siti")
        cls._receive(cls.siti, {cls.voluntary: 50_000_000}, "2026-01-10")

    def _open(self, amount=12_000_000, day="2026-02-01", member=None, **values):
        account = self.env["coop.saving.account"].create(
            {
                "member_id": (member or self.siti).id,
                "type_id": self.term.id,
                "term_months": 3,
                **values,
            }
        )
        if amount:
            self._pay_in(account, amount, day)
        return account

    def _pay_in(self, account, amount, day, direction="in"):
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": account.member_id.id,
                "direction": direction,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "amount": amount})
                ],
            }
        )
        receipt.action_post()
        return receipt

    def _voluntary(self):
        return self._get_balance(self.siti, self.voluntary)

    def test_terms_begin_with_the_money(self):
        account = self._open(amount=0)
        self.assertFalse(account.term_state)
        self.assertEqual(account.term_rate, 6)
        self._pay_in(account, 12_000_000, "2026-02-01")
        self.assertRecordValues(
            account,
            [
                {
                    "term_state": "running",
                    "balance": 12_000_000,
                    # 12,000,000 * 6 % * 3 / 12
                    "interest_at_maturity": 180_000,
                }
            ],
        )
        self.assertEqual(str(account.date_maturity), "2026-05-01")
        with self.assertRaisesRegex(UserError, "paid in already"):
            self._pay_in(account, 1_000, "2026-02-02")
        with self.assertRaisesRegex(UserError, "posted fact"):
            account.term_rate = 60
        with self.assertRaisesRegex(UserError, "changes only through"):
            account.date_maturity = "2026-02-02"
        self.assert_tied("2026-02-01")

    def test_counter_opens_on_the_terms_in_force_only(self):
        teller = self._new_user("teller")
        accounts = self.env["coop.saving.account"].with_user(teller)
        values = {"member_id": self.siti.id, "type_id": self.term.id}
        self.assertEqual(accounts.create(values).term_rate, 6)
        others = (
            {"term_rate": 50},
            {"break_penalty_percent": 0},
            {"break_rate_reduction": 0},
            {"compounding_months": 1},
        )
        for other in others:
            with self.subTest(other), self.assertRaisesRegex(AccessError, "in force"):
                accounts.create({**values, **other})
            context = {f"default_{name}": value for name, value in other.items()}
            with self.subTest(context), self.assertRaisesRegex(AccessError, "in force"):
                accounts.with_context(**context).create(values)
        accountant = accounts.with_user(self._new_user("accountant"))
        self.assertEqual(accountant.create({**values, "term_rate": 7}).term_rate, 7)

    def test_several_placements_of_a_member_stand_beside_each_other(self):
        first, second = self._open(), self._open(5_000_000)
        self.assertNotEqual(first, second)
        self.assertEqual((first.balance, second.balance), (12_000_000, 5_000_000))

    def test_maturity_pays_out_to_savings(self):
        account = self._open(payout_type_id=self.voluntary.id)
        with self.assertRaisesRegex(UserError, "matures on"):
            account.action_mature("2026-04-30")
        account.action_mature("2026-05-03")
        # 180,000 in May is below the 240,000 that bear no tax
        self.assertEqual(self._voluntary(), 50_000_000 + 12_180_000)
        self.assertRecordValues(account, [{"balance": 0, "term_state": "closed"}])
        self.assertEqual({str(e.date) for e in account.entry_ids[:2]}, {"2026-05-01"})
        self.assert_tied("2026-04-30", "2026-05-01")

    def test_interest_of_all_placements_of_the_month_is_taxed(self):
        first, second = self._open(), self._open()
        (first | second).action_mature("2026-05-01")
        # 180,000 bear nothing; with the second 360,000 in May, 10 % of all of it
        taxes = (first | second).entry_ids.filtered(lambda e: e.kind == "tax")
        self.assertEqual(sum(taxes.mapped("amount")), -36_000)
        slip = self.env["coop.saving.tax.slip"].search(
            [("member_id", "=", self.siti.id)]
        )
        self.assertRecordValues(slip, [{"gross_amount": 360_000, "tax_amount": 36_000}])
        self.assert_tied("2026-05-01")

    def test_principal_rolls_over_and_interest_is_paid(self):
        account = self._open(rollover="principal", payout_type_id=self.voluntary.id)
        self.term.rate_ids = [
            Command.create({"date_from": "2026-04-01", "interest_rate": 5})
        ]
        account.action_mature("2026-05-01")
        self.assertEqual(self._voluntary(), 50_180_000)
        self.assertRecordValues(
            account, [{"balance": 12_000_000, "term_rate": 5, "term_state": "running"}]
        )
        self.assertEqual(str(account.date_maturity), "2026-08-01")

    def test_principal_and_interest_roll_over(self):
        account = self._open(rollover="principal_interest", compounding_months=1)
        account.action_mature("2026-05-01")
        # 12,000,000 * (1.005 ** 3 - 1) = 180,901.5, half up
        self.assertEqual(account.balance, 12_180_902)
        # 12,180,902 * (1.005 ** 3 - 1) = 183,628.6
        self.assertEqual(account.interest_at_maturity, 183_629)

    def test_early_break_by_the_rule(self):
        account = self._open(payout_type_id=self.voluntary.id)
        account.action_break("2026-03-15")
        # 42 days at 6 % - 2 %: 12,000,000 * 0.04 * 42 / 365 = 55,232.9; penalty 1 %
        self.assertEqual(self._voluntary(), 50_000_000 + 12_000_000 + 55_233 - 120_000)
        self.assertEqual(account.term_state, "closed")
        with self.assertRaisesRegex(UserError, "no running term"):
            account.action_break("2026-03-16")
        self.assert_tied("2026-03-14", "2026-03-15")

    def test_running_term_is_not_drawn_and_matured_one_is(self):
        account = self._open()
        with self.assertRaisesRegex(UserError, "not due yet"):
            self._pay_in(account, 1_000_000, "2026-03-01", "out")
        account.action_mature("2026-05-01")
        self.assertEqual(account.term_state, "matured")
        drawn = self._pay_in(account, 12_180_000, "2026-05-02", "out")
        self.assertEqual(account.term_state, "closed")
        drawn.action_reverse("2026-05-03")
        self.assertEqual(account.term_state, "matured")

    def test_reversed_deposit_opens_the_draft_again(self):
        account = self._open(amount=0)
        receipt = self._pay_in(account, 12_000_000, "2026-02-01")
        receipt.action_reverse("2026-02-02")
        self.assertRecordValues(
            account, [{"term_state": False, "date_start": False, "balance": 0}]
        )
        self._pay_in(account, 11_000_000, "2026-02-03")
        self.assertEqual(account.term_state, "running")

    def test_savings_are_placed_by_transfer(self):
        account = self._open(amount=0)
        source = self.siti.account_ids.filtered(lambda a: a.kind == "voluntary")
        self.env["coop.saving.transfer"].create(
            {
                "source_account_id": source.id,
                "target_type_id": self.term.id,
                "target_account_id": account.id,
                "amount": 20_000_000,
                "date": "2026-02-01",
            }
        ).action_post()
        self.assertEqual(account.term_state, "running")
        self.assertEqual(self._voluntary(), 30_000_000)
        self.assert_tied("2026-02-01")

    def test_term_line_names_an_account_of_the_member(self):
        other = self._open(amount=0, member=self._join("Budi"))
        for values in ({"type_id": self.term.id}, {"account_id": other.id}):
            with self.assertRaisesRegex(ValidationError, "name an account"):
                self.env["coop.receipt"].create(
                    {
                        "member_id": self.siti.id,
                        "line_ids": [Command.create({"amount": 1, **values})],
                    }
                )
        with self.assertRaisesRegex(ValidationError, "cannot be drawn"):
            self._open(amount=0, payout_type_id=self.mandatory.id)

    def test_cron_settles_what_is_due_each_for_itself(self):
        due = self._open(payout_type_id=self.voluntary.id)
        later = self._open(day="2026-03-01")
        stuck = self._open()
        stuck.payout_type_id = self.voluntary
        stuck.action_block(12_000_000, "Agunan")
        with (
            freeze_time("2026-05-02"),
            self.enter_registry_test_mode(),
            self.assertLogs("odoo.addons.coop_membership", "WARNING") as logs,
        ):
            self.env.ref(
                "coop_membership.ir_cron_mature_term_savings"
            ).method_direct_trigger()
        self.assertRecordValues(
            due | later | stuck,
            [
                {"term_state": "closed"},
                {"term_state": "running"},
                {"term_state": "running"},
            ],
        )
        # what is stuck is stuck as a whole: no interest without its payout
        self.assertEqual(stuck.balance, 12_000_000)
        self.assertIn(str(stuck.id), logs.output[0])

    def test_certificate_prints(self):
        account = self._open()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_term_certificate", account.ids
        )
        self.assertIn("Dua belas juta", html.decode().replace("dua", "Dua"))
