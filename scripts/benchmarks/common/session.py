"""Odoo in this process, on a copy of a template."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from scripts.lib import databases
from scripts.lib.paths import ODOO_RC

ADMIN = 2


@contextlib.contextmanager
def environment(database: str) -> Iterator:
    """Give an environment of the administrator; what is not committed is rolled back.

    :param str database: name of an initialised database
    """
    import odoo.tools
    from odoo import api, sql_db
    from odoo.orm.registry import Registry

    arguments = ["-c", str(ODOO_RC), "-d", database, "--log-level", "warn"]
    odoo.tools.config.parse_config(arguments, setup_logging=True)
    try:
        with Registry(database).cursor() as cr:
            yield api.Environment(cr, ADMIN, {})
            cr.rollback()
    finally:
        Registry.delete(database)
        sql_db.close_db(database)


@contextlib.contextmanager
def scratch_environment(template: str) -> Iterator:
    """Give an environment on a copy of the template, which is dropped in the end."""
    with databases.scratch(template, "bench") as database:
        with environment(database) as env:
            yield env
