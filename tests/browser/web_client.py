"""Odoo's web client as a person uses it: open, fill in, press, read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, Response, expect

# the web client's own service; the promise resolves when the page is drawn
DO_ACTION = """async (action) => {
    const { services } = odoo.__WOWL_DEBUG__.root.env;
    await services.action.doAction(action, { clearBreadcrumbs: true });
}"""
NEW = ".o_list_button_add, .o-kanban-button-new, .o_form_button_create"
SUGGESTION = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a"


def _is_search(answer: Response, text: str) -> bool:
    """Tell whether an answer holds the records whose name contains a text."""
    if not answer.url.endswith("name_search"):
        return False
    return answer.request.post_data_json["params"]["kwargs"].get("name") == text


class WebClient:
    """One browser window in the back office."""

    def __init__(self, page: Page):
        self.page = page

    def open(self, action: str | int) -> None:
        """Open an action by its external id or database id and wait for it."""
        self.page.evaluate(DO_ACTION, action)

    def goto(self, url: str) -> None:
        """Open a page by its address and wait until the form is drawn."""
        self.page.goto(url)
        self.page.wait_for_selector(".o_form_view")

    def back(self) -> None:
        """Go back to the page that this one was opened from."""
        self.page.locator(".o_back_button, .o_breadcrumb a").last.click()

    def new(self, action: str) -> None:
        """Open an action and press New."""
        self.open(action)
        to_list = self.page.locator(".o_switch_view.o_list:not(.active)")
        if to_list.count():
            to_list.click()
            self.page.wait_for_selector(".o_list_view")
        self.page.locator(NEW).locator("visible=true").first.click()
        self.page.wait_for_selector(".o_form_view .o_form_editable")

    def fill(self, name: str, value: object, *, row: str = "") -> None:
        """Type a value into a field; ``row`` is a selector of the row it is in."""
        field = self.page.locator(f"{row} [name='{name}']").locator("visible=true")
        shown = field.locator("button.o_input")  # a date turns into a box when clicked
        if shown.count():
            shown.first.click()
        box = field.locator("input, textarea").first
        box.click()
        box.fill(str(value))
        box.press("Tab")

    def choose(self, name: str, text: str, *, row: str = "") -> None:
        """Pick a record by typing a part of its name."""
        field = self.page.locator(f"{row} [name='{name}']").locator("visible=true")
        box = field.locator("input").first
        box.click()
        # not one of the suggestions of before, which the answer takes away again
        with self.page.expect_response(lambda answer: _is_search(answer, text)):
            box.fill(text)
        wanted = self.page.locator(SUGGESTION).filter(has_text=text)
        wanted.first.click()

    def pick(self, name: str, label: str) -> None:
        """Pick one of a few fixed choices by what it is called."""
        self.page.locator(f"[name='{name}'] input").locator("visible=true").click()
        items = self.page.locator(".o_field_selection_menu .o_select_menu_item")
        items.filter(has_text=label).first.click()

    def fill_range(self, first: str, last: str, start: datetime, *, hours: int) -> None:
        """Type the two ends of a span of time."""
        ends = {first: start, last: start + timedelta(hours=hours)}
        for name, moment in ends.items():
            # a date that is there turns into a box when clicked
            shown = self.page.locator(f"button[data-field='{name}']")
            if shown.count():
                shown.first.click()
            box = self.page.locator(f"input[data-field='{name}']")
            box.click()
            box.fill(moment.strftime("%d/%m/%Y %H:%M:%S"))
            box.press("Tab")

    def create(self, name: str, text: str) -> None:
        """Make a new record from the name typed, as the list offers."""
        box = self.page.locator(f"[name='{name}'] input").locator("visible=true").first
        box.click()
        box.fill(text)
        self.page.locator(".o_m2o_dropdown_option_create").first.click()

    def add_line(self, name: str) -> str:
        """Add a row to the lines of a form; return the selector of the open row."""
        lines = self.page.locator(f"[name='{name}']")
        lines.locator(".o_field_x2many_list_row_add a").first.click()
        row = f"[name='{name}'] .o_selected_row"
        self.page.wait_for_selector(row)
        return row

    def line(self, name: str, text: str) -> Locator:
        """Return the row of a form's lines that shows a text."""
        rows = self.page.locator(f"[name='{name}'] .o_data_row")
        return rows.filter(has_text=text).first

    def edit_line(self, name: str, text: str, column: str) -> str:
        """Click into a column of a line; return the selector of the open row."""
        # the cell: a row that Tab has just opened holds the field of that name, too
        self.line(name, text).locator(f"td[name='{column}']").click()
        row = f"[name='{name}'] .o_selected_row"
        self.page.wait_for_selector(row)
        return row

    def select(self, *texts: str) -> int:
        """Tick the rows of a list that show all texts; return how many there are."""
        rows = self.page.locator(".o_list_view .o_data_row")
        for text in texts:
            rows = rows.filter(has_text=text)
        rows.first.wait_for()
        for row in rows.all():
            row.locator(".o_list_record_selector input").check()
        return rows.count()

    def search(self, text: str) -> None:
        """Search a list by what its first search field looks in."""
        box = self.page.locator(".o_searchview_input")
        box.fill(text)
        box.press("Enter")
        self.page.locator(".o_searchview_facet").filter(has_text=text).wait_for()

    def press(self, name: str) -> None:
        """Press the button that calls a method; it saves first, as Odoo does."""
        self.page.locator(
            f":is(.o_control_panel, .o_form_statusbar, .modal) button[name='{name}']"
        ).locator("visible=true").first.click()

    def confirm(self) -> None:
        """Say yes to the question that the web client asks."""
        self.page.locator(".modal-footer .btn-primary").click()

    def save(self) -> None:
        """Save the form and wait until nothing is left to save."""
        button = self.page.locator(".o_form_button_save")
        button.click()
        button.wait_for(state="hidden")

    def wait_state(self, state: str) -> None:
        """Wait until the form's status bar shows a state."""
        current = f".o_statusbar_status [data-value='{state}'][aria-current='step']"
        self.page.wait_for_selector(current)

    def wait_row(self, *texts: str) -> None:
        """Wait for a row, of a list or of a form's lines, that shows all texts."""
        row = self.page.locator(".o_data_row")
        for text in texts:
            row = row.filter(has_text=text)
        row.first.wait_for()

    def wait_rows(self, name: str) -> None:
        """Wait until a form's lines are there."""
        self.page.wait_for_selector(f"[name='{name}'] .o_data_row")

    def wait_field(self, name: str) -> None:
        """Wait until the form that has a field is drawn."""
        self.page.wait_for_selector(f".o_form_view [name='{name}']")

    def wait_text(self, name: str, text: str) -> None:
        """Wait until a field shows a text; a page gone back to shows its old self."""
        shown = self.page.locator(f".o_form_view [name='{name}']")
        shown.filter(
            has_text=re.compile(re.escape(text).replace(r"\ ", r"\s"))
        ).wait_for()

    def wait_value(self, name: str, shown: str) -> None:
        """Wait until the box of a field holds a value that the server proposed."""
        box = self.page.locator(f".o_form_view [name='{name}'] input").first
        expect(box).to_have_value(shown)

    def text(self, name: str) -> str:
        """Return what a field of the form shows."""
        field = self.page.locator(f".o_form_view [name='{name}']").first
        box = field.locator("input, textarea")
        shown = box.first.input_value() if box.count() else field.inner_text()
        return shown.replace("\N{NO-BREAK SPACE}", " ")
