# SPDX-License-Identifier: AGPL-3.0-or-later
"""Free slots against a brute-force oracle that tries every minute."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from factory_booking.tools import slots
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 1, 5)
MINUTE = timedelta(minutes=1)
LENGTH = 120


def at(minute):
    return START + minute * MINUTE


@st.composite
def disjoint(draw):
    """Return sorted intervals that do not touch, in minutes."""
    edges = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=12)))
    return list(zip(edges[::2], edges[1::2], strict=False))


def to_times(intervals):
    return [(at(start), at(end)) for start, end in intervals]


def oracle(working, busy, need, after):
    """Return the first slot: the first begin whose work meets no booking."""
    works = [any(a <= minute < b for a, b in working) for minute in range(LENGTH)]
    taken = [any(a <= minute < b for a, b in busy) for minute in range(LENGTH)]
    for begin in range(after, LENGTH):
        if not works[begin]:
            continue
        done = 0
        for minute in range(begin, LENGTH):
            if taken[minute]:
                break
            done += works[minute]
            if done == need:
                return begin, minute + 1
    return None


@given(disjoint(), disjoint(), st.integers(1, 40), st.integers(0, LENGTH))
def test_first_slot_is_that_of_the_oracle(working, busy, need, after):
    found = next(
        slots.free_slots(to_times(working), to_times(busy), need * MINUTE, at(after)),
        None,
    )
    expected = oracle(working, busy, need, after)
    assert found == (expected and (at(expected[0]), at(expected[1])))


@given(disjoint(), disjoint(), st.integers(1, 40))
def test_slots_never_meet_bookings_or_each_other(working, busy, need):
    found = list(
        slots.free_slots(to_times(working), to_times(busy), need * MINUTE, START)
    )
    for start, end in found:
        assert not any(start < b and a < end for a, b in to_times(busy))
        worked = slots.subtract([(start, end)], [])
        assert worked == [(start, end)]
        inside = sum(
            (
                min(b, end) - max(a, start)
                for a, b in to_times(working)
                if a < end and b > start
            ),
            timedelta(),
        )
        assert inside == need * MINUTE
    assert all(a[1] <= b[0] for a, b in pairwise(found))


@given(disjoint(), disjoint(), st.integers(1, 40), st.integers(1, 60))
def test_no_slot_is_longer_than_the_span(working, busy, need, span):
    def fits(start, end):
        return end - start <= span * MINUTE

    times = to_times(working), to_times(busy)
    found = slots.free_slots(*times, need * MINUTE, START, fits)
    assert all(end - start <= span * MINUTE for start, end in found)


@given(
    disjoint(), disjoint(), st.integers(1, 40), st.integers(0, 10), st.integers(0, 10)
)
def test_trimmed_use_fits_its_block(working, busy, use, setup, cleaning):
    times = to_times(working)
    margins = setup * MINUTE, cleaning * MINUTE
    need = use * MINUTE + sum(margins, timedelta())
    for block in slots.free_slots(times, to_times(busy), need, START):
        start, end = slots.trim_slot(times, block, *margins)
        assert block[0] <= start - margins[0]
        assert end + margins[1] <= block[1]
        assert start < end


@given(disjoint(), disjoint())
def test_subtract_minute_by_minute(intervals, closed):
    left = slots.subtract(to_times(intervals), to_times(closed))
    for minute in range(LENGTH):
        expected = any(a <= minute < b for a, b in intervals) and not any(
            a <= minute < b for a, b in closed
        )
        assert any(a <= at(minute) < b for a, b in left) == expected


@given(disjoint(), disjoint(), st.integers(1, 30))
def test_search_in_windows_gives_the_same(working, busy, need):
    times = to_times(working)

    def fetch(start, end):
        cut = [(max(a, start), min(b, end)) for a, b in times]
        return [(a, b) for a, b in cut if a < b]

    lazy = slots.LazyIntervals(fetch, START, at(LENGTH), 7 * MINUTE)
    whole = slots.free_slots(times, to_times(busy), need * MINUTE, START)
    pieces = slots.free_slots(lazy, to_times(busy), need * MINUTE, START)
    assert list(pieces) == list(whole)


def test_no_working_time_is_an_error():
    with pytest.raises(ValueError):
        next(slots.free_slots([], [], timedelta(0), START))
