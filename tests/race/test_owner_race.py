# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several orders want one owner's lot at the same moment; it is used up once.

Run with ``pytest -p no:odoo tests/race``. Core skips a stock row that another
transaction holds and makes a second, negative one, so that all of them would go
through; each on its own snapshot finds the lot still full.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import odoorpc
import pytest
from test_bookings_race import connect_in_english

CLIENTS = 4
ROUNDS = 2
KILOGRAMS = 40.0


@pytest.fixture(scope="module")
def client(live_server):
    return connect_in_english(live_server)


class House:
    """Ginger, powder and a recipe in the first company, over RPC."""

    def __init__(self, client):
        self.client = client
        self.kilogram = client.env.ref("uom.product_uom_kgm").id
        self.ginger = self.create_product("Race ginger")
        self.powder = self.create_product("Race powder")
        template = client.env["product.product"].read(
            [self.powder], ["product_tmpl_id"]
        )[0]["product_tmpl_id"][0]
        line = {"product_id": self.ginger, "product_qty": 10}
        self.bom = client.env["mrp.bom"].create(
            {
                "product_tmpl_id": template,
                "consumption": "flexible",
                "bom_line_ids": [(0, 0, line)],
            }
        )

    def create_product(self, name):
        return self.client.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": "lot",
                "uom_id": self.kilogram,
            }
        )

    def weigh_in(self, owner):
        """Return the id of a new lot of the owner."""
        line = {"product_id": self.ginger, "gross_kg": KILOGRAMS}
        intakes = self.client.env["factory.intake"]
        intake = intakes.create({"partner_id": owner, "line_ids": [(0, 0, line)]})
        intakes.action_accept([intake])
        return intakes.read([intake], ["lot_ids"])[0]["lot_ids"][0]

    def create_order(self, owner, lot):
        """Return a confirmed order with a line, set by hand, that takes all of it."""
        orders = self.client.env["mrp.production"]
        order = orders.create(
            {
                "product_id": self.powder,
                "product_qty": 4,
                "bom_id": self.bom,
                "production_mode": "toll",
                "partner_id": owner,
            }
        )
        orders.action_confirm([order])
        lines = self.client.env["stock.move.line"]
        [raw] = orders.read([order], ["move_raw_ids"])[0]["move_raw_ids"]
        lines.unlink(lines.search([("move_id", "=", raw)]))
        move = self.client.env["stock.move"].read(
            [raw], ["location_id", "location_dest_id"]
        )[0]
        lines.create(
            {
                "move_id": raw,
                "product_id": self.ginger,
                "product_uom_id": self.kilogram,
                "quantity": KILOGRAMS,
                "lot_id": lot,
                "owner_id": owner,
                "location_id": move["location_id"][0],
                "location_dest_id": move["location_dest_id"][0],
                "picked": True,
            }
        )
        orders.write([order], {"qty_producing": 4})
        orders.action_generate_serial([order])
        return order

    def get_stock(self, lot):
        """Return [(owner id, quantity)] of what the house has of the lot."""
        rows = self.client.env["stock.quant"].search_read(
            [("lot_id", "=", lot), ("location_id.usage", "=", "internal")],
            ["owner_id", "quantity"],
        )
        return [(row["owner_id"][0], row["quantity"]) for row in rows]


def test_racing_orders_use_a_lot_once(live_server, client):
    house = House(client)
    owner = client.env["res.partner"].create({"name": "Race owner (contoh)"})
    lots = [house.weigh_in(owner) for _round in range(ROUNDS)]
    orders = [
        [house.create_order(owner, lot) for lot in lots] for _client in range(CLIENTS)
    ]
    clients = [connect_in_english(live_server) for _number in range(CLIENTS)]
    barrier = Barrier(CLIENTS)

    def finish(number):
        errors = []
        for order in orders[number]:
            barrier.wait(300)
            try:
                clients[number].env["mrp.production"].with_context(
                    skip_backorder=True, skip_consumption=True
                ).button_mark_done([order])
            except odoorpc.error.RPCError as error:
                errors.append(str(error))
        return errors

    with ThreadPoolExecutor(CLIENTS) as pool:
        errors = [error for mine in pool.map(finish, range(CLIENTS)) for error in mine]
    for index, lot in enumerate(lots):
        states = client.env["mrp.production"].search_count(
            [("id", "in", [mine[index] for mine in orders]), ("state", "=", "done")]
        )
        assert states == 1, f"{states} orders took lot {lot}"
        assert [row for row in house.get_stock(lot) if row[1]] == []
    assert len(errors) == (CLIENTS - 1) * ROUNDS
    # who comes late is told so by name, or that others were too many at once
    assert any("Race owner" in error for error in errors), errors
