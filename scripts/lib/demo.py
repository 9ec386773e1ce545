"""``scripts/demo``: the demo database, the month in it, and its report.

The database is keyed by the content of the addons, like a template; the month itself
is run by ``scripts/demo_month.py`` over RPC and changes nothing the second time.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from . import console, databases, postgres, server
from .console import CommandError, say, step
from .paths import BUILD, PLATFORM, PYTHON, ROOT

DATABASE = "factory_demo"
STATE = PLATFORM / "demo.state"  # template and password of the demo database
PORT = 8069


def password() -> str:
    """Return the password of every demo user; drawn once, kept in ``.platform``.

    ``FACTORY_DEMO_PASSWORD`` chooses one.
    """
    chosen = os.environ.get("FACTORY_DEMO_PASSWORD")
    if chosen:
        return chosen
    path = PLATFORM / "demo.password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}")
    return path.read_text()


def ensure_database(*, fresh: bool = False) -> bool:
    """Make the demo database from the addons as they stand, or keep what is there.

    :param bool fresh: make it anew and without data
    :return: True when it was made now and is empty of data
    """
    template = databases.template()
    made_from = STATE.read_text() if STATE.exists() else ""
    if not fresh and made_from == template and databases.exists(DATABASE):
        return False
    filled = _filled_name(template)
    use_filled = not fresh and databases.exists(filled)
    with step(f"database {DATABASE}"):
        databases.drop(DATABASE)
        databases.copy(filled if use_filled else template, DATABASE)
        STATE.write_text(template)
    return not use_filled


def _filled_name(template: str) -> str:
    """Return the name of the template with the month in it, keyed by all it read."""
    scripts = [ROOT / "scripts" / "rpc.py", ROOT / "scripts" / "demo_month.py"]
    scripts += sorted((ROOT / "scripts").glob("load_*.py"))
    scripts += sorted((ROOT / "scripts" / "loading").glob("*.py"))
    data = sorted((ROOT / "data").rglob("*.csv"))
    return databases.keyed_name("filled", template, *scripts, *data)


def run_month(running: server.Server, *, as_admin: str, report: Path) -> None:
    """Load the pilots and run the month over RPC.

    :param str as_admin: password of the login ``admin`` in that database
    :raise CommandError: when the month or its checks fail
    """
    script = ROOT / "scripts" / "demo_month.py"
    arguments = ["--url", running.url, "--database", running.database]
    arguments += ["--user", "admin", "--report-dir", str(report)]
    env = {
        **os.environ,
        "ODOO_PASSWORD": as_admin,
        "FACTORY_DEMO_PASSWORD": password(),
    }
    result = subprocess.run([str(PYTHON), str(script), *arguments], env=env, cwd=ROOT)
    if result.returncode:
        raise CommandError(
            f"the month did not come to its end (code {result.returncode})",
            f"read what stands above and the server's log {running.log}",
        )


def filled_template() -> str:
    """Return a template with the pilots loaded and the month run; make it when missing.

    Tests that need a database full of data copy it.
    """
    template = databases.template()
    name = _filled_name(template)
    if not databases.exists(name):
        with step("database with the pilots and their month"):
            half_done = f"{name}_half"
            databases.drop(half_done)
            databases.copy(template, half_done)
            with server.running(half_done) as running:
                run_month(running, as_admin="admin", report=BUILD / "filled")
            databases.rename(half_done, name)
        databases.drop_older("filled", name)
    return name


def main(argv=None) -> int:
    """Make the demo database, load the pilots, run the month, print the report."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=main.__doc__)
    parser.add_argument("--fresh", action="store_true", help="make it anew")
    options = parser.parse_args(argv)
    with postgres.session():
        empty = ensure_database(fresh=options.fresh)
        with server.running(DATABASE) as running:
            run_month(running, as_admin="admin", report=BUILD)
        filled = _filled_name(databases.template())
        if empty and not databases.exists(filled):
            databases.copy(DATABASE, filled)
            databases.drop_older("filled", filled)
    say(f"\nLog in: scripts/serve, then http://127.0.0.1:{PORT}/odoo")
    say(f"Password of every demo user: {password()} (kept in .platform/demo.password)")
    return 0


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:]))
