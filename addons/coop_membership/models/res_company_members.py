# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    is_multi_party = fields.Boolean(
        string="Multi-party cooperative",
        help="Koperasi multi pihak (Permenkop UKM 8/2021): every member belongs to one"
        " of at least two groups, whose votes the statutes weigh.",
    )

    def _coop_setup_members(self):
        """Add the usual papers of an application to a new cooperative's checklist."""
        report = super()._coop_setup_members()
        papers = (
            ("document_ktp", "Identity card (KTP)", "KTP"),
            ("document_kk", "Family card (KK)", "Kartu Keluarga (KK)"),
            ("document_photo", "Photo", "Pasfoto"),
            ("document_form", "Signed application", "Surat permohonan bertanda tangan"),
        )
        for key, name_en, name_id in papers:
            created = not self._coop_record("coop.member.document.type", key)
            record = self._coop_ensure(
                "coop.member.document.type",
                key,
                {"name": name_en, "company_id": self.id},
                {"name": name_id},
            )
            report.append(self._coop_report(record.name, created))
        return report
