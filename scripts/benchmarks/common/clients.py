"""Clients over RPC, as an integrator has them: odoorpc, one login each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import odoorpc

from scripts.lib import server
from scripts.lib.server import Server

LIMITS = ("--limit-time-cpu=3600", "--limit-time-real=7200", "--limit-request=1000000")


@contextlib.contextmanager
def serving(database: str, workers: int) -> Iterator[Server]:
    """Serve a database with so many worker processes, none recycled on the way."""
    with server.running(database, 0, f"--workers={workers}", *LIMITS) as running:
        yield running


def connect(running: Server) -> odoorpc.ODOO:
    """Log in as the administrator; refusals are told in English."""
    client = odoorpc.ODOO("127.0.0.1", port=running.port, timeout=600)
    client.login(running.database, running.login, running.password)
    english = [("code", "=", "en_US"), ("active", "=", False)]
    languages = client.env["res.lang"]
    languages.write(languages.search(english), {"active": True})
    client.env["res.users"].write([client.env.uid], {"lang": "en_US"})
    client.login(running.database, running.login, running.password)
    return client


def race(clients: Sequence, attempt: Callable) -> list:
    """Let every client work through its share at the same time.

    :param clients: pairs of (client, its list of tasks)
    :param attempt: function of client and task
    :return: what the attempts gave, in no order that means anything
    """

    def work(pair):
        client, tasks = pair
        return [attempt(client, task) for task in tasks]

    with ThreadPoolExecutor(len(clients)) as pool:
        return [each for part in pool.map(work, clients) for each in part]
