"""A small part of the pilots, loaded into the live server as a user would do it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import rpc
from small_pilots import LOADERS, ROOT, small_pilots

USER_PASSWORD = "rpc-test-only"


class Commands:
    """Runs the loaders as a user does: as commands of their own."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder

    def run(self, name, *arguments, files=None):
        """Run ``scripts/load_<name>.py``.

        :param files: ``{option: path}``, over those of the small pilots
        """
        defaults = dict(LOADERS)[name]
        chosen = {option: self.folder / file for option, file in defaults.items()}
        chosen.update(files or {})
        command = [sys.executable, str(ROOT / "scripts" / f"load_{name}.py")]
        for option, path in chosen.items():
            command += [f"--{option}", str(path)]
        command += ["--url", self.server.url, "--database", self.server.database]
        command += ["--user", self.server.login, *arguments]
        env = {
            **os.environ,
            "ODOO_PASSWORD": self.server.password,
            "FACTORY_DEMO_PASSWORD": USER_PASSWORD,
        }
        return subprocess.run(
            command, env=env, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="session")
def commands(live_server, tmp_path_factory):
    """The loaders, with the small pilots as their files."""
    folder = tmp_path_factory.mktemp("pilots")
    small_pilots(folder)
    return Commands(live_server, folder)


@pytest.fixture(scope="session")
def first_run(commands):
    """Load everything once.

    :return: ``{loader: completed process}``, up to the first that failed
    """
    results = {}
    for name, _files in LOADERS:
        results[name] = commands.run(name)
        if results[name].returncode:
            break
    return results


@pytest.fixture(scope="session")
def admin(live_server):
    """The administrator, logged in after the companies exist."""
    return log_in(live_server, live_server.login, live_server.password)


def log_in(server, login, password=USER_PASSWORD):
    return rpc.Client(rpc.Access(server.url, server.database, login, password))


@pytest.fixture(scope="session")
def as_role(live_server, first_run):
    """Log in as a role of a cooperative, once for each login."""
    assert all(result.returncode == 0 for result in first_run.values()), {
        name: result.stderr for name, result in first_run.items() if result.returncode
    }
    clients = {}

    def get(login):
        if login not in clients:
            clients[login] = log_in(live_server, login)
        return clients[login]

    return get
