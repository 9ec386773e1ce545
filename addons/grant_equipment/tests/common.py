# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import TransactionCase, new_test_user

ROLE = "umkm_base.umkm_base_group_%s"
OFFICER = "grant_equipment.grant_equipment_group_officer"
MACHINE_CODE = "3.05.01.04.001"


class GrantEquipmentCommon(TransactionCase):
    """A dinas and a cooperative as companies, a supplier, a ministry, a stranger.

    ``dinas``, ``coop`` and ``stranger`` are companies; ``officer`` works for the dinas.
    ``handover(...)`` drafts a BAST of one line, dated 3 April 2024 (seed of Kaltim).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.dinas = cls._create_company("Dinas Perindagkop Uji")
        cls.coop = cls._create_company("Koperasi Uji Jahe")
        cls.stranger = cls._create_company("Koperasi Lain Uji")
        cls.ministry = cls.env["res.partner"].create({"name": "Kementerian Uji"})
        cls.supplier = cls.env["res.partner"].create({"name": "CV Pemasok Uji"})
        cls.tailor = cls.env["res.partner"].create({"name": "Penjahit Uji"})
        cls.officer = cls._create_user("officer", OFFICER, cls.dinas)
        cls.Handover = cls.env["grant.handover"].with_user(cls.officer)
        cls.Equipment = cls.env["maintenance.equipment"]

    @classmethod
    def _create_company(cls, name):
        idr = cls.env.ref("base.IDR")
        idr.active = True
        return cls.env["res.company"].create({"name": name, "currency_id": idr.id})

    @classmethod
    def _create_user(cls, login, group, company):
        return new_test_user(
            cls.env,
            login=f"grant_test_{login}",
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _line(cls, **vals):
        """Values of a line: one dryer of Rp48,000,000, delivered and accepted."""
        return Command.create(
            {
                "name": "Mesin pengering jahe",
                "goods_code": MACHINE_CODE,
                "proposed_quantity": 1,
                "contracted_quantity": 1,
                "delivered_quantity": 1,
                "unit_value": 48000000,
                **vals,
            }
        )

    @classmethod
    def handover(cls, lines=None, **vals):
        """Draft a BAST of the dinas, to the cooperative unless said otherwise."""
        return cls.Handover.create(
            {
                "date": "2024-04-03",
                "to_partner_id": cls.coop.partner_id.id,
                "line_ids": lines or [cls._line()],
                **vals,
            }
        )

    @classmethod
    def signed(cls, lines=None, **vals):
        handover = cls.handover(lines, **vals)
        handover.action_sign()
        return handover

    @classmethod
    def agreement(cls, **vals):
        """A draft agreement of the dinas with the cooperative."""
        return (
            cls.env["grant.agreement"]
            .with_user(cls.officer)
            .create(
                {
                    "name": "027/NPHD/2024",
                    "recipient_id": cls.coop.partner_id.id,
                    "date_start": "2024-04-01",
                    **vals,
                }
            )
        )
