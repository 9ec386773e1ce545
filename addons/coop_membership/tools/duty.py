# SPDX-License-Identifier: AGPL-3.0-or-later
"""Due days of duties that come back: so many months and days after a period ends."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the first day of the month so many months later.

    >>> add_months(datetime.date(2026, 11, 30), 2)
    datetime.date(2027, 1, 1)
    """
    number = day.year * 12 + day.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)


def in_month(first: datetime.date, day: int) -> datetime.date:
    """Return a day of a month, its last one when the month is shorter.

    >>> in_month(datetime.date(2026, 2, 1), 31)
    datetime.date(2026, 2, 28)
    """
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(day, last))


def periods(
    year: int, interval_months: int
) -> Iterator[tuple[datetime.date, datetime.date]]:
    """Return first and last day of the periods of a year.

    :param int interval_months: 1, 3, 6 or 12

    >>> [last.isoformat() for _first, last in periods(2026, 6)]
    ['2026-06-30', '2026-12-31']
    """
    for month in range(0, 12, interval_months):
        first = datetime.date(year, month + 1, 1)
        after = add_months(first, interval_months)
        yield first, after - datetime.timedelta(days=1)


def due_day(last: datetime.date, months_after: int, day: int) -> datetime.date:
    """Return when a duty of a period is due.

    :param date last: last day of the period
    :param int months_after: months after the month in which the period ends
    :param int day: day of that month; 31 is its last

    >>> due_day(datetime.date(2026, 1, 31), 1, 15)
    datetime.date(2026, 2, 15)
    >>> due_day(datetime.date(2025, 12, 31), 4, 31)
    datetime.date(2026, 4, 30)
    """
    return in_month(add_months(last, months_after), day)
