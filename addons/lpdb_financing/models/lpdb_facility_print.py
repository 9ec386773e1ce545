# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.tools.misc import format_date

from odoo.addons.umkm_base.tools.terbilang import amount_in_words

LANG = "id_ID"


class LpdbFacility(models.Model):
    """Figures and dates on paper as Indonesians write them, whoever prints."""

    _inherit = "lpdb.facility"

    def _print_number(self, amount):
        """Return 1234567.5 as 1.234.567,50, whole rupiah without decimals."""
        places = 0 if float(amount).is_integer() else 2
        text = f"{amount:,.{places}f}"
        return text.replace(",", " ").replace(".", ",").replace(" ", ".")

    def _print_amount(self, amount):
        """Return an amount as Rp1.234.567."""
        return f"{self.currency_id.symbol or ''}{self._print_number(amount)}"

    def _print_date(self, day):
        """Return a date as 24 Maret 2014, empty when there is none."""
        if not day:
            return ""
        return format_date(self.env, day, lang_code=LANG, date_format="d MMMM y")

    def _print_rate(self):
        """Return the agreement's rate as 3,5% per tahun."""
        rate = f"{self.annual_rate:.4f}".rstrip("0").rstrip(".").replace(".", ",")
        return f"{rate}% per tahun"

    def _print_words(self, amount):
        """Return an amount in words, with a capital."""
        words = amount_in_words(amount)
        return words[:1].upper() + words[1:]
