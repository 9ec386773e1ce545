"""The teller's day and the month's end, clicked through on the demo's data."""

from __future__ import annotations

from .conftest import LOGINS
from .web_client import WebClient

MEMBER = "Ratna Basri"  # an invented member of Kutai Kartanegara


def test_receipt_is_posted_without_a_mouse(visit):
    with visit(LOGINS["teller"]) as visitor:
        client = WebClient(visitor.page)
        _type_receipt(client, 25_000)
        # Tab in the last column has opened the next row, which stays empty
        visitor.page.wait_for_selector("[name='line_ids'] .o_data_row:nth-child(2)")
        visitor.page.keyboard.press("Alt+v")
        client.wait_state("posted")
        assert visitor.page.locator("[name='line_ids'] .o_data_row").count() == 1
        assert _rupiah(client.text("amount_total")) == 25_000
        assert not visitor.errors


def test_tellers_day_from_opening_to_handover(visit):
    with visit(LOGINS["teller"]) as visitor:
        client = WebClient(visitor.page)
        client.new("coop_membership.coop_cash_day_action")
        client.choose("journal_id", "Loket")
        client.save()
        client.wait_rows("count_line_ids")
        day = visitor.page.url
        opening = _rupiah(client.text("expected_amount"))
        _type_receipt(client, 50_000)
        client.press("action_post")
        client.wait_state("posted")
        client.goto(day)
        client.wait_rows("count_line_ids")
        expected = _rupiah(client.text("expected_amount"))
        assert expected == opening + 50_000
        # the notes alone: the odd rupiah of the demo's data cannot be counted out
        notes = client.edit_line("count_line_ids", "100.000", "quantity")
        client.fill("quantity", expected // 100_000, row=notes)
        client.fill("difference_reason", "Uang receh tidak dihitung (uji)")
        client.press("action_count")
        client.confirm()
        client.wait_state("counted")
        short = expected - _rupiah(client.text("counted_amount"))
        assert short == expected % 100_000
        assert not visitor.errors
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        client.goto(day)
        client.press("action_close")
        client.confirm()
        client.wait_state("closed")
        # a closed day takes no receipt any more, and other tests need the till
        client.fill("reopen_reason", "Loket masih dipakai (uji)")
        client.press("action_reopen")
        client.wait_state("open")
        assert not visitor.errors


def test_month_is_closed_by_its_checklist(visit):
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        # the month's last day owes interest on the pilot's loan
        client.open("lpdb_financing.lpdb_month_end_action")
        client.wait_field("with_interest")
        client.fill("date", "30/09/2025")
        client.press("action_book")
        client.wait_row("30 Sep 2025")
        client.new("coop_membership.coop_closing_action")
        client.fill("date_from", "01/09/2025")
        client.press("action_check")
        client.wait_rows("line_ids")
        # the pilots' voluntary savings bear interest, and no run was made
        point = "Bunga"
        row = client.edit_line("line_ids", point, "reason")
        client.fill("reason", "Bunga dihitung tiap triwulan (uji)", row=row)
        client.line("line_ids", point).locator("[name='action_waive']").click()
        client.wait_state("ready")
        client.press("action_close")
        client.confirm()
        client.wait_state("closed")
        assert not visitor.errors


def _type_receipt(client: WebClient, amount: int) -> None:
    """Enter a receipt of voluntary savings, typed as fast as a machine can."""
    client.new("coop_membership.coop_receipt_action")
    client.choose("member_id", MEMBER)
    row = client.add_line("line_ids")
    client.choose("type_id", "Simpanan sukarela", row=row)
    client.fill("amount", amount, row=row)


def _rupiah(shown: str) -> int:
    """Return the whole rupiah of an amount as Indonesians write it."""
    return int("".join(filter(str.isdigit, shown.split(",")[0])))
