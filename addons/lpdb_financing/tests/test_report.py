# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestReport(LpdbCommon):
    """The schedule on paper."""

    def _html(self):
        report = self.env["ir.actions.report"]
        html, kind = report._render_qweb_html(
            "lpdb_financing.report_schedule", self.facility.ids
        )
        self.assertEqual(kind, "html")
        return html.decode()

    def test_schedule_is_written_as_indonesians_do(self):
        self._draw()
        self._pay("2014-04-24")
        html = self._html()
        for text in (
            "JADWAL ANGSURAN",
            "24 April 2014",
            "24 Maret 2015",
            "416.667",
            "508.334",
            "22% per tahun",
            # published interest: 595,834 in all
            "5.595.834",
        ):
            self.assertIn(text, html)

    def test_amount_in_words_is_indonesian(self):
        self.assertEqual(self.facility._print_words(5_000_000), "Lima juta rupiah")

    def test_numbers(self):
        self.assertEqual(self.facility._print_number(1234567.5), "1.234.567,50")
        self.assertEqual(self.facility._print_number(-1000), "-1.000")
        self.facility.annual_rate = 3.5
        self.assertEqual(self.facility._print_rate(), "3,5% per tahun")

    def test_report_without_schedule_renders(self):
        self.assertIn("JADWAL ANGSURAN", self._html())
