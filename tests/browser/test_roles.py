"""Every page that a role's menus open is drawn without an error, forms included."""

import os

import pytest

from .conftest import LOGINS

NEW = ".o_list_button_add, .o-kanban-button-new"
FILLED_IN = ".o_form_view, .o_selected_row, .o_kanban_quick_create, .o_dialog"
# those of Odoo's own apps too; scripts/test --all-pages asks for them
ALL_MENUS = os.environ.get("FACTORY_ALL_PAGES") == "1"


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
