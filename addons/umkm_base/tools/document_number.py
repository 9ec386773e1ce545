"""Indonesian document numbers: ``012/BAST/KOP-AJL/IV/2026``.

The running number comes first, the month stands in Roman numerals
(tata naskah dinas, Permendagri 1/2023 practice of regional offices).
"""

ROMAN_MONTHS = (
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
)


def roman_month(month: int) -> str:
    """Return a month in Roman numerals.

    >>> roman_month(4)
    'IV'

    :param int month: 1 to 12
    :raise ValueError: when the month is not one of these
    """
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} is not between 1 and 12")
    return ROMAN_MONTHS[month - 1]
