# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periods of a quota: calendar day, week from Monday, month.

Plain dates in, plain dates out; the caller knows the time zone.
"""

from __future__ import annotations

from datetime import date, timedelta

PERIODS = ("day", "week", "month")


def bounds(day: date, period: str) -> tuple[date, date]:
    """Return the first day of the period and the first day after it.

    :param day: any day of the period
    :param period: one of ``PERIODS``
    :raise ValueError: no such period

    >>> bounds(date(2026, 1, 7), "week")
    (datetime.date(2026, 1, 5), datetime.date(2026, 1, 12))
    >>> bounds(date(2026, 12, 31), "month")
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    >>> bounds(date(2026, 1, 7), "day")
    (datetime.date(2026, 1, 7), datetime.date(2026, 1, 8))
    """
    if period == "day":
        return day, day + timedelta(days=1)
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if period == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    raise ValueError(f"no such period: {period}")


def hours_text(hours: float) -> str:
    """Return hours as a clock shows them.

    >>> hours_text(8.5), hours_text(0), hours_text(100.999)
    ('8:30', '0:00', '101:00')
    """
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
