# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager

from odoo.tests import new_test_user

from .common import LpdbCommon


class NomineeCommon(LpdbCommon):
    """Rp5,000,000 drawn on 1 June 2026, to be lent on within 30 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_facility(
            name="Pinjaman penyaluran",
            date_agreement="2026-05-01",
            plafond=8_000_000,
            onlending_days=30,
        )
        cls.draw = cls._draw(cls.loan, "2026-06-01", 5_000_000)
        cls.siti, cls.budi, cls.made = cls._members("Siti", "Budi", "Made")

    @classmethod
    def _members(cls, *names, joined="2026-01-05", **values):
        members = cls.env["coop.member"].create(
            [
                {"partner_id": partner.id, "date_applied": "2026-01-02", **values}
                for partner in cls.env["res.partner"].create(
                    [{"name": name, "company_id": cls.company.id} for name in names]
                )
            ]
        )
        # how one becomes a member is coop_membership's; here only that he is one
        members._write_guarded({"state": "active", "date_joined": joined})
        return members

    def _nominees(self, amounts, **values):
        return self.env["lpdb.nominee"].create(
            [
                {
                    "facility_id": self.loan.id,
                    "member_id": member.id,
                    "amount": amount,
                    **values,
                }
                for member, amount in amounts.items()
            ]
        )

    def _submitted(self, amounts=None, day="2026-06-03"):
        nominees = self._nominees(
            amounts or {self.siti: 2_000_000, self.budi: 1_500_000}
        )
        nominees.list_id.action_submit(day, "012/KOP/2026")
        return nominees

    @contextmanager
    def _refused(self, error, text):
        """Expect an error and roll back what was begun, as a request does."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _user(self, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login=f"nominee_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, record, user):
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )
