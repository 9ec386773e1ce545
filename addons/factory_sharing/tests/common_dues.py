# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

from .common import SharingCommon


class DuesCommon(SharingCommon):
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
