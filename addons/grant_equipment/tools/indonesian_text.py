"""Dates and amounts as an Indonesian deed writes them.

A BAST opens with the day in words ("Pada hari ini Rabu tanggal tiga bulan April tahun
dua ribu dua puluh empat") and writes amounts as 4.500.000. It is a legal paper in
Indonesian whatever the language of the screen, so this does not follow the user.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def long_date(day: datetime.date) -> str:
    """Write a date with the name of its month.

    >>> long_date(datetime.date(2024, 4, 3))
    '3 April 2024'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_in_words(day: datetime.date, spell: Callable[[int], str]) -> str:
    """Write a date as the opening of a deed does.

    >>> date_in_words(datetime.date(2024, 4, 3), lambda number: f"<{number}>")
    'hari ini Rabu tanggal <3> bulan April tahun <2024>'

    :param spell: writes a whole number in words
    """
    return (
        f"hari ini {DAYS[day.weekday()]} tanggal {spell(day.day)}"
        f" bulan {MONTHS[day.month - 1]} tahun {spell(day.year)}"
    )


def format_number(number: Decimal | float | int) -> str:
    """Write a number with points for thousands and a comma for the fraction.

    >>> format_number(4500000), format_number(Decimal("1.5")), format_number(0)
    ('4.500.000', '1,5', '0')
    """
    exact = Decimal(str(number)).normalize()
    text = f"{exact:,f}"
    return text.translate(str.maketrans({",": ".", ".": ","}))
