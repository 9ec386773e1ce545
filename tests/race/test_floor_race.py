# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phones on the floor at the same moment: a form acts once, no ticket is lost.

Run with ``pytest -p no:odoo tests/race``. A server with two worker processes; people
log in as in a browser and send the forms of the pages. A second tap is the very same
form, with the same key, sent by a second connection at the same moment.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
from lxml import html
from test_bookings_race import connect, connect_in_english

from scripts.lib import databases, postgres, server

WORKERS = 2
WEIGHERS = 2
TURNS = 6
TAPS = 2
PASSWORD = "floor-race-1"  # of users that exist in this test's database only
WAIT = 300


@pytest.fixture(scope="module")
def two_workers():
    """Serve a copy of the database with two processes."""
    with postgres.session():
        template = os.environ.get("FACTORY_TEMPLATE") or databases.template()
        with (
            databases.scratch(template, "floor") as database,
            server.running(database, 0, f"--workers={WORKERS}") as running,
        ):
            yield running


@pytest.fixture(scope="module")
def house(two_workers):
    """A warehouse without a queue, ginger, a machine, an owner and two weighers."""
    env = connect_in_english(two_workers).env
    company = env["res.users"].read([env.uid], ["company_id"])[0]["company_id"][0]
    kilogram = env.ref("uom.product_uom_kgm").id
    ginger, powder = (
        env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": "lot",
                "uom_id": kilogram,
                "company_id": company,
            }
        )
        for name in ("Jahe lantai (contoh)", "Bubuk lantai (contoh)")
    )
    (template,) = env["product.product"].read([powder], ["product_tmpl_id"])
    recipe = env["mrp.bom"].create(
        {
            "product_tmpl_id": template["product_tmpl_id"][0],
            "product_qty": 1,
            "product_uom_id": kilogram,
            "company_id": company,
            "consumption": "flexible",
            "bom_line_ids": [(0, 0, {"product_id": ginger, "product_qty": 10})],
        }
    )
    centre = env["mrp.workcenter"].create({"name": "Mesin balapan"})
    group = env.ref("umkm_base.umkm_base_group_operator").id
    for number in range(WEIGHERS):
        env["res.users"].create(
            {
                "name": f"Penimbang {number}",
                "login": f"penimbang-{number}",
                "password": PASSWORD,
                "lang": "en_US",
                "company_id": company,
                "company_ids": [(6, 0, [company])],
                "group_ids": [(4, group)],
            }
        )
    owner = env["res.partner"].create({"name": "Pemilik lantai (contoh)"})
    machine = env["mrp.workcenter"].action_open_floor([centre])["url"]
    return {
        "env": env,
        "company": company,
        "ginger": ginger,
        "powder": powder,
        "recipe": recipe,
        "owner": owner,
        "machine": re.search("/floor/[^/?#]+", machine).group(),
    }


class Phone:
    """A browser without scripts: pages are read, forms filled in and sent."""

    def __init__(self, url, login):
        self.url = url
        self.session = requests.Session()
        page = self._parse(self.session.get(f"{url}/web/login", timeout=WAIT))
        form = page.xpath("//form[contains(@class, 'oe_login_form')]")[0]
        typed = {**dict(form.form_values()), "login": login, "password": PASSWORD}
        self.session.post(f"{url}/web/login", data=typed, timeout=WAIT)

    def _parse(self, answer):
        assert answer.status_code == 200, (answer.status_code, answer.text[-2000:])
        return html.fromstring(answer.text)

    def read(self, path):
        return self._parse(self.session.get(f"{self.url}{path}", timeout=WAIT))

    def fill(self, page, selector, **typed):
        """Return address and fields of a page's form, filled in."""
        marked = f"contains(concat(' ', @class, ' '), ' {selector} ')"
        form = page.xpath(f"//form[{marked}]|//*[{marked}]//form")[0]
        return form.get("action"), {**dict(form.form_values()), **typed}

    def send(self, filled):
        """Send a form; return the page it leads to and that page's path."""
        path, data = filled
        answer = self.session.post(f"{self.url}{path}", data=data, timeout=WAIT)
        return self._parse(answer), answer.url.removeprefix(self.url).partition("?")[0]

    def twin(self):
        """Return a second connection of the same session."""
        other = object.__new__(Phone)
        other.url, other.session = self.url, requests.Session()
        other.session.cookies.update(self.session.cookies)
        return other


@pytest.fixture(scope="module")
def phones(two_workers, house):
    return [Phone(two_workers.url, f"penimbang-{n}") for n in range(WEIGHERS)]


def together(*works):
    """Start functions at the same moment; return what they returned."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait(WAIT)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def tap_twice(phone, filled):
    """Send the same form by two connections at once; return the paths led to."""
    taps = [phone.twin() for _number in range(TAPS)]
    answers = together(*(lambda tap=tap: tap.send(filled) for tap in taps))
    return [path for _page, path in answers]


def alerts(page):
    return [found.text_content() for found in page.xpath("//main//*[@role='alert']")]


def first_sack(phone, house, gross):
    page = phone.read(f"/floor/weigh/new?partner_id={house['owner']}")
    sack = {"product_id": str(house["ginger"]), "gross": str(gross), "tare": ""}
    return phone.fill(page, "o_floor_sack", **sack)


def tickets(house, *fields):
    env = house["env"]
    found = env["factory.intake"].search([("partner_id", "=", house["owner"])])
    return env["factory.intake"].read(found, [*fields, "line_ids"])


def test_second_tap_of_the_same_form_acts_once(house, phones):
    phone = phones[0]
    before = len(tickets(house))
    for turn in range(3):
        # the first sack opens the ticket
        ticket, again = tap_twice(phone, first_sack(phone, house, 40))
        assert ticket == again
        assert len(tickets(house)) == before + turn + 1
        # the next one
        page = phone.read(ticket)
        next_sack = phone.fill(page, "o_floor_sack", gross="20", tare="")
        assert tap_twice(phone, next_sack) == [ticket, ticket]
        page = phone.read(ticket)
        assert not alerts(page)
        assert len(page.xpath("//*[@data-sack]")) == 2
        # and accepting it
        assert tap_twice(phone, phone.fill(page, "o_floor_accept")) == [ticket, ticket]
        page = phone.read(ticket)
        assert not alerts(page)
        assert page.xpath("//*[@data-state='accepted']")
        assert len(page.xpath("//*[@data-lot]")) == 2
    lots = house["env"]["stock.lot"].search_read(
        [("product_id", "=", house["ginger"])], ["product_qty"]
    )
    # three times 40 and 20 kg
    assert sorted(lot["product_qty"] for lot in lots) == [20, 20, 20, 40, 40, 40]


def test_order_is_filled_and_closed_once(house, phones):
    env, phone = house["env"], phones[0]
    page, _path = phone.send(first_sack(phone, house, 50))
    page, _path = phone.send(phone.fill(page, "o_floor_accept"))
    (lot,) = page.xpath("//@data-lot")
    (named,) = env["stock.lot"].read([int(lot)], ["name"])
    order = env["mrp.production"].create(
        {
            "product_id": house["powder"],
            "product_qty": 5,
            "bom_id": house["recipe"],
            "company_id": house["company"],
            "production_mode": "toll",
            "partner_id": house["owner"],
            "owned_lot_ids": [(6, 0, [int(lot)])],
        }
    )
    env["mrp.production"].action_confirm([order])
    path = f"{house['machine']}/order/{order}"
    page = phone.read(f"{path}?code={named['name']}")
    # half of the sack: a second consumption would fit beside it
    consume = phone.fill(page, "o_floor_consume", quantity="25")
    assert tap_twice(phone, consume) == [path, path]
    page = phone.read(path)
    assert not alerts(page)
    produce = phone.fill(page, "o_floor_produce", quantity="2.5", leave_out="1")
    assert tap_twice(phone, produce) == [path, path]
    assert not alerts(phone.read(path))
    (made,) = env["mrp.production"].read([order], ["state", "input_kg", "output_kg"])
    assert (made["state"], made["input_kg"], made["output_kg"]) == ("done", 25, 2.5)
    (left,) = env["stock.lot"].read([int(lot)], ["product_qty"])
    assert left["product_qty"] == 25


def test_two_weighers_at_the_same_moment(house, two_workers, phones):
    before = {ticket["id"] for ticket in tickets(house)}

    def weigh(weigher, turn, barrier):
        """Weigh two sacks and accept, each form at the moment of the other's."""
        phone = phones[weigher]
        filled = first_sack(phone, house, 100 + 10 * weigher + turn)
        barrier.wait(WAIT)
        page, ticket = phone.send(filled)
        filled = phone.fill(page, "o_floor_sack", gross="5", tare="")
        barrier.wait(WAIT)
        page, _path = phone.send(filled)
        assert not alerts(page)
        barrier.wait(WAIT)
        page, _path = phone.send(phone.fill(page, "o_floor_accept"))
        assert not alerts(page), alerts(page)
        assert page.xpath("//*[@data-state='accepted']")
        return ticket

    led_to = []
    for turn in range(TURNS):
        barrier = Barrier(WEIGHERS)
        led_to += together(
            *(
                lambda weigher=weigher, turn=turn, barrier=barrier: weigh(
                    weigher, turn, barrier
                )
                for weigher in range(WEIGHERS)
            )
        )
    fields = ("name", "queue_date", "queue_number", "state", "net_kg", "create_uid")
    made = [t for t in tickets(house, *fields) if t["id"] not in before]
    count = WEIGHERS * TURNS
    # nobody's ticket is lost, and everybody got his own
    assert len(made) == count == len(set(led_to))
    assert {ticket["state"] for ticket in made} == {"accepted"}
    assert len({ticket["name"] for ticket in made}) == count
    weights = [
        100 + 10 * weigher + turn + 5
        for weigher in range(WEIGHERS)
        for turn in range(TURNS)
    ]
    assert sorted(ticket["net_kg"] for ticket in made) == weights
    per_weigher = [ticket["create_uid"][0] for ticket in made]
    assert {per_weigher.count(user) for user in per_weigher} == {TURNS}
    # all tickets of the day, those of the tests before too, follow each other
    queue = (
        connect(two_workers)
        .env["factory.intake"]
        .search_read(
            [("queue_date", "in", list({t["queue_date"] for t in made}))],
            ["warehouse_id", "queue_date", "queue_number"],
        )
    )
    numbers = {}
    for row in queue:
        key = row["warehouse_id"][0], row["queue_date"]
        numbers.setdefault(key, []).append(row["queue_number"])
    for taken in numbers.values():
        assert sorted(taken) == list(range(1, len(taken) + 1))
