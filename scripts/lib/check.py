"""``scripts/check``: house rules that a machine can see, each by a known tool.

ruff (lint and format), pylint-odoo, oca-checks-odoo-module, the licence check of
manifestoo, current templates and complete translations, Odoo's own ``test_lint`` and
an install log without a warning (checklog-odoo).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable

from . import console, databases, postgres, translations
from .console import CommandError, say
from .paths import ADDONS, LOGS, OUR_ADDONS, ROOT, VENV

BIN = VENV / "bin"
# rules that say the opposite of our house style (docs/decisions/007)
NOT_OURS = ("consider-merging-classes-inherited",)
NOT_OURS_OCA = "prefer-readme-rst,file-not-used"
BLOCK = "=" * 70
LINT_RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def main(argv=None) -> int:
    """Run the checks and name those that complain."""
    parser = argparse.ArgumentParser(prog="scripts/check", description=main.__doc__)
    parser.add_argument("--fast", action="store_true", help="nothing with a database")
    options = parser.parse_args(argv)
    checks: dict[str, Callable[[], bool]] = {
        "ruff check": lambda: _tool("ruff", "check", "--quiet", "."),
        "ruff format": lambda: _tool("ruff", "format", "--check", "--quiet", "."),
        "pylint-odoo": _pylint,
        "oca-checks-odoo-module": _oca_checks,
        "licences": _licences,
        "translations": translations.complete,
    }
    if not options.fast:
        checks |= {
            "templates of translations": translations.current,
            "install log": _install_log,
            "test_lint": _test_lint,
        }
    complaining = []
    with postgres.session():
        for name, check in checks.items():
            good = check()
            say(f"{'ok     ' if good else 'FAILED '} {name}")
            if not good:
                complaining.append(name)
    if complaining:
        raise CommandError(f"{', '.join(complaining)} complained, see above")
    return 0


def _tool(name: str, *arguments: str) -> bool:
    command = [str(BIN / name), *arguments]
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    # manifestoo runs a script from the temporary folder; no html.py that lies about
    # there may stand before Python's own
    with tempfile.TemporaryDirectory() as folder:
        env["TMPDIR"] = folder
        return subprocess.run(command, cwd=ROOT, env=env).returncode == 0


def _pylint() -> bool:
    addons = [str(ADDONS / addon) for addon in OUR_ADDONS]
    options = ["--rcfile=pylintrc", "--score=no", f"--disable={','.join(NOT_OURS)}"]
    return _tool("pylint", *options, *addons)


def _oca_checks() -> bool:
    addons = [f"addons/{addon}" for addon in OUR_ADDONS]
    return _tool("oca-checks-odoo-module", f"--disable={NOT_OURS_OCA}", *addons)


def _licences() -> bool:
    select = ["--select-include", ",".join(OUR_ADDONS)]
    path = f"--addons-path={ADDONS}"
    return _tool("manifestoo", path, *select, "check-licenses")


def _install_log() -> bool:
    """Install everything on a fresh copy of the core; a warning is a failure."""
    log = LOGS / "check-install.log"
    log.unlink(missing_ok=True)
    with databases.scratch(databases.core_template(), "check") as database:
        # at level info: checklog refuses a log without a record
        databases.odoo(database, "-i", ",".join(OUR_ADDONS), log=log)
    config = str(ROOT / "checklog-odoo.cfg")
    with log.open("rb") as stream:
        command = [str(BIN / "checklog-odoo"), "--config", config]
        result = subprocess.run(command, stdin=stream, capture_output=True, text=True)
    if result.returncode:
        say("\n".join(result.stdout.splitlines()[-30:]))
    return result.returncode == 0


def _test_lint() -> bool:
    """Run Odoo's own lint as tests; zero tests is a failure."""
    log = LOGS / "check-test_lint.log"
    log.unlink(missing_ok=True)
    with databases.scratch(databases.template(), "lint") as database:
        databases.install(database, ["test_lint"], log=log)
        # its pylint runs over all of Odoo for a quarter of an hour; ours ran above
        tags = "/test_lint,-/test_lint:TestPyLint"
        arguments = ["--test-tags", tags, "--log-level", "info"]
        with contextlib.suppress(CommandError):  # judged by its log below
            databases.odoo(database, *arguments, log=log)
    text = log.read_text(errors="replace")
    result = LINT_RESULT.findall(text)
    if not result or result[-1][2] == "0":
        say(f"   no test of test_lint ran, see {log}")
        return False
    ours = [block for block in text.split(BLOCK)[1:] if _names_ours(block)]
    for block in ours:
        say("   " + "\n   ".join(block.strip().splitlines()[:25]))
    failed = int(result[-1][0]) + int(result[-1][1])
    say(f"   test_lint: {result[-1][2]} tests, {failed} complain, {len(ours)} of us")
    return not ours


def _names_ours(block: str) -> bool:
    """Tell whether a complaint of test_lint is about an addon of ours.

    The tests look at every addon on the path, those of others included.
    """
    complaint = block.split(" INFO ")[0]
    addons = "|".join(OUR_ADDONS)
    pattern = (
        rf"module='({addons})'|/addons/({addons})/|^(umkm|coop|lpdb|grant|factory)\."
    )
    return bool(re.search(pattern, complaint, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:]))
