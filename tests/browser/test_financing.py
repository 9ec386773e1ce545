"""A loan from the agreement to an early repayment, clicked through in Indonesian.

The figures: Rp12,000,000 on 15 January 2026 at 12 % in twelve sliding instalments, so
1,000,000 of principal a month and 120,000 of interest in the first, 10,000 less in each
month after.
"""

from __future__ import annotations

from .conftest import LOGINS
from .web_client import WebClient

LOAN = "Pinjaman pengering (uji)"


def test_loan_from_agreement_to_early_repayment(visit):
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
        _enter(client)
        _draw(client)
        _read_schedule(client)
        _pay(client, "15/02/2026", "1.120.000")
        client.wait_text("outstanding", "Rp 11.000.000")
        loan = visitor.page.url
        _book_month_end(client)
        client.goto(loan)
        _pay_early(client)
        # 11,000,000 less row 2 and 3,000,000
        client.wait_text("outstanding", "Rp 7.000.000")
        _read_new_schedule(client)
        assert not visitor.errors


def _enter(client: WebClient) -> None:
    """Create the loan and sign it: terms freeze, nothing falls due yet."""
    client.new("lpdb_financing.lpdb_facility_action")
    client.fill("name", LOAN)
    client.choose("lender_id", "LPDB")
    client.fill("agreement_number", "PP-UJI-2")
    client.fill("date_agreement", "12/01/2026")
    for name, value in (("plafond", 12_000_000), ("annual_rate", 12), ("periods", 12)):
        client.fill(name, value)
    client.save()
    client.press("action_sign")
    client.wait_state("signed")


def _wait_active(client: WebClient) -> None:
    """Wait for the form of a loan that runs; its status may be folded away."""
    client.page.wait_for_selector(".o_form_statusbar button[name='action_pay']")


def _draw(client: WebClient) -> None:
    client.press("action_draw")
    client.wait_field("net_amount")
    client.fill("date", "15/01/2026")
    client.fill("amount", 12_000_000)
    client.press("action_post")
    client.wait_state("posted")
    client.back()
    _wait_active(client)


def _read_schedule(client: WebClient) -> None:
    """Look at the rows on the form, and as a list and a chart of their own."""
    page = client.page
    page.locator(".o_notebook_headers [name='schedule']").click()
    client.wait_rows("instalment_ids")
    assert page.locator("[name='instalment_ids'] .o_data_row").count() == 12
    page.locator("button[name='action_open_schedule']").first.click()
    client.wait_row("15 Feb", "1.120.000")
    client.wait_row("15 Jan", "1.010.000")
    page.locator(".o_switch_view.o_graph").click()
    page.wait_for_selector(".o_graph_view canvas")
    client.back()
    _wait_active(client)


def _pay(client: WebClient, day: str, amount: str) -> None:
    """Pay what is due on a day; the form proposes it."""
    client.press("action_pay")
    client.wait_field("penalty_due")
    client.fill("date", day)
    client.wait_value("amount", amount)
    client.press("action_post")
    client.wait_state("posted")
    client.wait_rows("line_ids")
    client.back()
    _wait_active(client)


def _book_month_end(client: WebClient) -> None:
    client.open("lpdb_financing.lpdb_month_end_action")
    client.wait_field("with_interest")
    client.fill("date", "28/02/2026")
    client.press("action_book")
    client.wait_row("28 Feb", "Bunga")


def _pay_early(client: WebClient) -> None:
    """Pay row 2 and, beyond it, 3,000,000 that make the instalments smaller."""
    client.press("action_pay")
    client.wait_field("penalty_due")
    client.fill("date", "15/03/2026")
    client.wait_value("amount", "1.110.000")
    client.fill("amount", 4_110_000)
    client.pick("prepayment_strategy", "Angsuran lebih kecil")
    client.press("action_post")
    client.wait_state("posted")
    client.wait_text("prepaid", "3.000.000")
    client.back()
    _wait_active(client)


def _read_new_schedule(client: WebClient) -> None:
    """Read the new version: 7,000,000 over ten rows, 70,000 of interest at first."""
    client.page.locator("button[name='action_open_schedule']").first.click()
    client.wait_row("15 Mar", "4.110.000")
    client.wait_row("15 Apr", "700.000", "770.000")
    client.wait_row("15 Jan", "707.000")
