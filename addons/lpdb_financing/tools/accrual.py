# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interest between two days on what really stood out, by the terms' day count."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal, localcontext

from .day_count import Grid, actual_actual
from .errors import InvalidTermsError
from .position import HUNDRED
from .rounding import PRECISION, ZERO, round_to, to_date, to_decimal, to_rows
from .terms import Terms, read_terms


def accrue(
    terms: Terms,
    balances: Sequence,
    date_from: object,
    date_to: object,
    rate_changes: Sequence = (),
) -> Decimal:
    """Return the interest from one day to another, each part rounded.

    :param Terms terms: agreement; for flat interest give the drawn amounts as balances
    :param Sequence balances: (date, balance from that day on)
    :param date_from: first day, start of a period or the last day accrued
    :param date_to: last day
    :param Sequence rate_changes: (date, percent a year)
    :return: interest, rounded as the terms say

    Early settlement 14 days into a 29-day month (vector FIN-P17):

    >>> loan = Terms(7, 6, "2024-01-01", method="annuity", day_count="30/360",
    ...     rounding="0.01", rounding_mode="HALF_EVEN")
    >>> accrue(loan, [("2024-02-01", "83.57")], "2024-02-01", "2024-02-15")
    Decimal('0.24')
    """
    terms = read_terms(terms)
    start, end = to_date(date_from, "date_from"), to_date(date_to, "date_to")
    if start < terms.start or end < start:
        raise InvalidTermsError("date_to", "must follow date_from, and that start")
    steps = _read_steps(balances, "balances")
    rates = _read_steps(rate_changes, "rate_changes")
    grid = Grid(terms)
    total = ZERO
    with localcontext() as context:
        context.prec = PRECISION
        k = 1
        grid.extend(k)
        while start < end:
            while grid.bounds[k] <= start:
                k += 1
                grid.extend(k)
            stops = [day for day, _value in [*steps, *rates] if start < day]
            stop = min([end, grid.bounds[k], *stops])
            rate = _in_force(rates, start, terms.annual_rate) / HUNDRED
            part = _in_force(steps, start, ZERO) * rate * grid.part(k, start, stop)
            total += round_to(part, terms.rounding, terms.rounding_mode)
            start = stop
    return total


def share_of(
    day_count: str, start: datetime.date, end: datetime.date, day: datetime.date
) -> Decimal:
    """Return the part of a period that lies before a day, for a row of the lender.

    Days gone by over the days of the period, as :class:`tools.day_count.Grid` splits a
    period: with ``period`` and ``30/360`` a part is its share of the period's days,
    with ``actual/365`` and ``actual/360`` the year cancels out; with ``actual/actual``
    each day counts by its own year.

    >>> from datetime import date
    >>> share_of("period", date(2025, 1, 1), date(2025, 1, 5), date(2025, 1, 2))
    Decimal('0.25')
    """
    if start >= end:
        return Decimal(1)
    if day_count == "actual/actual":
        return actual_actual(start, day) / actual_actual(start, end)
    return Decimal((day - start).days) / (end - start).days


def _read_steps(rows: Sequence, field: str) -> list[tuple]:
    return sorted(
        (to_date(day, field), to_decimal(value, field))
        for day, value in to_rows(rows, field, ("date", "value"))
    )


def _in_force(steps: list[tuple], day, default: Decimal) -> Decimal:
    value = default
    for when, step in steps:
        if when <= day:
            value = step
    return value
