# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestDraw(LpdbCommon):
    """Money in, fees withheld, use of funds."""

    def test_draw_books_bank_against_debt(self):
        draw = self._draw()
        money = self.company._coop_money_account(self.bank, True)
        self.assertEqual(
            self._lines(draw.move_id),
            {money: 5_000_000, self.facility.loan_account_id: -5_000_000},
        )
        self.assertEqual(str(draw.move_id.date), "2014-03-24")
        self.assertTrue(draw.move_id.journal_id.restrict_mode_hash_table)
        self.assertEqual(self.facility.state, "active")
        self.assertEqual(self.facility.outstanding, 5_000_000)

    def test_money_in_passes_the_outstanding_account(self):
        draw = self._draw()
        self.assertNotIn(self.bank.default_account_id, draw.move_id.line_ids.account_id)

    def test_fees_are_withheld(self):
        # 1 % of 5,000,000 is 50,000
        self.facility.fee_ids = [
            Command.create({"name": "Provisi", "percent": 1, "source": "contoh"})
        ]
        draw = self._draw()
        lines = self._lines(draw.move_id)
        self.assertEqual(draw.net_amount, 4_950_000)
        self.assertEqual(lines[self.facility.fee_account_id], 50_000)
        self.assertEqual(lines[self.facility.loan_account_id], -5_000_000)

    def test_ceiling_holds(self):
        self._draw(amount=4_000_000)
        with self.assertRaisesRegex(UserError, "is left"):
            self._draw(amount=1_000_001)

    def test_draw_before_signing_is_refused(self):
        with self.assertRaisesRegex(UserError, "needs"):
            self.facility.action_draw("2014-03-24", 100, self.bank.id)

    def test_draw_before_the_start_is_refused(self):
        with self.assertRaisesRegex(UserError, "before the loan starts"):
            self._draw(date="2014-03-23")

    def test_negative_draw_is_refused(self):
        self.facility.action_sign()
        with self.assertRaisesRegex(ValidationError, "not above zero"):
            self.facility.action_draw("2014-03-24", -1, self.bank.id)
        vals = {"facility_id": self.facility.id, "date": "2014-03-24", "amount": -1}
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["lpdb.draw"].create(vals)

    def test_locked_period_is_refused_before_posting(self):
        self.facility.action_sign()
        self.company.sudo().fiscalyear_lock_date = "2014-12-31"
        with self.assertRaisesRegex(UserError, "closed"):
            self.facility.action_draw("2014-03-24", 100, self.bank.id)
        self.assertFalse(self.facility.entry_ids)

    def test_posted_draw_is_immutable(self):
        draw = self._draw()
        for field, value in (("amount", 1), ("date", "2014-03-25"), ("state", "draft")):
            with self.assertRaises(UserError):
                draw[field] = value
        with self.assertRaises(UserError):
            draw.unlink()
        with self.assertRaises(UserError):
            self.facility.entry_ids.write({"amount": 1})
        with self.assertRaises(UserError):
            self.facility.entry_ids.unlink()

    def test_posting_twice_is_refused(self):
        with self.assertRaisesRegex(UserError, "posted already"):
            self._draw().action_post()

    def test_reversal_mirrors_and_opens_the_ceiling(self):
        draw = self._draw()
        draw.action_reverse("2014-03-31", "wrong bank")
        self.assertEqual(self.facility.outstanding, 0)
        self.assertEqual(self.facility.undrawn, 5_000_000)
        self.assertEqual(self.facility.state, "signed")
        self.assertFalse(self.facility.schedule_id)
        self.assertEqual(
            self._lines(draw.reversal_move_id),
            {account: -value for account, value in self._lines(draw.move_id).items()},
        )
        self.assertTied("2014-03-24", "2014-03-30", "2014-03-31")
        with self.assertRaises(UserError):
            draw.action_reverse()

    def test_reversal_before_the_draw_is_refused(self):
        with self.assertRaisesRegex(UserError, "before it happened"):
            self._draw().action_reverse("2014-03-01")

    def test_draw_with_payments_is_not_reversed(self):
        draw = self._draw()
        self._pay("2014-04-24")
        with self.assertRaisesRegex(UserError, "has payments"):
            draw.action_reverse("2014-05-01")

    def test_use_of_funds_shows_what_is_missing(self):
        draw = self._draw()
        draw.use_ids = [
            Command.create(
                {"name": "Pengering", "amount": 3_000_000, "proof_number": "INV/1"}
            ),
            Command.create({"name": "Jahe", "kind": "working_capital", "amount": 500}),
        ]
        self.assertRecordValues(
            draw,
            [
                {
                    "used_amount": 3_000_500,
                    "proven_amount": 3_000_000,
                    "unused_amount": 1_999_500,
                }
            ],
        )

    def test_more_use_than_drawn_is_refused(self):
        draw = self._draw()
        with self.assertRaisesRegex(UserError, "is used of"):
            draw.use_ids = [Command.create({"name": "Rumah", "amount": 5_000_001})]

    def test_button_posts_drafts_or_opens_a_form(self):
        self.facility.action_sign()
        action = self.facility.action_draw()
        self.assertEqual(action["res_model"], "lpdb.draw")
        draw = self.env["lpdb.draw"].create(
            {"facility_id": self.facility.id, "date": "2014-03-24", "amount": 700}
        )
        self.assertIs(self.facility.action_draw(), True)
        self.assertEqual(draw.state, "posted")

    def test_use_beyond_the_draw_is_refused_however_entered(self):
        draw = self._draw()
        use = self.env["lpdb.draw.use"].create(
            {"draw_id": draw.id, "name": "Mesin", "amount": 5_000_000}
        )
        with self.assertRaisesRegex(UserError, "is used of"):
            use.copy({"amount": 1})
        with self.assertRaisesRegex(UserError, "is used of"):
            use.amount = 5_000_001
