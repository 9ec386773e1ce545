# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two transactions plan at once: core gives both the same hour, the booking does not.

Run with ``pytest -p no:odoo tests/race``. Two cursors in this process, each with the
snapshot that Odoo's REPEATABLE READ gives it, so that nothing depends on luck: both
have looked before either of them writes.
"""

import re
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from test_bookings_race import connect, create_centre

ADMIN = 2
MONDAY = datetime(2031, 3, 3)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def registry(live_server):
    """Odoo in this process, on the database of the live server."""
    import odoo.tools
    from odoo import sql_db
    from odoo.orm.registry import Registry

    from scripts.lib.paths import ODOO_RC

    arguments = ["-c", str(ODOO_RC), "-d", live_server.database]
    odoo.tools.config.parse_config([*arguments, "--log-level", "critical"])
    yield Registry(live_server.database)
    Registry.delete(live_server.database)
    sql_db.close_db(live_server.database)


@contextmanager
def transaction(registry):
    """Give an environment whose snapshot is taken at once."""
    from odoo import api

    with registry.cursor() as cr:
        cr.execute("SELECT 1")
        yield api.Environment(cr, ADMIN, {})


@pytest.fixture
def client(live_server):
    return connect(live_server)


def create_orders(client, centre, count):
    """Return ids of confirmed orders of one hour on the centre."""
    product = client.env["product.product"].create(
        {"name": "Race (contoh)", "is_storable": True}
    )
    template = client.env["product.product"].read([product], ["product_tmpl_id"])[0]
    operation = {
        "name": "Race",
        "workcenter_id": centre,
        "time_mode": "manual",
        "time_cycle_manual": 60,
    }
    bom = client.env["mrp.bom"].create(
        {
            "product_tmpl_id": template["product_tmpl_id"][0],
            "operation_ids": [(0, 0, operation)],
        }
    )
    vals = {
        "product_id": product,
        "bom_id": bom,
        "product_qty": 1.0,
        "date_start": str(MONDAY),
    }
    orders = client.env["mrp.production"].create([vals] * count)
    client.env["mrp.production"].action_confirm(orders)
    return orders


def find_and_enter_as_core(env, centre_id):
    """Do what core's planner does: look for a free hour, enter it in the calendar."""
    from odoo.addons.mrp.models.mrp_workcenter import MrpWorkcenter

    centre = env["mrp.workcenter"].browse(centre_id)
    start, end = MrpWorkcenter._get_first_available_slot(centre, MONDAY, 60)
    return env["resource.calendar.leaves"].create(
        {
            "name": "core",
            "calendar_id": centre.resource_calendar_id.id,
            "resource_id": centre.resource_id.id,
            "date_from": start,
            "date_to": end,
            "time_type": "other",
        }
    )


def test_core_gives_two_orders_the_same_hour(registry, client):
    centre = create_centre(client, "Race core")
    with transaction(registry) as first, transaction(registry) as second:
        entries = [find_and_enter_as_core(env, centre) for env in (first, second)]
        times = [(entry.date_from, entry.date_to) for entry in entries]
    assert times == [(MONDAY, MONDAY + HOUR)] * 2


def test_planning_begins_again_and_takes_the_next_hour(registry, client):
    from odoo.exceptions import ConcurrencyError

    centre = create_centre(client, "Race plan twice")
    orders = create_orders(client, centre, 2)
    with transaction(registry) as first, transaction(registry) as second:
        first["mrp.production"].browse(orders[0]).button_plan()
        first.cr.commit()
        with pytest.raises(ConcurrencyError):
            second["mrp.production"].browse(orders[1]).button_plan()
        second.cr.rollback()
        # what Odoo's retrying does: the same call in a new snapshot
        second["mrp.production"].browse(orders[1]).button_plan()
        second.cr.commit()
    planned = client.env["mrp.workorder"].search_read(
        [("production_id", "in", orders)], ["date_start"], order="date_start"
    )
    assert [row["date_start"] for row in planned] == [str(MONDAY), str(MONDAY + HOUR)]


def test_explicit_booking_is_refused_and_told_the_next_hour(registry, client):
    """The same over RPC: the answer is computed after the rollback, so it is free."""
    import odoorpc

    centre = create_centre(client, "Race explicit")
    partner = client.env["res.partner"].create({"name": "Race (contoh)"})
    vals = {
        "workcenter_id": centre,
        "partner_id": partner,
        "date_start": str(MONDAY),
        "date_end": str(MONDAY + HOUR),
    }
    client.env["factory.booking"].create(vals)
    with pytest.raises(odoorpc.error.RPCError) as refusal:
        client.env["factory.booking"].create(vals)
    # in the language of the user; 00:00 UTC is 07:00 in Jakarta
    offered = re.findall(r"03-03-2031 (\d\d:\d\d) \(\w+ 1\)", str(refusal.value))
    assert offered == ["08:00", "09:00", "10:00"]


def test_breakdown_meets_a_booking_of_this_moment(registry, client):
    from odoo.exceptions import ConcurrencyError

    centre = create_centre(client, "Race breakdown")
    partner = client.env["res.partner"].create({"name": "Race (contoh)"})
    until = str(MONDAY + 2 * HOUR)
    with transaction(registry) as first, transaction(registry) as second:
        booking = first["factory.booking"].create(
            {
                "workcenter_id": centre,
                "partner_id": partner,
                "date_start": MONDAY,
                "date_end": MONDAY + HOUR,
            }
        )
        first.cr.commit()
        broken = second["mrp.workcenter"].browse(centre)
        with pytest.raises(ConcurrencyError):
            broken.action_breakdown(str(MONDAY), until)
        second.cr.rollback()
        broken.action_breakdown(str(MONDAY), until)
        second.cr.commit()
        state = client.env["factory.booking"].read([booking.id], ["state"])
    assert state[0]["state"] == "displaced"
