"""The command line that the ``load_*`` commands share."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import rpc

from . import controls, tables
from .problems import BadFileError, Problem
from .sync import Outcome

ROOT = Path(__file__).resolve().parents[2]
PILOTS = ROOT / "data" / "pilots"


def say(message: str) -> None:
    """Print one line at once."""
    print(message, flush=True)


class Progress:
    """One line that grows: ``members: 120 of 320``. Silent when nothing is written."""

    def __init__(self, title: str, total: int):
        self.title = title
        self.total = total

    def __call__(self, done: int) -> None:
        """Tell how far the work is."""
        say(f"  {self.title}: {done} of {self.total} written")


def parser_for(
    description: str, files: dict[str, str | None]
) -> argparse.ArgumentParser:
    """Make the parser of a loader.

    :param files: option to default file name in ``data/pilots``, the first is main; a
        file without a default has to be named
    """
    parser = argparse.ArgumentParser(description=description)
    for name, default in files.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=Path,
            default=PILOTS / default if default else None,
            required=default is None,
            metavar="FILE",
            help=f"CSV or XLSX, default data/pilots/{default}"
            if default
            else "CSV or XLSX",
        )
    parser.add_argument(
        "--dry-run", action="store_true", help="check and compare, write nothing"
    )
    _add_file_options(parser)
    rpc.add_options(parser)
    return parser


def _add_file_options(parser: argparse.ArgumentParser) -> None:
    """Give a loader the options about files that are not ours."""
    group = parser.add_argument_group("files of another program")
    group.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help="a heading that the file names otherwise, or a CSV file with the columns"
        " theirs and ours; OURS - leaves a column out; may be repeated",
    )
    group.add_argument(
        "--control",
        action="append",
        default=[],
        metavar="NAME=TOTAL",
        help="total that the file must have: rows, or the sum of a column; nothing is"
        " written when it has not; may be repeated",
    )
    group.add_argument(
        "--errors",
        type=Path,
        metavar="FILE",
        help="CSV file to write faults to: file, row, column, reason",
    )


Work = Callable[[rpc.Client, argparse.Namespace], Sequence[Outcome]]


def run(
    parser: argparse.ArgumentParser,
    argv: Sequence[str] | None,
    check_files: Callable[[argparse.Namespace], Any],
    work: Callable[[rpc.Client, argparse.Namespace, Any], Sequence[Outcome]],
) -> int:
    """Check the files, log in, do the work, say what was done.

    :param check_files: pure part: reads and checks whole files
    :param work: gets the client, the options and what ``check_files`` returned
    :return: exit code, 1 when something was refused
    """
    options = parser.parse_args(argv)
    try:
        with tables.headings(controls.read_names(options.map)):
            checked = check_files(options)
        controls.verify(checked, options.control)
        client = rpc.connect(options)
        outcomes = work(client, options, checked)
    except BadFileError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        if options.errors:
            write_errors(options.errors, error.problems)
        count = len(error.problems)
        print(f"{count} fault(s) found, {error.what_stays()}", file=sys.stderr)
        return 1
    except rpc.RpcError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    summarise(outcomes, dry_run=options.dry_run)
    return 0


def write_errors(path: Path, problems: Sequence[Problem]) -> None:
    """List faults in a file that a spreadsheet opens."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "row", "column", "reason"))
        writer.writerows((p.file, p.row, p.column, p.message) for p in problems)
    say(f"  faults are listed in {path}")


def summarise(outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    """Print a line for each file and one for all."""
    for outcome in outcomes:
        say(f"  {outcome}")
    changed = sum(outcome.changes for outcome in outcomes)
    if dry_run:
        say(f"dry run: {changed} change(s) would be made, none was")
    elif changed:
        say(f"{changed} change(s) made")
    else:
        say("nothing changed: all of it is there already")
