# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import LpdbCommon

SCREEN = "account_reconcile_oca.bank_statement_line_form_reconcile_view"


@tagged("post_install", "-at_install")
class TestStatement(LpdbCommon):
    """Payments meet the lines of the bank's statement on the screen of OCA.

    The published loan: 508,334 fall due on 24 April 2014, 416,667 of it principal.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draw = cls._draw()
        cls.way = cls.company._coop_money_account(cls.bank, False)

    def _statement(self, amount, label="LPDB", day="2014-04-24"):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": day,
                "amount": amount,
                "payment_ref": label,
            }
        )

    def _outstanding(self, payment):
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == self.way
        )

    def _reconcile(self, line, *items, rest=None):
        """Pick journal items on the screen; what is left goes to an account."""
        form = line.with_context(view_ref=SCREEN)
        self.assertTrue(form.reconcile_data_info["data"])
        proposed = {
            number
            for part in form.reconcile_data_info["data"]
            for number in part.get("counterpart_line_ids", [])
        }
        # picking what the screen proposes would drop it again
        for item in (item for item in items if item.id not in proposed):
            form.add_account_move_line_id = item
            form._onchange_add_account_move_line_id()
        if rest:
            form.manual_reference = next(
                part["reference"]
                for part in form.reconcile_data_info["data"]
                if part["kind"] == "suspense"
            )
            form._onchange_manual_reconcile_reference()
            form.manual_account_id = rest
            form._onchange_manual_reconcile_vals()
        form.reconcile_bank_line()
        self.assertTrue(line.is_reconciled)

    def _open(self, day="2014-12-31"):
        """Return what is on its way to the bank at the end of a day."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.way.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ]
        )
        return sum(lines.mapped("amount_residual"))

    def _in_bank(self):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.bank.default_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("balance"))

    def test_payment_is_one_statement_line(self):
        payment = self._pay("2014-04-24")
        before = self._open()
        line = self._statement(-508_334)
        self._reconcile(line, self._outstanding(payment))
        self.assertTrue(self._outstanding(payment).reconciled)
        self.assertEqual(self._open() - before, 508_334)
        self.assertEqual(self._in_bank(), -508_334)
        self.assertTied("2014-04-24")

    def test_draw_is_one_statement_line(self):
        line = self._statement(5_000_000, day="2014-03-24")
        account = self.company._coop_money_account(self.bank, True)
        item = self.draw.move_id.line_ids.filtered(lambda i: i.account_id == account)
        self._reconcile(line, item)
        self.assertTrue(item.reconciled)
        self.draw.action_reverse("2014-03-25", "returned")
        self.assertFalse(line.is_reconciled)

    def test_bank_took_its_fee_in_the_same_line(self):
        payment = self._pay("2014-04-24", bank_fee=2_500)
        items = self._outstanding(payment)
        self.assertEqual(sorted(items.mapped("balance")), [-508_334, -2_500])
        self._reconcile(self._statement(-510_834), *items)
        self.assertEqual(items.mapped("reconciled"), [True, True])

    def test_bank_took_its_fee_in_a_line_of_its_own(self):
        payment = self._pay("2014-04-24", bank_fee=2_500)
        items = self._outstanding(payment).sorted("balance")
        for amount, item in zip((-508_334, -2_500), items, strict=True):
            self._reconcile(self._statement(amount), item)
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertEqual(self._in_bank(), -510_834)

    def test_two_accounts_are_two_statement_lines(self):
        banks = self.env["res.partner.bank"].create(
            [
                {"acc_number": number, "partner_id": self.lender.id}
                for number in ("POKOK-1", "BUNGA-2")
            ]
        )
        self.facility.principal_bank_id, self.facility.interest_bank_id = banks
        payment = self._pay("2014-04-24")
        items = self._outstanding(payment)
        for number, amount in (("POKOK-1", -416_667), ("BUNGA-2", -91_667)):
            item = items.filtered(lambda i, n=number: n in i.name)
            self.assertEqual(item.balance, amount)
            self._reconcile(self._statement(amount, number), item)
        self.assertEqual(items.mapped("reconciled"), [True, True])

    def test_statement_shows_more_than_was_booked(self):
        # the fee was not known when the payment was booked
        payment = self._pay("2014-04-24")
        line = self._statement(-510_834)
        fee = self.facility.bank_fee_account_id
        self._reconcile(line, self._outstanding(payment), rest=fee)
        self.assertTrue(self._outstanding(payment).reconciled)
        booked = line.move_id.line_ids.filtered(lambda item: item.account_id == fee)
        self.assertEqual(booked.balance, 2_500)

    def test_statement_shows_less_than_was_booked(self):
        # 108,334 of the transfer has not left the bank yet
        payment = self._pay("2014-04-24")
        item = self._outstanding(payment)
        self._reconcile(self._statement(-400_000), item)
        self.assertFalse(item.reconciled)
        self.assertEqual(item.amount_residual, -108_334)
        self._reconcile(self._statement(-108_334, day="2014-04-25"), item)
        self.assertTrue(item.reconciled)
        self.assertTied("2014-04-24", "2014-04-25")

    def test_reversal_gives_the_statement_line_back(self):
        payment = self._pay("2014-04-24", bank_fee=2_500)
        line = self._statement(-510_834)
        items = self._outstanding(payment)
        self._reconcile(line, *items)
        before = self._open("2014-04-23")
        payment.action_reverse("2014-04-28", "wrong loan")
        self.assertFalse(line.is_reconciled)
        # payment and mirror are even, so that only the right payment waits
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertEqual(self._open(), before)
        right = self._pay("2014-04-24", bank_fee=2_500)
        self._reconcile(line, *self._outstanding(right))
        self.assertEqual(self._in_bank(), -510_834)
        self.assertTied("2014-04-24", "2014-04-28")

    def test_reversal_of_what_the_bank_never_showed(self):
        payment = self._pay("2014-04-24")
        before = self._open("2014-04-23")
        payment.action_reverse("2014-04-28", "bounced")
        self.assertTrue(self._outstanding(payment).reconciled)
        self.assertEqual(self._open(), before)

    def test_late_payment_with_its_penalty(self):
        # 508,334 x 36.5 % / 365 x 11 days; the bank shows one transfer
        self.facility.penalty_rate = 36.5
        payment = self._pay("2014-05-04")
        self.assertEqual(payment.amount, 508_334 + 5_592)
        self._reconcile(self._statement(-513_926), self._outstanding(payment))

    def test_over_payment_goes_where_the_agreement_says(self):
        # 1,000,000 instead of 508,334: the next instalments need less principal
        payment = self._pay(
            "2014-04-24", amount=1_000_000, prepayment_strategy="next_instalments"
        )
        self.assertEqual(payment.prepaid, 491_666)
        self._reconcile(self._statement(-1_000_000), self._outstanding(payment))
        rows = self.facility.instalment_ids.sorted("n")
        # 416,667 of row 2 and 74,999 of row 3 are paid with it
        self.assertEqual(rows.mapped("principal")[1:4], [0, 341_668, 416_667])
