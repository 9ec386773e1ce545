# SPDX-License-Identifier: AGPL-3.0-or-later
"""Due dates, and the part of a year between two days.

Rules, each from a published table (``tests/vectors/loans.json``):

- the i-th due date is the anchor plus i months, held inside its month (OCA-02);
- ``period``: a whole period is 1/12, 7/364 or 1/360 of a year per unit; a part of a
  period is its share of the period's days (FIN-P07);
- ``30/360``: the same, an odd first period being counted by 30-day months;
- ``actual/actual``: each day counts by its own year, the last day in (FIN-P11).
"""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal

from .terms import Terms

ONE_DAY = datetime.timedelta(days=1)
_WHOLE = {
    "month": (Decimal(1), Decimal(12)),
    "week": (Decimal(7), Decimal(364)),
    "day": (Decimal(1), Decimal(360)),
}
_BASIS = {"actual/365": Decimal(365), "actual/360": Decimal(360)}


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Move by whole months, held inside the month reached.

    >>> add_months(datetime.date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    >>> add_months(datetime.date(2025, 1, 31), -2)
    datetime.date(2024, 11, 30)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= 28:
        return datetime.date(year, month + 1, day.day)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def add_periods(terms: Terms, anchor: datetime.date, count: int) -> datetime.date:
    """Move ``anchor`` by ``count`` periods of the terms."""
    steps = terms.every * count
    if terms.unit == "month":
        return add_months(anchor, steps)
    return anchor + datetime.timedelta(days=steps * (7 if terms.unit == "week" else 1))


def business_date(
    day: datetime.date, rule: str, holidays: frozenset[datetime.date]
) -> datetime.date:
    """Shift a date off weekends and holidays.

    >>> business_date(datetime.date(2026, 1, 31), "following", frozenset())
    datetime.date(2026, 2, 2)
    >>> business_date(datetime.date(2026, 1, 31), "modified_following", frozenset())
    datetime.date(2026, 1, 30)
    """
    if rule == "none":
        return day
    step = -ONE_DAY if rule == "preceding" else ONE_DAY
    shifted = _shift(day, step, holidays)
    if rule == "modified_following" and shifted.month != day.month:
        return _shift(day, -ONE_DAY, holidays)
    return shifted


def _shift(day, step, holidays):
    while day.weekday() >= 5 or day in holidays:
        day += step
    return day


def days_360(start: datetime.date, end: datetime.date) -> int:
    """Count days with every month 30 long, a month's last day being the 30th.

    >>> days_360(datetime.date(2025, 1, 31), datetime.date(2025, 2, 28))
    30
    """

    def day_of(value: datetime.date) -> int:
        is_last = (value + ONE_DAY).month != value.month
        return 30 if is_last else value.day

    months = (end.year - start.year) * 12 + end.month - start.month
    return months * 30 + day_of(end) - day_of(start)


def actual_actual(start: datetime.date, end: datetime.date) -> Decimal:
    """Return the part of a year, each day by the length of its own year.

    >>> actual_actual(datetime.date(2023, 12, 12), datetime.date(2024, 1, 12)) == (
    ...     Decimal(19) / 365 + Decimal(12) / 366)
    True
    """
    total = Decimal(0)
    while start < end:
        year = (start + ONE_DAY).year
        stop = min(end, datetime.date(year, 12, 31))
        length = 366 if calendar.isleap(year) else 365
        total += Decimal((stop - start).days) / length
        start = stop
    return total


class Grid:
    """The periods of a schedule: their bounds, due dates and parts of a year.

    ``bounds[k - 1]`` to ``bounds[k]`` is period k, ``dues[k]`` its due date.
    Grows on demand, so that an open-ended loan needs no length.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.bounds = [terms.start]
        self.dues = [terms.start]
        self._whole: dict[int, Decimal] = {}
        numerator, denominator = _WHOLE[terms.unit]
        self.regular = numerator * terms.every / denominator
        first = terms.first_due
        usual = add_periods(terms, terms.start, 1)
        self.is_odd = first is not None and first != usual
        self._anchor = first if self.is_odd else terms.start
        self._offset = 1 if self.is_odd else 0

    def extend(self, count: int) -> None:
        """Make sure that ``count`` periods exist."""
        terms = self.terms
        while len(self.bounds) <= count:
            k = len(self.bounds)
            date = self._unshifted(k)
            due = business_date(date, terms.business_day, terms.holidays)
            # no working day before may lie behind the start or the row before
            due = max(due, self.dues[-1])
            self.dues.append(due)
            self.bounds.append(due if terms.interest_follows else date)

    def _unshifted(self, k: int) -> datetime.date:
        dates = self.terms.due_dates
        if dates is None:
            return add_periods(self.terms, self._anchor, k - self._offset)
        if k <= len(dates):
            return dates[k - 1]
        return add_periods(self.terms, dates[-1], k - len(dates))

    def whole(self, k: int) -> Decimal:
        """Return period k as a part of a year."""
        if k not in self._whole:
            self.extend(k)
            self._whole[k] = self._measure(k)
        return self._whole[k]

    def wholes(self, rows: list[int]) -> list[Decimal]:
        """Return several periods as parts of a year."""
        known = self._whole
        return [known[k] if k in known else self.whole(k) for k in rows]

    def part(self, k: int, start: datetime.date, end: datetime.date) -> Decimal:
        """Return the days from start to end, inside period k, as a part of a year."""
        first, last = self.bounds[k - 1], self.bounds[k]
        if start == first and end == last:
            return self.whole(k)
        day_count = self.terms.day_count
        if day_count in _BASIS:
            return (end - start).days / _BASIS[day_count]
        if day_count == "actual/actual":
            return actual_actual(start, end)
        return self.whole(k) * (end - start).days / (last - first).days

    def _measure(self, k: int) -> Decimal:
        start, end = self.bounds[k - 1], self.bounds[k]
        day_count = self.terms.day_count
        if day_count in _BASIS:
            return (end - start).days / _BASIS[day_count]
        if day_count == "actual/actual":
            return actual_actual(start, end)
        given = self.terms.due_dates is not None
        if day_count == "30/360":
            if (
                self.terms.unit == "month"
                and not given
                and not (k == 1 and self.is_odd)
            ):
                return self.regular
            return Decimal(days_360(start, end)) / 360
        if k == 1 and self.is_odd and not given:
            return self.regular * self._quasi_periods(start, end)
        return self.regular

    def _quasi_periods(self, start: datetime.date, end: datetime.date) -> Decimal:
        """Count an odd first period in regular ones, going back from its end."""
        count = 0
        later = end
        while True:
            earlier = add_periods(self.terms, self._anchor, -count - 1)
            if earlier <= start:
                break
            count += 1
            later = earlier
        share = Decimal((later - start).days) / (later - earlier).days
        return count + share
