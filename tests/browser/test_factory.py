"""Material from the scale to the product: weigher with a phone, manager at the desk."""

from __future__ import annotations

import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from .conftest import LOGINS, ZONE
from .web_client import WebClient

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
THUMB = 48  # px, the least height of what a thumb taps
REASON = "Uji peramban"
# of Kutai Kartanegara; Hadi Basri is the one of the main path
OWNER, OTHER, TOLL_OWNER = "Ratna Basri", "Tono Maulana", "Anton Jamal"
# SNI 01-3393-1994: moisture at most 12, essential oil at least 1.5, ash at most 8,
# foreign matter at most 2 (tests/vectors/quality.json)
GOOD = {"moisture": "11,5", "essential_oil": "1,8", "ash": "6", "foreign_matter": "1"}

# no camera in the test's browser: one that shows an empty picture, and a reader that
# finds a sack's number in it
CAMERA = """
window.BarcodeDetector = class {
    async detect() { return [{ rawValue: "NUMBER" }]; }
};
navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    setInterval(() => context.fillRect(Math.random() * 9, 0, 9, 9), 100);
    return canvas.captureStream(5);
};
"""


@pytest.fixture(scope="module")
def house(admin) -> dict[str, int]:
    """Return ids of Kutai Kartanegara's house, which runs a trial these days."""
    (site,) = admin.env["factory.site"].search_read(
        [("name", "ilike", "Kutai Kartanegara")], ["company_id", "warehouse_id"]
    )
    allowed_by = admin.env["res.partner"].search(
        [("name", "ilike", "Disperindagkop")], limit=1
    )
    today = datetime.datetime.now(ZoneInfo(ZONE)).date()
    admin.env["factory.site.trial"].create(
        {
            "site_id": site["id"],
            "allowed_by_id": allowed_by[0],
            "reason": REASON,
            "date_from": str(today),
            "date_to": str(today + datetime.timedelta(days=3)),
        }
    )
    company = site["company_id"][0]
    (powder,) = admin.env["product.product"].search(
        [("name", "=", "Bubuk jahe"), ("company_id", "in", [company, False])], limit=1
    )
    (centre,) = admin.env["mrp.workcenter"].search(
        [("name", "ilike", "Penepungan"), ("company_id", "=", company)], limit=1
    )
    return {
        "company": company,
        "warehouse": site["warehouse_id"][0],
        "powder": powder,
        "centre": centre,
    }


@pytest.fixture
def adopted(admin, house):
    """Have the powder tested by a standard, as long as a test lasts."""
    standard = admin.env.ref("factory_toll.factory_quality_standard_dry_ginger").id
    adoptions = admin.env["factory.quality.adoption"]
    adopted = {
        "warehouse_id": house["warehouse"],
        "product_id": house["powder"],
        "stage": "finished",
        "date_from": "2020-01-01",
    }
    # of the test before, ended
    found = adoptions.search([(name, "=", value) for name, value in adopted.items()])
    if found:
        adoptions.write(found, {"date_to": False})
    (adoption,) = found or [adoptions.create({**adopted, "standard_id": standard})]
    yield adoption
    # what it tested stands; the orders of the other tests are not to wait for a test
    admin.env["factory.quality.adoption"].write([adoption], {"date_to": "2020-01-02"})


def _find_partner(admin, name: str) -> int:
    (found,) = admin.env["coop.member"].search_read(
        [("partner_id.name", "=", name)], ["partner_id"], limit=1
    )
    return found["partner_id"][0]


def _weigh_over_rpc(admin, house, name: str, *weights: float) -> list[dict]:
    """Weigh a person's ginger in; return the lots."""
    (ginger,) = admin.env["product.product"].search(
        [("name", "=", "Jahe segar"), ("company_id", "in", [house["company"], False])],
        limit=1,
    )
    intake = admin.env["factory.intake"].create(
        {
            "partner_id": _find_partner(admin, name),
            "company_id": house["company"],
            "warehouse_id": house["warehouse"],
            "line_ids": [
                (0, 0, {"product_id": ginger, "gross_kg": weight}) for weight in weights
            ],
        }
    )
    admin.env["factory.intake"].action_accept([intake])
    return admin.env["stock.lot"].search_read([("intake_id", "=", intake)], ["name"])


def _order(admin, house, name: str, lots: list[int], quantity: float) -> int:
    """Make and confirm a toll order of a person's lots."""
    order = admin.env["mrp.production"].create(
        {
            "product_id": house["powder"],
            "product_qty": quantity,
            "company_id": house["company"],
            "production_mode": "toll",
            "partner_id": _find_partner(admin, name),
            "owned_lot_ids": [(6, 0, lots)],
        }
    )
    admin.env["mrp.production"].action_confirm([order])
    return order


def _check_page(page) -> None:
    """Check that a page fits one hand: nothing sideways, nothing too small to tap."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"], "the page scrolls sideways"
    small = page.evaluate(
        """(thumb) => [...document.querySelectorAll(
            "button, a, select, summary, input[type=text], .o_floor_choice"
        )].filter((el) => el.checkVisibility() && el.offsetHeight < thumb)
          .map((el) => el.outerHTML.slice(0, 120))""",
        THUMB,
    )
    assert not small, small


def _weigh_two_sacks(page) -> list[str]:
    """Weigh in two sacks of the owner and accept them; return the lots' numbers."""
    page.goto("/floor")
    page.locator("a[href='/floor/weigh']").tap()
    page.fill("input[name=q]", OWNER)
    page.locator(".o_floor_scan button[type=submit]").tap()
    person = page.locator(".o_floor_people a").filter(has_text=OWNER)
    person.wait_for()
    _check_page(page)
    person.tap()
    page.select_option("select[name=product_id]", label="Jahe segar")
    page.fill("input[name=gross]", "40,5")
    page.fill("input[name=tare]", "0,5")
    assert page.locator(".o_floor_net b").inner_text() == "40"
    _check_page(page)
    page.locator(".o_floor_sack button[type=submit]").tap()
    page.wait_for_selector("[data-sack]")
    # typed wrongly: said on the same page, and what was typed is still there
    page.fill("input[name=gross]", "0,2")
    page.locator(".o_floor_sack button[type=submit]").tap()
    page.wait_for_selector("main [role=alert]")
    assert page.input_value("input[name=gross]") == "0,2"
    page.fill("input[name=gross]", "20,5")
    page.locator(".o_floor_sack button[type=submit]").tap()
    page.wait_for_selector("[data-sack]:nth-of-type(2)")
    _check_page(page)
    page.locator("input[name=photo]").set_input_files(
        {"name": "foto.png", "mimeType": "image/png", "buffer": page.screenshot()}
    )
    page.wait_for_selector(".o_floor_photos img")
    page.locator(".o_floor_accept button[type=submit]").tap()
    page.wait_for_selector("[data-state=accepted]")
    _check_page(page)
    assert page.locator(".o_floor_labels").count() == 1
    return page.locator("[data-lot] div > b").all_inner_texts()


def _scan(page, number: str) -> str:
    """Type a number as a scanner does, with Enter; return the verdict."""
    page.fill(".o_floor_scan input", number)
    page.press(".o_floor_scan input", "Enter")
    card = page.locator("article[data-status]").filter(has_text=number)
    card.wait_for()
    _check_page(page)
    return card.get_attribute("data-status")


def test_weigher_from_the_sack_to_the_result(visit, admin, house, adopted):
    (foreign,) = _weigh_over_rpc(admin, house, OTHER, 30)
    address = admin.env["mrp.workcenter"].action_open_floor([house["centre"]])["url"]
    with visit(LOGINS["operator"], **PHONE) as visitor:
        page = visitor.page
        first, second = _weigh_two_sacks(page)
        lots = admin.env["stock.lot"].search([("name", "in", [first, second])])
        order = _order(admin, house, OWNER, lots, 6)
        page.goto(urlsplit(address).path)
        _check_page(page)
        assert _scan(page, first) == "ok"
        # a sack of somebody else is refused, with his name, and cannot be put in
        assert _scan(page, foreign["name"]) == "wrong"
        assert OTHER in page.locator("article[data-status]").inner_text()
        assert page.locator(".o_floor_consume").count() == 0
        for number, kilograms in ((first, "40"), (second, "20")):
            assert _scan(page, number) == "ok"
            # proposed: all of the sack
            assert page.input_value(".o_floor_consume [name=quantity]") == kilograms
            page.locator(".o_floor_consume button").tap()
            page.locator(".o_floor_material [data-lot]").filter(
                has_text=number
            ).wait_for()
        page.evaluate("document.querySelector('.o_floor_produce').scrollIntoView()")
        admin.env["mrp.production"].write(
            [order], {"expected_yield": 10, "yield_tolerance": 1}
        )
        page.reload()
        # 4 of 60 kg are 6.7 % where 10 are expected: the loss needs a reason
        page.fill(".o_floor_produce [name=quantity]", "4")
        assert page.locator(".o_floor_yield").inner_text() == "6,7"
        assert page.locator(".o_floor_loss_kg").inner_text() == "56"
        assert page.locator(".o_floor_loss.o_floor_bad").count() == 1
        page.locator(".o_floor_produce button").tap()
        page.wait_for_selector("main [role=alert]")
        assert page.input_value(".o_floor_produce [name=quantity]") == "4"
        page.locator(".o_floor_reason .o_floor_choice").first.tap()
        page.locator(".o_floor_produce button").tap()
        page.wait_for_selector(".o_floor_results")
        _check_page(page)
        page.locator(".o_floor_test_link").first.tap()
        _record_results(page, admin)
        assert not visitor.errors
    (done,) = admin.env["mrp.production"].read([order], ["state", "loss_kg"])
    # 60 kg in, 4 kg out
    assert (done["state"], done["loss_kg"]) == ("done", 56)


def _record_results(page, admin) -> None:
    """Type the results of the lot's test; it passes."""
    page.wait_for_selector("article[data-quality=waiting]")
    lot = int(urlsplit(page.url).path.rsplit("/", 1)[1])
    found = admin.env["stock.lot"].get_quality_questions([lot])
    for question in found["questions"]:
        page.fill(f"[name=q_{question['code']}]", GOOD[question["code"]])
    _check_page(page)
    page.locator(".o_floor_test button").tap()
    page.wait_for_selector(".o_floor_found, main [role=alert]")
    refused = page.locator("main [role=alert]").all_inner_texts()
    verdict = page.locator("article[data-quality]").get_attribute("data-quality")
    assert (verdict, refused) == ("passed", [])


def test_number_of_two_readings_is_shown_in_large_and_asked(visit, admin, house):
    with visit(LOGINS["operator"], **PHONE) as visitor:
        page = visitor.page
        partner = _find_partner(admin, OTHER)
        page.goto(f"/floor/weigh/new?partner_id={partner}")
        page.select_option("select[name=product_id]", label="Jahe segar")
        page.fill("input[name=tare]", "")
        # while it is typed already; 1,25 is clear
        page.fill("input[name=gross]", "1.250")
        assert page.locator(".o_floor_echo").first.inner_text() == "= 1250"
        assert page.locator(".o_floor_net b").inner_text() == "1250"
        page.fill("input[name=gross]", "1,25")
        assert not page.locator(".o_floor_echo").first.is_visible()
        assert page.locator(".o_floor_net b").inner_text() == "1,25"
        page.fill("input[name=gross]", "1.250")
        page.locator(".o_floor_sack button[type=submit]").last.tap()
        asked = page.locator("#asked")
        asked.wait_for()
        assert asked.locator("b").inner_text() == "1250"
        assert "seribu dua ratus lima puluh" in asked.inner_text()
        _check_page(page)
        # below the head, in sight
        box = asked.bounding_box()
        head = page.locator(".o_floor_head").bounding_box()
        assert box["y"] >= head["y"] + head["height"]
        assert box["y"] + box["height"] <= PHONE["viewport"]["height"]
        page.fill("input[name=gross]", "1,25")
        page.locator(".o_floor_sack button[type=submit]").last.tap()
        page.wait_for_selector("[data-sack]")
        assert not visitor.errors
    (sack,) = admin.env["factory.intake.line"].search_read(
        [("intake_id.partner_id", "=", partner), ("intake_id.state", "=", "draft")],
        ["net_kg"],
    )
    assert sack["net_kg"] == 1.25


def test_form_is_kept_without_a_network(visit, house):
    with visit(LOGINS["operator"], **PHONE) as visitor:
        page = visitor.page
        page.goto("/floor/weigh")
        page.fill("input[name=q]", "Ratna")
        page.context.set_offline(True)
        page.locator(".o_floor_scan button[type=submit]").tap()
        page.wait_for_selector(".o_floor_offline:not([hidden])")
        assert page.input_value("input[name=q]") == "Ratna"
        page.context.set_offline(False)
        page.locator(".o_floor_scan button[type=submit]").tap()
        page.wait_for_selector(".o_floor_people a")
        assert not visitor.errors


def test_camera_reads_a_sack_where_the_browser_can(visit, admin, house):
    (lot,) = _weigh_over_rpc(admin, house, OWNER, 12)
    _order(admin, house, OWNER, [lot["id"]], 1)
    address = admin.env["mrp.workcenter"].action_open_floor([house["centre"]])["url"]
    with visit(LOGINS["operator"], **PHONE) as visitor:
        page = visitor.page
        # no camera in the test's browser: one that shows an empty picture, and a
        # reader that finds the sack's number in it
        page.add_init_script(CAMERA.replace("NUMBER", lot["name"]))
        page.goto(urlsplit(address).path)
        page.locator(".o_floor_camera").tap()
        card = page.locator("article[data-status=ok]").filter(has_text=lot["name"])
        card.wait_for()
        assert not visitor.errors


def test_manager_runs_a_toll_order_for_a_members_lots(visit, admin, house):
    (lot,) = _weigh_over_rpc(admin, house, TOLL_OWNER, 25)
    with visit(LOGINS["factory_manager"]) as visitor:
        page, client = visitor.page, WebClient(visitor.page)
        client.new("factory_toll.mrp_production_action_toll")
        client.choose("product_id", "Bubuk jahe")
        client.choose("partner_id", TOLL_OWNER)
        client.choose("owned_lot_ids", lot["name"])
        client.fill("product_qty", "2,5")
        # somebody else's order cannot take the lot
        client.choose("partner_id", OTHER)
        page.locator(".o_form_button_save").click()
        refusal = page.locator(".modal").filter(has_text=lot["name"])
        assert TOLL_OWNER in refusal.inner_text()
        refusal.locator(".modal-footer button").first.click()
        refusal.wait_for(state="hidden")
        client.choose("partner_id", TOLL_OWNER)
        client.press("action_confirm")
        client.wait_state("confirmed")
        client.press("button_mark_done")
        client.wait_state("done")
        client.open("factory_toll.factory_mass_balance_action")
        # one group for each owner
        page.locator(".o_group_header").filter(has_text=TOLL_OWNER).wait_for()
        client.goto(f"/odoo/action-factory_toll.stock_lot_action_owner/{lot['id']}")
        genealogy = page.locator("button[name='action_view_genealogy']")
        genealogy.locator("visible=true").first.click()
        page.locator(".o_notebook a[name='uses']").click()
        # the member's ginger became powder
        client.wait_row("Bubuk jahe")
        assert not visitor.errors
    (made,) = admin.env["mrp.production"].search_read(
        [("owned_lot_ids", "in", [lot["id"]])], ["input_kg", "state"]
    )
    assert (made["state"], made["input_kg"]) == ("done", 25)


def test_manager_inspects_a_lot_and_prints_its_certificate(
    visit, admin, house, adopted
):
    (ginger,) = _weigh_over_rpc(admin, house, OWNER, 20)
    order = _order(admin, house, OWNER, [ginger["id"]], 2)
    made = admin.env["mrp.production"].action_record_output([order], 2.0)
    (lot,) = made["lot_ids"]
    found = admin.env["stock.lot"].get_quality_questions([lot])
    with visit(LOGINS["factory_manager"]) as visitor:
        page, client = visitor.page, WebClient(visitor.page)
        client.open("factory_toll.qc_inspection_action")
        page.locator(".o_data_row, .o_kanban_record").filter(
            has_text=found["lot"]
        ).first.click()
        client.wait_rows("inspection_lines")
        first, *others = found["questions"]
        _fill_result(client, first["name"], "900")
        page.locator(".o_form_button_save").click()
        # no ginger holds 900 % of water
        refusal = page.locator(".modal").filter(has_text="900")
        refusal.locator(".modal-footer button").first.click()
        refusal.wait_for(state="hidden")
        _fill_result(client, first["name"], GOOD[first["code"]])
        for question in others:
            answer = "ND" if question["allow_nd"] else GOOD[question["code"]]
            _fill_result(client, question["name"], answer)
        client.save()
        client.press("action_confirm")
        client.confirm()
        client.wait_state("success")
        with page.expect_download() as download:
            client.press("action_print_certificate")
        assert download.value.suggested_filename.endswith(".pdf")
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        assert not visitor.errors
    (state,) = admin.env["stock.lot"].read([lot], ["quality_state"])
    assert state["quality_state"] == "passed"


def _fill_result(client, name: str, value: str) -> None:
    row = client.edit_line("inspection_lines", name, "result")
    client.fill("result", value, row=row)
