# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bought material: bill, netting, payment slip, reversal."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import TollCommon

DAY = "2026-01-05"
MOMENT = "2026-01-05 01:00:00"


@tagged("post_install", "-at_install")
class TestIntakeBill(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.currency_id.rounding = 0.01
        create = cls.env["account.account"].create
        cls.expense, cls.payable, cls.receivable, cls.income = (
            create(
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind in ("liability_payable", "asset_receivable"),
                }
            )
            for name, code, kind in (
                ("Pembelian", "TB5000", "expense"),
                ("Utang", "TB2000", "liability_payable"),
                ("Piutang", "TB1000", "asset_receivable"),
                ("Jasa", "TB4000", "income"),
            )
        )
        journals = cls.env["account.journal"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "type": kind,
                    "company_id": cls.company.id,
                    "default_account_id": account.id if account else False,
                }
                for name, code, kind, account in (
                    ("Pembelian bahan", "TBP", "purchase", cls.expense),
                    ("Penjualan", "TBS", "sale", cls.income),
                    ("Memorial", "TBM", "general", None),
                )
            ]
        )
        cls.purchases, cls.sales, cls.general = journals
        cls.company.intake_netting_journal_id = cls.general
        # other addons may bring journals of their own
        cls.env["account.journal"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type", "=", "purchase"),
                ("id", "!=", cls.purchases.id),
            ]
        ).active = False
        cls.category.with_company(
            cls.company
        ).property_account_expense_categ_id = cls.expense
        for owner in cls.owner_a + cls.owner_b:
            owner.property_account_payable_id = cls.payable
            owner.property_account_receivable_id = cls.receivable
        cls.grade = cls.env["factory.grade"].create({"name": "Mutu A", "code": "TBA"})
        cls.env["factory.purchase.price"].create(
            [
                {
                    "product_id": cls.ginger.id,
                    "price": price,
                    "date_from": "2026-01-01",
                    "grade_id": grade,
                }
                for price, grade in ((6000, False), (7500, cls.grade.id))
            ]
        )

    def _buy(self, *lines, accept=True, **vals):
        intake = self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "mode": "bought",
                "date": MOMENT,
                "line_ids": [
                    Command.create({"product_id": self.ginger.id, **line})
                    for line in lines or [{"gross_kg": 40}]
                ],
                **vals,
            }
        )
        if accept:
            intake.action_accept()
        return intake

    def _invoice(self, amount, day="2026-01-02", partner=None):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": self.sales.id,
                "partner_id": (partner or self.owner_a).id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Jasa oven",
                            "account_id": self.income.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    # ---- bill ---------------------------------------------------------------------

    def test_bill_at_the_price_of_grade_and_day(self):
        # 40 kg at 6,000 and 10 kg of grade A at 7,500 = 240,000 + 75,000
        intake = self._buy(
            {"gross_kg": 40}, {"gross_kg": 10, "grade_id": self.grade.id}
        )
        bill = intake._get_bill()
        self.assertRecordValues(
            bill,
            [
                {
                    "move_type": "in_invoice",
                    "state": "posted",
                    "partner_id": self.owner_a.id,
                    "amount_total": 315_000,
                    "journal_id": self.purchases.id,
                }
            ],
        )
        self.assertEqual((str(bill.invoice_date), str(bill.date)), (DAY, DAY))
        self.assertEqual(intake.bill_state, "posted")
        lines = bill.invoice_line_ids
        self.assertEqual(lines.mapped("price_subtotal"), [240_000, 75_000])
        self.assertIn(intake.line_ids[1].lot_id.name, lines[1].name)

    def test_bill_is_the_amount_of_the_ticket_to_the_rupiah(self):
        self.env["factory.purchase.price"].search(
            [("grade_id", "=", self.grade.id)]
        ).price = 6250
        # 45.123 kg at 6,250 = 282,018.75, rounded to Rp1: 282,019
        intake = self._buy({"gross_kg": 45.123, "grade_id": self.grade.id})
        self.assertEqual(intake.amount, 282_019)
        self.assertEqual(intake._get_bill().amount_total, 282_019)

    def test_toll_material_is_not_billed(self):
        intake = self._buy(mode="toll")
        self.assertFalse(intake.bill_ids)
        self.assertEqual(intake.bill_state, "none")

    def test_accountant_may_want_drafts(self):
        self.company.intake_bill_policy = "draft"
        intake = self._buy()
        self.assertEqual(intake._get_bill().state, "draft")
        self.assertEqual(intake.bill_state, "draft")
        intake._get_bill().action_post()
        self.assertEqual(intake.bill_state, "posted")

    @mute_logger("odoo.sql_db")
    def test_never_billed_twice(self):
        intake = self._buy()
        with self.assertRaisesRegex(UserError, "bill already"):
            intake.action_create_bill()
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["account.move"].create(intake._prepare_bill_vals())
            self.env.flush_all()
        self.assertEqual(len(intake.bill_ids), 1)

    def test_scale_works_before_the_books_do(self):
        self.purchases.active = False
        intake = self._buy()
        self.assertEqual((intake.state, intake.bill_state), ("accepted", "to_bill"))
        with self.assertRaisesRegex(UserError, "purchase journal"):
            intake.action_create_bill()
        self.purchases.active = True
        intake.action_create_bill()
        self.assertEqual(intake.bill_state, "posted")

    def test_cancelled_bill_can_be_made_again(self):
        self.company.intake_bill_policy = "draft"
        intake = self._buy()
        intake._get_bill().button_cancel()
        self.assertEqual(intake.bill_state, "to_bill")
        intake.action_create_bill()
        self.assertEqual(intake.bill_state, "draft")

    def test_closed_period_is_refused(self):
        self.company.fiscalyear_lock_date = "2026-01-31"
        intake = self._buy(accept=False)
        with self.assertRaisesRegex(UserError, "period"):
            intake.action_accept()

    def test_weigher_buys_without_a_right_on_the_books(self):
        weigher = new_test_user(
            self.env,
            "tb.weigher",
            "umkm_base.umkm_base_group_operator",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        intake = self._buy(accept=False).with_user(weigher)
        intake.action_accept()
        self.assertEqual(intake.sudo().bill_state, "posted")
        with self.assertRaises(AccessError):
            intake.action_net_debts()
        with self.assertRaises(AccessError):
            intake.get_payment_slip()

    # ---- netting ------------------------------------------------------------------

    def test_debts_are_netted_the_oldest_first(self):
        newer = self._invoice(100_000, "2026-01-03")
        older = self._invoice(180_000, "2026-01-01")
        foreign = self._invoice(50_000, partner=self.owner_b)
        intake = self._buy()  # 240,000
        self.assertEqual(intake.seller_debt, 280_000)
        intake.action_net_debts()
        # 180,000 of the older, the remaining 60,000 of the newer
        self.assertEqual(older.payment_state, "paid")
        self.assertEqual(newer.amount_residual, 40_000)
        self.assertEqual(foreign.amount_residual, 50_000)
        self.assertEqual(intake.bill_state, "paid")
        slip = intake.get_payment_slip()
        self.assertEqual(
            slip["debts"],
            [
                {"name": older.name, "amount": 180_000},
                {"name": newer.name, "amount": 60_000},
            ],
        )
        figures = {name: slip[name] for name in ("gross", "deducted", "to_pay", "paid")}
        self.assertEqual(
            figures, {"gross": 240_000, "deducted": 240_000, "to_pay": 0, "paid": 0}
        )

    def test_rest_after_netting_is_paid(self):
        self._invoice(90_000)
        self.company.intake_netting = True
        intake = self._buy()
        slip = intake.get_payment_slip()
        # 240,000 - 90,000
        self.assertEqual((slip["to_pay"], slip["paid"]), (150_000, 0))
        self.assertEqual(intake._get_bill().amount_residual, 150_000)
        self.assertIn("seratus lima puluh ribu", slip["words"].lower())

    def test_nothing_to_net(self):
        intake = self._buy()
        with self.assertRaisesRegex(UserError, "nothing to net"):
            intake.action_net_debts()

    def test_slip_on_paper(self):
        invoice = self._invoice(90_000)
        self.company.intake_netting = True
        intake = self._buy()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "factory_toll.report_factory_payment_slip", intake.ids
        )
        for text in (invoice.name, "seratus lima puluh ribu rupiah", intake.name):
            self.assertIn(text, html.decode())

    # ---- reversal -----------------------------------------------------------------

    def test_return_credits_the_bill(self):
        intake = self._buy()
        bill = intake._get_bill()
        intake.action_cancel()
        credit = intake.bill_ids.filtered(lambda m: m.move_type == "in_refund")
        self.assertRecordValues(
            credit,
            [
                {
                    "state": "posted",
                    "amount_total": 240_000,
                    "reversed_entry_id": bill.id,
                }
            ],
        )
        self.assertEqual(bill.payment_state, "reversed")
        self.assertEqual(intake.bill_state, "reversed")

    def test_return_cancels_a_draft_bill(self):
        self.company.intake_bill_policy = "draft"
        intake = self._buy()
        intake.action_cancel()
        self.assertEqual(intake.bill_ids.mapped("state"), ["cancel"])

    def test_return_opens_the_netted_debts_again(self):
        invoice = self._invoice(90_000)
        self.company.intake_netting = True
        intake = self._buy()
        self.assertEqual(invoice.payment_state, "paid")
        intake.action_cancel()
        self.assertEqual(invoice.amount_residual, 90_000)
        balance = sum(
            self.env["account.move.line"]
            .search(
                [
                    ("account_id", "=", self.payable.id),
                    ("parent_state", "=", "posted"),
                ]
            )
            .mapped("balance")
        )
        self.assertEqual(balance, 0)

    def test_bill_keeps_its_intake(self):
        intake = self._buy()
        copy = intake._get_bill().copy()
        self.assertFalse(copy.intake_id)
        self.assertEqual(intake.copy().bill_state, "none")
