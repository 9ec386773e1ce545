# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import html

from odoo.tests import tagged

from .common import CoopCommon

NIK = "3201014501900001"


@tagged("post_install", "-at_install")
class TestSlipPaper(CoopCommon):
    """What the withholding slip and the monthly list say of who and by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        cls.siti.partner_id.nik = NIK
        cls.slip = cls._pay_interest(cls.siti, 300_000)

    @classmethod
    def _pay_interest(cls, member, amount):
        """Return the slip of interest that is posted by hand in March."""
        key = (member.id, cls.voluntary.id)
        account = cls.env["coop.saving.account"]._ensure_accounts([key])[key]
        cls.env["coop.saving.entry"].create(
            {
                "account_id": account,
                "kind": "interest",
                "date": "2026-03-31",
                "amount": amount,
                "counterpart_account_id": cls.company._coop_savings_account(
                    "savings_interest"
                ).id,
            }
        ).action_post()
        slips = cls.env["coop.saving.tax.slip"]
        return slips.search([("member_id", "=", member.id)])

    def _print(self, name):
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"coop_membership.{name}", self.slip.ids
        )
        return " ".join(html.fromstring(page).text_content().split())

    def test_person_without_npwp_is_named_by_the_nik(self):
        for name in ("report_tax_slip", "report_tax_list"):
            self.assertIn(NIK, self._print(name))
        self.siti.partner_id.vat = "012345678901000"
        for name in ("report_tax_slip", "report_tax_list"):
            self.assertIn("012345678901000", self._print(name))
            self.assertNotIn(NIK, self._print(name))

    def test_treasurer_in_office_at_the_end_of_the_month_signs(self):
        self.assertIn("____", self._print("report_tax_slip"))
        budi, ani = self._join("Budi", "Ani")
        self.env["coop.officer"].create(
            [
                {"role": "chair", "member_id": budi.id, "date_from": "2026-01-01"},
                {"role": "treasurer", "member_id": ani.id, "date_from": "2026-03-20"},
                {
                    "role": "treasurer",
                    "member_id": self.siti.id,
                    "date_from": "2026-04-01",
                },
            ]
        )
        paper = self._print("report_tax_slip")
        self.assertIn("Ani", paper)
        self.assertNotIn("Budi", paper)
        self.assertNotIn("____", paper)
