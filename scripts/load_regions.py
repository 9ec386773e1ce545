#!/usr/bin/env python3
"""Load villages, or any administrative regions, from a CSV that you name.

Provinces, regencies and districts come with the addon; villages (some 83,800) are
loaded where they are needed, all or by code: ``--within 64.02`` takes one regency.

The file has the columns ``code`` and ``name``; others are left alone, but a column
``district_code``, ``regency_code``, ``province_code`` or ``parent_code`` has to agree
with the code. ``villages.csv`` of the npm package ``idn-area-data`` is such a file; its
data stand under the ODbL, so fetch it yourself and keep it out of this repository::

    npm pack idn-area-data && tar xzf idn-area-data-*.tgz
    scripts/load_regions.py package/data/villages.csv --within 64.02

A second run changes nothing. A bad file is refused whole, with file, row and column.
Where the file numbers a province otherwise than the server does, as that package does
in Papua Barat Daya, leave the province out: ``--without 96``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rpc
from loading.command import Progress, say
from loading.problems import BadFileError, Problem
from loading.tables import Line, read_table

MODEL = "umkm.region"
MODULE = "__import__"
CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
PARENT_COLUMNS = ("parent_code", "district_code", "regency_code", "province_code")
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Region:
    """One row of the file."""

    row: int
    code: str
    name: str

    @property
    def parent(self) -> str:
        """Return the code of the region above, empty for a province."""
        return self.code.rpartition(".")[0]

    @property
    def external_id(self) -> str:
        """Return the name under which the server finds it again.

        >>> Region(2, "64.02.02.2009", "Jonggon Jaya").external_id
        '__import__.region_64_02_02_2009'
        """
        return f"{MODULE}.region_{self.code.replace('.', '_')}"


def dotted(code: str) -> str:
    """Put dots into a code that was written without them.

    >>> dotted("6402022009"), dotted("64.02.02.2009"), dotted("640")
    ('64.02.02.2009', '64.02.02.2009', '640')
    """
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{10}", code):
        return code
    return ".".join(filter(None, (code[:2], code[2:4], code[4:6], code[6:])))


def read_regions(
    path: Path, within: str = "", without: Sequence[str] = ()
) -> list[Region]:
    """Read and check the whole file, then keep what is asked for.

    :param within: code of a region, empty for all
    :param without: codes of regions to leave out
    :return: ordered by code, so that a region comes before its parts
    :raise BadFileError: naming every fault
    """
    table = read_table(path)
    missing = [column for column in ("code", "name") if column not in table.header]
    if missing:
        raise BadFileError(
            Problem(table.file, table.header_row, column, "is missing; add the column")
            for column in missing
        )
    problems: list[Problem] = []
    regions: dict[str, Region] = {}
    for line in table.lines:
        region = Region(line.row, dotted(line.cells["code"]), line.cells["name"])
        problems.extend(_row_problems(table.file, line, region))
        if region.code in regions:
            first = regions[region.code].row
            message = f"{region.code} stands in row {first} already; remove one"
            problems.append(Problem(table.file, line.row, "code", message))
        regions.setdefault(region.code, region)
    if problems:
        raise BadFileError(problems[:MOST_PROBLEMS])
    inside = [
        one
        for one in regions.values()
        if lies_within(one.code, within)
        and not any(lies_within(one.code, left_out) for left_out in without)
    ]
    return sorted(inside, key=lambda one: (one.code.count("."), one.code))


def lies_within(code: str, region: str) -> bool:
    """Tell whether a code is a region or a part of it.

    >>> lies_within("64.02.02", "64.02"), lies_within("64.02", "64.02.02")
    (True, False)
    """
    return not region or code == region or code.startswith(f"{region}.")


def _row_problems(file: str, line: Line, region: Region) -> Iterator[Problem]:
    if not CODE.fullmatch(region.code):
        message = f"'{region.code}' is no region code; write it as 64.02.02.2009"
        yield Problem(file, line.row, "code", message)
    if not region.name:
        yield Problem(file, line.row, "name", "is empty; fill it in")
    for column in PARENT_COLUMNS:
        given = dotted(line.cells.get(column, ""))
        if given and given != region.parent:
            message = f"'{given}' does not go with the code {region.code}"
            yield Problem(file, line.row, column, message)


def missing_parents(
    file: str, regions: Iterable[Region], known: set[str]
) -> Iterator[Problem]:
    """Name the rows whose region above is neither on the server nor in the file."""
    for region in regions:
        if region.parent and region.parent not in known:
            message = f"there is no region {region.parent}; load it first"
            yield Problem(file, region.row, "code", message)
        else:
            known.add(region.code)


def known_regions(client: rpc.Client, within: str) -> dict[str, tuple[int, str]]:
    """Read what the server holds.

    :return: ``{code: (id, name)}``
    """
    above = [within[:size] for size in (2, 5, 8) if size <= len(within)]
    domain: list[object] = []
    if within:
        domain = ["|", ("code", "in", above), ("code", "=like", f"{within}%")]
    records = client.search_read(MODEL, domain, ["code", "name"])
    return {one["code"]: (one["id"], one["name"]) for one in records}


def load(
    client: rpc.Client, path: Path, regions: Sequence[Region], options: Mapping
) -> tuple[int, int, int]:
    """Create new regions and rename those whose name differs.

    :return: created, renamed, unchanged
    """
    known = known_regions(client, options["within"])
    problems = list(missing_parents(str(path), regions, set(known)))
    if problems:
        raise BadFileError(problems[:MOST_PROBLEMS])
    new = [one for one in regions if one.code not in known]
    renamed = [one for one in regions if one.code in known and _differs(one, known)]
    if not options["dry_run"]:
        rows = [[one.external_id, one.code, one.name] for one in new]
        progress = Progress("regions", len(new))
        client.load(
            MODEL, ["id", "code", "name"], rows, options["batch"], progress=progress
        )
        for one in renamed:
            client.call(MODEL, "write", [[known[one.code][0]], {"name": one.name}])
    return len(new), len(renamed), len(regions) - len(new) - len(renamed)


def _differs(region: Region, known: Mapping[str, tuple[int, str]]) -> bool:
    """Tell whether a village has another name; seeded regions keep the official one."""
    return region.code.count(".") == 3 and known[region.code][1] != region.name


def make_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="CSV or XLSX with code and name")
    parser.add_argument(
        "--within", default="", metavar="CODE", help="only this region, such as 64.02"
    )
    parser.add_argument(
        "--batch", type=int, default=2000, help="rows a call (%(default)s)"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="CODE",
        help="leave this region out; may be given again",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check and compare, write nothing"
    )
    rpc.add_options(parser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``.

    :return: 0, or 1 when the file or the server refused
    """
    parser = make_parser()
    options = parser.parse_args(argv)
    within, *without = map(dotted, [options.within, *options.without])
    for code in filter(None, (within, *without)):
        if not CODE.fullmatch(code):
            parser.error(f"'{code}' is no region code such as 64.02")
    if options.batch < 1:
        parser.error("--batch: at least 1 row a call")
    settings = {
        "within": within,
        "batch": options.batch,
        "dry_run": options.dry_run,
    }
    try:
        regions = read_regions(options.file, within, without)
        client = rpc.connect(options)
        created, renamed, unchanged = load(client, options.file, regions, settings)
    except BadFileError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        print(f"{len(error.problems)} fault(s), nothing written", file=sys.stderr)
        return 1
    except rpc.RpcError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    say(f"regions: {created} created, {renamed} renamed, {unchanged} unchanged")
    if options.dry_run:
        say("dry run: nothing was written")
    elif not created + renamed:
        say("nothing changed: all of it is there already")
    return 0


if __name__ == "__main__":
    sys.exit(main())
