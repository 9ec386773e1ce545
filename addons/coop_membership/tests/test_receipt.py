# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestReceipt(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        cls.mandatory.action_create_dues("2026-02-01")
        cls.mandatory.action_create_dues("2026-03-01")

    def _mandatory_dues(self):
        dues = self.siti.due_ids.filtered(lambda due: due.kind == "mandatory")
        return dues.sorted("period")

    def test_one_receipt_settles_dues_savings_and_invoice(self):
        invoice = self._invoice(self.siti.partner_id, 75_000)
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "date": "2026-03-10",
                "line_ids": [
                    Command.create({"type_id": self.mandatory.id, "amount": 30_000}),
                    Command.create({"type_id": self.voluntary.id, "amount": 50_000}),
                    Command.create({"invoice_id": invoice.id, "amount": 75_000}),
                ],
            }
        )
        receipt.action_post()
        # 30,000 of two dues of 20,000: the older in full, half of the newer
        self.assertRecordValues(
            self._mandatory_dues(),
            [
                {"paid": 20_000, "state": "paid"},
                {"paid": 10_000, "state": "open"},
            ],
        )
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(invoice.payment_state, "paid")
        move = receipt.move_id
        self.assertEqual(move.journal_id, self.counter)
        self.assertEqual(str(move.date), "2026-03-10")
        lines = {line.account_id: line.balance for line in move.line_ids}
        self.assertEqual(lines[self.counter.default_account_id], 155_000)
        self.assertEqual(lines[self.mandatory.account_id], -30_000)
        self.assertEqual(lines[self.voluntary.account_id], -50_000)
        self.assertRegex(receipt.name, r"^\d{4}/KWT/III/2026$")
        self.assertEqual(receipt.amount_in_words, "Seratus lima puluh lima ribu rupiah")
        self.assert_tied("2026-03-09", "2026-03-10")

    def test_proposal_offers_all_that_is_owed(self):
        invoice = self._invoice(self.siti.partner_id, 75_000)
        receipt = self.env["coop.receipt"].create(
            {"member_id": self.siti.id, "date": "2026-03-10"}
        )
        receipt.action_propose()
        receipt.action_propose()
        # two dues of 20,000 and the invoice, each once
        self.assertEqual(receipt.amount_total, 115_000)
        self.assertEqual(receipt.line_ids.invoice_id, invoice)
        receipt.action_post()
        self.assertEqual(set(self._mandatory_dues().mapped("state")), {"paid"})

    def test_more_than_owed_is_refused_with_advice(self):
        with self.assertRaisesRegex(UserError, "later periods"):
            self._receive(self.siti, {self.mandatory: 40_001}, "2026-03-10")

    def test_reversal_opens_dues_and_invoice_again(self):
        invoice = self._invoice(self.siti.partner_id, 75_000)
        receipt = self.env["coop.receipt"].create(
            {"member_id": self.siti.id, "date": "2026-03-10"}
        )
        receipt.action_propose()
        receipt.action_post()
        receipt.action_reverse("2026-03-12", "wrong person")
        self.assertEqual(receipt.state, "reversed")
        self.assertEqual(invoice.amount_residual, 75_000)
        self.assertEqual(set(self._mandatory_dues().mapped("state")), {"open"})
        self.assertEqual(self._get_balance(self.siti, self.mandatory), 0)
        self.assertEqual(receipt.reversal_move_id.reversed_entry_id, receipt.move_id)
        self.assert_tied("2026-03-10", "2026-03-11", "2026-03-12")
        with self.assertRaises(UserError):
            receipt.action_reverse("2026-03-13")

    def test_reversal_cannot_take_what_was_drawn_already(self):
        receipt = self._receive(self.siti, {self.voluntary: 50_000}, "2026-03-10")
        self._receive(self.siti, {self.voluntary: 40_000}, "2026-03-11", "out")
        with self.assertRaisesRegex(UserError, "Not enough"):
            receipt.action_reverse("2026-03-12")

    def test_posted_receipt_is_immutable(self):
        receipt = self._receive(self.siti, {self.voluntary: 50_000}, "2026-03-10")
        line = receipt.line_ids
        for record, values in (
            (receipt, {"date": "2026-03-11"}),
            (receipt, {"state": "draft"}),
            (receipt, {"name": "X"}),
            (receipt, {"line_ids": [Command.create({"type_id": 1, "amount": 1})]}),
            (line, {"amount": 1}),
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                record.write(values)
        for record in (receipt, line):
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(UserError):
            self.env["coop.receipt.line"].create(
                {
                    "receipt_id": receipt.id,
                    "type_id": self.voluntary.id,
                    "amount": 1,
                }
            )
        with self.assertRaises(UserError):
            receipt.action_post()
        with self.assertRaises(UserError):
            receipt.entry_ids.action_reverse()

    def test_draft_may_be_changed_and_deleted(self):
        receipt = self._receive(
            self.siti, {self.voluntary: 50_000}, "2026-03-10", post=False
        )
        receipt.line_ids.amount = 60_000
        self.assertEqual(receipt.amount_total, 60_000)
        receipt.unlink()

    def test_money_out_of_the_voluntary_saving(self):
        self._receive(self.siti, {self.voluntary: 50_000}, "2026-03-10")
        receipt = self._receive(
            self.siti, {self.voluntary: 20_000}, "2026-03-11", "out"
        )
        self.assertEqual(receipt.entry_ids.kind, "withdrawal")
        self.assertEqual(receipt.entry_ids.amount, -20_000)
        self.assertRegex(receipt.name, r"^\d{4}/BKK/III/2026$")
        cash = self.counter.default_account_id
        line = receipt.move_id.line_ids.filtered(lambda ln: ln.account_id == cash)
        self.assertEqual(line.balance, -20_000)
        self.assert_tied("2026-03-10", "2026-03-11")

    def test_bank_transfer_passes_the_outstanding_account(self):
        bank = self.company._coop_bank_journal()
        receipt = self._receive(
            self.siti, {self.voluntary: 50_000}, "2026-03-10", post=False
        )
        receipt.journal_id = bank
        receipt.action_post()
        self.assertEqual(receipt.move_id.journal_id, self.savings_journal)
        outstanding = bank.inbound_payment_method_line_ids.payment_account_id[:1]
        self.assertIn(outstanding, receipt.move_id.line_ids.account_id)
        self.assertNotIn(bank.default_account_id, receipt.move_id.line_ids.account_id)
        self.assert_tied("2026-03-10")

    def test_customer_who_is_no_member_pays_an_invoice(self):
        stranger = self.env["res.partner"].create({"name": "CV Luar"})
        invoice = self._invoice(stranger, 10_000)
        receipt = self.env["coop.receipt"].create(
            {
                "partner_id": stranger.id,
                "date": "2026-03-10",
                "line_ids": [
                    Command.create({"invoice_id": invoice.id, "amount": 4_000})
                ],
            }
        )
        receipt.action_post()
        self.assertEqual(invoice.amount_residual, 6_000)
        with self.assertRaises(ValidationError):
            self.env["coop.receipt"].create(
                {
                    "partner_id": stranger.id,
                    "line_ids": [
                        Command.create({"type_id": self.voluntary.id, "amount": 1})
                    ],
                }
            )

    def test_invoice_of_somebody_else_or_beyond_its_rest_is_refused(self):
        stranger = self.env["res.partner"].create({"name": "CV Luar"})
        invoices = {
            self._invoice(stranger, 10_000): 5_000,
            self._invoice(self.siti.partner_id, 10_000): 10_001,
        }
        for invoice, amount in invoices.items():
            receipt = self.env["coop.receipt"].create(
                {
                    "member_id": self.siti.id,
                    "date": "2026-03-10",
                    "line_ids": [
                        Command.create({"invoice_id": invoice.id, "amount": amount})
                    ],
                }
            )
            with self.assertRaisesRegex(UserError, "open for this person"):
                receipt.action_post()

    def test_applicant_without_approval_cannot_save(self):
        member = self._apply("Budi")
        with self.assertRaisesRegex(UserError, "approve"):
            self._receive(member, {self.voluntary: 10_000}, "2026-03-10")

    def test_empty_receipt_is_refused(self):
        with self.assertRaisesRegex(UserError, "no lines"):
            self._receive(self.siti, {}, "2026-03-10")

    def test_line_pays_one_thing(self):
        invoice = self._invoice(self.siti.partner_id, 10_000)
        with self.assertRaises(ValidationError):
            self.env["coop.receipt"].create(
                {"member_id": self.siti.id, "line_ids": [Command.create({"amount": 1})]}
            )
        due = self._mandatory_dues()[:1]
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "line_ids": [Command.create({"due_id": due.id, "amount": 5_000})],
            }
        )
        self.assertEqual(receipt.line_ids.type_id, self.mandatory)
        with self.assertRaises(ValidationError):
            receipt.line_ids.write(
                {
                    "type_id": self.mandatory.id,
                    "due_id": False,
                    "invoice_id": invoice.id,
                }
            )
            receipt.line_ids.write({"type_id": self.mandatory.id})

    def test_counter_form_by_hand(self):
        with Form(self.env["coop.receipt"]) as form:
            form.member_id = self.siti
            form.date = "2026-03-10"
            with form.line_ids.new() as line:
                line.type_id = self.voluntary
                line.amount = 25_000
        receipt = form.record
        self.assertEqual(receipt.partner_id, self.siti.partner_id)
        self.assertEqual(receipt.journal_id, self.counter)
        receipt.action_post()
        self.assertEqual(self._get_balance(self.siti, self.voluntary), 25_000)

    def test_receipt_and_register_print(self):
        receipt = self._receive(self.siti, {self.voluntary: 50_000}, "2026-03-10")
        render = self.env["ir.actions.report"]._render_qweb_html
        html, _kind = render("coop_membership.report_receipt", receipt.ids)
        self.assertIn(b"Lima puluh ribu rupiah", html)
        self.assertIn(receipt.name.encode(), html)
        html, _kind = render("coop_membership.report_register", self.siti.ids)
        self.assertIn(self.siti.number.encode(), html)

    def test_300_receipts_post_in_bulk(self):
        # 60 here; the bound is per receipt: 300 must stay below 20 s
        members = self._apply(*(f"P{n}" for n in range(60)))
        members.action_approve("2026-01-05")
        receipts = self.env["coop.receipt"].create(
            [
                {
                    "member_id": member.id,
                    "date": "2026-01-06",
                    "line_ids": [
                        Command.create(
                            {"type_id": self.principal.id, "amount": 100_000}
                        )
                    ],
                }
                for member in members
            ]
        )
        self.env.flush_all()
        with self.assertQueryCount(60 * 12):
            receipts.action_post()
            self.env.flush_all()
        members.action_activate("2026-01-06")
        self.assertEqual(len(set(receipts.mapped("name"))), 60)
        self.assert_tied("2026-01-06")
