# SPDX-License-Identifier: AGPL-3.0-or-later
"""The uses of a draw never pass it, though many enter them at the same moment.

Run with ``pytest -p no:odoo tests/race``. Each sees only his own row when he checks;
the transactions meet on the row of the draw, where the sum of the uses is written.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import odoorpc
import pytest
from test_bookings_race import connect, connect_in_english

CLIENTS = 6
DRAWN = 100
USED = 40  # two fit, a third does not


@pytest.fixture(scope="module")
def client(live_server):
    return connect_in_english(live_server)


def test_racing_uses_stay_within_the_draw(live_server, client):
    lender = client.env["res.partner"].create({"name": "Race lender (contoh)"})
    loan = client.env["lpdb.facility"].create(
        {"name": "Race loan (contoh)", "lender_id": lender, "plafond": DRAWN}
    )
    draw = client.env["lpdb.draw"].create(
        {"facility_id": loan, "date": "2026-01-05", "amount": DRAWN}
    )
    clients = [connect(live_server) for _number in range(CLIENTS)]
    barrier = Barrier(CLIENTS)

    def use(number):
        barrier.wait(300)
        try:
            clients[number].env["lpdb.draw.use"].create(
                {"draw_id": draw, "name": f"Use {number}", "amount": USED}
            )
        except odoorpc.error.RPCError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(CLIENTS) as pool:
        errors = [error for error in pool.map(use, range(CLIENTS)) if error]
    rows = client.env["lpdb.draw.use"].search_read([("draw_id", "=", draw)], ["amount"])
    assert 0 < sum(row["amount"] for row in rows) <= DRAWN
    assert len(rows) + len(errors) == CLIENTS
    # who is refused is told why, or that others were too many at once
    assert any("is used of" in error for error in errors)
