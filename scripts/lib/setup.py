"""``scripts/setup``: everything a fresh machine needs, in the order it is needed.

Runs on the machine's own Python with nothing but the standard library.
"""

from __future__ import annotations

import argparse
import sys

from . import console, odoo_source, postgres, python_env, system_tools
from .paths import DATA_DIR, LOGS, PLATFORM


def main(argv=None) -> int:
    """Prepare the checkout; do nothing for what is there already."""
    parser = argparse.ArgumentParser(prog="scripts/setup", description=main.__doc__)
    parser.add_argument(
        "--without-browser",
        action="store_true",
        help="accept that Chromium and wkhtmltopdf may be missing",
    )
    options = parser.parse_args(argv)
    for folder in (PLATFORM, DATA_DIR, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    python_env.ensure()
    odoo_source.ensure()
    postgres.check_binaries()
    system_tools.ensure(required=not options.without_browser)
    return 0


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:]))
