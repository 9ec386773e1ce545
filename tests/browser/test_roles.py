"""Every page that a role's menus open is drawn without an error, forms included."""

import os

import pytest

from .conftest import LOGINS

NEW = ".o_list_button_add, .o-kanban-button-new"
FILLED_IN = ".o_form_view, .o_selected_row, .o_kanban_quick_create, .o_dialog"
# those of Odoo's own apps too; scripts/test --all-pages asks for them
ALL_MENUS = os.environ.get("FACTORY_ALL_PAGES") == "1"


# the page that a role starts its day on
HOMES = {
    "teller": "coop_membership.coop_receipt_action",
    "accountant": "coop_membership.coop_closing_action",
    "operator": "factory_booking.mrp_workcenter_booking_action",
    "factory_manager": "factory_booking.factory_booking_action",
    "auditor": "coop_membership.coop_closing_action",
    "monitoring_officer": "factory_sharing.factory_site_board_action",
    "grant_officer": "grant_equipment.grant_handover_action",
}
SHOWN = """() => {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    return services.action.currentController?.action?.xml_id;
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", LOGINS)
def test_role_starts_on_its_page(role, visit, options, tmp_path):
    with visit(LOGINS[role], **options) as visitor:
        page = visitor.page
        page.wait_for_selector(".o_action_manager .o_view_controller")
        assert page.evaluate(SHOWN) == HOMES[role]
        page.screenshot(path=tmp_path / "home.png")
        # nothing of the chat lies over it
        assert not page.locator(".o-mail-ChatWindow").count()
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide)
        assert not visitor.errors


@pytest.mark.parametrize("role", LOGINS)
def test_every_page_of_a_role_opens(role, visit):
    with visit(LOGINS[role]) as visitor:
        menus = visitor.menus(ours_only=not ALL_MENUS)
        assert menus, f"the role {role} has no menu"
        for menu in menus:
            visitor.open(menu)
            button = visitor.page.query_selector(NEW)
            if menu["ours"] and button and button.is_visible():
                button.click()
                visitor.page.wait_for_selector(FILLED_IN)
        assert not visitor.errors
