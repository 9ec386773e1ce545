"""Local time of a site: naive UTC in, naive wall-clock time out, and back."""

from __future__ import annotations

from datetime import date, datetime, time

import pytz


def to_local(zone: str, moment: datetime) -> datetime:
    """Return a naive UTC moment as naive local time.

    >>> to_local("Asia/Makassar", datetime(2026, 4, 1, 20))
    datetime.datetime(2026, 4, 2, 4, 0)
    """
    local = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
    return local.replace(tzinfo=None)


def get_utc_bounds(zone: str, first: date, last: date) -> tuple[datetime, datetime]:
    """Return the naive UTC moments at which a local period begins and ends.

    >>> get_utc_bounds("Asia/Jakarta", date(2026, 4, 1), date(2026, 4, 30))[0]
    datetime.datetime(2026, 3, 31, 17, 0)
    """
    local = pytz.timezone(zone)
    bounds = (
        datetime.combine(first, time.min),
        datetime.combine(last, time(23, 59, 59)),
    )
    start, end = (
        local.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
        for moment in bounds
    )
    return start, end
