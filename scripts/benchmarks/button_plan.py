"""Planning one order: flat, however full the centre is.

Measured: ``button_plan`` of a manufacturing order with one operation of an hour, on a
centre with 2,000 and 20,000 bookings. Bookings of ten minutes with gaps of five fill
the plan, so that the order finds its place behind the last. Time on the processor,
median; each plan is rolled back.

Baseline: the same on a centre without any booking.

Bound (issue 3): at most 1.5 times.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.common import bookings, session
from scripts.benchmarks.common.clock import Clock, Lap, median_ms
from scripts.lib.bench_table import Bound, Result

SIZES = (2_000, 20_000)


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of planning at each size over that of an empty plan."""
    count = 7 if quick else 31
    with session.scratch_environment(template) as env:
        clock = Clock(env.cr)
        orders = {size: create_order(env, size) for size in (0, *SIZES)}
        laps = {size: [] for size in orders}
        # in turns, so that all sizes meet the same machine
        for turn in range(count + 1):
            for size, order in orders.items():
                lap = plan(clock, order)
                if turn:  # the first turn warms up
                    laps[size].append(lap)
        for size in SIZES:
            yield Result(
                f"{size} bookings",
                median_ms(laps[size]),
                "ms",
                median_ms(laps[0]),
                (Bound("ratio", "at most", 1.5),),
                f"baseline: an empty centre; wall time"
                f" {median_ms(laps[size], 'wall'):.0f} against"
                f" {median_ms(laps[0], 'wall'):.0f} ms",
            )


def create_order(env, size: int):
    """Return a confirmed order on a centre with so many bookings."""
    centre = bookings.create_centre(env, f"Plan {size}")
    if size:
        bookings.fill(env, centre, bookings.dense_blocks(size, 10, 5))
    product = env["product.product"].create(
        {"name": f"Plan {size}", "is_storable": True}
    )
    operation = {
        "name": "Bench",
        "workcenter_id": centre.id,
        "time_mode": "manual",
        "time_cycle_manual": 60,
    }
    bom = env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "operation_ids": [(0, 0, operation)],
        }
    )
    order = env["mrp.production"].create(
        {
            "product_id": product.id,
            "bom_id": bom.id,
            "product_qty": 1.0,
            "date_start": bookings.MONDAY,
        }
    )
    order.action_confirm()
    return order


def plan(clock: Clock, order) -> Lap:
    """Plan the order with nothing in the cache, then take it back."""
    cr = order.env.cr
    order.env.flush_all()
    order.env.invalidate_all()
    cr.execute("SAVEPOINT bench")

    def button_plan():
        order.button_plan()
        order.env.flush_all()

    lap = clock.lap(button_plan)
    if not order.workorder_ids.booking_id:
        raise AssertionError("the order has no booking after planning")
    order.env.invalidate_all(flush=False)
    cr.execute("ROLLBACK TO SAVEPOINT bench")
    return lap
