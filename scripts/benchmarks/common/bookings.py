"""Work centres and a plan full of bookings, filled set-based.

The rows are copies of one that ``factory.booking.create`` and ``action_confirm`` made,
calendar entries included, inserted with the constraints of the database on.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from scripts.benchmarks.common.copies import copy_row

MONDAY = datetime(2031, 1, 6)  # far from any data of the copy
OFFICE = ((8, 12), (13, 17))
ALWAYS = ((0, 24),)

# what differs from row to row; all other columns are those of the first booking
ENTRY = {"id": "entry_id", "date_from": "start_at", "date_to": "end_at"}
BOOKING = {
    "id": "booking_id",
    "leave_id": "entry_id",
    "name": "'BENCH/' || booking_id",
    **{"date_start": "start_at", "date_end": "end_at"},
    **{"block_from": "start_at", "block_to": "end_at"},
}
BLOCKS = """
    CREATE TEMPORARY TABLE bench_block (
        start_at timestamp, end_at timestamp,
        entry_id integer DEFAULT nextval('resource_calendar_leaves_id_seq'),
        booking_id integer DEFAULT nextval('factory_booking_id_seq')
    ) ON COMMIT DROP
"""


def create_centre(env, name: str, hours=ALWAYS, days: int = 7, lanes: int = 1):
    """Return a work centre with these hours on the first days of each week, in UTC."""
    lines = [
        {
            "name": f"{day} {begin}",
            "dayofweek": str(day),
            "hour_from": begin,
            "hour_to": end,
            "day_period": "morning",
        }
        for day in range(days)
        for begin, end in hours
    ]
    calendar = env["resource.calendar"].create(
        {
            "name": name,
            "tz": "UTC",
            "attendance_ids": [(5, 0, 0), *((0, 0, line) for line in lines)],
        }
    )
    return env["mrp.workcenter"].create(
        {"name": name, "lane_count": lanes, "resource_calendar_id": calendar.id}
    )


def dense_blocks(
    count: int, minutes: int, gap: int, hours=ALWAYS, days: int = 7
) -> Iterator[tuple[datetime, datetime]]:
    """Yield blocks back to back in the working hours, with a gap after each.

    >>> blocks = list(dense_blocks(3, 200, 30, OFFICE, 5))
    >>> [(start.day, start.hour, end.hour) for start, end in blocks]
    [(6, 8, 11), (6, 13, 16), (7, 8, 11)]
    """
    midnight, length = MONDAY, timedelta(minutes=minutes)
    while count:
        if midnight.weekday() < days:
            for begin, end in hours:
                start = midnight + timedelta(hours=begin)
                while count and start + length <= midnight + timedelta(hours=end):
                    yield start, start + length
                    start += length + timedelta(minutes=gap)
                    count -= 1
        midnight += timedelta(days=1)


def fill(env, centre, blocks) -> None:
    """Book the blocks on the first lane of the centre and analyse the tables.

    The first is booked and confirmed through the model, the others are its copies.

    :param blocks: iterable of (start, end), naive UTC, at least one
    """
    blocks = iter(blocks)
    start, end = next(blocks)
    first = env["factory.booking"].create(
        {
            "workcenter_id": centre.id,
            "partner_id": env.company.partner_id.id,
            "date_start": start,
            "date_end": end,
        }
    )
    first.action_confirm()
    env.flush_all()
    env.cr.execute(BLOCKS)
    lines = "".join(f"{start}\t{end}\n" for start, end in blocks)
    columns = "bench_block (start_at, end_at)"
    env.cr.copy_expert(f"COPY {columns} FROM STDIN", io.StringIO(lines))
    copy_row(env.cr, first.leave_id, "bench_block", ENTRY)
    copy_row(env.cr, first, "bench_block", BOOKING)
    env.cr.execute("DROP TABLE bench_block")
    env.cr.execute("ANALYZE factory_booking, resource_calendar_leaves")
    env.invalidate_all()
