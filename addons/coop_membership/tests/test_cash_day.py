# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager
from datetime import date

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestCashDay(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")  # pays 100,000 on 5 January
        cls.teller = cls._new_user("teller")
        cls.accountant = cls._new_user("accountant")

    @contextmanager
    def _refused(self, error, text):
        """Expect an error, and that nothing of the refused call stays."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _open(self, day, **values):
        return self.env["coop.cash.day"].create({"date": day, **values})

    def _close(self, day, counts, reason=None):
        day.with_user(self.teller).action_count(counts)
        day.with_user(self.accountant).action_close(reason)

    def _save(self, amount, day):
        return self._receive(self.siti, {self.voluntary: amount}, day)

    def test_day_opens_with_the_ledger_then_with_the_count_before(self):
        first = self._open("2026-02-02")
        self._save(50_000, "2026-02-02")
        # 100,000 of January and 50,000 of today
        self.assertRecordValues(
            first,
            [
                {
                    "opening_amount": 100_000,
                    "amount_in": 50_000,
                    "amount_out": 0,
                    "expected_amount": 150_000,
                }
            ],
        )
        self._close(first, {"N100000": 1, "N50000": 1})
        self._receive(self.siti, {self.voluntary: 20_000}, "2026-02-04", "out")
        second = self._open("2026-02-05")
        # what was booked on the 4th, a day without a sheet, belongs to the 5th
        self.assertRecordValues(
            second,
            [
                {
                    "date_previous": date(2026, 2, 2),
                    "opening_amount": 150_000,
                    "amount_in": 0,
                    "amount_out": 20_000,
                    "expected_amount": 130_000,
                }
            ],
        )

    def test_difference_is_posted_and_ties_count_and_ledger(self):
        day = self._open("2026-02-02")
        day.with_user(self.teller).action_count({"N50000": 1, "N20000": 2, "C1000": 7})
        # counted 50,000 + 40,000 + 7,000 = 97,000; expected 100,000
        self.assertEqual(day.difference_amount, -3_000)
        with self._refused(UserError, "explanation"):
            day.with_user(self.accountant).action_close()
        day.with_user(self.accountant).action_close("change given wrong")
        self.assertEqual(day.difference_move_id.state, "posted")
        self.assertEqual(day.difference_move_id.date, date(2026, 2, 2))
        loss = day.difference_move_id.line_ids.filtered("debit")
        self.assertRecordValues(
            loss, [{"debit": 3_000, "account_id": self.counter.loss_account_id.id}]
        )
        self.assertEqual(day._get_ledger_balance("2026-02-02"), 97_000)
        self.assertEqual(day.difference_amount, -3_000)
        self.assertEqual(self._open("2026-02-03").expected_amount, 97_000)

    def test_too_much_cash_is_income(self):
        day = self._open("2026-02-02")
        self._close(day, {"N100000": 1, "C500": 1}, "found under the drawer")
        gain = day.difference_move_id.line_ids.filtered("credit")
        self.assertRecordValues(
            gain, [{"credit": 500, "account_id": self.counter.profit_account_id.id}]
        )

    def test_hand_over_needs_two_people(self):
        day = self._open("2026-02-02")
        day.with_user(self.teller).action_count({"N100000": 1})
        with self._refused(UserError, "somebody else"):
            day.with_user(self.teller).action_close()
        day.with_user(self.accountant).action_close()
        self.assertRecordValues(
            day,
            [
                {
                    "state": "closed",
                    "counted_by_id": self.teller.id,
                    "closed_by_id": self.accountant.id,
                    "difference_move_id": False,
                }
            ],
        )

    def test_unknown_denomination_is_named(self):
        day = self._open("2026-02-02")
        with self._refused(UserError, "N99"):
            day.action_count({"N99": 1})

    def test_withdrawn_denomination_is_not_asked_for(self):
        coin = self.env.ref("coop_membership.coop_cash_denomination_c100")
        coin.date_to = "2026-01-31"
        day = self._open("2026-02-02")
        self.assertNotIn(coin, day.count_line_ids.denomination_id)
        self.assertEqual(len(day.count_line_ids), 10)

    @mute_logger("odoo.sql_db")
    def test_one_open_day_for_a_journal(self):
        self._open("2026-02-02")
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self._open("2026-02-03")

    def test_day_before_another_is_refused(self):
        self._close(self._open("2026-02-02"), {"N100000": 1})
        with self._refused(ValidationError, "02/02/2026"):
            self._open("2026-02-01")

    def test_title_has_the_date_as_the_user_writes_it(self):
        self.env["res.lang"]._activate_lang("id_ID")
        day = self._open("2026-02-15").with_context(lang="id_ID")
        self.assertEqual(day.display_name, f"{day.journal_id.name} 15/02/2026")

    def test_counted_day_takes_no_more_entries(self):
        day = self._open("2026-02-02")
        day.with_user(self.teller).action_count({"N100000": 1})
        with self._refused(UserError, "counted already"):
            self._save(5_000, "2026-02-02")
        day.with_user(self.teller).action_recount()
        self._save(5_000, "2026-02-02")
        self.assertEqual(day.expected_amount, 105_000)

    def test_closed_day_takes_no_hand_entry_and_gives_none_away(self):
        journal = self.company._coop_ensure_journal(
            "test_free", "BEBAS", "Free", "Bebas", "general", hashed=False
        )
        opening = self.company._coop_account("opening")
        cash = self.counter.default_account_id

        def entry(day):
            return self.env["account.move"].create(
                {
                    "journal_id": journal.id,
                    "date": day,
                    "line_ids": [
                        Command.create({"account_id": cash.id, "debit": 1_000}),
                        Command.create({"account_id": opening.id, "credit": 1_000}),
                    ],
                }
            )

        posted = entry("2026-02-01")
        posted.action_post()
        self._close(self._open("2026-02-02"), {"N100000": 1, "C1000": 1})
        with self._refused(UserError, "counted already"):
            entry("2026-01-15").action_post()
        with self._refused(UserError, "counted already"):
            posted.button_draft()
        line = posted.line_ids.filtered("debit")
        with self._refused(UserError, "counted already"):
            line.account_id = opening

    def test_closed_day_is_a_fact(self):
        day = self._open("2026-02-02")
        self._close(day, {"N100000": 1})
        for values in (
            {"date": "2026-02-03"},
            {"count_line_ids": [Command.create({"denomination_id": 1})]},
            {"difference_reason": "other"},
            {"state": "open"},
            {"opening_amount": 5},
            {"counted_by_id": self.env.uid},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                day.write(values)
        with self.assertRaises(UserError):
            day.count_line_ids[0].quantity = 9
        with self.assertRaises(UserError):
            day.unlink()

    def test_count_line_cannot_be_moved_to_a_closed_day(self):
        closed = self._open("2026-02-02")
        self._close(closed, {"N100000": 1})
        current = self._open("2026-02-03")
        line = current.count_line_ids[0]
        closed.env.cr.execute(
            "DELETE FROM coop_cash_count WHERE day_id = %s AND denomination_id = %s",
            [closed.id, line.denomination_id.id],
        )
        closed.invalidate_recordset()
        with self.assertRaises(UserError):
            line.day_id = closed

    def test_signatures_cannot_be_brought_along(self):
        with self.assertRaises(UserError):
            self._open("2026-02-02", state="closed")
        env = self.env(
            context={**self.env.context, "default_counted_by_id": self.teller.id}
        )
        day = env["coop.cash.day"].create({"date": "2026-02-02"})
        self.assertFalse(day.counted_by_id)

    def test_only_the_accountant_reopens_and_with_a_reason(self):
        day = self._open("2026-02-02")
        self._close(day, {"N50000": 1}, "half is missing")
        with self.assertRaises(AccessError):
            day.with_user(self.teller).action_reopen("because")
        with self._refused(UserError, "why"):
            day.with_user(self.accountant).action_reopen(" ")
        first = day.difference_move_id
        day.with_user(self.accountant).action_reopen("a bundle was forgotten")
        self.assertRecordValues(
            day, [{"state": "open", "counted_by_id": False, "closed_by_id": False}]
        )
        self.assertTrue(first.reversal_move_ids)
        self._close(day, {"N50000": 2})
        self.assertFalse(day.difference_move_id)
        self.assertEqual(day._get_ledger_balance("2026-02-02"), 100_000)

    def test_day_is_not_reopened_after_the_next(self):
        day = self._open("2026-02-02")
        self._close(day, {"N100000": 1})
        self._open("2026-02-03")
        with self._refused(UserError, "follows"):
            day.with_user(self.accountant).action_reopen("late idea")

    def test_receipt_needs_an_open_day_where_asked(self):
        self.company.cash_day_required = True
        receipt = self._receive(
            self.siti, {self.voluntary: 5_000}, "2026-02-02", post=False
        )
        with self._refused(UserError, "no open cash day"):
            receipt.action_post()
        day = self._open("2026-02-02")
        receipt.action_post()
        with self._refused(UserError, "no open cash day"):
            self._save(5_000, "2026-02-03")
        self.assertEqual(day.expected_amount, 105_000)
        # money through the bank needs no drawer
        bank = self.company._coop_bank_journal()
        transfer = self._receive(
            self.siti, {self.voluntary: 5_000}, "2026-02-03", post=False
        )
        transfer.journal_id = bank
        transfer.action_post()
        self.assertEqual(transfer.state, "posted")

    def test_account_shared_by_two_drawers_is_refused(self):
        self.company._coop_ensure_journal(
            "test_cash",
            "KAS9",
            "Cash",
            "Kas",
            "cash",
            default_account_id=self.counter.default_account_id.id,
        )
        with self._refused(ValidationError, "same account"):
            self._open("2026-02-02")

    def test_auditor_reads_and_other_company_sees_nothing(self):
        day = self._open("2026-02-02")
        auditor = self._new_user("auditor")
        self.assertEqual(day.with_user(auditor).expected_amount, 100_000)
        with self.assertRaises(AccessError):
            day.with_user(auditor).action_count({})
        other = self._create_cooperative("Koperasi Lain")
        stranger = self._new_user("accountant", other)
        foreign = self.env(user=stranger, context={})
        self.assertFalse(foreign["coop.cash.day"].search([]))
        with self.assertRaises(AccessError):
            day.with_env(foreign).read(["opening_amount"])
        with self.assertRaises(AccessError):
            day.count_line_ids.with_env(foreign).read(["quantity"])

    def test_sheet_prints_count_and_signatures(self):
        day = self._open("2026-02-02")
        self._close(day, {"N100000": 1, "C500": 2}, "found")
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_cash_day", day.ids
        )
        text = html.decode()
        self.assertIn(self.teller.name, text)
        self.assertIn(self.accountant.name, text)
        # 101,000 in words
        self.assertIn("seratus satu ribu rupiah", text.lower())
