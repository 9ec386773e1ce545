# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestMoveGuard(LpdbCommon):
    """The journal entry of a loan's document stays with its document."""

    def setUp(self):
        super().setUp()
        # a grace of two rows: the first instalment is interest alone
        self.loan = self._create_facility(name="Masa tenggang", grace_principal=2)
        self.draw = self._draw(self.loan)
        self.payment = self._pay("2014-04-24", self.loan)

    def assertGuarded(self, move, document):  # noqa: N802
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        for attempt in (
            move.copy,
            move.button_draft,
            move.button_cancel,
            lambda: wizard.create({"journal_id": move.journal_id.id}).reverse_moves(),
        ):
            refused = self.assertRaisesRegex(UserError, document)
            with self.subTest(attempt=attempt), refused, self.env.cr.savepoint():
                attempt()

    def test_entry_of_interest_alone_stays_with_its_payment(self):
        self.assertEqual(self.payment.principal, 0)
        self.assertGuarded(self.payment.move_id, "payment of 2014-04-24")
        self.payment.action_reverse("2014-04-30", "salah")
        self.assertGuarded(self.payment.reversal_move_id, "payment of 2014-04-24")

    def test_entry_of_a_draw_stays(self):
        self.assertGuarded(self.draw.move_id, "draw of 2014-03-24")

    def test_entries_of_a_month_end_stay(self):
        accrual = self.env["lpdb.accrual"].browse(self.loan.action_accrue("2014-04-30"))
        accrual = accrual.filtered("move_id")[:1]
        moves = accrual.move_id | accrual.reversal_move_id
        self.assertEqual(len(moves), 2)
        accrual.action_cancel("salah")
        for move in moves | accrual.cancel_move_ids:
            self.assertGuarded(move, "2014-04-30")

    def test_opening_balance_stays(self):
        loan = self._create_facility(name="Ambil alih", opening_date="2014-05-31")
        self._draw(loan)
        [move] = loan.entry_ids.move_id
        self.assertGuarded(move, "Ambil alih")

    def test_other_entries_are_copied_and_reversed(self):
        line = {"account_id": self.loan.interest_account_id.id}
        move = self.env["account.move"].create(
            {
                "journal_id": self.env["account.journal"]
                .search(
                    [("type", "=", "general"), ("company_id", "=", self.company.id)],
                    limit=1,
                )
                .id,
                "line_ids": [
                    (0, 0, {**line, "debit": 5.0}),
                    (0, 0, {**line, "credit": 5.0}),
                ],
            }
        )
        self.assertTrue(move.copy())
