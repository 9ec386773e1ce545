# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestGrantReport(GrantEquipmentCommon):
    def render(self, report, records):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            report, records.ids
        )
        return html.decode()

    def test_bast_is_printed_in_indonesian(self):
        paper = self.signed(
            [self._line(delivered_quantity=2, contracted_quantity=2)],
            place="Samarinda",
            from_signatory="Kepala Dinas Uji",
        )
        html = self.render("grant_equipment.report_grant_handover", paper)
        # Wednesday, 3 April 2024; 2 x Rp48,000,000
        for text in (
            "BERITA ACARA SERAH TERIMA BARANG",
            "001/BAST/DPU/IV/2024",
            "hari ini Rabu tanggal tiga bulan April tahun dua ribu dua puluh empat",
            "96.000.000",
            "sembilan puluh enam juta rupiah",
            "Baik (B)",
            "0001, 0002",
            "Hak milik atas barang tetap berada pada Dinas Perindagkop Uji",
        ):
            self.assertIn(text, html)

    def test_draft_and_reversal_are_printed(self):
        self.assertIn(
            "(konsep)",
            self.render("grant_equipment.report_grant_handover", self.handover()),
        )
        paper = self.signed()
        reversal = self.Handover.browse(paper.action_reverse("2024-04-10", "Keliru"))
        html = self.render("grant_equipment.report_grant_handover", reversal)
        self.assertIn("Pembatalan atas BAST nomor", html)

    def test_label_carries_a_qr_code(self):
        machines = self.signed([self._line(delivered_quantity=2)]).equipment_ids
        html = self.render(
            "grant_equipment.report_maintenance_equipment_label", machines
        )
        self.assertEqual(html.count("<svg"), 2)
        for machine in machines:
            self.assertIn(machine.label_code, html)
