"""Loans as people see them: the picture of a schedule, cash need, the lender's pack."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from .conftest import LOGINS
from .web_client import WebClient

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOAN = "LPDB-KUKAR"  # the pilot's loan, one instalment of which is paid
# what Chart.js drew, and what it says when one points at the first column
CHART = """canvas => {
    const chart = Chart.getChart(canvas);
    const point = { datasetIndex: 2, index: 0 };
    chart.tooltip.setActiveElements([point], { x: 0, y: 0 });
    chart.update("none");
    const sum = (data) => data.reduce((total, value) => total + value, 0);
    return {
        columns: chart.data.labels.length,
        bars: chart.data.datasets
            .filter((dataset) => dataset.type === "bar")
            .map((dataset) => sum(dataset.data)),
        tip: chart.tooltip.body.flatMap((part) => part.lines),
        width: canvas.clientWidth,
    };
}"""

# as the screen asked for it
NEED = """() => odoo.__WOWL_DEBUG__.root.env.services.orm.call(
    "lpdb.facility", "cash_need", [false, 12]
)"""


@pytest.fixture(scope="module")
def loan(admin) -> int:
    """Return the id of the pilot's loan."""
    (number,) = admin.env["lpdb.facility"].search([("name", "=", LOAN)])
    return number


def _chart(visitor, loan: int) -> dict:
    page = visitor.page
    WebClient(page).goto(
        f"{visitor.url}/odoo/action-lpdb_financing.lpdb_facility_action/{loan}"
    )
    page.locator("a.nav-link[name='schedule']").click()
    canvas = page.locator(".o_lpdb_chart[data-rows] canvas")
    canvas.scroll_into_view_if_needed()
    return canvas.evaluate(CHART)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_schedule_is_drawn(visit, admin, loan, tmp_path, options):
    data = admin.env["lpdb.facility"].schedule_chart(loan)
    totals = data["totals"]
    assert totals["paid"] > 0
    with visit(LOGINS["auditor"], **options) as visitor:
        drawn = _chart(visitor, loan)
        assert drawn["bars"] == [
            pytest.approx(totals[name]) for name in ("paid", "overdue", "due_amount")
        ]
        # a column a row, unless the screen has no room for so many
        assert drawn["columns"] <= max(12, drawn["width"] // 8)
        assert drawn["columns"] <= len(data["rows"])
        assert any("Rp" in line and "." in line for line in drawn["tip"])
        page = visitor.page
        page.locator(".o_lpdb_chart").screenshot(path=tmp_path / "chart.png")
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide)
        assert not visitor.errors


def test_cash_need_is_shown(visit):
    with visit(LOGINS["accountant"]) as visitor:
        page, client = visitor.page, WebClient(visitor.page)
        client.open("lpdb_financing.lpdb_cash_need_action")
        client.wait_field("months")
        page.keyboard.press("Alt+q")
        page.wait_for_selector(".o_graph_view canvas")
        page.locator(".o_switch_view.o_pivot").click()
        page.wait_for_selector(".o_pivot_view td")
        need = page.evaluate(NEED)
        due = [period for period in need["periods"] if period["amount"]]
        assert due
        # a row each below the total
        assert page.locator(".o_pivot_view tbody tr").count() == 1 + len(due)
        page.locator(".o_switch_view.o_list").click()
        page.wait_for_selector(".o_list_view .o_group_header")
        assert not visitor.errors


def test_auditor_takes_the_pack_for_the_lender(visit, loan, tmp_path):
    with visit(LOGINS["auditor"]) as visitor:
        client = WebClient(visitor.page)
        client.goto(
            f"{visitor.url}/odoo/action-lpdb_financing.lpdb_facility_action/{loan}"
        )
        files = {}
        for button in ("action_print", "action_export"):
            client.press("action_report_pack")
            client.wait_field("date_to")
            with visitor.page.expect_download() as download:
                client.press(button)
            path = tmp_path / button
            download.value.save_as(path)
            files[button] = path.read_bytes()
            dialog = visitor.page.locator(".modal button[special='cancel']")
            if dialog.count():
                dialog.first.click()
                dialog.first.wait_for(state="hidden")
        assert files["action_print"].startswith(b"%PDF")
        book = load_workbook(BytesIO(files["action_export"]))
        assert len(book.sheetnames) == 11
        assert not visitor.errors
