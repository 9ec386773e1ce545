# SPDX-License-Identifier: AGPL-3.0-or-later
"""Savings in arrears are taken off a member's bill, where he agreed to it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestIntakeDues(SharingCommon):
    """Siti owes 20,000 of mandatory savings for January and February each.

    She sells 40 kg of ginger at 6,000 = 240,000.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payable = cls.company._coop_ensure_account(
            "test_payable",
            "21199998",
            "Payable",
            "Utang",
            "liability_payable",
            reconcile=True,
        )
        expense = cls.company._coop_ensure_account(
            "test_expense", "51199998", "Material", "Bahan", "expense"
        )
        for partner in (cls.siti.partner_id, cls.budi):
            partner.property_account_payable_id = cls.payable
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.ginger = cls.env["product.product"].create(
            {
                "name": "Jahe basah",
                "is_storable": True,
                "tracking": "lot",
                "uom_id": kg.id,
                "company_id": cls.company.id,
                "property_account_expense_id": expense.id,
                "supplier_taxes_id": [Command.clear()],
            }
        )
        cls.env["factory.purchase.price"].create(
            {"product_id": cls.ginger.id, "price": 6000, "date_from": "2026-01-01"}
        )
        cls.saving = cls.env["coop.saving.type"].search(
            [("kind", "=", "mandatory"), ("company_id", "=", cls.company.id)]
        )
        cls.dues = cls._owe("2026-01-31", "2026-02-28")

    @classmethod
    def _owe(cls, *days, saving=None):
        return cls.env["coop.saving.due"].create(
            [
                {
                    "member_id": cls.siti.id,
                    "type_id": (saving or cls.saving).id,
                    "period": day,
                    "date_due": day,
                    "amount": 20_000,
                }
                for day in days
            ]
        )

    @classmethod
    def _agree(cls, **vals):
        return cls.env["factory.netting.consent"].create(
            {
                "partner_id": cls.siti.partner_id.id,
                "reference": "SK-1",
                "date_from": "2026-01-01",
                "dues": True,
                **vals,
            }
        )

    @classmethod
    def _buy(cls, kilograms=40, partner=None):
        intake = cls.env["factory.intake"].create(
            {
                "partner_id": (partner or cls.siti.partner_id).id,
                "mode": "bought",
                "warehouse_id": cls.warehouse.id,
                "line_ids": [
                    Command.create({"product_id": cls.ginger.id, "gross_kg": kilograms})
                ],
            }
        )
        intake.action_accept()
        return intake

    @classmethod
    def _invoice(cls, amount, day, due=None):
        """Charge Siti for a service; the amount is the price of one kg."""
        account = cls.company.factory_income_member_account_id
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": cls.company.factory_charge_journal_id.id,
                "partner_id": cls.siti.partner_id.id,
                "invoice_date": day,
                "invoice_date_due": due or day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Jasa",
                            "account_id": account.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _get_figures(self, intake):
        slip = intake.get_payment_slip()
        return {name: slip[name] for name in ("gross", "deducted", "to_pay")}

    def _get_payable(self):
        """Return what the ledger says that the cooperative owes its sellers."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.payable.id), ("parent_state", "=", "posted")]
        )
        return -sum(lines.mapped("balance"))

    # ---- consent ------------------------------------------------------------------

    def test_slip_shows_what_the_member_owes(self):
        # two months of 20,000; Budi is no member
        for partner, dues in ((self.siti.partner_id, 40_000), (self.budi, 0)):
            intake = self._buy(partner=partner)
            self.assertEqual(intake.member_dues, dues)
            self.assertEqual(intake.get_payment_slip()["member_dues"], dues)

    def test_without_consent_no_saving_is_taken_off(self):
        self.company.intake_netting = True
        for consent in (
            {"dues": False},
            {"date_to": "2026-03-01"},
            {"date_from": "2026-03-03"},
            {"partner_id": self.budi.id},
        ):
            agreed = self._agree(**consent)
            intake = self._buy()
            self.assertFalse(intake.dues_transfer_ids)
            with self.assertRaisesRegex(UserError, "nothing to net"):
                intake.action_net_debts()
            agreed.unlink()
        self._agree()
        self.company.intake_netting_dues = "never"
        self.assertEqual(self._get_figures(self._buy())["deducted"], 0)

    def test_what_is_not_in_arrears_is_left(self):
        # today is 2 March
        self._owe("2026-03-31")
        self._agree()
        intake = self._buy()
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["deducted"], 40_000)
        self.assertEqual(intake.member_dues, 20_000)

    def test_consent_that_was_used_stands(self):
        consent = self._agree()
        self._buy().action_net_debts()
        for vals in ({"percent_max": 50}, {"dues": False}, {"reference": "SK-2"}):
            with self.assertRaisesRegex(UserError, "stays as it was signed"):
                consent.write(vals)
        with self.assertRaisesRegex(UserError, "SK-1"):
            consent.unlink()
        with self.assertRaisesRegex(UserError, "2026-03-02"):
            consent.date_to = "2026-03-01"
        consent.date_to = "2026-03-02"

    def test_consent_whose_nettings_were_reversed_is_open_again(self):
        self._invoice(30_000, "2026-02-01")
        consent = self._agree()
        intake = self._buy()
        # the invoice by an entry of its own, the savings by a transfer
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["deducted"], 70_000)
        self.assertTrue(consent.is_used)
        intake._reverse_netting()
        consent.invalidate_recordset(["is_used"])
        self.assertFalse(consent.is_used)
        consent.write({"percent_max": 50, "date_to": "2026-02-28"})
        # the entries still name it
        with self.assertRaisesRegex(UserError, "stays as it was signed"):
            consent.unlink()

    # ---- amounts ------------------------------------------------------------------

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

    # ---- who ----------------------------------------------------------------------

    def test_closed_period_leaves_nothing_half_done(self):
        self._agree()
        intake = self._buy()
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaises(UserError), self.cr.savepoint():
            intake.action_net_debts()
        self.assertEqual(self.dues.mapped("paid"), [0, 0])
        self.assertEqual(intake._get_bill().amount_residual, 240_000)

    def test_roles(self):
        self._agree()
        self.company.intake_netting = True
        weigher = self._new_user("operator")
        intake = (
            self.env["factory.intake"]
            .with_user(weigher)
            .create(
                {
                    "partner_id": self.siti.partner_id.id,
                    "mode": "bought",
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": 40})
                    ],
                }
            )
        )
        intake.action_accept()
        self.assertEqual(self.dues.mapped("state"), ["paid", "paid"])
        consents = self.env["factory.netting.consent"]
        for role, allowed in (
            ("operator", ()),
            ("teller", ()),
            ("factory_manager", ("read",)),
            ("auditor", ("read",)),
            ("accountant", ("read", "write", "create", "unlink")),
        ):
            user = weigher if role == "operator" else self._new_user(role)
            for right in ("read", "write", "create", "unlink"):
                self.assertEqual(
                    consents.with_user(user).has_access(right), right in allowed, role
                )
        for name in ("dues_transfer_ids", "member_dues", "netting_consent_id"):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                intake.read([name])

    def test_link_to_the_weigh_in_is_not_written(self):
        self._agree()
        intake = self._buy()
        vals = {
            "source_bill_id": intake._get_bill().id,
            "target_member_id": self.siti.id,
            "target_type_id": self.saving.id,
            "amount": 1_000,
        }
        with self.assertRaisesRegex(UserError, "changes only through"):
            self.env["coop.saving.transfer"].create({**vals, "intake_id": intake.id})
        transfer = (
            self.env["coop.saving.transfer"]
            .with_context(default_intake_id=intake.id)
            .create(vals)
        )
        self.assertFalse(transfer.intake_id)

    def test_other_company_does_not_see_the_consent(self):
        consent = self._agree()
        other = self._create_cooperative("Koperasi Lain")
        for role in ("accountant", "auditor", "factory_manager"):
            stranger = self._new_user(role, other)
            foreign = consent.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(foreign.search([]))
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                foreign.read(["reference"])

    def test_on_screen_and_paper(self):
        accountant = self._new_user("accountant")
        form = Form(self.env["factory.netting.consent"].with_user(accountant))
        form.partner_id = self.siti.partner_id
        form.reference = "SK-7"
        form.dues = True
        consent = form.save()
        intake = self._buy()
        self.assertEqual(intake.netting_consent_id, consent)
        ids = intake.with_user(accountant).action_net_debts()
        self.assertEqual(
            self.env["account.move"].browse(ids), intake.dues_transfer_ids.move_id
        )
        page, _type = self.env["ir.actions.report"]._render_qweb_html(
            "factory_toll.report_factory_payment_slip", intake.ids
        )
        for text in ("Simpanan wajib 31/01/2026", "dua ratus ribu rupiah"):
            self.assertIn(text, page.decode())
