"""The main path, clicked through by the people who walk it, on the demo's data."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from .conftest import LOGINS, ZONE
from .web_client import WebClient

USER = "Hadi Basri"  # an invented member of Kutai Kartanegara


def _day(days: int = 0) -> str:
    """Return a day as an Indonesian types it, counted from today."""
    today = datetime.datetime.now(ZoneInfo(ZONE)).date()
    return (today + datetime.timedelta(days=days)).strftime("%d/%m/%Y")


def test_person_applies_pays_and_is_a_member(visit):
    with visit(LOGINS["teller"]) as visitor:
        client = WebClient(visitor.page)
        client.new("coop_membership.coop_member_action")
        client.create("partner_id", "Ibu Peramban (uji)")
        client.save()
        client.wait_state("applied")
        member = visitor.page.url
        assert not visitor.errors
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        client.goto(member)
        client.press("action_approve")
        client.wait_state("approved")
        assert not visitor.errors
    with visit(LOGINS["teller"]) as visitor:
        client = WebClient(visitor.page)
        client.new("coop_membership.coop_receipt_action")
        client.choose("member_id", "Ibu Peramban")
        client.press("action_propose")
        client.wait_rows("line_ids")
        client.press("action_post")
        client.wait_state("posted")
        # the principal saving of the pilot's members' meeting
        assert client.text("amount_total") == "Rp 100.000"
        client.goto(member)
        client.press("action_activate")
        client.wait_state("active")
        assert not visitor.errors


def test_granted_dryer_is_handed_over(visit):
    with visit(LOGINS["grant_officer"]) as visitor:
        client = WebClient(visitor.page)
        client.new("grant_equipment.grant_handover_action")
        client.choose("from_partner_id", "Disperindagkop")
        client.choose("to_partner_id", "Koperasi Anugerah")
        row = client.add_line("line_ids")
        client.fill("name", "Oven pengering 200 kg", row=row)
        client.fill("delivered_quantity", 1, row=row)
        client.fill("accepted_quantity", 1, row=row)
        client.fill("unit_value", 85_000_000, row=row)
        client.press("action_sign")
        client.confirm()
        client.wait_state("signed")
        assert client.text("equipment_count").split()[0] == "1"
        assert not visitor.errors


def test_facility_is_signed_drawn_and_paid(visit):
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        client.new("lpdb_financing.lpdb_facility_action")
        client.fill("name", "Pinjaman oven (uji)")
        client.choose("lender_id", "LPDB")
        client.fill("agreement_number", "PP-UJI-1")
        client.fill("date_agreement", _day(-45))
        # the published example IDN-02: 5,000,000 in 12 months at 22 % sliding
        for name, value in (("plafond", 5_000_000), ("annual_rate", 22)):
            client.fill(name, value)
        client.fill("periods", 12)
        client.fill("date_start", _day(-29))
        client.save()
        client.press("action_sign")
        client.wait_state("signed")
        client.press("action_draw")
        client.wait_field("net_amount")
        client.fill("date", _day(-29))
        client.fill("amount", 5_000_000)
        client.press("action_post")
        client.wait_state("posted")
        client.back()
        client.wait_state("active")
        client.press("action_pay")
        client.wait_field("penalty_due")
        assert client.text("amount") == "508.334"
        client.press("action_post")
        client.wait_state("posted")
        client.back()
        client.wait_state("active")
        # 5,000,000 less the first 416,667
        client.wait_text("outstanding", "Rp 4.583.333")
        assert not visitor.errors


def test_ginger_becomes_powder_a_charge_and_a_statement(visit, tmp_path):
    with visit(LOGINS["factory_manager"]) as visitor:
        _allow_a_trial(WebClient(visitor.page))
        assert not visitor.errors
    with visit(LOGINS["operator"]) as visitor:
        _weigh_in(WebClient(visitor.page))
        assert not visitor.errors
    with visit(LOGINS["factory_manager"]) as visitor:
        client = WebClient(visitor.page)
        _use_the_dryer(client)
        _produce(client)
        _price(client)
        assert not visitor.errors
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        client.open("factory_sharing.factory_charge_action")
        client.search(USER)
        client.select("Dibukukan")
        client.press("action_invoice")
        client.wait_row("JASA/", "Rp 40.000")
        assert not visitor.errors
    with visit(LOGINS["teller"]) as visitor:
        client = WebClient(visitor.page)
        client.new("coop_membership.coop_receipt_action")
        client.choose("member_id", USER)
        client.press("action_propose")
        client.wait_row("40.000")
        client.press("action_post")
        client.wait_state("posted")
        assert not visitor.errors
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        client.open("factory_sharing.factory_statement_action")
        client.choose("partner_id", USER)
        with visitor.page.expect_download() as download:
            client.press("action_print")
        printed = tmp_path / "statement.pdf"
        download.value.save_as(printed)
        assert printed.read_bytes().startswith(b"%PDF")
        assert not visitor.errors


def _allow_a_trial(client: WebClient) -> None:
    """Kutai Kartanegara is not ready today: somebody answers for a trial."""
    client.new("factory_sharing.factory_site_trial_action")
    client.choose("site_id", "Kutai Kartanegara")
    client.choose("allowed_by_id", "Disperindagkop")
    client.fill("date_to", _day(3))
    client.fill("reason", "Uji jalur utama")
    client.save()


def _weigh_in(client: WebClient) -> None:
    client.new("factory_toll.factory_intake_action")
    client.choose("partner_id", USER)
    row = client.add_line("line_ids")
    client.choose("product_id", "Jahe segar", row=row)
    client.fill("gross_kg", 42, row=row)
    client.fill("tare_kg", 2, row=row)
    client.press("action_accept")
    client.wait_state("accepted")
    client.wait_row("Jahe segar", "40,000")


def _use_the_dryer(client: WebClient) -> None:
    client.new("factory_booking.factory_booking_action")
    client.choose("workcenter_id", "Oven")
    client.choose("partner_id", USER)
    start = datetime.datetime.now(ZoneInfo(ZONE)) + datetime.timedelta(minutes=2)
    client.fill_range("date_start", "date_end", start, hours=2)
    # whatever hour this test is run at, also at night and on a Sunday
    client.fill("override_reason", "Uji jalur utama")
    client.press("action_confirm")
    client.wait_state("confirmed")
    client.press("action_start")
    client.wait_state("in_use")
    client.press("action_finish")
    client.wait_state("done")


def _produce(client: WebClient) -> None:
    client.new("factory_toll.mrp_production_action_toll")
    client.choose("product_id", "Bubuk jahe")
    client.choose("partner_id", USER)
    client.fill("product_qty", 4)
    client.press("action_confirm")
    client.wait_state("confirmed")
    client.press("button_mark_done")
    client.wait_state("done")


def _price(client: WebClient) -> None:
    """Price the two hours booked; the member's tariff is Rp20,000 an hour."""
    client.open("factory_sharing.factory_usage_action")
    client.search(USER)
    client.select("Oven", "2,000")
    client.press("action_view_charges")
    client.wait_row("Rp 40.000")
    client.select("Rp 40.000")
    client.press("action_post")
    client.wait_row("Rp 40.000", "Dibukukan")
