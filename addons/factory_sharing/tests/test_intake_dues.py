# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestIntakeDues(SharingCommon):
    def test_slip_shows_what_the_member_owes(self):
        saving = self.env["coop.saving.type"].search(
            [("kind", "=", "mandatory"), ("company_id", "=", self.company.id)]
        )
        self.env["coop.saving.due"].create(
            [
                {
                    "member_id": self.siti.id,
                    "type_id": saving.id,
                    "period": period,
                    "date_due": period,
                    "amount": 20_000,
                }
                for period in ("2026-01-31", "2026-02-28")
            ]
        )
        intakes = self.env["factory.intake"].create(
            [
                {"partner_id": partner.id, "mode": "bought"}
                for partner in (self.siti.partner_id, self.budi)
            ]
        )
        # two months of 20,000; Budi is no member
        self.assertEqual(intakes.mapped("member_dues"), [40_000, 0])
        self.assertEqual(intakes[0].get_payment_slip()["member_dues"], 40_000)
