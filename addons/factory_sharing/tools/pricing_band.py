"""Tell whether a use lies inside a weekly time band of a tariff, in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .pricing_errors import UnsupportedError


@dataclass(frozen=True)
class Band:
    """A weekly time band in local time.

    :param weekdays: Monday is 0; empty means every day
    :param hour_from: start of the band in hours, 7.5 is half past seven
    :param hour_to: end of the band in hours, greater than ``hour_from``, at most 24
    """

    weekdays: frozenset[int] = frozenset()
    hour_from: Decimal = Decimal(0)
    hour_to: Decimal = Decimal(24)

    def covers(self, start: datetime | None, end: datetime | None) -> bool:
        """Tell whether the whole use lies inside the band.

        >>> night = Band(hour_from=Decimal(18), hour_to=Decimal(24))
        >>> night.covers(datetime(2026, 4, 1, 18), datetime(2026, 4, 1, 20))
        True
        >>> night.covers(datetime(2026, 4, 1, 8), datetime(2026, 4, 1, 9))
        False
        >>> try:
        ...     night.covers(datetime(2026, 4, 1, 17), datetime(2026, 4, 1, 19))
        ... except UnsupportedError:
        ...     print("refused")
        refused

        :param datetime start: local start of the use
        :param datetime end: local end of the use, not before the start
        :raise UnsupportedError: when the use is partly inside, or its times are unknown
        """
        if start is None or end is None:
            raise UnsupportedError("band_without_times")
        if end < start:
            raise UnsupportedError("use_reversed", start=start, end=end)
        inside, outside = self._measure(start, end)
        if inside and outside:
            raise UnsupportedError("crosses_band", start=start, end=end)
        return inside > timedelta(0) or (not outside and self._holds(start))

    @property
    def _opens(self) -> int:
        # 7:20 is kept as 7.333333 hours: the nearest second is meant
        return round(self.hour_from * 3600)

    @property
    def _closes(self) -> int:
        return round(self.hour_to * 3600)

    def _holds(self, moment: datetime) -> bool:
        second = moment.hour * 3600 + moment.minute * 60 + moment.second
        day_fits = not self.weekdays or moment.weekday() in self.weekdays
        return day_fits and self._opens <= second < self._closes

    def _measure(self, start: datetime, end: datetime) -> tuple[timedelta, timedelta]:
        """Return the time inside and outside the band, day by day."""
        inside = timedelta(0)
        day = datetime(start.year, start.month, start.day)
        while day < end:
            if not self.weekdays or day.weekday() in self.weekdays:
                opens = day + timedelta(seconds=self._opens)
                closes = day + timedelta(seconds=self._closes)
                overlap = min(end, closes) - max(start, opens)
                inside += max(overlap, timedelta(0))
            day += timedelta(days=1)
        return inside, (end - start) - inside
