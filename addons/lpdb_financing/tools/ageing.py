# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ageing of instalments: buckets by days past due, and the penalty so far."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .collectability import dpd
from .rounding import ZERO, round_to, to_date

NOT_DUE = "00_not_due"
NO_DATE = "99_no_date"
#: (first day past due, bucket); the keys sort as the buckets follow each other
BUCKETS = ((1, "01_30"), (31, "31_60"), (61, "61_90"), (91, "91_over"))


def bucket(days: int) -> str:
    """Return the bucket of a number of days past due.

    >>> [bucket(days) for days in (0, 1, 30, 31)]
    ['00_not_due', '01_30', '01_30', '31_60']
    >>> [bucket(days) for days in (60, 61, 90, 91)]
    ['31_60', '61_90', '61_90', '91_over']
    """
    name = NOT_DUE
    for first, key in BUCKETS:
        if days >= first:
            name = key
    return name


def penalties(
    rows: Iterable[tuple[object, Decimal]],
    as_of: object,
    annual_rate: Decimal,
    days_of_year: int,
    charged_until: object = None,
    unit: Decimal = Decimal(1),
) -> list[Decimal]:
    """Return the penalty of each overdue row at the end of a day.

    Each row bears ``open x days x annual_rate / 100 / days_of_year``; the sum is
    rounded to the unit, and what rounding leaves goes to the last row. On its due date
    a row bears none.

    :param Iterable rows: (due date, amount not paid), the oldest first
    :param as_of: day at whose end the question is asked
    :param Decimal annual_rate: percent a year
    :param int days_of_year: 360 or 365
    :param charged_until: day of the last payment that bore a penalty; days until then
        are not asked again
    :param Decimal unit: amounts are multiples of it
    :return: one amount a row

    >>> due = [("2024-05-05", 47523), ("2024-06-05", 47523), ("2024-07-05", 47523)]
    >>> cent = Decimal("0.01")
    >>> sum(penalties(due, "2024-07-06", Decimal(25), 365, unit=cent))
    Decimal('3157.35')
    """
    day = to_date(as_of, "as_of")
    exact = []
    for due, amount in rows:
        days = dpd(due, day) if to_date(due, "due") < day else 0
        before = dpd(due, charged_until) if charged_until else 0
        weight = Decimal(amount) * max(days - before, 0)
        exact.append(weight * annual_rate / 100 / days_of_year)
    total = round_to(sum(exact, ZERO), unit, "HALF_UP")
    shares = [round_to(value, unit, "FLOOR") for value in exact]
    last = max((n for n, value in enumerate(exact) if value), default=None)
    if last is not None:
        shares[last] += total - sum(shares, ZERO)
    return shares
