# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestPassbook(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        for amount, day in ((100_000, "2026-02-02"), (50_000, "2026-02-10")):
            cls._receive(cls.siti, {cls.voluntary: amount}, day)
        cls._receive(cls.siti, {cls.voluntary: 30_000}, "2026-02-12", "out")
        cls.account = cls.siti.account_ids.filtered(lambda a: a.kind == "voluntary")

    def _lines(self, *args):
        return [
            (line["line"], line["date"], line["debit"], line["credit"], line["balance"])
            for line in self.account.get_passbook(*args)
        ]

    def test_lines_with_the_exact_balance_after_each(self):
        self.assertEqual(
            self._lines(),
            [
                (1, "2026-02-02", 0, 100_000, 100_000),
                (2, "2026-02-10", 0, 50_000, 150_000),
                (3, "2026-02-12", 30_000, 0, 120_000),
            ],
        )
        self.assertEqual(self.account.line_count, 3)

    def test_entry_of_an_earlier_day_does_not_renumber(self):
        self.account.action_print_passbook()
        self._receive(self.siti, {self.voluntary: 5_000}, "2026-02-05")
        self.assertEqual(self._lines(4), [(4, "2026-02-05", 0, 5_000, 125_000)])
        # by date the same entry stands before the second line
        entry = self.account.entry_ids.filtered(lambda e: e.line_no == 4)
        self.assertEqual(entry.balance_after, 105_000)

    def test_reprint_from_a_line_and_go_on_where_the_paper_ends(self):
        action = self.account.action_print_passbook()
        self.assertEqual(action["data"]["from_line"], 1)
        self.assertEqual(self.account.last_printed_line, 3)
        with self.assertRaisesRegex(UserError, "line 4 is none"):
            self.account.action_print_passbook()
        self.assertEqual(self.account.action_print_passbook(2)["data"]["from_line"], 2)
        self._receive(self.siti, {self.voluntary: 5_000}, "2026-03-01")
        self.assertEqual(self.account.action_print_passbook()["data"]["from_line"], 4)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_passbook", self.account.ids, {"from_line": 3}
        )
        text = html.decode()
        self.assertIn("Siti", text)
        self.assertEqual(text.count("<tr>"), 1 + 2)

    def test_wizard_proposes_the_first_line_not_printed(self):
        self.account.action_print_passbook()
        self._receive(self.siti, {self.voluntary: 5_000}, "2026-03-01")
        wizard = self.env["coop.passbook.print"].create({"account_id": self.account.id})
        self.assertEqual(wizard.from_line, 4)
        wizard.from_line = 2
        self.assertEqual(wizard.action_print()["data"]["from_line"], 2)

    def test_reversal_takes_a_line_of_its_own(self):
        receipt = self.account.entry_ids.filtered(lambda e: e.line_no == 2).receipt_id
        receipt.action_reverse("2026-02-15")
        self.assertEqual(self._lines(4), [(4, "2026-02-15", 50_000, 0, 70_000)])

    def test_run_numbers_each_passbook_for_itself(self):
        budi = self._join("Budi")
        batch = self.env["coop.saving.batch"].create(
            {"name": "Uji", "kind": "opening", "date": "2026-03-31"}
        )
        rows = [
            {"member_id": member.id, "type": "SS", "amount": amount}
            for member, amount in ((self.siti, 10), (budi, 20), (self.siti, 30))
        ]
        batch.action_prepare(rows)
        batch.action_post()
        self.assertEqual([line[0] for line in self._lines(4)], [4, 5])
        other = budi.account_ids.filtered(lambda a: a.kind == "voluntary")
        self.assertEqual([line["line"] for line in other.get_passbook()], [1])

    def test_teller_prints_and_strangers_do_not_read(self):
        teller = self._new_user("teller")
        self.account.with_user(teller).action_print_passbook()
        self.assertEqual(self.account.last_printed_line, 3)
        with self.assertRaisesRegex(UserError, "changes only through"):
            self.account.last_printed_line = 1
        with self.assertRaises(AccessError):
            self.account.with_user(self._new_user("operator")).get_passbook()
