"""``scripts/serve``: the server on the demo database, until Ctrl-C."""

from __future__ import annotations

import argparse
import subprocess
import sys

from . import console, databases, demo, postgres, server
from .console import CommandError, say


def main(argv=None) -> int:
    """Serve the demo database for people."""
    parser = argparse.ArgumentParser(prog="scripts/serve", description=main.__doc__)
    parser.add_argument("--port", type=int, default=demo.PORT)
    options = parser.parse_args(argv)
    if server.answers(options.port):
        raise CommandError(
            f"something answers on port {options.port} already",
            "end it, or choose another one with --port",
        )
    with postgres.session():
        if not databases.exists(demo.DATABASE):
            raise CommandError("there is no demo database", "run scripts/demo first")
        say(f"http://127.0.0.1:{options.port}/odoo (stop with Ctrl-C)")
        command = server.command(demo.DATABASE, options.port, "--max-cron-threads=1")
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:]))
