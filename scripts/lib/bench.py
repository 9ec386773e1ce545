"""``scripts/bench``: what the issues promise, measured beside a baseline.

One module below ``scripts/benchmarks`` for each benchmark. Its docstring says what is
measured, against what and which bound is promised; its function ``measure`` gives the
results:

``measure(template, quick)`` -> iterable of :class:`~scripts.lib.bench_table.Result`

The baseline stands in the same module and runs in the same call, so that a slow or a
busy machine slows both. Each benchmark works in a process of its own on copies of a
database template, which it drops. Results are printed, never kept: they say something
about this machine on this day. Where a bound is an absolute time, the figure is the
time on the processor of Odoo and of its PostgreSQL backends (``common/clock.py``),
which other work on the machine does not stretch; the note below the table gives the
wall time.

The command ends with 1 when a bound is missed or a benchmark fails.
``FACTORY_TEMPLATE`` names another database to copy than the template of the addons as
they stand.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from . import bench_table, console, databases, postgres
from .bench_table import Result
from .console import CommandError, say, step

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


def main(argv=None) -> int:
    """Run benchmarks and print a table; end with 1 when a bound is missed."""
    options = arguments(argv)
    available = names()
    if options.list:
        for name in available:
            say(f"{name:18} {purpose(name)}")
        return 0
    unknown = sorted(set(options.names) - set(available))
    if unknown:
        raise CommandError(
            f"there is no benchmark {', '.join(unknown)}",
            f"choose among {', '.join(available)}",
        )
    results, failed = {}, []
    with postgres.session():
        template = os.environ.get("FACTORY_TEMPLATE") or databases.template()
        for name in options.names or available:
            with step(name):
                results[name] = run(name, template, options.quick)
            if not results[name]:
                failed.append(name)
    say("\n" + bench_table.table(results))
    return conclude(results, failed)


def arguments(argv) -> argparse.Namespace:
    """Read the command line; sizes are full unless told otherwise."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="benchmarks; all of them when none")
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--full",
        dest="quick",
        action="store_false",
        help="the sizes that the issues promise; so it is without options too",
    )
    size.add_argument(
        "--quick",
        action="store_true",
        help="small sizes for a first look; bounds are judged all the same",
    )
    parser.set_defaults(quick=False)
    parser.add_argument("--list", action="store_true", help="names and purposes only")
    return parser.parse_args(argv)


def names() -> list[str]:
    """Return the names of the benchmarks there are."""
    files = FOLDER.glob("*.py")
    return sorted(path.stem for path in files if not path.stem.startswith("_"))


def purpose(name: str) -> str:
    """Return the first line of a benchmark's docstring."""
    module = importlib.import_module(f"scripts.benchmarks.{name}")
    return (module.__doc__ or "").strip().split("\n")[0]


def run(name: str, template: str, quick: bool) -> list[Result]:
    """Run one benchmark in a process of its own.

    :return: its results, empty when it failed; the traceback is printed
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_measure, name, template, quick).result()
        except Exception as error:
            say(str(error))
            return []


def _measure(name: str, template: str, quick: bool) -> list[Result]:
    """Run in the child process; what it prints goes to the same terminal.

    :raise RuntimeError: with the traceback, since not every error can be sent on
    """
    module = importlib.import_module(f"scripts.benchmarks.{name}")
    try:
        return list(module.measure(template, quick))
    except Exception:
        raise RuntimeError(traceback.format_exc()) from None


def conclude(results: dict[str, Sequence[Result]], failed: Sequence[str]) -> int:
    """Say which bounds are missed and return the exit code."""
    broken = {name: bench_table.missed(each) for name, each in results.items()}
    for name, each in broken.items():
        for result in each:
            say(f"NOT kept: {name}, {result.what}")
    for name in failed:
        say(f"FAILED: {name} gave no result")
    count = sum(bool(result.verdict) for each in results.values() for result in each)
    kept = count - sum(map(len, broken.values()))
    say(f"{kept} of {count} figures within their bounds")
    return 1 if failed or kept < count or not count else 0


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:]))
