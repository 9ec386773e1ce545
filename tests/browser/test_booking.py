"""Booking as people do it: manager at the desk, operator and member with a phone."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from .conftest import LOGINS, ZONE
from .web_client import WebClient

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
THUMB = 48  # px, the least height of a button for a thumb
OWN_PIN = "918274"
REASON = "Uji peramban"
# Hadi Basri is the one of the main path
MANAGER_BOOKS, IN_THE_WAY, MEMBER = "Anton Jamal", "Tono Maulana", "Ratna Basri"


@pytest.fixture(scope="module")
def centres(admin) -> dict[str, int]:
    """Return the work centres of Kutai Kartanegara; a trial covers the next days."""
    site = admin.env["factory.site"].search([("name", "ilike", "Kutai Kartanegara")])
    allowed_by = admin.env["res.partner"].search(
        [("name", "ilike", "Disperindagkop")], limit=1
    )
    today = datetime.date.today()
    admin.env["factory.site.trial"].create(
        {
            "site_id": site[0],
            "allowed_by_id": allowed_by[0],
            "reason": REASON,
            "date_from": str(today - datetime.timedelta(days=1)),
            "date_to": str(today + datetime.timedelta(days=30)),
        }
    )
    company = admin.env["factory.site"].read(site, ["company_id"])[0]["company_id"]
    found = admin.env["mrp.workcenter"].search_read(
        [("company_id", "=", company[0])], ["name"]
    )
    return {centre["name"].split()[0]: centre["id"] for centre in found}


@pytest.fixture
def partner(admin):
    """Return a function that finds the one person of a name."""

    def find(name: str) -> int:
        (found,) = admin.env["coop.member"].search_read(
            [("partner_id.name", "=", name)], ["partner_id"], limit=1
        )
        return found["partner_id"][0]

    return find


@pytest.fixture
def book(admin, partner):
    """Return a function that books for a person, from and to minutes from now."""

    def booking(centre: int, name: str, start: int, end: int) -> int:
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        moments = (now + datetime.timedelta(minutes=m) for m in (start, end))
        first, last = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in moments)
        created = admin.env["factory.booking"].create(
            {
                "workcenter_id": centre,
                "partner_id": partner(name),
                "date_start": first,
                "date_end": last,
                "override_reason": REASON,
            }
        )
        admin.env["factory.booking"].action_confirm([created])
        return created

    return booking


def _state(admin, booking: int) -> str:
    return admin.env["factory.booking"].read([booking], ["state"])[0]["state"]


def test_manager_books_on_the_timeline(visit, admin, centres, book):
    rival = book(centres["Perajangan"], IN_THE_WAY, 20, 80)
    (rival_name,) = admin.env["factory.booking"].read([rival], ["name"])
    start = datetime.datetime.now(ZoneInfo(ZONE)) + datetime.timedelta(minutes=30)
    with visit(LOGINS["factory_manager"]) as visitor:
        page, client = visitor.page, WebClient(visitor.page)
        client.open("factory_booking.factory_booking_action")
        page.locator(".vis-item").filter(has_text=IN_THE_WAY).first.wait_for()
        # an empty place of the centre's row, some days ahead
        label = page.locator(".vis-label").filter(has_text="Perajangan").bounding_box()
        chart = page.locator(".vis-panel.vis-center").first.bounding_box()
        page.mouse.dblclick(
            chart["x"] + chart["width"] * 0.9, label["y"] + label["height"] / 2
        )
        page.wait_for_selector(".modal .o_form_view")
        assert "Perajangan" in client.text("workcenter_id")
        client.choose("partner_id", MANAGER_BOOKS)
        client.fill_range("date_start", "date_end", start, hours=1)
        client.fill("override_reason", REASON)
        page.locator(".modal .o_form_button_save").click()
        answer = page.locator(".modal").filter(has_text=rival_name["name"])
        # the free times come with the answer, each with its lane
        assert "(" in answer.inner_text().split(rival_name["name"])[1]
        answer.locator(".modal-footer button").first.click()
        answer.wait_for(state="hidden")
        later = start + datetime.timedelta(hours=2)
        client.fill_range("date_start", "date_end", later, hours=1)
        page.locator(".modal .o_form_button_save").click()
        item = page.locator(".vis-item").filter(has_text=MANAGER_BOOKS).first
        item.wait_for()
        item.dblclick()
        for action, state in (
            ("action_confirm", "confirmed"),
            ("action_start", "in_use"),
            ("action_finish", "done"),
        ):
            client.press(action)
            client.wait_state(state)
        assert not visitor.errors


def test_operator_starts_and_finishes_on_a_phone(visit, admin, centres, book):
    centre = centres["Penepungan"]
    booking = book(centre, IN_THE_WAY, 5, 65)
    address = admin.env["mrp.workcenter"].action_open_floor([centre])["url"]
    with visit(LOGINS["operator"], **PHONE) as visitor:
        page = visitor.page
        page.goto(urlsplit(address).path)
        card = page.locator(f"article[data-booking='{booking}']")
        start = card.locator(".o_floor_start button")
        assert start.bounding_box()["height"] >= THUMB
        _assert_fits(page)
        start.tap()
        page.wait_for_selector(f"article.o_floor_in_use[data-booking='{booking}']")
        assert _state(admin, booking) == "in_use"
        assert card.locator(".o_floor_clock").inner_text() == "0:00"
        card.locator(".o_floor_finish button").tap()
        page.wait_for_selector(".o_floor_past")
        assert _state(admin, booking) == "done"
        assert not visitor.errors


def test_member_asks_confirms_and_cancels_on_a_phone(visit, admin, centres, partner):
    admin.env["mrp.workcenter"].write([centres["Oven"]], {"portal_bookable": True})
    login, pin = _give_pin(admin, partner(MEMBER))
    with visit(login, secret=pin, landing="#pin_again", **PHONE) as visitor:
        page = visitor.page
        # the counter's PIN opens nothing else
        page.goto("/my/bookings")
        page.fill("#pin", OWN_PIN)
        page.fill("#pin_again", OWN_PIN)
        page.click("button[type=submit]")
        page.wait_for_selector("a[href='/my/bookings/new']")
        _assert_fits(page)
        page.locator("a[href='/my/bookings/new']").click()
        page.select_option("#minutes", "120")
        page.locator("form[action='/my/bookings/new'] button").click()
        page.locator(".o_booking_slots button").first.click()
        page.locator("form[action$='/confirm'] button").click()
        page.wait_for_selector(".o_booking_cancel")
        booking = int(urlsplit(page.url).path.rsplit("/", 1)[1])
        assert _state(admin, booking) == "confirmed"
        page.locator(".o_booking_cancel summary").click()
        page.locator("form[action$='/cancel'] button").click()
        page.locator(".o_booking_cancel").wait_for(state="detached")
        assert _state(admin, booking) == "cancelled"
        assert not visitor.errors


def _assert_fits(page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"], "the page scrolls sideways"


def _give_pin(admin, partner: int) -> tuple[str, str]:
    """Give a member a PIN at the counter; return what he types in."""
    wizard = admin.env["umkm.pin.wizard"].create(
        {"partner_id": partner, "phone": "0812 3456 7099", "identity_checked": True}
    )
    shown = admin.env["umkm.pin.wizard"].action_set_pin([wizard])["context"]
    return shown["default_login_shown"], shown["default_pin_shown"]
