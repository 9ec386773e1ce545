# SPDX-License-Identifier: AGPL-3.0-or-later
import random
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestYear(CoopCommon):
    """A year of random operations: savings and ledger agree on every day of it."""

    STEPS = 140

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(2026)
        cls.term = cls._get_type("term")
        cls.term.rate_ids = [
            Command.create({"date_from": "2025-01-01", "interest_rate": 6})
        ]
        cls.voluntary.rate_ids = [
            Command.create({"date_from": "2025-01-01", "interest_rate": 9})
        ]
        cls.members = cls._join("Siti", "Budi", "Ani", "Umar", day="2026-01-01")

    def _any(self, records):
        return records[self.dice.randrange(len(records))] if records else records

    def _save(self, day):
        amount = self.dice.randrange(10_000, 9_000_000)
        self._receive(self._any(self.members), {self.voluntary: amount}, day)

    def _draw(self, day):
        amount = self.dice.randrange(10_000, 3_000_000)
        self._receive(self._any(self.members), {self.voluntary: amount}, day, "out")

    def _pay_dues(self, day):
        member = self._any(self.members)
        self._receive(member, {self.mandatory: self.dice.choice((5_000, 20_000))}, day)

    def _transfer(self, day):
        accounts = self.env["coop.saving.account"].search([("kind", "=", "voluntary")])
        if not accounts:
            return
        self.env["coop.saving.transfer"].create(
            {
                "source_account_id": self._any(accounts).id,
                "target_member_id": self._any(self.members).id,
                "target_type_id": self._any(self.voluntary | self.mandatory).id,
                "amount": self.dice.randrange(5_000, 500_000),
                "date": day,
            }
        ).action_post()

    def _offset(self, day):
        member = self._any(self.members)
        invoice = self._invoice(
            member.partner_id, self.dice.randrange(1_000, 90_000), day
        )
        account = member.account_ids.filtered(lambda a: a.kind == "voluntary")
        if not account:
            return
        self.env["coop.saving.transfer"].create(
            {
                "source_account_id": account.id,
                "invoice_id": invoice.id,
                "amount": invoice.amount_residual,
                "date": day,
            }
        ).action_post()

    def _place(self, day):
        account = self.env["coop.saving.account"].create(
            {
                "member_id": self._any(self.members).id,
                "type_id": self.term.id,
                "term_months": self.dice.choice((1, 3, 6)),
                "rollover": self.dice.choice(
                    ("none", "principal", "principal_interest")
                ),
                "payout_type_id": self.voluntary.id,
            }
        )
        self.env["coop.receipt"].create(
            {
                "member_id": account.member_id.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "amount": self.dice.randrange(1_000_000, 40_000_000),
                        }
                    )
                ],
            }
        ).action_post()

    def _end_terms(self, day):
        running = self.env["coop.saving.account"].search(
            [("term_state", "=", "running")]
        )
        account = self._any(running)
        if account and str(account.date_maturity) <= day:
            account.action_mature(day)
        elif account:
            account.action_break(day)

    def _reverse(self, day):
        model = self.dice.choice(("coop.receipt", "coop.saving.transfer"))
        posted = self.env[model].search([("state", "=", "posted")])
        self._any(posted).action_reverse(day)

    def _end_month(self, day):
        """Dues of the month and, over the payroll, some of what is open."""
        self.mandatory.action_create_dues(day)
        batch = self.env["coop.saving.batch"].create(
            {
                "name": f"Dues {day}",
                "kind": "dues",
                "date": day,
                "journal_id": self.company._coop_bank_journal().id,
            }
        )
        if self.dice.random() < 0.7:
            batch.action_prepare()
            batch.action_post()

    def _run_interest(self, day):
        batches = self.env["coop.saving.batch"]
        runs = batches.browse(batches.action_run_interest(day))
        runs.action_post()
        if runs and self.dice.random() < 0.2:
            runs.action_reverse(day)

    def _try(self, operation, day):
        """Tell whether an operation was booked; one that is refused leaves nothing."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                operation(day)
        except UserError:
            self.env.invalidate_all()
            return 0
        return 1

    def test_ties_on_every_day_of_a_year_of_random_operations(self):
        operations = [
            *[self._save] * 5,
            *[self._draw] * 3,
            *[self._pay_dues] * 3,
            *[self._transfer] * 3,
            self._offset,
            self._place,
            *[self._end_terms] * 2,
            self._reverse,
        ]
        days = sorted(
            date(2026, 1, 2) + timedelta(days=self.dice.randrange(363))
            for _step in range(self.STEPS)
        )
        booked, month = 0, 1
        for day in days:
            while day.month > month:
                month += 1
                last = str(date(2026, month, 1) - timedelta(days=1))
                booked += self._try(self._end_month, last)
                booked += self._try(self._run_interest, last)
            booked += self._try(self.dice.choice(operations), str(day))
        # a year in which all was refused would prove nothing
        self.assertGreater(booked, self.STEPS // 2)
        for offset in range(366):
            self.assert_tied(date(2026, 1, 1) + timedelta(days=offset))
        self._assert_accounts_are_their_entries()
        self._assert_slips_are_their_entries()
        self._assert_dues_are_their_entries()

    def _assert_accounts_are_their_entries(self):
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT a.id, a.balance, a.line_count, a.kind,
                       COALESCE(SUM(e.amount), 0) AS total,
                       COUNT(e.id) AS entries, COUNT(DISTINCT e.line_no) AS lines,
                       COALESCE(MAX(e.line_no), 0) AS last_line
                  FROM coop_saving_account a
             LEFT JOIN coop_saving_entry e
                    ON e.account_id = a.id AND e.state = 'posted'
                 WHERE a.company_id = %s GROUP BY a.id
                """,
                self.company.id,
            )
        )
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual(row["balance"], row["total"], row)
            self.assertGreaterEqual(row["balance"], 0, row)
            self.assertEqual(
                {row["line_count"] or 0, row["entries"], row["lines"]},
                {row["last_line"]},
                row,
            )

    def _assert_slips_are_their_entries(self):
        slips = self.env["coop.saving.tax.slip"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertTrue(slips.filtered("tax_amount"))
        for slip in slips.filtered(lambda s: s.state == "issued"):
            entries = (
                self.env["coop.saving.entry"]
                .search(
                    [
                        ("member_id", "=", slip.member_id.id),
                        ("kind", "in", ("interest", "tax")),
                        ("date", ">=", slip.period),
                        ("date", "<", slip.period + timedelta(days=31)),
                        ("reversal_ids", "=", False),
                        ("state", "=", "posted"),
                    ]
                )
                .filtered(lambda e, s=slip: e.date.month == s.period.month)
            )
            gross = sum(e.amount for e in entries if e.kind == "interest")
            tax = -sum(e.amount for e in entries if e.kind == "tax")
            self.assertEqual((slip.gross_amount, slip.tax_amount), (gross, tax))
            # PP 15/2009: nothing up to 240,000 in the month, above it 10 % of all
            self.assertEqual(
                tax, self.company._round_amount(gross / 10) if gross > 240_000 else 0
            )

    def _assert_dues_are_their_entries(self):
        for due in self.env["coop.saving.due"].search(
            [("company_id", "=", self.company.id)]
        ):
            paid = sum(
                due.entry_ids.filtered(lambda e: e.state == "posted").mapped("amount")
            )
            self.assertEqual(due.paid, paid)
            self.assertLessEqual(due.paid, due.amount)
