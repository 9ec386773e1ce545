# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestTermMigration(CoopCommon):
    """Term savings that come from another program, as balances or with history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls._get_type("term")
        cls.term.rate_ids = [
            Command.create({"date_from": "2025-01-01", "interest_rate": 6})
        ]
        cls.siti, cls.budi = cls._join("Siti", "Budi")

    def _place(self, **values):
        return self.env["coop.saving.account"].create(
            {
                "member_id": self.siti.id,
                "type_id": self.term.id,
                "term_months": 12,
                **values,
            }
        )

    def _row(self, account, amount, **values):
        return {
            "member_id": account.member_id.id,
            "type_id": self.term.id,
            "account_id": account.id,
            "amount": amount,
            **values,
        }

    def _book(self, rows, day, kind="opening"):
        batch = self.env["coop.saving.batch"].create(
            {
                "name": f"{kind} {day}",
                "kind": kind,
                "date": day,
                "counterpart_account_id": self.company._coop_account("opening").id,
            }
        )
        batch.action_prepare(rows)
        batch.action_post()
        return batch

    def test_opening_balance_keeps_the_first_day_of_the_term(self):
        account = self._place(date_placed="2025-10-15")
        other = self._place()
        self._book(
            [self._row(account, 12_000_000), self._row(other, 500_000)], "2026-01-31"
        )
        self.assertRecordValues(
            account | other,
            [
                {"balance": 12_000_000, "term_state": "running"},
                {"balance": 500_000, "term_state": "running"},
            ],
        )
        self.assertEqual(str(account.date_maturity), "2026-10-15")
        self.assertEqual(str(other.date_maturity), "2027-01-31")
        account.action_mature("2026-10-15")
        # the whole term: 12,000,000 * 6 %; 10 % of it is tax, above 240,000 in October
        self.assertEqual(account.balance, 12_000_000 + 720_000 - 72_000)
        self.assert_tied("2026-01-31", "2026-10-15")

    def test_first_day_counts_only_for_what_a_migration_brings(self):
        account = self._place(date_placed="2020-01-01")
        self.env["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "date": "2026-02-01",
                "line_ids": [
                    Command.create({"account_id": account.id, "amount": 1_000_000})
                ],
            }
        ).action_post()
        self.assertEqual(str(account.date_start), "2026-02-01")
        with self.assertRaisesRegex(UserError, "posted fact"):
            account.date_placed = "2021-01-01"

    def test_history_of_a_closed_placement(self):
        account = self._place(term_months=3)
        self._book([self._row(account, 1_000_000)], "2025-01-10", "deposit")
        self._book([self._row(account, 15_000)], "2025-04-09", "interest")
        # paid out a day before our maturity: the old program decided that
        self._book([self._row(account, -1_015_000)], "2025-04-09", "withdrawal")
        self.assertEqual(account.balance, 0)
        self.assertEqual(account.term_state, "closed")

    def test_batch_that_is_no_migration_draws_no_running_term(self):
        account = self._place()
        self._book([self._row(account, 1_000_000)], "2026-01-31")
        batch = self.env["coop.saving.batch"].create(
            {
                "name": "Potongan",
                "kind": "withdrawal",
                "date": "2026-02-01",
                "counterpart_account_id": self.company._coop_account("saving_fee").id,
            }
        )
        batch.action_prepare([self._row(account, -1_000)])
        with self.assertRaisesRegex(UserError, "not due yet"):
            batch.action_post()

    def test_rows_of_term_savings_name_an_account_of_the_member(self):
        account = self._place()
        batch = self.env["coop.saving.batch"].create(
            {
                "name": "Saldo awal",
                "kind": "opening",
                "date": "2026-01-31",
                "counterpart_account_id": self.company._coop_account("opening").id,
            }
        )
        rows = [
            self._row(account, 1_000, account_id=False),
            self._row(account, 1_000, member_id=self.budi.id),
            self._row(account, 1_000, type_id=self.voluntary.id),
            self._row(account, 1_000, account_id=self.siti.account_ids[:1].id),
        ]
        with self.assertRaises(UserError) as caught:
            batch.action_prepare(rows)
        text = str(caught.exception)
        self.assertIn("Row 1: term savings are opened with their terms", text)
        for number in (2, 3, 4):
            self.assertRegex(text, rf"Row {number}: the account \d+ is no term savings")
        self.assertEqual(batch.state, "draft")

    def test_reversed_opening_balance_opens_the_draft_again(self):
        account = self._place(date_placed="2025-10-15")
        batch = self._book([self._row(account, 1_000_000)], "2026-01-31")
        batch.action_reverse("2026-02-01")
        self.assertRecordValues(account, [{"term_state": False, "balance": 0}])
