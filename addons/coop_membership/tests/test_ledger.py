# SPDX-License-Identifier: AGPL-3.0-or-later
import random
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestLedger(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        cls.other = cls.company._coop_ensure_account(
            "test_other", "61999999", "Other", "Lain", "expense"
        )

    def _hand_entry(self, account, amount=1_000, day="2026-02-01"):
        return self.env["account.move"].create(
            {
                "journal_id": self.savings_journal.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "credit": amount}),
                    Command.create({"account_id": self.other.id, "debit": amount}),
                ],
            }
        )

    def test_hand_posting_on_a_control_account_is_refused(self):
        move = self._hand_entry(self.principal.account_id)
        with self.assertRaisesRegex(UserError, "control account"):
            move.action_post()

    def test_state_written_over_rpc_does_not_post_by_hand(self):
        move = self._hand_entry(self.principal.account_id)
        with self.assertRaisesRegex(UserError, "control account"):
            move.write({"state": "posted"})

    def test_draft_entries_do_not_cover_a_hand_posting(self):
        entry = self.env["coop.saving.entry"].create(
            {
                "account_id": self.siti.account_ids.id,
                "date": "2026-02-01",
                "amount": 1_000,
            }
        )
        move = self._hand_entry(self.principal.account_id)
        with self.assertRaises(UserError):
            entry.write({"move_id": move.id})
        with self.assertRaisesRegex(UserError, "control account"):
            move.action_post()

    def test_reversal_by_hand_is_refused(self):
        receipt = self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-01")
        with self.assertRaisesRegex(UserError, "control account"):
            receipt.move_id._reverse_moves([{"date": "2026-02-02"}], cancel=True)

    def test_posted_receipt_entry_cannot_be_reset_cancelled_or_recoded(self):
        receipt = self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-01")
        move = receipt.move_id
        self.assertTrue(move.inalterable_hash)
        for method in ("button_draft", "button_cancel"):
            with self.subTest(method=method), self.assertRaises(UserError):
                getattr(move, method)()
        line = move.line_ids.filtered(
            lambda ln: ln.account_id == self.voluntary.account_id
        )
        with self.assertRaises(UserError):
            line.account_id = self.other

    def test_other_entry_cannot_be_recoded_onto_a_control_account(self):
        journal = self.company._coop_ensure_journal(
            "test_free", "BEBAS", "Free", "Bebas", "general", hashed=False
        )
        move = self._hand_entry(self.company._coop_account("opening"))
        move.journal_id = journal
        move.action_post()
        line = move.line_ids.filtered("credit")
        with self.assertRaisesRegex(UserError, "control account"):
            line.account_id = self.principal.account_id

    def test_control_account_with_other_entries_is_refused(self):
        self._hand_entry(self.company._coop_account("opening")).action_post()
        with self.assertRaises(ValidationError):
            self.env["coop.saving.type"].create(
                {
                    "name": "Used",
                    "code": "U1",
                    "account_id": self.company._coop_account("opening").id,
                }
            )

    def test_control_accounts_are_not_merged(self):
        accounts = self.principal.account_id | self.mandatory.account_id
        wizard = (
            self.env["account.merge.wizard"]
            .with_context(active_model="account.account", active_ids=accounts.ids)
            .create({})
        )
        with self.assertRaisesRegex(UserError, "merged"):
            wizard.action_merge()

    def test_control_account_cannot_become_a_trade_account(self):
        with self.assertRaises(UserError):
            self.principal.account_id.write(
                {"account_type": "asset_receivable", "reconcile": True}
            )

    def test_locked_period_is_refused_before_the_date_moves(self):
        self.company.fiscalyear_lock_date = "2026-01-31"
        with self.assertRaisesRegex(UserError, "closed"):
            self._receive(self.siti, {self.voluntary: 5_000}, "2026-01-31")
        receipt = self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-01")
        self.assertEqual(str(receipt.move_id.date), "2026-02-01")
        with self.assertRaisesRegex(UserError, "closed"):
            receipt.action_reverse("2026-01-31")
        batch = self.env["coop.saving.batch"].create(
            {"name": "Late", "kind": "opening", "date": "2026-01-31"}
        )
        batch.action_prepare(
            [{"number": self.siti.number, "type": "SS", "amount": 1_000}]
        )
        with self.assertRaisesRegex(UserError, "closed"):
            batch.action_post()

    def test_cash_journal_without_hash_is_refused(self):
        cash = self.company._coop_ensure_journal(
            "test_cash", "KAS9", "Cash", "Kas", "cash", hashed=False
        )
        receipt = self._receive(
            self.siti, {self.voluntary: 5_000}, "2026-02-01", post=False
        )
        receipt.journal_id = cash
        with self.assertRaisesRegex(UserError, "not locked by hash"):
            receipt.action_post()

    def test_ledger_is_tied_at_every_date_over_random_operations(self):
        """Receipts, draws, dues and reversals at random over two months."""
        rng = random.Random(1992)
        members = self._join("Budi", "Tini", "Joko", day="2026-03-01")
        self.mandatory.action_create_dues("2026-03-01")
        first = date(2026, 3, 1)
        receipts = self.env["coop.receipt"]
        for step in range(40):
            day = first + timedelta(days=step * 3 // 2)
            member = rng.choice(members)
            action = rng.choice(("save", "save", "draw", "due", "reverse"))
            try:
                # a refused operation leaves nothing behind
                with self.env.cr.savepoint():
                    if action == "save":
                        amounts = {self.voluntary: rng.randint(1, 90) * 1_000}
                        receipts |= self._receive(member, amounts, day)
                    elif action == "draw":
                        amounts = {self.voluntary: rng.randint(1, 90) * 1_000}
                        receipts |= self._receive(member, amounts, day, "out")
                    elif action == "due":
                        amounts = {self.mandatory: rng.randint(1, 20) * 1_000}
                        receipts |= self._receive(member, amounts, day)
                    elif receipts:
                        rng.choice(receipts).action_reverse(day)
            except UserError:
                self.env.invalidate_all()
        self.assertGreater(len(receipts), 10)
        self.assert_tied(*(first + timedelta(days=n) for n in range(65)))
        for account in members.account_ids:
            posted = account.entry_ids.filtered(lambda e: e.state == "posted")
            self.assertEqual(account.balance, sum(posted.mapped("amount")))

    def test_check_is_callable_on_company_and_type(self):
        rows = self.env["coop.saving.type"].action_check_ledger("2026-12-31")
        self.assertEqual(rows, self.company.action_check_ledger("2026-12-31"))
        by_code = {row["account_code"]: row for row in rows}
        code = self.principal.account_id.with_company(self.company).code
        self.assertEqual(by_code[code]["ledger"], 100_000)
        self.assertEqual(by_code[code]["sub_ledger"], 100_000)
