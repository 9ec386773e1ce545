"""Install and uninstall: each addon alone, and taken out of a filled database.

A failure is a non-zero end, a warning or error line of ours in the log, a table or a
record of the addon left behind, or a database that no longer answers.
"""

from __future__ import annotations

import re
from pathlib import Path

from . import databases, demo, postgres
from .console import CommandError, say
from .paths import OUR_ADDONS

COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
# said by core about a machine or about itself, not about our addons
HARMLESS = ("odoo.tools.config", "odoo.addons.base.models.ir_mail_server")


def complaints(log: Path) -> list[str]:
    """Return the warning and error lines of an Odoo log."""
    if not log.exists():
        return []
    lines = log.read_text(errors="replace").splitlines()
    return [
        line
        for line in lines
        if COMPLAINT.match(line) and not any(name in line for name in HARMLESS)
    ]


def leftovers(database: str, addon: str) -> list[str]:
    """Return what an uninstalled addon left in the database."""
    queries = {
        "external id": f"SELECT name FROM ir_model_data WHERE module = '{addon}'",
        "model": "SELECT m.model FROM ir_model m LEFT JOIN ir_model_data d ON"
        " d.model = 'ir.model' AND d.res_id = m.id WHERE d.id IS NULL"
        " AND m.state = 'base'",
        "table": f"SELECT tablename FROM pg_tables WHERE tablename LIKE"
        f" '{addon.split('_')[0]}\\_%' AND NOT EXISTS (SELECT 1 FROM ir_model WHERE"
        " replace(model, '.', '_') = tablename) AND tablename NOT LIKE '%\\_rel'",
    }
    return [
        f"{kind}: {name}"
        for kind, query in queries.items()
        for name in postgres.sql(query, database)
    ]


def run(logs: Path) -> list[bool]:
    """Run the whole matrix.

    :return: for each trial whether it went well
    """
    results = [_trial(f"{addon} alone", _alone, addon, logs) for addon in OUR_ADDONS]
    template = demo.filled_template()
    for addon in OUR_ADDONS:
        results.append(_trial(f"{addon} out of all", _out_of, addon, logs, template))
    return results


def _trial(title: str, function, *arguments) -> bool:
    try:
        problems = function(*arguments)
    except CommandError as error:
        problems = [str(error)]
    say(f"   {'passed' if not problems else 'FAILED'}: {title}")
    for problem in problems[:10]:
        say(f"      {problem}")
    return not problems


def _alone(addon: str, logs: Path) -> list[str]:
    """Install an addon on an empty database without localisation, then remove it."""
    log = logs / f"matrix-{addon}-alone.log"
    log.unlink(missing_ok=True)
    with databases.scratch(None, "matrix") as database:
        databases.install(database, [addon], log=log)
        return _uninstall(database, addon, log)


def _out_of(addon: str, logs: Path, template: str) -> list[str]:
    """Remove an addon, and what stands on it, from a database full of data."""
    log = logs / f"matrix-{addon}-out.log"
    log.unlink(missing_ok=True)
    with databases.scratch(template, "matrix") as database:
        return _uninstall(database, addon, log)


def _uninstall(database: str, addon: str, log: Path) -> list[str]:
    """Uninstall, then load what remains: the database must still work."""
    databases.module(database, "uninstall", addon, log=log)
    databases.odoo(database, "--log-level", "warn", log=log)
    return complaints(log) + leftovers(database, addon)
