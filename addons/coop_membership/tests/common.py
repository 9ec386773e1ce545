# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

ROLES = ("teller", "accountant", "operator", "factory_manager", "auditor")


class CoopCommon(TransactionCase):
    """A cooperative of its own with decided amounts.

    ``company`` is set up; the principal saving is 100,000 and the mandatory one 20,000
    a month, both from 1 January 2025. ``_join`` makes members.
    """

    #: a chart of accounts costs 2 s and is rarely needed
    with_chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company = cls._create_cooperative("Koperasi Uji")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.principal = cls._get_type("principal")
        cls.mandatory = cls._get_type("mandatory")
        cls.voluntary = cls._get_type("voluntary")
        cls.counter = cls.company._coop_journal("counter")
        cls.savings_journal = cls.company._coop_journal("savings")

    @classmethod
    def _create_cooperative(cls, name):
        rupiah = cls.env.ref("base.IDR")
        rupiah.active = True
        company = cls.env["res.company"].create(
            {"name": name, "currency_id": rupiah.id}
        )
        cls.env.user.company_ids |= company
        own = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        company = company.with_env(own)
        if cls.with_chart:
            company.action_setup_cooperative()
        else:
            with patch.object(type(company), "_coop_setup_chart", lambda self: []):
                company.action_setup_cooperative()
        meeting = own["coop.meeting"].create(
            {
                "name": "RAT 2025",
                "date": "2025-01-01",
                "company_id": company.id,
                "resolution": "Simpanan pokok Rp100.000, wajib Rp20.000 per bulan",
            }
        )
        types = own["coop.saving.type"].search([("company_id", "=", company.id)])
        amounts = {"principal": 100_000, "mandatory": 20_000}
        for saving in types.filtered(lambda t: t.kind in amounts):
            saving.rate_ids = [
                Command.create(
                    {
                        "date_from": "2025-01-01",
                        "amount": amounts[saving.kind],
                        "meeting_id": meeting.id,
                    }
                )
            ]
        return company

    @classmethod
    def _get_type(cls, kind, company=None):
        return cls.env["coop.saving.type"].search(
            [("kind", "=", kind), ("company_id", "=", (company or cls.company).id)]
        )

    @classmethod
    def _apply(cls, *names, **values):
        partners = cls.env["res.partner"].create([{"name": name} for name in names])
        return cls.env["coop.member"].create(
            [
                {"partner_id": partner.id, "date_applied": "2026-01-02", **values}
                for partner in partners
            ]
        )

    @classmethod
    def _join(cls, *names, day="2026-01-05"):
        """Return active members who paid the principal saving at the counter."""
        members = cls._apply(*names)
        members.action_approve(day)
        for member in members:
            cls._receive(member, {cls.principal: 100_000}, day)
        members.action_activate(day)
        return members

    @classmethod
    def _receive(cls, member, amounts, day, direction="in", post=True):
        """Post a receipt of ``{saving type: amount}``."""
        receipt = cls.env["coop.receipt"].create(
            {
                "member_id": member.id,
                "direction": direction,
                "date": day,
                "line_ids": [
                    Command.create({"type_id": saving.id, "amount": amount})
                    for saving, amount in amounts.items()
                ],
            }
        )
        if post:
            receipt.action_post()
        return receipt

    @classmethod
    def _invoice(cls, partner, amount, day="2026-02-01"):
        """Return a posted customer invoice without tax."""
        receivable = cls.company._coop_ensure_account(
            "test_receivable",
            "11299999",
            "Receivable",
            "Piutang",
            "asset_receivable",
            reconcile=True,
        )
        income = cls.company._coop_ensure_account(
            "test_income", "41999999", "Income", "Pendapatan", "income"
        )
        journal = cls.company._coop_ensure_journal(
            "test_sale", "UJI", "Sales", "Penjualan", "sale", hashed=False
        )
        partner.property_account_receivable_id = receivable
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Jasa pengeringan",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": income.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def _new_user(cls, role, company=None, login=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login or f"coop_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _get_balance(cls, member, saving):
        return member.account_ids.filtered(lambda a: a.type_id == saving).balance

    def assert_tied(self, *days):
        """Assert that every sub-ledger agrees with its control account on days."""
        for day in days or ("2026-12-31",):
            text = fields.Date.to_string(day) if isinstance(day, date) else day
            rows = self.company.action_check_ledger(text)
            self.assertTrue(rows)
            self.assertEqual([row for row in rows if row["difference"]], [], text)
