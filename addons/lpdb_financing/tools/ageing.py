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


def overdue_weight(
    due: object,
    amount: Decimal,
    paid: Iterable[tuple[object, Decimal]],
    as_of: object,
) -> Decimal:
    """Return what was overdue of a row, times the days that it was.

    The due date is day 1; on it nothing is asked yet. What is paid counts as overdue
    on the day of its payment for the last time.

    :param due: due date
    :param Decimal amount: what the row asks
    :param Iterable paid: (day, amount) paid of it
    :param as_of: day at whose end the question is asked
    :return: amount x days

    1,000 for 11 days until 300 are paid, and 700 for 10 more:

    >>> overdue_weight("2024-01-01", 1000, [("2024-01-11", 300)], "2024-01-21")
    Decimal('18000')
    """
    first, day = to_date(due, "due"), to_date(as_of, "as_of")
    total, until, rest = ZERO, 0, Decimal(amount)
    for when, part in sorted((to_date(when, "paid"), part) for when, part in paid):
        days = dpd(first, min(when, day)) if first < min(when, day) else 0
        total += max(rest, ZERO) * (days - until)
        until, rest = days, rest - (Decimal(part) if when <= day else ZERO)
    days = dpd(first, day) if first < day else 0
    return total + max(rest, ZERO) * (days - until)


def penalties(
    rows: Iterable[tuple[object, Decimal, Iterable]],
    as_of: object,
    annual_rate: Decimal,
    days_of_year: int,
    less: Decimal = ZERO,
    unit: Decimal = Decimal(1),
) -> list[Decimal]:
    """Return the penalty that rows bear to the end of a day and that is not paid.

    Each row bears ``overdue x days x annual_rate / 100 / days_of_year``, also one that
    was paid late; the sum is rounded to the unit, and what rounding leaves goes to the
    last row. What was paid settles the oldest rows first.

    :param Iterable rows: (due date, amount asked, [(day, amount paid of it)]), the
        oldest first
    :param as_of: day at whose end the question is asked
    :param Decimal annual_rate: percent a year
    :param int days_of_year: 360 or 365
    :param Decimal less: penalty that was paid; below zero when the lender asked for
        more than these terms give
    :param Decimal unit: amounts are multiples of it
    :return: one amount a row

    >>> dues = ("2024-05-05", "2024-06-05", "2024-07-05")
    >>> due = [(day, 47523, []) for day in dues]
    >>> cent = Decimal("0.01")
    >>> sum(penalties(due, "2024-07-06", Decimal(25), 365, unit=cent))
    Decimal('3157.35')
    """
    weights = [overdue_weight(*row, as_of) for row in rows]
    exact = [weight * annual_rate / 100 / days_of_year for weight in weights]
    total = round_to(sum(exact, ZERO), unit, "HALF_UP")
    shares = [round_to(value, unit, "FLOOR") for value in exact]
    last = max((n for n, value in enumerate(exact) if value), default=len(exact) - 1)
    if shares:
        shares[last] += total - sum(shares, ZERO) - min(less, ZERO)
    for n, share in enumerate(shares):
        part = min(share, max(less, ZERO))
        shares[n], less = share - part, less - part
    return shares
