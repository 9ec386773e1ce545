"""``next_slots`` on one full centre, and against core's search on the same plan.

Measured: one call of ``factory.booking.next_slots`` for an hour, five slots wanted, on
a centre whose bookings of ten minutes leave gaps of five, so that the whole plan is
searched. Once on a centre that works day and night, once in office hours with a break,
where the plan is walked through many working intervals. Time on the processor, median.

Baseline: core's ``_get_first_available_slot``, taken from ``odoo.addons.mrp`` past our
override, for one slot of an hour on the same 2,000 bookings of the centre that works
day and night. Its answer must be the first of ours.

Bound (issue 3): 50 ms at 2,000 and 150 ms at 20,000 bookings; ten times faster than
core.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytz

from scripts.benchmarks.common import bookings, session
from scripts.benchmarks.common.clock import Clock, median_ms
from scripts.lib.bench_table import Bound, Result

SHAPES = {"day and night": (bookings.ALWAYS, 7), "office": (bookings.OFFICE, 5)}
SIZES = {2_000: 50, 20_000: 150}  # bookings: milliseconds
CORE_SIZE = 2_000
MINUTES = 60


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the times of each size and shape, then the comparison with core."""
    count = 5 if quick else 21
    with session.scratch_environment(template) as env:
        clock = Clock(env.cr)
        for shape, (hours, days) in SHAPES.items():
            for size, limit in SIZES.items():
                centre = bookings.create_centre(env, f"{shape} {size}", hours, days)
                blocks = bookings.dense_blocks(size, 10, 5, hours, days)
                bookings.fill(env, centre, blocks)
                laps = clock.laps(count, lambda c=centre: next_slots(c))
                yield Result(
                    f"{size} bookings, {shape}",
                    median_ms(laps),
                    "ms",
                    bounds=(Bound("measured", "at most", limit, "ms"),),
                    note=f"wall time {median_ms(laps, 'wall'):.1f} ms",
                )
        yield compare(env, clock, count)


def compare(env, clock: Clock, count: int) -> Result:
    """Time ours against core's on the same dense plan."""
    centre = bookings.create_centre(env, "core")
    bookings.fill(env, centre, bookings.dense_blocks(CORE_SIZE, 10, 5))
    ours, cores = next_slots(centre)[0], core_slot(centre)
    if (ours["start"], ours["end"]) != cores:
        raise AssertionError(f"core answers {cores}, we answer {ours}")
    core_laps = clock.laps(max(count // 4, 3), lambda: core_slot(centre))
    laps = clock.laps(count, lambda: next_slots(centre))
    return Result(
        f"{CORE_SIZE} bookings against core",
        median_ms(laps),
        "ms",
        median_ms(core_laps),
        (Bound("ratio", "at most", 0.1),),
        "baseline: core's own _get_first_available_slot; same answer",
    )


def next_slots(centre) -> list[dict]:
    """Ask as a client does, with nothing in the cache."""
    centre.env.invalidate_all()
    after = bookings.MONDAY.isoformat(" ")
    return centre.env["factory.booking"].next_slots(centre.ids, MINUTES, after)


def core_slot(centre) -> tuple[str, str]:
    """Ask core, past our override."""
    from odoo.addons.mrp.models.mrp_workcenter import MrpWorkcenter

    centre.env.invalidate_all()
    start, end = MrpWorkcenter._get_first_available_slot(
        centre, pytz.utc.localize(bookings.MONDAY), MINUTES
    )
    # core ends a day a microsecond before midnight
    moments = (
        (moment + timedelta(microseconds=1)).replace(microsecond=0, tzinfo=None)
        for moment in (start, end)
    )
    return tuple(moment.isoformat(" ") for moment in moments)
