# SPDX-License-Identifier: AGPL-3.0-or-later
"""Covenants: when one is tested, over which days, and what its figures say.

The limit is compared by multiplication, never with a rounded quotient. Where the
denominator is zero or below there is no ratio, and none is made up:

- most (debt to equity) and something owed: breached, nothing carries the debt;
- least (current ratio, debt service cover), denominator zero and something there:
  passed, nothing has to be covered;
- anything else: undefined, which is neither passed nor breached.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .day_count import add_months
from .errors import InvalidTermsError

#: digits of a ratio that is shown
SHOWN = Decimal("0.0001")
ONE_DAY = datetime.timedelta(days=1)


class Verdict(NamedTuple):
    """What a test says: ``value`` None without a ratio, ``near`` close to its limit."""

    outcome: str
    value: Decimal | None
    near: bool


def judge(numerator, denominator, operator: str, limit, margin=0) -> Verdict:
    """Compare a ratio with its limit.

    :param numerator: amount above the line
    :param denominator: amount below the line; 1 for a plain amount
    :param str operator: min (at least the limit) or max (at most)
    :param limit: the agreement's limit
    :param margin: percent of the limit within which a passed test is near to it
    :return: outcome passed, breached or undefined
    :raise InvalidTermsError: operator

    >>> judge(300, 200, "min", "1.2")
    Verdict(outcome='passed', value=Decimal('1.5000'), near=False)
    >>> judge(100, 0, "max", 3).outcome, judge(0, 0, "min", 1).outcome
    ('breached', 'undefined')
    """
    if operator not in ("min", "max"):
        raise InvalidTermsError("operator", "is min or max")
    above, below, limit = (Decimal(str(v)) for v in (numerator, denominator, limit))
    if below <= 0:
        outcome = "undefined"
        if operator == "max" and above > 0:
            outcome = "breached"
        elif operator == "min" and above > 0 and below == 0:
            outcome = "passed"
        return Verdict(outcome, None, False)
    gap = above - limit * below
    good = gap >= 0 if operator == "min" else gap <= 0
    reach = abs(limit * below) * Decimal(str(margin)) / 100
    value = (above / below).quantize(SHOWN, ROUND_HALF_UP)
    return Verdict("passed" if good else "breached", value, good and abs(gap) < reach)


def month_end(day: datetime.date) -> datetime.date:
    """Return the last day of a day's month."""
    return add_months(day.replace(day=1), 1) - ONE_DAY


def period_ends(
    first: datetime.date,
    last: datetime.date,
    months: int,
    year_end: int = 12,
) -> Iterator[datetime.date]:
    """Yield the ends of periods from ``first`` to ``last``, both counted in.

    :param int months: 1, 3, 6 or 12 months in a period
    :param int year_end: last month of the financial year, from which they count

    >>> days = period_ends(datetime.date(2026, 1, 15), datetime.date(2026, 9, 29), 3)
    >>> [day.isoformat() for day in days]
    ['2026-03-31', '2026-06-30']
    """
    if months < 1:
        raise InvalidTermsError("months", "must be at least 1")
    day = month_end(first)
    while day <= last:
        if (day.month - year_end) % months == 0:
            yield day
        day = month_end(day + ONE_DAY)


def window_start(day: datetime.date, months: int) -> datetime.date:
    """Return the first of the days whose flows count at the end of ``day``.

    >>> window_start(datetime.date(2026, 6, 30), 12).isoformat()
    '2025-07-01'
    >>> window_start(datetime.date(2026, 6, 30), 3).isoformat()
    '2026-04-01'
    >>> window_start(datetime.date(2026, 11, 22), 12).isoformat()
    '2025-11-23'
    """
    if day == month_end(day):
        return add_months(day.replace(day=1), 1 - months)
    return add_months(day, -months) + ONE_DAY
