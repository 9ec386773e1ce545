# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestSequence(UmkmCase):
    def _sequence(self, **vals):
        return self.env["ir.sequence"].create(
            {"name": "Test", "code": "umkm.test", "padding": 3, **vals}
        )

    def test_every_month_in_roman_numerals(self):
        sequence = self._sequence(suffix="/%(roman_month)s", implementation="no_gap")
        romans = "I II III IV V VI VII VIII IX X XI XII".split()
        for month, roman in enumerate(romans, start=1):
            number = sequence.with_context(
                ir_sequence_date=f"2026-{month:02}-15"
            )._next()
            self.assertEqual(number, f"{month:03}/{roman}")

    def test_yearly_ranges_start_anew(self):
        sequence = self._sequence(
            suffix="/BAST/%(roman_month)s/%(range_year)s", use_date_range=True
        )
        numbers = [
            sequence._next(sequence_date=day)
            for day in ("2026-04-30", "2026-12-31", "2027-01-01")
        ]
        self.assertEqual(
            numbers, ["001/BAST/IV/2026", "002/BAST/XII/2026", "001/BAST/I/2027"]
        )

    def test_prefix_and_plain_sequences(self):
        sequence = self._sequence(prefix="%(roman_month)s-")
        number = sequence.with_context(ir_sequence_date="2026-09-01")._next()
        self.assertEqual(number, "IX-001")
        plain = self._sequence(prefix="%(year)s/")
        number = plain.with_context(ir_sequence_date="2026-09-01")._next()
        self.assertEqual(number, "2026/001")

    def test_preview_shows_the_month(self):
        sequence = self._sequence(suffix="/%(roman_month)s")
        number = sequence.with_context(ir_sequence_date="2026-05-01").get_next_char(7)
        self.assertEqual(number, "007/V")
