# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestDefectsOfOthers(CoopCommon):
    """Defects of other systems (``vectors/members.json``) that are absent here."""

    def test_neg_03_matching_again_saves_nothing_twice(self):
        siti = self._join("Siti")
        invoice = self._invoice(siti.partner_id, 50_000)
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": siti.id,
                "date": "2026-02-10",
                "line_ids": [
                    Command.create({"invoice_id": invoice.id, "amount": 50_000}),
                    Command.create({"type_id": self.voluntary.id, "amount": 7_000}),
                ],
            }
        )
        receipt.action_post()
        trade = (invoice.line_ids + receipt.move_id.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        trade.remove_move_reconcile()
        self.assertEqual(invoice.amount_residual, 50_000)
        trade.reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_balance(siti, self.voluntary), 7_000)
        self.assertEqual(len(receipt.entry_ids), 1)
        self.assert_tied("2026-02-10")

    def test_neg_04_two_lines_stand_under_one_number(self):
        siti = self._join("Siti")
        receipt = self.env["coop.receipt"].create(
            {
                "member_id": siti.id,
                "date": "2026-02-10",
                "line_ids": [
                    Command.create({"type_id": self.voluntary.id, "amount": amount})
                    for amount in (5_000, 7_000)
                ],
            }
        )
        receipt.action_post()
        self.assertTrue(receipt.name)
        self.assertEqual(len(receipt.entry_ids), 2)
        account = siti.account_ids.filtered(lambda a: a.kind == "voluntary")
        self.assertEqual([line["line"] for line in account.get_passbook()], [1, 2])

    def test_neg_05_a_day_before_the_end_is_not_a_year(self):
        self.voluntary.rate_ids = [
            Command.create({"date_from": "2025-01-01", "interest_rate": 10})
        ]
        late, early = self._join("Late", "Early", day="2026-01-01")
        self._receive(late, {self.voluntary: 12_000_000}, "2026-12-31")
        self._receive(early, {self.voluntary: 12_000_000}, "2026-01-01")
        earned = [
            member.account_ids.filtered(lambda a: a.kind == "voluntary").get_interest(
                "2026-01-01", "2026-12-31"
            )
            for member in (late, early)
        ]
        # one day and 365 days of 12,000,000 * 10 % / 365 = 3,287.67
        self.assertEqual(earned, [3_288, 1_200_000])
