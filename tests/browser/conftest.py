"""Each role in a real Chromium, on a server with all addons.

A page that logs an error in its console, or shows Odoo's error dialogue, fails the
test that opened it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import odoorpc
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scripts.lib import demo, system_tools

from .web_client import WebClient

CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# the people of the demo's data, and one whom only the tests have
LOGINS = {
    "teller": "teller.kukar",
    "accountant": "akuntan.kukar",
    "operator": "operator.kukar",
    "factory_manager": "manajer.kukar",
    "auditor": "pengawas.kukar",
    "monitoring_officer": "monitoring.kaltim",
    "grant_officer": "grant_officer@browser.test",
}
OURS = "umkm_base.umkm_base_menu_root"
ZONE = "Asia/Makassar"  # where Kutai Kartanegara is
PATIENCE = 180_000  # ms; the first page of a session builds the assets


@dataclass
class Visitor:
    """A person at the browser, and what the pages complained of."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)

    def open(self, menu: dict) -> None:
        """Open the action of a menu in the web client and wait until it is drawn."""
        before = len(self.errors)
        try:
            WebClient(self.page).open(menu["actionID"])
        except PlaywrightError as error:
            self.errors.append(str(error)[:500])
        dialog = self.page.query_selector(".o_error_dialog")
        if dialog:
            self.errors.append(dialog.inner_text()[:500])
        for number in range(before, len(self.errors)):
            self.errors[number] = f"{menu['xmlid']}: {self.errors[number]}"

    def menus(self, *, ours_only: bool) -> list[dict]:
        """Return the menus that lead somewhere, as the web client gets them.

        :param bool ours_only: leave out those of Odoo's own apps
        :return: the client's menus, with ``ours`` for those below our root
        """
        answer = self.page.request.get(f"{self.url}/web/webclient/load_menus")
        menus = answer.json()
        apps = [m["id"] for m in menus.values() if m["xmlid"] == OURS]
        found = [
            {**m, "ours": m["appID"] in apps}
            for m in menus.values()
            if m.get("actionID")
        ]
        return [m for m in found if m["ours"] or not ours_only]


@pytest.fixture(scope="session")
def admin(live_server):
    """Return an odoorpc session of the administrator."""
    client = odoorpc.ODOO("127.0.0.1", port=live_server.port, timeout=300)
    client.login(live_server.database, live_server.login, live_server.password)
    return client


@pytest.fixture(scope="session")
def password() -> str:
    """Return the password of every demo user."""
    return demo.password()


@pytest.fixture(scope="session", autouse=True)
def grant_officer(admin, password) -> int:
    """Make the officer of the dinas who keeps the grants."""
    group = admin.env.ref("grant_equipment.grant_equipment_group_officer")
    return admin.env["res.users"].create(
        {
            "name": "Petugas hibah",
            "login": LOGINS["grant_officer"],
            "password": password,
            "lang": "id_ID",
            "group_ids": [(6, 0, [group.id])],
        }
    )


@pytest.fixture(scope="session", autouse=True)
def no_bot(admin, grant_officer) -> None:
    """Keep OdooBot's greeting, which opens over the page, from everybody."""
    users = admin.env["res.users"]
    users.write(users.search([]), {"odoobot_state": "disabled"})


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=system_tools.chromium(), args=list(CHROMIUM_OPTIONS)
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def visit(browser, live_server, password):
    """Return a context manager that logs a person in: ``with visit(login) as v``."""

    @contextmanager
    def visiting(login: str, **options) -> Iterator[Visitor]:
        """Log in; ``options`` are those of a new browser context, such as a phone's.

        :param landing: what to wait for after the login, when not the web client
        :param secret: a PIN, when not the password of the demo users
        """
        landing = options.pop("landing", ".o_web_client .o_navbar")
        secret = options.pop("secret", password)
        context = browser.new_context(
            base_url=live_server.url, timezone_id=ZONE, **options
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        visitor = Visitor(page, live_server.url)
        page.on("console", lambda message: _note(visitor, message))
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.goto(f"{live_server.url}/web/login", timeout=PATIENCE)
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", secret)
        page.click("button[type=submit]")
        page.wait_for_selector(landing, timeout=PATIENCE)
        try:
            yield visitor
        finally:
            context.close()

    return visiting


def _note(visitor: Visitor, message) -> None:
    if message.type == "error":
        visitor.errors.append(f"{visitor.page.url}: {message.text[:500]}")
