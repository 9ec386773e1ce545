# SPDX-License-Identifier: AGPL-3.0-or-later
"""A quota holds when its user books on several machines at the same moment.

Run with ``pytest -p no:odoo tests/race``. Each client has a lane of its own, so that
nothing but the quota refuses; counting alone lets several through, since none of the
racing transactions sees the others' bookings.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import odoorpc
import pytest
from test_bookings_race import connect, connect_in_english, create_centre

CLIENTS = 6
ROUNDS = 2
ALLOWED = 3
FIRST_DAY = datetime(2031, 3, 3)  # a Monday, far from any data of the copy


@pytest.fixture(scope="module")
def client(live_server):
    return connect_in_english(live_server)


@pytest.mark.parametrize("shared", [False, True])
def test_racing_bookings_keep_the_quota(live_server, client, shared):
    centre = create_centre(client, f"Race quota {shared}", lanes=CLIENTS)
    partners = client.env["res.partner"].create(
        [{"name": f"Race {number} (contoh)"} for number in range(CLIENTS)]
    )
    client.env["factory.booking.quota"].create(
        {
            "workcenter_id": centre,
            "period": "day",
            "max_count": ALLOWED,
            "is_shared": shared,
        }
    )
    clients = [connect(live_server) for _number in range(CLIENTS)]
    barrier = Barrier(CLIENTS)

    def book(number):
        errors = []
        for day in range(ROUNDS):
            start = FIRST_DAY + timedelta(days=day)
            vals = {
                "workcenter_id": centre,
                "lane": number + 1,
                "partner_id": partners[number if shared else 0],
                "date_start": start.strftime("%Y-%m-%d %H:%M:%S"),
                "date_end": (start + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S"),
            }
            barrier.wait(300)
            try:
                clients[number].env["factory.booking"].create(vals)
            except odoorpc.error.RPCError as error:
                errors.append(str(error))
        return errors

    with ThreadPoolExecutor(CLIENTS) as pool:
        errors = [error for mine in pool.map(book, range(CLIENTS)) for error in mine]
    booked = client.env["factory.booking"].search_read(
        [("workcenter_id", "=", centre), ("state", "=", "held")], ["date_start"]
    )
    by_day = {}
    for row in booked:
        by_day.setdefault(row["date_start"][:10], []).append(row["id"])
    assert len(by_day) == ROUNDS
    assert all(len(bookings) <= ALLOWED for bookings in by_day.values()), by_day
    assert len(booked) + len(errors) == CLIENTS * ROUNDS
    # who is refused is told of the quota, or that others were too many at once
    assert any(f"of {ALLOWED} bookings" in error for error in errors)
