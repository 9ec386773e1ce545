# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError

from ..tools.document_number import roman_month

ROMAN_KEYS = ("%(roman_month)s", "%(range_roman_month)s")


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _has_roman_month(self):
        """Tell whether prefix or suffix asks for a month in Roman numerals."""
        self.ensure_one()
        return any(key in f"{self.prefix}{self.suffix}" for key in ROMAN_KEYS)

    def _create_date_range_seq(self, date):
        """Try again when somebody else opened the same range at the same moment.

        Core lets the second of two who draw the first number of a year fail.
        """
        try:
            with self.env.cr.savepoint():
                return super()._create_date_range_seq(date)
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error

    def _next(self, sequence_date=None):
        """Let the date asked for reach the text too.

        Core picks the range by it but fills in the day of entry, so that a letter of
        31 December entered in January would read ``/I/``.
        """
        if sequence_date and self._has_roman_month():
            self = self.with_context(ir_sequence_date=sequence_date)
        return super()._next(sequence_date=sequence_date)

    def _get_prefix_suffix(self, date=None, date_range=None):
        """Offer ``%(roman_month)s`` in prefix and suffix.

        Indonesian letters are numbered ``012/BAST/KOP/IV/2026``: padding 3 and suffix
        ``/BAST/KOP/%(roman_month)s/%(year)s``. The month is that of the date asked for.
        """
        self.ensure_one()
        if not self._has_roman_month():
            return super()._get_prefix_suffix(date=date, date_range=date_range)
        effective = date or self.env.context.get("ir_sequence_date")
        day = fields.Date.to_date(effective) or fields.Date.context_today(self)
        ranged = date_range or self.env.context.get("ir_sequence_date_range")
        range_day = fields.Date.to_date(ranged) or day
        romans = zip(ROMAN_KEYS, (day, range_day), strict=True)
        texts = {"prefix": self.prefix or "", "suffix": self.suffix or ""}
        for key, of_day in romans:
            for name, text in texts.items():
                texts[name] = text.replace(key, roman_month(of_day.month))
        plain = self.new(texts, origin=self)
        return super(IrSequence, plain)._get_prefix_suffix(
            date=date, date_range=date_range
        )
