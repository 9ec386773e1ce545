# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models

from odoo.addons.umkm_base.tools.terbilang import amount_in_words, number_in_words

from ..tools.indonesian_text import date_in_words, format_number, long_date

# The BAST is a legal paper: its words are Indonesian whatever the reader's language.
ROLE_WORDS = {
    "supplier": "penyedia",
    "ministry": "kementerian",
    "region": "pemerintah daerah",
    "operator": "pengelola/penerima",
    "member": "anggota",
}
CONDITION_WORDS = {
    "good": "Baik (B)",
    "minor_damage": "Rusak ringan (RR)",
    "major_damage": "Rusak berat (RB)",
}
TITLE_WORDS = {
    "stays": "Hak milik atas barang tetap berada pada {owner}; PIHAK KEDUA menerima"
    " barang dalam penguasaan dan wajib memelihara serta menggunakannya sesuai"
    " peruntukan.",
    "in_transfer": "Hak milik atas barang sedang dalam proses pengalihan oleh {owner};"
    " sampai selesai, PIHAK KEDUA memegang barang dalam penguasaan.",
    "passes": "Dengan penandatanganan berita acara ini hak milik atas barang beralih"
    " kepada PIHAK KEDUA sesuai naskah perjanjian hibah.",
}


class GrantHandover(models.Model):
    """Words of the printed BAST."""

    _name = "grant.handover"
    _inherit = "grant.handover"

    def _get_report_texts(self):
        """Return the Indonesian words of the paper.

        :return: {name: text}
        """
        self.ensure_one()
        amount = self.amount_accepted
        return {
            "opening": date_in_words(self.date, number_in_words),
            "date": long_date(self.date),
            "amount": format_number(amount),
            "amount_words": amount_in_words(amount),
            "title": TITLE_WORDS[self.title_outcome].format(
                owner=(self.owner_id or self.from_partner_id).name
            ),
            "from_role": ROLE_WORDS[self.from_role],
            "to_role": ROLE_WORDS[self.to_role],
        }


class GrantHandoverLine(models.Model):
    """Words of a line of the printed BAST."""

    _name = "grant.handover.line"
    _inherit = "grant.handover.line"

    def _get_report_texts(self):
        """Return numbers and words of the line as they are printed."""
        self.ensure_one()
        texts = {
            name: format_number(self[f"{name}_quantity"])
            for name in ("proposed", "contracted", "delivered", "accepted", "refused")
        }
        return {
            **texts,
            "condition": CONDITION_WORDS[self.condition],
            "unit_value": format_number(self.unit_value),
            "amount": format_number(self.amount),
            "description": " / ".join(filter(None, [self.maker, self.model])),
            "registers": ", ".join(
                filter(None, self.equipment_ids.sudo().mapped("register_number"))
            ),
        }
