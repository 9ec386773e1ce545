# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import TransactionCase, new_test_user

ROLES = (
    "teller",
    "accountant",
    "operator",
    "factory_manager",
    "auditor",
    "monitoring_officer",
    "integrator",
)


def create_companies(cls):
    """Two cooperatives, one in Kutai Kartanegara (WITA), one in Garut (WIB)."""
    cls.kukar = cls.env.ref("umkm_base.region_64_02")
    cls.garut = cls.env.ref("umkm_base.region_32_05")
    rupiah = cls.env.ref("base.IDR")
    cls.company_a, cls.company_b = cls.env["res.company"].create(
        [
            {"name": "Test A", "region_id": cls.kukar.id, "currency_id": rupiah.id},
            {"name": "Test B", "region_id": cls.garut.id, "currency_id": rupiah.id},
        ]
    )
    # A company of the database itself must not stand in for the two.
    cls.env = cls.env(
        context=dict(
            cls.env.context, allowed_company_ids=[cls.company_a.id, cls.company_b.id]
        )
    )


class UmkmCase(TransactionCase):
    """Two companies, a person in each, and ``user(role)`` for any role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, lang="en_US")
        )
        create_companies(cls)
        cls.person_a, cls.person_b = cls.env["res.partner"].create(
            [
                {"name": "Person A", "company_id": cls.company_a.id},
                {"name": "Person B", "company_id": cls.company_b.id},
            ]
        )

    @classmethod
    def user(cls, role, company=None):
        """Return a user with one role in one company, company A by default."""
        company = company or cls.company_a
        login = f"umkm_{role}_{company.id}"
        # Looked up, not remembered: a user made by one test is gone in the next.
        return cls.env["res.users"].search([("login", "=", login)]) or new_test_user(
            cls.env,
            login=login,
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            lang="en_US",
        )

    def as_role(self, record, role, company=None):
        """Return a record or model as a user of the role sees it."""
        company = company or self.company_a
        return record.with_user(self.user(role, company)).with_context(
            allowed_company_ids=company.ids
        )
