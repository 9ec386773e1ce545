# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find free time on a machine: one sweep over working time and busy time.

Plain values in, plain values out, no server needed. Times are naive ``datetime`` in
one zone (the caller uses UTC). Intervals are half open ``[start, end)`` pairs.

Method: working intervals and busy intervals are both sorted; the sweep walks them
once, so it costs O(working + busy). Work may pause while the factory is closed (an
order begun in the evening goes on next morning, as Odoo's own planner has it), but
from its first to its last minute it never touches a busy interval.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, takewhile

Interval = tuple[datetime, datetime]

#: Mirror point of :func:`mirrored`; any date in the middle of the calendar will do.
MIRROR = datetime(2000, 1, 1)


class LazyIntervals(Sequence):
    """Sorted intervals that are fetched window by window, as far as they are asked for.

    :param fetch: ``fetch(start, end)`` gives the sorted intervals of one window
    :param datetime start: where the first window begins
    :param datetime until: where to stop for good
    :param timedelta first: length of the first window
    :param int growth: how many times longer each next window is

    >>> day = timedelta(days=1)
    >>> monday = datetime(2026, 1, 5)
    >>> until = monday + 9 * day
    >>> lazy = LazyIntervals(lambda a, b: [(a, a + day / 3)], monday, until, day)
    >>> [(a.day, b.hour) for a, b in lazy]
    [(5, 8), (6, 8), (8, 8), (12, 8)]
    """

    def __init__(
        self,
        fetch: Callable[[datetime, datetime], Iterable[Interval]],
        start: datetime,
        until: datetime,
        first: timedelta = timedelta(days=28),
        growth: int = 2,
    ) -> None:
        self._growth = growth
        self._fetch = fetch
        self._reached = start
        self._until = until
        self._step = first
        self._items: list[Interval] = []

    def _extend(self) -> bool:
        if self._reached >= self._until:
            return False
        end = min(self._reached + self._step, self._until)
        self._items.extend(self._fetch(self._reached, end))
        self._reached = end
        self._step *= self._growth
        return True

    def __getitem__(self, index):
        while index >= len(self._items):
            if not self._extend():
                raise IndexError(index)
        return self._items[index]

    def __len__(self) -> int:
        while self._extend():
            pass
        return len(self._items)

    def __iter__(self) -> Iterator[Interval]:
        index = 0
        while True:
            try:
                item = self[index]
            except IndexError:
                return
            yield item
            index += 1


def merge_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same time as sorted intervals that do not touch each other.

    :param intervals: intervals in any order; empty and reversed ones are dropped

    >>> hour = [datetime(2026, 1, 5, h) for h in range(24)]
    >>> mixed = [(hour[9], hour[11]), (hour[8], hour[9]), (hour[13], hour[13])]
    >>> [(a.hour, b.hour) for a, b in merge_intervals(mixed)]
    [(8, 11)]
    """
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def subtract(
    intervals: Iterable[Interval], closed: Sequence[Interval]
) -> list[Interval]:
    """Return sorted intervals without the closed time.

    :param intervals: sorted, disjoint intervals
    :param closed: sorted, disjoint intervals (see :func:`merge_intervals`)

    >>> hour = [datetime(2026, 1, 5, h) for h in range(24)]
    >>> open_time = subtract([(hour[8], hour[17])], [(hour[12], hour[13])])
    >>> [(a.hour, b.hour) for a, b in open_time]
    [(8, 12), (13, 17)]
    """
    result: list[Interval] = []
    position = 0
    for start, end in intervals:
        while position < len(closed) and closed[position][1] <= start:
            position += 1
        index = position
        while index < len(closed) and closed[index][0] < end:
            if start < closed[index][0]:
                result.append((start, closed[index][0]))
            start = max(start, closed[index][1])
            index += 1
        if start < end:
            result.append((start, end))
    return result


def expand_week(
    pattern: dict[int, Sequence[tuple[timedelta, timedelta]]],
    localize: Callable[[datetime], datetime],
    start: datetime,
    end: datetime,
) -> list[Interval]:
    """Return the working intervals of a weekly pattern between two moments.

    :param pattern: {weekday from 0: sorted (from, to) since midnight, local time}
    :param localize: naive local time to naive UTC
    :param datetime start: naive UTC
    :param datetime end: naive UTC

    >>> nine = {0: [(timedelta(hours=8), timedelta(hours=17))]}
    >>> wib = lambda local: local - timedelta(hours=7)
    >>> week = expand_week(nine, wib, datetime(2026, 1, 5, 5), datetime(2026, 1, 13))
    >>> [(a.day, a.hour, b.hour) for a, b in week]
    [(5, 5, 10), (12, 1, 10)]
    """
    result = []
    midnight = datetime(start.year, start.month, start.day) - timedelta(days=1)
    while midnight <= end + timedelta(days=1):
        for begin, stop in pattern.get(midnight.weekday(), ()):
            low = max(localize(midnight + begin), start)
            high = min(localize(midnight + stop), end)
            if low < high:
                result.append((low, high))
        midnight += timedelta(days=1)
    return result


def mirrored(intervals: Iterable[Interval]) -> list[Interval]:
    """Turn time round, so that a search backwards is a search forwards.

    :param intervals: sorted intervals
    :return: sorted intervals in mirrored time
    """
    return [(mirror(end), mirror(start)) for start, end in reversed(list(intervals))]


def mirror(moment: datetime) -> datetime:
    """Return the moment as far on the other side of ``MIRROR``.

    >>> mirror(mirror(datetime(2026, 1, 5, 8))) == datetime(2026, 1, 5, 8)
    True
    """
    return MIRROR + (MIRROR - moment)


def free_slots(
    working: Sequence[Interval],
    busy: Sequence[Interval],
    need: timedelta,
    after: datetime,
    fits: Callable[[datetime, datetime], bool] | None = None,
) -> Iterator[Interval]:
    """Yield the free slots of one lane, earliest first, none overlapping another.

    :param working: sorted, disjoint intervals in which work goes on
    :param busy: sorted, disjoint intervals that are taken
    :param timedelta need: working time wanted, more than zero
    :param datetime after: no slot starts before
    :param fits: ``fits(start, end)`` tells whether a slot may have the pauses it has;
        when not, the next working interval is tried

    >>> hour = [datetime(2026, 1, 5, h) for h in range(24)]
    >>> working = [(hour[8], hour[12]), (hour[13], hour[17])]
    >>> slots = free_slots(working, [(hour[8], hour[10])], timedelta(hours=3), hour[0])
    >>> [(a.hour, b.hour) for a, b in slots]
    [(10, 14), (14, 17)]
    """
    if need <= timedelta(0):
        raise ValueError("the working time of a slot must be more than zero")
    position, taken = 0, 0
    begun: datetime | None = None
    begun_position = 0
    remaining = need
    cursor = after
    while True:
        try:
            start, stop = working[position]
        except IndexError:
            return
        cursor = max(cursor, start)
        if cursor >= stop:
            position += 1
            continue
        origin = begun or cursor
        while taken < len(busy) and busy[taken][1] <= origin:
            taken += 1
        end = cursor + min(stop - cursor, remaining)
        if taken < len(busy) and busy[taken][0] < end:
            cursor = max(cursor, busy[taken][1])
            begun, remaining = None, need
            continue
        if begun is None:
            begun, begun_position = cursor, position
        remaining -= end - cursor
        cursor = end
        if remaining:
            continue
        if fits and not fits(begun, end):
            # too long a pause inside: begin with the next working interval instead
            position, cursor = begun_position + 1, begun
        else:
            yield begun, end
        begun, remaining = None, need


def walk(working: Sequence[Interval], start: datetime, time: timedelta) -> datetime:
    """Return the moment at which the working time since ``start`` is used up.

    :param working: sorted, disjoint intervals
    :param datetime start: where to begin; within or before a working interval
    :param timedelta time: working time, zero or more

    >>> hour = [datetime(2026, 1, 5, h) for h in range(24)]
    >>> working = [(hour[8], hour[12]), (hour[13], hour[17])]
    >>> walk(working, hour[11], timedelta(hours=2)).hour
    14
    """
    if not time:
        return start
    for begin, end in working:
        begin = max(begin, start)
        if begin >= end:
            continue
        if end - begin >= time:
            return begin + time
        time -= end - begin
    raise ValueError("the working time ends before the time asked for is used up")


def trim_slot(
    working: Sequence[Interval], block: Interval, setup: timedelta, cleaning: timedelta
) -> Interval:
    """Return the time of use inside a block, after set-up and before cleaning.

    The result less set-up and plus cleaning always lies inside the block again.
    """
    until_end = takewhile(lambda item: item[0] < block[1], working)
    inside = [item for item in until_end if item[1] > block[0]]
    start = walk(inside, block[0], setup)
    backwards = mirrored(inside)
    end = mirror(walk(backwards, mirror(block[1]), cleaning))
    return start, end


def is_open(working: Sequence[Interval], start: datetime, end: datetime) -> bool:
    """Tell whether time begins and ends within working intervals.

    :param working: sorted, disjoint intervals

    >>> hour = [datetime(2026, 1, 5, h) for h in range(24)]
    >>> working = [(hour[8], hour[12]), (hour[13], hour[17])]
    >>> is_open(working, hour[8], hour[17]), is_open(working, hour[12], hour[14])
    (True, False)
    """
    first = bisect_right(working, start, key=lambda item: item[0]) - 1
    last = bisect_left(working, end, key=lambda item: item[0]) - 1
    return first >= 0 and start < working[first][1] and end <= working[last][1]


def earliest(lanes: Sequence[Iterable[tuple]], limit: int) -> list[tuple]:
    """Return the first ``limit`` items of several sorted streams together.

    >>> earliest([[(1, "a"), (5, "a")], [(2, "b"), (3, "b")]], 3)
    [(1, 'a'), (2, 'b'), (3, 'b')]
    """
    return list(islice(merge(*lanes), limit))
