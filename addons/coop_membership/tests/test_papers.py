# SPDX-License-Identifier: AGPL-3.0-or-later
from io import BytesIO

from odoo import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from .exit_common import ExitCommon


@tagged("post_install", "-at_install")
class TestPapers(ExitCommon):
    """Several papers in one PDF, each on pages of its own.

    wkhtmltopdf as Debian builds it prints one document a call.
    """

    def _print(self, report, records):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        pdf, kind = reports._render_qweb_pdf(f"coop_membership.{report}", records.ids)
        self.assertEqual(kind, "pdf")
        pages = PdfReader(BytesIO(pdf)).pages
        # words come apart by tabs
        return [" ".join(page.extract_text().split()) for page in pages]

    def _assert_own_pages(self, report, records, names):
        pages = self._print(report, records)
        self.assertEqual(len(pages), len(records))
        for own, page in zip(names, pages, strict=True):
            self.assertIn(self.company.name, page)
            for name in names:
                self.assertEqual(name in page, name == own, name)

    def test_receipts_print_together(self):
        receipts = self.env["coop.receipt"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        # principal savings of Siti and Budi, voluntary savings of Siti
        self.assertEqual(len(receipts), 3)
        self._assert_own_pages("report_receipt", receipts, receipts.mapped("name"))

    def test_letters_of_settlement_print_together(self):
        exits = self._leave() | self._leave(self.budi)
        for settlement in exits:
            settlement.action_post("2026-06-30")
        self._assert_own_pages("report_member_exit", exits, exits.mapped("name"))

    def test_certificates_print_together(self):
        term = self._get_type("term")
        term.rate_ids = [
            Command.create({"date_from": "2025-01-01", "interest_rate": 6})
        ]
        accounts = self.env["coop.saving.account"].create(
            [
                {"member_id": member.id, "type_id": term.id}
                for member in (self.siti, self.budi)
            ]
        )
        for account in accounts:
            self.env["coop.receipt"].create(
                {
                    "member_id": account.member_id.id,
                    "date": "2026-02-01",
                    "line_ids": [
                        Command.create({"account_id": account.id, "amount": 1_000_000})
                    ],
                }
            ).action_post()
        self._assert_own_pages(
            "report_term_certificate", accounts, accounts.mapped("partner_id.name")
        )

    def test_who_takes_the_money_signs_the_voucher(self):
        paid_in = self._receive(self.siti, {self.voluntary: 5_000}, "2026-06-15")
        drawn = self._receive(self.siti, {self.voluntary: 1_000}, "2026-06-15", "out")
        [page] = self._print("report_receipt", paid_in)
        self.assertEqual(page.count(self.siti.partner_id.name), 1)
        [page] = self._print("report_receipt", drawn)
        self.assertEqual(page.count(self.siti.partner_id.name), 2)

    def test_chair_in_office_signs_the_certificate(self):
        account = self.env["coop.saving.account"].create(
            {"member_id": self.siti.id, "type_id": self._get_type("term").id}
        )
        [page] = self._print("report_term_certificate", account)
        self.assertIn("____", page)
        self.env["coop.officer"].create(
            {"role": "chair", "member_id": self.budi.id, "date_from": "2020-01-01"}
        )
        [page] = self._print("report_term_certificate", account)
        self.assertIn(self.budi.partner_id.name, page)
        self.assertNotIn("____", page)
