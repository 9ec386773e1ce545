# SPDX-License-Identifier: AGPL-3.0-or-later
"""Savings in arrears are taken off a member's bill, where he agreed to it."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_dues import DuesCommon


@tagged("post_install", "-at_install")
class TestIntakeDues(DuesCommon):
    """How much is taken off, in which order, and how it is given back."""

    def test_dues_are_taken_off_and_stand_in_the_books(self):
        self._agree()
        self.company.intake_netting = True
        intake = self._buy()
        # 240,000 - 2 x 20,000
        self.assertEqual(
            self._get_figures(intake),
            {"gross": 240_000, "deducted": 40_000, "to_pay": 200_000},
        )
        self.assertEqual(intake._get_bill().amount_residual, 200_000)
        self.assertEqual(self._get_payable(), 200_000)
        self.assertEqual(self.dues.mapped("state"), ["paid", "paid"])
        entries = intake.dues_transfer_ids.entry_ids.sorted("id")
        self.assertEqual(entries.mapped("kind"), ["offset", "offset"])
        self.assertEqual(entries.mapped("amount"), [20_000, 20_000])
        self.assertEqual(entries.due_id, self.dues)
        account = entries.account_id
        self.assertEqual(account.balance, 40_000)
        self.assertEqual(entries.move_id.intake_id, intake)
        slip = intake.get_payment_slip()
        self.assertEqual([debt["amount"] for debt in slip["debts"]], [20_000, 20_000])
        self.assertEqual(slip["member_dues"], 0)
        self._check_tied()

    def test_bill_smaller_than_the_dues(self):
        self._agree()
        # 5 kg at 6,000 = 30,000: all of January, 10,000 of February
        intake = self._buy(5)
        intake.action_net_debts()
        self.assertEqual(
            self._get_figures(intake),
            {"gross": 30_000, "deducted": 30_000, "to_pay": 0},
        )
        self.assertEqual(self.dues.mapped("paid"), [20_000, 10_000])
        self.assertEqual(intake.bill_state, "paid")
        self.assertEqual(intake.member_dues, 10_000)
        # the rest of February off the next bill
        second = self._buy(5)
        second.action_net_debts()
        self.assertEqual(self._get_figures(second)["to_pay"], 20_000)
        self.assertEqual(self.dues.mapped("state"), ["paid", "paid"])
        self._check_tied()

    def test_part_of_a_bill_that_was_agreed(self):
        self._agree(percent_max=12.5)
        intake = self._buy()
        intake.action_net_debts()
        # 12.5 % of 240,000 = 30,000, however often it is netted
        self.assertEqual(self._get_figures(intake)["deducted"], 30_000)
        with self.assertRaisesRegex(UserError, "nothing to net"):
            intake.action_net_debts()

    def test_order_is_the_companys(self):
        self._agree()
        # the invoice is older than February's saving and younger than January's
        # 7.5 kg at 6,000 = 45,000 of 65,000 that she owes
        for order, invoiced, saved in (
            ("last", 25_000, 20_000),
            ("first", 5_000, 40_000),
            # January's saving, the invoice, nothing is left for February's
            ("oldest", 25_000, 20_000),
        ):
            self.company.intake_netting_dues = order
            with self.cr.savepoint() as savepoint:
                invoice = self._invoice(25_000, "2026-02-10")
                intake = self._buy(7.5)
                intake.action_net_debts()
                self.assertEqual(25_000 - invoice.amount_residual, invoiced, order)
                self.assertEqual(sum(self.dues.mapped("paid")), saved, order)
                self.assertEqual(intake._get_bill().amount_residual, 0)
                self._check_tied()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_the_oldest_first_is_not_the_invoices_first(self):
        self._agree()
        self.company.intake_netting_dues = "oldest"
        invoice = self._invoice(25_000, "2026-02-10")
        # 30,000: January's 20,000, then 10,000 of the invoice
        self._buy(5).action_net_debts()
        self.assertEqual(self.dues.mapped("paid"), [20_000, 0])
        self.assertEqual(invoice.amount_residual, 15_000)

    def test_invoice_not_yet_due_needs_consent(self):
        self._invoice(50_000, "2026-03-01", due="2026-03-31")
        intake = self._buy()
        with self.assertRaisesRegex(UserError, "nothing to net"):
            intake.action_net_debts()
        self._agree(dues=False, not_due=True)
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["deducted"], 50_000)

    # ---- reversal -----------------------------------------------------------------

    def test_return_gives_all_back(self):
        self._agree()
        invoice = self._invoice(30_000, "2026-02-10")
        self.company.intake_netting = True
        intake = self._buy()
        self.assertEqual(self._get_figures(intake)["to_pay"], 170_000)
        with freeze_time("2026-03-05 00:00:00"):
            intake.action_cancel()
        self.assertEqual(invoice.amount_residual, 30_000)
        self.assertEqual(self.dues.mapped("paid"), [0, 0])
        self.assertEqual(self.dues.mapped("state"), ["open", "open"])
        self.assertEqual(intake.dues_transfer_ids.mapped("state"), ["reversed"])
        self.assertEqual(self._get_payable(), 0)
        self.assertEqual(intake.bill_state, "reversed")
        self.assertEqual(intake.get_payment_slip()["debts"], [])
        self._check_tied("2026-03-04")
        self._check_tied()

    def test_transfer_reversed_alone_opens_bill_and_dues(self):
        self._agree()
        intake = self._buy()
        intake.action_net_debts()
        intake.dues_transfer_ids.action_reverse()
        self.assertEqual(intake._get_bill().amount_residual, 240_000)
        self.assertEqual(self.dues.mapped("state"), ["open", "open"])
        # and can be taken off again
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["to_pay"], 200_000)
        self._check_tied()

    def test_closed_period_leaves_nothing_half_done(self):
        self._agree()
        intake = self._buy()
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaises(UserError), self.cr.savepoint():
            intake.action_net_debts()
        self.assertEqual(self.dues.mapped("paid"), [0, 0])
        self.assertEqual(intake._get_bill().amount_residual, 240_000)
