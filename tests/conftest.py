"""Fixtures of the tests that run outside Odoo: a live server on a database copy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "scripts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def live_server():
    """Serve a copy of the database with all addons; commits are real, so it is dropped.

    :return: object with ``url``, ``port``, ``database``, ``login``, ``password``
    """
    from scripts.lib import databases, postgres, server

    with postgres.session():
        template = os.environ.get("FACTORY_TEMPLATE") or databases.template()
        with databases.scratch(template, "live") as database:
            workers = os.environ.get("FACTORY_WORKERS", "0")
            with server.running(database, 0, f"--workers={workers}") as running:
                yield running
