# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestClosing(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        cls.accountant = cls._new_user("accountant")
        cls.teller = cls._new_user("teller")

    @contextmanager
    def _refused(self, error, text):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _closing(self, day="2026-02-01", **values):
        closing = self.env["coop.closing"].create({"date_from": day, **values})
        return closing.with_user(self.accountant)

    def _states(self, closing):
        return {line.code: line.state for line in closing.line_ids}

    def _settle(self, day="2026-02-01"):
        """Do what an empty cooperative has to do before a month is closed."""
        self.mandatory.action_create_dues(day)

    def test_month_begins_on_its_first_day(self):
        closing = self._closing("2026-02-17")
        self.assertEqual(closing.date_from, date(2026, 2, 1))
        self.assertEqual(closing.date_to, date(2026, 2, 28))
        year = self._closing("2026-02-17", kind="year")
        self.assertEqual(
            (year.date_from, year.date_to), (date(2026, 1, 1), date(2026, 12, 31))
        )

    def test_form_shows_the_first_day_at_once(self):
        # proposed is the month before 10 March 2026
        form = Form(self.env["coop.closing"].with_user(self.accountant))
        self.assertEqual(form.date_from, date(2026, 2, 1))
        form.kind = "year"
        self.assertEqual(form.date_from, date(2026, 1, 1))
        self.assertEqual(form.date_to, date(2026, 12, 31))
        form.date_from = "2025-05-17"
        closing = form.save()
        # a year typed is kept, and begins in January
        self.assertEqual(closing.date_from, date(2025, 1, 1))
        self.assertEqual(closing.date_to, date(2025, 12, 31))

    def test_closing_locks_when_all_is_in_order(self):
        self._settle()
        closing = self._closing()
        closing.action_check()
        self.assertEqual(set(self._states(closing).values()), {"ok"})
        self.assertEqual(closing.state, "ready")
        closing.action_close()
        self.assertEqual(closing.state, "closed")
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 2, 28))
        with self._refused(UserError, "closed"):
            self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-28")
        receipt = self._receive(self.siti, {self.voluntary: 5_000}, "2026-03-01")
        self.assertEqual(receipt.move_id.date, date(2026, 3, 1))

    def test_each_open_point_stops_the_closing(self):
        closing = self._closing()
        closing.action_check()
        self.assertEqual(self._states(closing)["dues"], "problem")
        dues = closing.line_ids.filtered(lambda line: line.code == "dues")
        # Siti owes the mandatory saving of February
        self.assertEqual(dues.count, 1)
        with self._refused(UserError, "Dues created"):
            closing.action_close()
        self._settle()
        self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-10", post=False)
        self.env["coop.cash.day"].create({"date": "2026-02-10"})
        self.env["coop.saving.batch"].create(
            {"name": "Gaji", "kind": "dues", "date": "2026-02-10"}
        )
        self.env["account.move"].create(
            {"journal_id": self.savings_journal.id, "date": "2026-02-10"}
        )
        bank = self.company._coop_bank_journal()
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "date": "2026-02-10",
                "payment_ref": "SETORAN TUNAI",
                "amount": 20_000,
            }
        )
        closing.action_check()
        states = self._states(closing)
        for code in ("receipts", "cash", "batches", "drafts", "bank"):
            self.assertEqual(states[code], "problem", code)
            line = closing.line_ids.filtered(lambda ln, code=code: ln.code == code)
            self.assertEqual(line.count, 1, code)
            action = line.action_open()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), 1, code)
        self.assertEqual(closing.state, "draft")

    def test_interest_is_missed_until_it_is_posted(self):
        self._settle()
        self.voluntary.interest_basis = "daily"
        self.voluntary.rate_ids = [
            Command.create(
                {
                    "date_from": "2025-01-01",
                    "amount": 0,
                    "interest_rate": 6,
                    "meeting_id": self.mandatory.rate_ids.meeting_id.id,
                }
            )
        ]
        self._receive(self.siti, {self.voluntary: 1_000_000}, "2026-02-01")
        closing = self._closing()
        closing.action_check()
        self.assertEqual(self._states(closing)["interest"], "problem")

    def test_depreciation_is_missed_while_there_are_fixed_assets(self):
        self._settle()
        create = self.company._coop_ensure_account
        asset = create("test_oven", "12299999", "Oven", "Oven", "asset_fixed")
        expense = create(
            "test_depr", "67199999", "Depr", "Penyusutan", "expense_depreciation"
        )
        opening = self.company._coop_account("opening")
        self._entry("2026-01-02", asset, opening, 12_000_000)
        closing = self._closing()
        closing.action_check()
        self.assertEqual(self._states(closing)["depreciation"], "problem")
        self._entry("2026-02-28", expense, asset, 100_000)
        closing.action_check()
        self.assertEqual(self._states(closing)["depreciation"], "ok")

    def _entry(self, day, debit, credit, amount):
        move = self.env["account.move"].create(
            {
                "journal_id": self.savings_journal.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": debit.id, "debit": amount}),
                    Command.create({"account_id": credit.id, "credit": amount}),
                ],
            }
        )
        move.action_post()
        return move

    def test_waiver_needs_a_reason_and_a_right(self):
        closing = self._closing()
        closing.action_check()
        line = closing.line_ids.filtered(lambda ln: ln.code == "dues")
        with self._refused(UserError, "reason"):
            line.action_waive()
        with self._refused(AccessError, "officer"):
            line.with_user(self.teller).action_waive("no dues this month")
        self.env["coop.officer"].create(
            {
                "role": "treasurer",
                "partner_id": self.teller.partner_id.id,
                "date_from": "2026-01-01",
            }
        )
        line.with_user(self.teller).action_waive("meeting of 3 February waived them")
        self.assertRecordValues(
            line,
            [
                {
                    "state": "waived",
                    "waived_by_id": self.teller.id,
                    "waived_reason": "meeting of 3 February waived them",
                }
            ],
        )
        closing.action_close()
        self.assertEqual(closing.state, "closed")

    def test_broken_tie_and_open_bank_lines_cannot_be_waived(self):
        self._settle()
        self._break_tie()
        closing = self._closing()
        closing.action_check()
        line = closing.line_ids.filtered(lambda ln: ln.code == "ties")
        self.assertEqual(line.state, "problem")
        self.assertIn("1", line.detail)
        with self._refused(UserError, "cannot be waived"):
            line.action_waive("never mind")

    def _break_tie(self):
        """Change a posted fact behind the ORM, as only the database could."""
        receipt = self._receive(self.siti, {self.voluntary: 7_000}, "2026-02-05")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE coop_saving_entry SET amount = 7001 WHERE receipt_id = %s",
            [receipt.id],
        )
        self.env.invalidate_all()
        return receipt

    def test_ledger_check_leads_to_the_entry_that_differs(self):
        receipt = self._break_tie()
        check = (
            self.env["coop.ledger.check"]
            .with_user(self.accountant)
            .create({"date": "2026-02-28"})
        )
        self.assertFalse(check.is_tied)
        wrong = check.line_ids.filtered("difference")
        # 7,001 in the member's account, 7,000 in the ledger
        self.assertRecordValues(
            wrong,
            [
                {
                    "account_id": self.voluntary.account_id.id,
                    "sub_ledger": 7_001,
                    "ledger": 7_000,
                    "difference": 1,
                }
            ],
        )
        self.assertRecordValues(
            check.difference_ids,
            [{"move_id": receipt.move_id.id, "difference": 1}],
        )
        items = self.env["account.move.line"].search(
            wrong.action_open_ledger()["domain"]
        )
        self.assertEqual(items.move_id, receipt.move_id)
        check.date = "2026-02-04"
        check.action_check()
        self.assertTrue(check.is_tied)

    def test_fact_of_another_date_is_found(self):
        receipt = self._receive(self.siti, {self.voluntary: 7_000}, "2026-02-05")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE coop_saving_entry SET date = '2026-03-01' WHERE receipt_id = %s",
            [receipt.id],
        )
        rows = self.company.action_ledger_differences(
            self.voluntary.account_id.id, "2026-02-28"
        )
        self.assertEqual(
            rows,
            [
                {
                    "move_id": receipt.move_id.id,
                    "date": "2026-02-05",
                    "sub_ledger": 0,
                    "ledger": 7_000,
                    "difference": -7_000,
                }
            ],
        )

    def test_lock_dates_never_move_back(self):
        self._settle("2026-01-31")
        self._settle()
        self._closing().action_close()
        january = self._closing("2026-01-01")
        january.action_close()
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 2, 28))

    def test_period_that_is_not_over_stays_open(self):
        self._settle("2026-03-01")
        with self._refused(UserError, "lasts until"):
            self._closing("2026-03-01").action_close()

    def test_year_needs_its_months(self):
        year = self._closing("2025-01-01", kind="year")
        year.action_check()
        line = year.line_ids.filtered(lambda ln: ln.code == "months")
        self.assertEqual((line.state, line.count), ("problem", 12))

    def test_closed_period_opens_only_by_an_exception_with_a_reason(self):
        self._settle()
        closing = self._closing()
        closing.action_close()
        with self._refused(UserError, "with a reason"):
            closing.action_reopen()
        with self._refused(AccessError, ""):
            closing.with_user(self.teller).action_reopen("please")
        # a year: the clock of the database is not frozen
        closing.action_reopen("bill of the power company came late", 24 * 365)
        self.assertEqual(closing.state, "closed")
        self.assertRecordValues(
            closing.exception_ids,
            [
                {
                    "user_id": self.accountant.id,
                    "lock_date_field": "fiscalyear_lock_date",
                    "lock_date": date(2026, 1, 31),
                    "reason": "bill of the power company came late",
                }
            ],
        )
        opening = self.company._coop_account("opening")
        expense = self.company._coop_account("coop_expense")
        env = self.env(user=self.accountant)
        move = env["account.move"].create(
            {
                "journal_id": self.savings_journal.id,
                "date": "2026-02-20",
                "line_ids": [
                    Command.create({"account_id": expense.id, "debit": 5_000}),
                    Command.create({"account_id": opening.id, "credit": 5_000}),
                ],
            }
        )
        move.action_post()
        self.assertEqual(move.date, date(2026, 2, 20))
        # nobody else is let in, and January stays locked
        with self._refused(UserError, "closed"):
            self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-20")
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 2, 28))

    def test_hard_lock_has_no_exception(self):
        self._settle()
        closing = self._closing()
        closing.action_close()
        self.company.hard_lock_date = "2026-02-28"
        with self._refused(UserError, "for good"):
            closing.action_reopen("too late")

    def test_closed_closing_is_a_fact(self):
        self._settle()
        closing = self._closing()
        closing.action_close()
        for values in ({"date_from": "2026-01-01"}, {"state": "draft"}):
            with self._refused(UserError, ""):
                closing.write(values)
        with self._refused(UserError, ""):
            closing.unlink()
        with self._refused(UserError, ""):
            closing.action_check()
        with self._refused(UserError, ""):
            self.env["coop.closing"].create(
                {"date_from": "2026-01-01", "state": "closed"}
            )

    def test_checklist_is_written_only_by_the_check(self):
        closing = self._closing()
        closing.action_check()
        line = closing.line_ids.filtered(lambda ln: ln.code == "dues")
        for values in (
            {"is_ok": True},
            {"waived_by_id": self.accountant.id},
            {"state": "ok"},
            {"can_waive": True},
        ):
            with self.subTest(values=values):
                changed = dict(values)
                if changed == {"can_waive": True}:
                    line = closing.line_ids.filtered(lambda ln: ln.code == "ties")
                with self._refused(UserError, ""):
                    line.write(changed)
        with self._refused(AccessError, ""):
            line.unlink()

    def test_roles_and_companies(self):
        closing = self._closing()
        auditor = self._new_user("auditor")
        self.assertEqual(closing.with_user(auditor).state, "draft")
        with self._refused(AccessError, ""):
            closing.with_user(auditor).action_check()
        with self._refused(AccessError, ""):
            closing.with_user(self.teller).action_close()
        stranger = self._new_user("accountant", self._create_cooperative("Lain"))
        foreign = self.env(user=stranger, context={})
        self.assertFalse(foreign["coop.closing"].search([]))
        with self._refused(AccessError, ""):
            closing.with_env(foreign).read(["state"])
        with self._refused(AccessError, ""):
            foreign["coop.ledger.check"].create({"company_id": self.company.id})
        with self._refused(AccessError, ""):
            foreign["res.company"].action_ledger_differences(
                self.voluntary.account_id.id, "2026-02-28", self.company.id
            )
