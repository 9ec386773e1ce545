"""``scripts/test``: all parts of the test suite, each in the way that fits it.

========= ============================================================================
part      what and how
========= ============================================================================
unit      ``tests/unit`` and the doctests of the pure tools; no Odoo, no database
addons    ``addons/*/tests`` by pytest-odoo on a database copy, HttpCase included
rpc       ``tests/rpc``: odoorpc against a live server
browser   ``tests/browser``: each role in Chromium
race      ``tests/race``: many clients at once
matrix    each addon installed and removed alone, and among the others (``--full``)
========= ============================================================================

No test in a part is a failure, and so is a skipped one. The last line is
``N passed, N failed``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from . import console, databases, demo, matrix, postgres, system_tools
from .console import CommandError, say
from .paths import BUILD, LOGS, ODOO_RC, OUR_ADDONS, PYTHON, ROOT

PARTS = ("unit", "addons", "rpc", "browser", "race")
LIVE = ("rpc", "browser", "race")
FILLED = ("browser",)  # on a copy of the demo's data
NO_TESTS = 5  # pytest's exit code
KEEP_FILES_INSIDE = """
    INSERT INTO ir_config_parameter (key, value)
    VALUES ('ir_attachment.location', 'db')
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value
"""


@dataclass
class Count:
    """How many tests passed and failed; a skipped or missing one has failed."""

    passed: int = 0
    failed: int = 0

    def __iadd__(self, other: Count) -> Count:
        self.passed += other.passed
        self.failed += other.failed
        return self


def main(argv=None) -> int:
    """Run the parts of the test suite that are asked for."""
    options, pytest_options = _arguments(argv)
    if not options.without_browser and system_tools.missing():
        raise CommandError(f"missing: {', '.join(system_tools.missing())}")
    total = Count()
    with postgres.session():
        for title, run_part in _plan(options, pytest_options):
            started = time.monotonic()
            say(f"\n== {title}")
            count = run_part()
            seconds = time.monotonic() - started
            say(f"== {title}: {count.passed} passed, {count.failed} failed,")
            say(f"   {seconds:.0f} s")
            total += count
    if options.without_browser and system_tools.missing():
        say(
            f"left out for want of {system_tools.missing()}: tests/browser, tours, PDFs"
        )
    console.say_elapsed("test")
    say(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


def _arguments(argv) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="scripts/test", description=main.__doc__)
    parser.add_argument("paths", nargs="*", help="addons/<addon> or tests/<part>")
    parser.add_argument("--full", action="store_true", help="with the install matrix")
    parser.add_argument(
        "--all-pages",
        action="store_true",
        help="walk the pages of Odoo's own apps too, not ours alone",
    )
    parser.add_argument("--matrix", action="store_true", help="the install matrix only")
    parser.add_argument(
        "--without-browser",
        action="store_true",
        help="accept that tests which need Chromium or wkhtmltopdf are left out",
    )
    parser.add_argument("-k", dest="expression", help="pytest's -k")
    parser.add_argument("-n", dest="processes", type=int, default=2)
    options, rest = parser.parse_known_args(argv)
    if options.expression:
        rest += ["-k", options.expression]
    return options, rest


def _plan(options, pytest_options: list[str]) -> list[tuple]:
    """Return the parts to run as (title, function without argument)."""
    if options.matrix:
        return [("matrix", _matrix)]
    plan = []
    for path in options.paths or [f"tests/{part}" for part in PARTS]:
        first, _, rest = path.strip("/").removeprefix("tests/").partition("/")
        if first == "addons" and rest:
            addon = rest.split("/")[0]
            plan.append((path, _addons_runner([addon], [path], pytest_options, 1)))
        elif first == "addons":
            paths = [f"addons/{addon}" for addon in OUR_ADDONS]
            processes = options.processes
            plan.append(
                (path, _addons_runner(OUR_ADDONS, paths, pytest_options, processes))
            )
        elif first == "browser" and options.without_browser:
            continue
        elif first in PARTS:
            plan.append(
                (path, _plain_runner(first, path, pytest_options, options.all_pages))
            )
        else:
            raise CommandError(f"'{path}' is neither addons/<addon> nor tests/<part>")
    if options.full:
        plan.append(("matrix", _matrix))
    return plan


def _plain_runner(part: str, path: str, pytest_options: list[str], all_pages: bool):
    def run() -> Count:
        env = {"FACTORY_ALL_PAGES": "1"} if all_pages else {}
        if part in LIVE:
            filled = part in FILLED
            template = demo.filled_template() if filled else databases.template()
            env["FACTORY_TEMPLATE"] = template
        return _pytest(part, ["-p", "no:odoo", path, *pytest_options], env)

    return run


def _addons_runner(addons, paths, pytest_options: list[str], processes: int):
    def run() -> Count:
        template = databases.template(addons)
        with databases.scratch(template, "test") as database:
            # after each class Odoo deletes the files that no committed row names;
            # with several processes these may be another's
            postgres.sql(KEEP_FILES_INSIDE, database)
            arguments = [
                f"--odoo-database={database}",
                f"--odoo-config={ODOO_RC}",
                "--odoo-http",
                *paths,
                *pytest_options,
            ]
            if processes > 1:
                arguments += ["-n", str(processes), "--dist", "loadfile"]
            return _pytest("addons", arguments, {"ODOO_RC": str(ODOO_RC)})

    return run


def _pytest(name: str, arguments: list[str], env: dict[str, str]) -> Count:
    """Run pytest once and count from its report, never from its exit code alone."""
    report = BUILD / "test" / f"{name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, **env})
    if result.returncode == NO_TESTS or not report.exists():
        say(f"   no test ran (pytest ended with {result.returncode}): a failure")
        return Count(0, 1)
    count = _read_report(report)
    if result.returncode and not count.failed:
        say(f"   pytest ended with {result.returncode}: a failure")
        count.failed += 1
    return count


def _read_report(report: Path) -> Count:
    count = Count()
    for case in ElementTree.parse(report).iter("testcase"):
        children = {child.tag: child for child in case}
        skipped = children.get("skipped")
        if skipped is not None and skipped.get("type") != "pytest.xfail":
            reason = skipped.get("message", "")
            say(f"   skipped, counted as failed: {case.get('name')} ({reason})")
        if {"failure", "error"} & set(children) or (
            skipped is not None and skipped.get("type") != "pytest.xfail"
        ):
            count.failed += 1
        elif skipped is None:
            count.passed += 1
    return count


def _matrix() -> Count:
    results = matrix.run(LOGS)
    return Count(results.count(True), results.count(False))


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:], last_word=False))
