# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

NOW = "2026-03-02 00:00:00"


class SharingCommon(TransactionCase):
    """A cooperative in WITA with a ready site, an oven, a member and a customer.

    The company owns the site, so that no agreement is needed unless a test says so.
    The clock stands at Monday 2 March 2026, 08:00 in Makassar.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company = cls._create_cooperative("Koperasi Uji Bersama")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.meeting = cls._create_meeting(cls.company)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.site = cls._create_site("UJI-1", warehouse_id=cls.warehouse.id)
        cls.oven = cls._create_centre("Oven uji", cls.site)
        cls.siti = cls._create_member("Siti (contoh)")
        cls.budi = cls.env["res.partner"].create({"name": "Budi (contoh)"})
        cls._set_receivable(cls.siti.partner_id, cls.budi)

    @classmethod
    def _create_cooperative(cls, name):
        company = cls.env["res.company"].create({"name": name})
        company.time_zone = "Asia/Makassar"
        cls.env.user.company_ids |= company
        own = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        company = company.with_env(own)
        company.action_setup_cooperative()
        return company

    @classmethod
    def _create_meeting(cls, company):
        return cls.env["coop.meeting"].create(
            {
                "name": "Rapat anggota",
                "date": "2026-01-10",
                "company_id": company.id,
                "resolution": "Tarif jasa ditetapkan",
            }
        )

    @classmethod
    def _create_site(cls, code, ready=True, company=None, **vals):
        company = cls.company if company is None else company
        site = cls.env["factory.site"].create(
            {
                "code": code,
                "name": f"Rumah produksi {code}",
                "company_id": company.id if company else False,
                "owner_partner_id": company.partner_id.id if company else False,
                "time_zone": "Asia/Makassar",
                "physical_progress": 100,
                **vals,
            }
        )
        if ready:
            site.gate_ids.filtered(
                lambda gate: gate.needed_for != "operating"
            ).action_record("passed", "Berita acara uji", "2026-01-31")
        return site

    @classmethod
    def _create_centre(cls, name, site):
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "site_id": site.id,
                "time_start": 0,
                "time_stop": 0,
            }
        )

    @classmethod
    def _create_member(cls, name, day="2026-01-05"):
        partner = cls.env["res.partner"].create({"name": name})
        member = cls.env["coop.member"].create(
            {"partner_id": partner.id, "date_applied": "2026-01-02"}
        )
        saving = cls.env["coop.saving.type"].search(
            [("kind", "=", "principal"), ("company_id", "=", cls.company.id)]
        )
        if not saving.rate_ids:
            saving.rate_ids = [
                Command.create(
                    {
                        "date_from": "2026-01-01",
                        "amount": 100_000,
                        "meeting_id": cls.meeting.id,
                    }
                )
            ]
        member.action_approve(day)
        cls.env["coop.receipt"].create(
            {
                "member_id": member.id,
                "date": day,
                "line_ids": [Command.create({"type_id": saving.id, "amount": 100_000})],
            }
        ).action_post()
        member.action_activate(day)
        return member

    @classmethod
    def _set_receivable(cls, *partners):
        """Give partners a receivable account, whatever chart is installed."""
        account = cls.company._coop_ensure_account(
            "test_receivable",
            "11299998",
            "Receivable",
            "Piutang",
            "asset_receivable",
            reconcile=True,
        )
        for partner in partners:
            partner.property_account_receivable_id = account

    @classmethod
    def _create_tariff(cls, *lines, activate=True, **vals):
        """Return a tariff in force from 1 January 2026; lines are dicts."""
        tariff = cls.env["factory.tariff"].create(
            {
                "name": "Tarif uji",
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "meeting_id": cls.meeting.id,
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )
        if activate:
            tariff.action_activate()
        return tariff

    @classmethod
    def _create_usage(cls, partner, quantity, **vals):
        return cls.env["factory.usage"].create(
            {
                "partner_id": partner.id,
                "quantity": quantity,
                "workcenter_id": cls.oven.id,
                "date": "2026-03-02",
                **vals,
            }
        )

    @classmethod
    def _charge(cls, *usages):
        """Return posted charges of uses."""
        charges = cls.env["factory.charge"].browse(
            charge for usage in usages for charge in usage.action_price()
        )
        charges.action_post()
        return charges

    @classmethod
    def _pay(cls, partner, invoice, amount, day="2026-03-02"):
        """Take money for an invoice at the counter."""
        receipt = cls.env["coop.receipt"].create(
            {
                "partner_id": partner.id,
                "date": day,
                "line_ids": [
                    Command.create({"invoice_id": invoice.id, "amount": amount})
                ],
            }
        )
        receipt.action_post()
        return receipt

    @classmethod
    def _new_user(cls, role, company=None, login=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login or f"sharing_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _check_tied(self, day="2026-03-31"):
        """Assert that every sub-ledger agrees with the ledger on a day."""
        rows = self.company.check_ties(day)
        self.assertEqual([row for row in rows if row["difference"]], [])
        return {row["check"]: row for row in rows}
