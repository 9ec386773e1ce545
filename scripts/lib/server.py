"""An Odoo server on a database, for tests, the demo and people."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .console import CommandError
from .paths import LOGS, ODOO_RC, PYTHON, ROOT

START_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """Where a running server is to be found."""

    database: str
    port: int
    log: Path
    login: str = "admin"
    password: str = "admin"
    process_id: int = 0

    @property
    def url(self) -> str:
        """Return the address to open in a browser."""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Tell whether an Odoo server answers on the port."""
    try:
        address = f"http://127.0.0.1:{port}/web/health"
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def command(database: str, port: int, *arguments: str) -> list[str]:
    """Return the command line that serves one database on a port."""
    return [
        *(str(PYTHON), "-m", "odoo", "-c", str(ODOO_RC), "-d", database),
        *("--db-filter", f"^{database}$", "--http-port", str(port)),
        # odoorpc speaks /jsonrpc, which Odoo 19 deprecates with a line for each call
        *("--log-handler", "odoo.addons.rpc.controllers.jsonrpc:ERROR"),
        *arguments,
    ]


@contextlib.contextmanager
def running(database: str, port: int = 0, *arguments: str) -> Iterator[Server]:
    """Serve a database for the time of a block.

    :param str database: name of an initialised database
    :param int port: 0 takes a free one
    :param arguments: more options for Odoo, such as ``--workers=2``
    :raise CommandError: when the server does not answer in time
    """
    port = port or free_port()
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"server-{database}.log"
    with log.open("ab") as stream:
        process = subprocess.Popen(
            command(database, port, *arguments),
            stdout=stream,
            stderr=stream,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        server = Server(database, port, log, process_id=process.pid)
        try:
            _wait(process, server)
            yield server
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen, server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(server.port):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(server.log.read_text(errors="replace").splitlines()[-20:])
            raise CommandError(f"the Odoo server does not answer:\n{tail}")
        time.sleep(0.2)  # polling; the deadline above ends it
