"""A pooled order of 200 owners: shares, their moves, validation, split and sub-lots.

Measured: ``action_confirm`` and ``action_record_output`` of an order that takes one
graded lot of each owner and gives a product that is split over all of them. Time on the
processor of Odoo and its PostgreSQL backend, the least of several orders.

Baseline: core's own order of the same size in the same run: as many components of one
lot each, everything the company's, and as many lots that come out, named by hand, with
the guard and the split out of the way. Core confirms, reserves and closes it.

Bound (issue 5): 10 s at 200 owners; what an owner costs may not grow with their number
(at most 1.3 times that of the smallest order).
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.common import clock, pools, session
from scripts.lib.bench_table import Bound, Result

SIZES = (50, 100, 200)
GROWTH = 1.3
SECONDS = 10
TABLES = ("stock_lot", "stock_move", "stock_move_line", "stock_quant")


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of each size, then how what an owner costs grows."""
    count = 1 if quick else 3
    with session.scratch_environment(template) as env:
        house = pools.House(env)
        watch = clock.Clock(env.cr)
        run(watch, house.pooled, 5)  # fills the caches
        run(watch, house.plain, 5)
        each = {}
        for size in SIZES:
            laps = [run(watch, house.pooled, size) for _index in range(count)]
            core = [run(watch, house.plain, size) for _index in range(count)]
            seconds = min(lap.cpu for lap in laps)
            each[size] = seconds / size
            bounds = (Bound("measured", "at most", SECONDS, "s"),)
            yield Result(
                f"{size} owners",
                seconds,
                "s",
                min(lap.cpu for lap in core),
                bounds,
                f"wall time {min(lap.wall for lap in laps):.1f} s;"
                " baseline: core's order of as many lots in and out",
            )
        small, large = SIZES[0], SIZES[-1]
        yield Result(
            f"an owner, {large} against {small}",
            each[large] * 1000,
            "ms",
            each[small] * 1000,
            (Bound("ratio", "at most", GROWTH),),
        )


def run(watch: clock.Clock, make, size: int) -> clock.Lap:
    """Prepare an order of so many owners and time it.

    :raise AssertionError: the order is not done
    """
    order, process = make(size)
    order.env.flush_all()
    order.env.invalidate_all()
    for table in TABLES:  # as autovacuum does; plans for empty tables would mislead
        order.env.cr.execute(f"ANALYZE {table}")
    lap = watch.lap(lambda: (process(), order.env.flush_all()))
    if order.state != "done":
        raise AssertionError(f"{order.name} is {order.state}")
    return lap
