# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestWithdrawal(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        for member in (cls.siti, cls.budi):
            cls._receive(member, {cls.voluntary: 1_000_000}, "2026-02-01")
        cls.account = cls.siti.account_ids.filtered(lambda a: a.kind == "voluntary")
        cls.teller = cls._new_user("teller")
        cls.chief = cls._new_user("accountant")

    def _out(self, amount, user=None, day="2026-02-10", **values):
        receipts = self.env["coop.receipt"].with_user(user or self.teller)
        return receipts.create(
            {
                "member_id": self.siti.id,
                "direction": "out",
                "date": day,
                "line_ids": [
                    Command.create({"type_id": self.voluntary.id, "amount": amount})
                ],
                **values,
            }
        )

    def test_above_the_limit_a_second_user_approves(self):
        self.voluntary.withdrawal_limit = 300_000
        receipt = self._out(300_001)
        self.assertTrue(receipt.needs_approval)
        with self.assertRaisesRegex(UserError, "second user"):
            receipt.action_post()
        with self.assertRaisesRegex(AccessError, "may not approve"):
            receipt.action_approve_withdrawal()
        receipt.with_user(self.chief).action_approve_withdrawal()
        self.assertFalse(receipt.needs_approval)
        receipt.action_post()
        self.assertEqual(receipt.entry_ids.approved_by_id, self.chief)

    def test_who_entered_or_posts_does_not_approve(self):
        self.voluntary.withdrawal_limit = 300_000
        own = self._out(400_000, self.chief)
        with self.assertRaisesRegex(UserError, "second user approves"):
            own.action_approve_withdrawal()
        other = self._out(400_000)
        other.with_user(self.chief).action_approve_withdrawal()
        with self.assertRaisesRegex(UserError, "second user"):
            other.with_user(self.chief).action_post()

    def test_approval_is_for_what_was_approved(self):
        self.voluntary.withdrawal_limit = 300_000
        receipt = self._out(400_000)
        receipt.with_user(self.chief).action_approve_withdrawal()
        receipt.line_ids.amount = 500_000
        self.assertTrue(receipt.needs_approval)
        with self.assertRaisesRegex(UserError, "second user"):
            receipt.action_post()
        with self.assertRaisesRegex(UserError, "changes only through"):
            receipt.approved_by_id = self.env.user

    def test_withdrawals_of_a_day_count_together(self):
        self.voluntary.withdrawal_limit = 300_000
        self._out(200_000).action_post()
        with self.assertRaisesRegex(UserError, "second user"):
            self._out(100_001).action_post()
        self._out(100_000).action_post()
        self._out(200_000, day="2026-02-11").action_post()
        self.assertEqual(self.account.balance, 500_000)

    def test_single_entry_does_not_go_round_the_limit(self):
        self.voluntary.withdrawal_limit = 300_000
        entry = self.env["coop.saving.entry"].create(
            {
                "account_id": self.account.id,
                "date": "2026-02-10",
                "kind": "withdrawal",
                "amount": -400_000,
                "journal_id": self.counter.id,
            }
        )
        with self.assertRaisesRegex(UserError, "second user"):
            entry.action_post()

    def test_minimum_balance_stays_until_the_exit(self):
        self.voluntary.minimum_balance = 50_000
        with self.assertRaisesRegex(UserError, "minimum balance"):
            self._out(950_001).action_post()
        self._out(950_000).action_post()
        self.siti.action_request_exit()
        self._out(50_000, day="2026-02-12").action_post()
        self.assertEqual(self.account.balance, 0)
        self.assert_tied("2026-02-10", "2026-02-12")

    def test_blocks_have_a_reason_and_are_released(self):
        block = self.env["coop.saving.block"].create(
            {"account_id": self.account.id, "amount": 700_000, "reason": "Agunan"}
        )
        self.assertEqual(self.account.available_amount, 300_000)
        with self.assertRaisesRegex(UserError, "Not enough"):
            self._out(300_001).action_post()
        with self.assertRaisesRegex(UserError, "posted fact"):
            block.amount = 1
        with self.assertRaisesRegex(UserError, "posted fact"):
            block.unlink()
        with self.assertRaises(AccessError):
            block.with_user(self.teller).action_release()
        block.with_user(self.chief).action_release("Lunas")
        self.assertRecordValues(
            block, [{"state": "released", "release_reason": "Lunas"}]
        )
        with self.assertRaisesRegex(UserError, "released already"):
            block.action_release()
        self._out(1_000_000).action_post()

    def test_part_of_a_block_is_released(self):
        self.account.action_block(300_000, "Agunan")
        self.account.action_block(200_000, "Sengketa")
        self.account.action_block(-250_000)
        self.assertEqual(self.account.blocked_amount, 250_000)
        active = self.account.block_ids.filtered(lambda b: b.state == "active")
        self.assertRecordValues(
            active.sorted("amount"), [{"amount": 250_000, "reason": "Agunan"}]
        )
        with self.assertRaisesRegex(UserError, "less than that"):
            self.account.action_block(-250_001)

    def test_authorised_person_within_dates_and_amount(self):
        wife = self.env["res.partner"].create(
            {"name": "Rahma", "company_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "not authorised"):
            self._out(10_000, collector_id=wife.id).action_post()
        self.env["coop.saving.mandate"].create(
            {
                "member_id": self.siti.id,
                "partner_id": wife.id,
                "date_from": "2026-02-01",
                "date_to": "2026-02-15",
                "limit_amount": 100_000,
            }
        )
        self._out(100_000, collector_id=wife.id).action_post()
        for amount, day in ((100_001, "2026-02-10"), (10_000, "2026-02-16")):
            with self.assertRaisesRegex(UserError, "not authorised"):
                self._out(amount, collector_id=wife.id, day=day).action_post()

    def test_stamp_duty_is_dated_and_spares_savings(self):
        duty = self.env["coop.stamp.duty"]
        # UU 10/2020: above 5,000,000 from 2021 on
        self.assertEqual(duty.compute_duty(5_000_000, "2026-02-01"), 0)
        self.assertEqual(duty.compute_duty(5_000_001, "2026-02-01"), 10_000)
        self.assertEqual(duty.compute_duty(9_000_000, "2020-12-31"), 0)
        self.assertEqual(duty.compute_duty(0, "2026-02-01", savings=9_000_000), 0)
        receipt = self._out(6_000_000)
        self.assertEqual(receipt.stamp_duty, 0)
        invoice = self._invoice(self.siti.partner_id, 6_000_000)
        paid = self.env["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "date": "2026-02-10",
                "line_ids": [
                    Command.create({"invoice_id": invoice.id, "amount": 6_000_000})
                ],
            }
        )
        self.assertEqual(paid.stamp_duty, 10_000)
        paid.action_post()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_receipt", paid.ids
        )
        self.assertIn("Enam juta rupiah", html.decode())
        self.assertIn("meterai", html.decode())


@tagged("post_install", "-at_install")
class TestTransfer(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls._receive(cls.siti, {cls.voluntary: 1_000_000}, "2026-02-01")
        cls.account = cls.siti.account_ids.filtered(lambda a: a.kind == "voluntary")
        cls.teller = cls._new_user("teller")

    def _transfer(self, amount=100_000, user=None, **values):
        if "source_bill_id" not in values:
            values.setdefault("source_account_id", self.account.id)
        return (
            self.env["coop.saving.transfer"]
            .with_user(user or self.teller)
            .create({"amount": amount, "date": "2026-02-10", **values})
        )

    def _bill(self, partner, amount):
        payable = self.company._coop_ensure_account(
            "test_payable", "21199999", "Payable", "Utang", "liability_payable", True
        )
        expense = self.company._coop_ensure_account(
            "test_expense", "51999999", "Goods", "Barang", "expense"
        )
        journal = self.company._coop_ensure_journal(
            "test_purchase", "UJB", "Purchases", "Beli", "purchase", hashed=False
        )
        partner.property_account_payable_id = payable
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_date": "2026-02-01",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Jahe",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": expense.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def test_between_members_and_back(self):
        transfer = self._transfer(
            target_member_id=self.budi.id, target_type_id=self.voluntary.id
        )
        transfer.action_post()
        self.assertEqual(self.account.balance, 900_000)
        self.assertEqual(self._get_balance(self.budi, self.voluntary), 100_000)
        self.assertEqual(sum(transfer.entry_ids.mapped("amount")), 0)
        with self.assertRaisesRegex(UserError, "reversed as a whole"):
            transfer.entry_ids[:1].sudo().action_reverse()
        with self.assertRaisesRegex(UserError, "posted fact"):
            transfer.amount = 1
        transfer.action_reverse("2026-02-12")
        self.assertEqual(self.account.balance, 1_000_000)
        self.assertEqual(transfer.state, "reversed")
        self.assert_tied("2026-02-10", "2026-02-12")

    def test_savings_pay_the_oldest_dues(self):
        self.mandatory.action_create_dues("2026-02-01")
        self.mandatory.action_create_dues("2026-03-01")
        self._transfer(25_000, target_type_id=self.mandatory.id).action_post()
        dues = self.siti.due_ids.filtered(lambda d: d.kind == "mandatory")
        self.assertEqual(dues.sorted("period").mapped("paid"), [20_000, 5_000])
        with self.assertRaisesRegex(UserError, "owes .* less"):
            self._transfer(15_001, target_type_id=self.mandatory.id).action_post()
        self.assert_tied("2026-02-10")

    def test_savings_pay_an_invoice(self):
        invoice = self._invoice(self.siti.partner_id, 150_000)
        transfer = self._transfer(150_000, invoice_id=invoice.id)
        transfer.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(transfer.entry_ids.kind, "offset")
        transfer.action_reverse("2026-02-12")
        self.assertEqual(invoice.amount_residual, 150_000)
        self.assertEqual(self.account.balance, 1_000_000)
        with self.assertRaisesRegex(UserError, "open, not"):
            self._transfer(150_001, invoice_id=invoice.id).action_post()
        self.assert_tied("2026-02-10", "2026-02-12")

    def test_dues_out_of_what_the_member_is_owed(self):
        self.mandatory.action_create_dues("2026-02-01")
        bill = self._bill(self.siti.partner_id, 500_000)
        transfer = self._transfer(
            20_000,
            source_bill_id=bill.id,
            target_member_id=self.siti.id,
            target_type_id=self.mandatory.id,
        )
        transfer.action_post()
        self.assertEqual(bill.amount_residual, 480_000)
        self.assertEqual(self._get_balance(self.siti, self.mandatory), 20_000)
        transfer.action_reverse("2026-02-12")
        self.assertEqual(bill.amount_residual, 500_000)
        due = self.siti.due_ids.filtered(lambda d: d.kind == "mandatory")
        self.assertRecordValues(due, [{"paid": 0, "state": "open"}])
        self.assert_tied("2026-02-10", "2026-02-12")

    def test_what_belongs_to_others_is_refused(self):
        bill = self._bill(self.budi.partner_id, 500_000)
        invoice = self._invoice(self.budi.partner_id, 100_000)
        with self.assertRaisesRegex(ValidationError, "somebody else than"):
            self._transfer(
                source_bill_id=bill.id,
                target_member_id=self.siti.id,
                target_type_id=self.voluntary.id,
            )
        with self.assertRaisesRegex(ValidationError, "somebody else's"):
            self._transfer(invoice_id=invoice.id)
        with self.assertRaisesRegex(ValidationError, "same account"):
            self._transfer(target_type_id=self.voluntary.id)

    def test_what_stays_while_the_membership_lasts_is_not_transferred(self):
        principal = self.siti.account_ids.filtered(lambda a: a.kind == "principal")
        with self.assertRaisesRegex(UserError, "membership does not allow"):
            self._transfer(
                source_account_id=principal.id, target_type_id=self.voluntary.id
            ).action_post()

    def test_to_others_above_the_limit_needs_approval(self):
        self.voluntary.withdrawal_limit = 50_000
        to_other = self._transfer(
            target_member_id=self.budi.id, target_type_id=self.voluntary.id
        )
        with self.assertRaisesRegex(UserError, "second user"):
            to_other.action_post()
        to_other.with_user(self._new_user("accountant")).action_approve_withdrawal()
        to_other.action_post()
        invoice = self._invoice(self.siti.partner_id, 150_000)
        self._transfer(150_000, invoice_id=invoice.id).action_post()

    def test_company_and_auditor_see_what_is_theirs(self):
        transfer = self._transfer(
            target_member_id=self.budi.id, target_type_id=self.voluntary.id
        )
        auditor = self._new_user("auditor")
        self.assertTrue(transfer.with_user(auditor).read(["amount"]))
        with self.assertRaises(AccessError):
            transfer.with_user(auditor).action_post()
        other = self._create_cooperative("Lain")
        stranger = self._new_user("teller", other)
        foreign = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        self.assertFalse(foreign["coop.saving.transfer"].search([]))
        approver = new_test_user(
            self.env,
            login="only_approver",
            groups="coop_membership.coop_membership_group_approver",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            transfer.with_user(approver).action_approve_withdrawal()
