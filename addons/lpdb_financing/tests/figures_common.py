# SPDX-License-Identifier: AGPL-3.0-or-later
from .common import LpdbCommon


class FiguresCommon(LpdbCommon):
    """Rp120,000,000 on 15 January 2025 at 12 % in 12 rows of 10,000,000."""

    def _loan(self, draw=120_000_000, name="Pinjaman angka", **values):
        facility = self._create_facility(
            **{
                "name": name,
                "agreement_number": f"ANGKA/{name}",
                "date_agreement": "2025-01-10",
                "plafond": 120_000_000,
                "annual_rate": 12,
                "periods": 12,
                **values,
            }
        )
        self._draw(facility, "2025-01-15", draw)
        return facility

    def _pay_rows(self, facility, *months):
        for month in months:
            self._pay(f"2025-{month:02d}-15", facility)

    def _booked(self, made):
        return sum(self.env["lpdb.accrual"].browse(made).mapped("amount"))
