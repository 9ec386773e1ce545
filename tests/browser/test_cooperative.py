"""The end of a month, clicked through on the demo's data."""

from __future__ import annotations

from .conftest import LOGINS
from .web_client import WebClient


def test_month_is_closed_by_its_checklist(visit):
    with visit(LOGINS["accountant"]) as visitor:
        client = WebClient(visitor.page)
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
