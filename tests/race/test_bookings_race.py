# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many clients want the same hours at the same moment; nobody gets one twice.

Run with ``pytest -p no:odoo tests/race``. Real transactions on a live server: under
Odoo's own test cursor no two transactions ever meet.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import odoorpc
import pytest

CLIENTS = 8
ATTEMPTS = 50
FIRST_DAY = datetime(2031, 1, 6)  # a Monday, far from any data of the copy


def connect(server):
    client = odoorpc.ODOO("127.0.0.1", port=server.port, timeout=300)
    client.login(server.database, server.login, server.password)
    return client


def connect_in_english(server):
    """Return a client of a user who reads English, as the texts looked for are."""
    client = connect(server)
    english = [("code", "=", "en_US"), ("active", "=", False)]
    client.env["res.lang"].write(
        client.env["res.lang"].search(english), {"active": True}
    )
    client.env["res.users"].write([client.env.uid], {"lang": "en_US"})
    return connect(server)


@pytest.fixture(scope="module")
def client(live_server):
    return connect_in_english(live_server)


def whole_days():
    for day in range(7):
        yield {
            "name": str(day),
            "dayofweek": str(day),
            "hour_from": 0,
            "hour_to": 24,
            "day_period": "morning",
        }


def create_centre(client, name, lanes=1):
    """Return the id of a centre that works day and night."""
    calendar = client.env["resource.calendar"].create(
        {
            "name": name,
            "tz": "Asia/Jakarta",
            "attendance_ids": [(5, 0, 0), *((0, 0, vals) for vals in whole_days())],
        }
    )
    return client.env["mrp.workcenter"].create(
        {"name": name, "lane_count": lanes, "resource_calendar_id": calendar}
    )


def count_overlaps(client, centre):
    """Return how many pairs of live bookings of a lane overlap."""
    rows = client.env["factory.booking"].search_read(
        [
            ("workcenter_id", "=", centre),
            ("state", "in", ["held", "confirmed", "in_use"]),
        ],
        ["lane", "block_from", "block_to"],
    )
    by_lane = {}
    for row in rows:
        by_lane.setdefault(row["lane"], []).append((row["block_from"], row["block_to"]))
    pairs = 0
    for blocks in by_lane.values():
        blocks.sort()
        pairs += sum(a[1] > b[0] for a, b in pairwise(blocks))
    return pairs


def book_at_random(server, centre, partner, seed):
    """Try to book random hours of five days.

    :return: list of (booking id or None, error text or None)
    """
    client = connect(server)
    rng = random.Random(seed)
    results = []
    for _attempt in range(ATTEMPTS):
        start = FIRST_DAY + timedelta(minutes=30 * rng.randrange(2 * 24 * 5))
        vals = {
            "workcenter_id": centre,
            "partner_id": partner,
            "date_start": start.strftime("%Y-%m-%d %H:%M:%S"),
            "date_end": (start + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S"),
        }
        try:
            results.append((client.env["factory.booking"].create(vals), None))
        except odoorpc.error.RPCError as error:
            results.append((None, str(error)))
    return results


@pytest.mark.parametrize("lanes", [1, 2])
def test_racing_bookings_never_overlap(live_server, client, lanes):
    centre = create_centre(client, f"Race {lanes}", lanes)
    partner = client.env["res.partner"].create({"name": "Race (contoh)"})
    with ThreadPoolExecutor(CLIENTS) as pool:
        runs = pool.map(
            lambda seed: book_at_random(live_server, centre, partner, seed),
            range(CLIENTS),
        )
        results = [result for run in runs for result in run]
    won = [booking for booking, _error in results if booking]
    refusals = [error for _booking, error in results if error]
    assert len(results) == CLIENTS * ATTEMPTS
    assert won and refusals
    assert count_overlaps(client, centre) == 0
    for refusal in refusals:
        assert f"Race {lanes}, lane" in refusal
        assert "is taken from" in refusal
        assert "Next free:" in refusal


def test_racing_plans_never_overlap(live_server, client):
    """Core alone double-books here: 115 of 120 orders in conflict."""
    centre = create_centre(client, "Race plan")
    product = client.env["product.product"].create(
        {"name": "Race (contoh)", "is_storable": True}
    )
    template = client.env["product.product"].read([product], ["product_tmpl_id"])[0]
    operation = {
        "name": "Race",
        "workcenter_id": centre,
        "time_mode": "manual",
        "time_cycle_manual": 30,
    }
    bom = client.env["mrp.bom"].create(
        {
            "product_tmpl_id": template["product_tmpl_id"][0],
            "operation_ids": [(0, 0, operation)],
        }
    )
    vals = {"product_id": product, "bom_id": bom, "product_qty": 1.0}
    orders = client.env["mrp.production"].create([vals] * 24)
    client.env["mrp.production"].action_confirm(orders)

    def plan(mine):
        own = connect(live_server)
        for order in mine:
            own.env["mrp.production"].button_plan([order])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(plan, [orders[index::4] for index in range(4)]))
    planned = client.env["mrp.production"].search_count(
        [("id", "in", orders), ("is_planned", "=", True)]
    )
    assert planned == len(orders)
    assert count_overlaps(client, centre) == 0
