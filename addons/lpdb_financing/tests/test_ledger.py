# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestLedger(LpdbCommon):
    """The loan account is a control account and ties at every date."""

    def _row(self, day):
        code = self.facility.loan_account_id.with_company(self.company).code
        rows = self.company.action_check_ledger(day)
        return next(row for row in rows if row["account_code"] == code)

    def test_tie_at_every_date(self):
        self._draw(amount=3_000_000)
        self._pay("2014-04-24")
        self._draw(date="2014-05-10", amount=2_000_000)
        self._pay("2014-05-24")
        for day, balance in (
            ("2014-03-23", 0),
            ("2014-03-24", 3_000_000),
            ("2014-04-24", 2_750_000),
            ("2014-05-10", 4_750_000),
        ):
            row = self._row(day)
            self.assertEqual(
                (row["sub_ledger"], row["ledger"], row["difference"]),
                (balance, balance, 0),
                day,
            )
        self.assertTied("2014-05-24", "2030-01-01")

    def test_two_loans_share_an_account(self):
        other = self._create_facility(name="Kedua", agreement_number="2")
        self._draw()
        self._draw(other, amount=1_000_000)
        self.assertEqual(self._row("2014-03-24")["sub_ledger"], 6_000_000)
        self.assertTied("2014-03-24")

    def test_entry_by_hand_is_refused(self):
        self._draw()
        move = self.env["account.move"].create(
            {
                "journal_id": self.facility._loan_journal().id,
                "date": "2014-05-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.facility.loan_account_id.id,
                            "balance": 100,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.facility.interest_account_id.id,
                            "balance": -100,
                        }
                    ),
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "control account"):
            move.action_post()

    def test_ledger_entry_cannot_leave_the_books(self):
        draw = self._draw()
        with self.assertRaises(UserError):
            draw.move_id.button_draft()
        with self.assertRaises(UserError):
            draw.move_id._reverse_moves(
                [{"date": "2014-04-01"}], cancel=False
            ).action_post()

    def test_control_account_cannot_become_reconcilable(self):
        self._draw()
        with self.assertRaises(UserError):
            self.facility.loan_account_id.reconcile = True
