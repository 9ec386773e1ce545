# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weighers at several scales at the same moment: no number twice, no sack lost.

Run with ``pytest -p no:odoo tests/race``. Each client writes a ticket with two sacks
and accepts it, all of them at once, in a warehouse that has had none that day: the
queue, and the year's ranges of ticket and lot numbers, are opened by the race itself.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from test_bookings_race import connect, connect_in_english

WEIGHERS = 3
ROUNDS = 4
SACKS = 2
MOMENT = "2012-03-01 02:00:00"  # no sequence has a range for that year


@pytest.fixture(scope="module")
def client(live_server):
    return connect_in_english(live_server)


@pytest.fixture(scope="module")
def scale(client):
    """A product and an owner of their own."""
    env = client.env
    kilogram = env["ir.model.data"].search_read(
        [("module", "=", "uom"), ("name", "=", "product_uom_kgm")], ["res_id"]
    )[0]["res_id"]
    product = env["product.product"].create(
        {
            "name": "Jahe balapan (contoh)",
            "is_storable": True,
            "tracking": "lot",
            "uom_id": kilogram,
        }
    )
    owner = env["res.partner"].create({"name": "Pemilik balapan (contoh)"})
    return product, owner


def weigh(client, product, owner, number):
    """Write a ticket and accept it, as the screen does: two calls."""
    model = client.env["factory.intake"]
    lines = [
        (0, 0, {"product_id": product, "gross_kg": 50 + sack, "sack_count": 1})
        for sack in range(SACKS)
    ]
    intake = model.create(
        {
            "partner_id": owner,
            "date": MOMENT,
            "external_ref": f"RACE-{number}",
            "line_ids": lines,
        }
    )
    model.action_accept([intake])
    return intake


def test_weighers_at_the_same_time(live_server, client, scale):
    product, owner = scale
    clients = [connect(live_server) for _number in range(WEIGHERS)]
    barrier = Barrier(WEIGHERS)

    def work(weigher):
        made = []
        for turn in range(ROUNDS):
            barrier.wait(300)
            made.append(weigh(clients[weigher], product, owner, f"{weigher}-{turn}"))
        return made

    with ThreadPoolExecutor(WEIGHERS) as pool:
        intakes = [one for made in pool.map(work, range(WEIGHERS)) for one in made]
    tickets = client.env["factory.intake"].search_read(
        [("id", "in", intakes)], ["name", "queue_number", "state"]
    )
    count = WEIGHERS * ROUNDS
    assert len(tickets) == count
    assert {ticket["state"] for ticket in tickets} == {"accepted"}
    assert len({ticket["name"] for ticket in tickets}) == count
    # each arrival took the next number, none twice and none left out
    numbers = sorted(ticket["queue_number"] for ticket in tickets)
    assert numbers == list(range(1, count + 1))
    lots = client.env["stock.lot"].search_read(
        [("product_id", "=", product)], ["name", "owner_id", "product_qty"]
    )
    assert len({lot["name"] for lot in lots}) == len(lots) == count * SACKS
    assert {lot["owner_id"][0] for lot in lots} == {owner}
    # 50 + 51 kg a ticket
    assert round(sum(lot["product_qty"] for lot in lots), 3) == count * 101
