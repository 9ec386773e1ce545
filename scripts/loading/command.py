"""The command line that the ``load_*`` commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import rpc

from .problems import BadFileError
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


def parser_for(description: str, files: dict[str, str]) -> argparse.ArgumentParser:
    """Make the parser of a loader.

    :param files: option to default file name in ``data/pilots``, the first is main
    """
    parser = argparse.ArgumentParser(description=description)
    for name, default in files.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=Path,
            default=PILOTS / default,
            metavar="FILE",
            help=f"CSV or XLSX, default data/pilots/{default}",
        )
    parser.add_argument(
        "--dry-run", action="store_true", help="check and compare, write nothing"
    )
    rpc.add_options(parser)
    return parser


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
        checked = check_files(options)
        client = rpc.connect(options)
        outcomes = work(client, options, checked)
    except BadFileError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} fault(s) found, nothing written", file=sys.stderr)
        return 1
    except rpc.RpcError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    summarise(outcomes, dry_run=options.dry_run)
    return 0


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
