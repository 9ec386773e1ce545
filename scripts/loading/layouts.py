"""Check a whole table against a layout before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import values
from .problems import BadFileError, Problem
from .tables import Line, Table, read_table


@dataclass(frozen=True)
class Column:
    """What a column holds.

    :param str name: heading in the file
    :param convert: reader of one cell, raising ValueError with a remedy
    :param str field: field of the model; None when it is not written as it stands
    :param str reference: kind of record that the code names (see ``references``)
    """

    name: str
    convert: Callable[[str], Any] = values.text
    required: bool = False
    field: str | None = None
    reference: str | None = None
    default: Any = None


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of file.

    :param str title: what a row is, in messages
    :param columns: known headings; others are faults
    :param key: headings that together name a row, empty when rows have no name
    """

    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Find a column by its heading."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Row:
    """One checked row: its line in the file and its values by heading."""

    row: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(frozen=True)
class Sheet:
    """A checked file. ``rows`` hold converted values; references are still codes."""

    file: str
    layout: Layout
    rows: tuple[Row, ...] = field(default=())

    def problem(self, row: Row, column: str, message: str) -> Problem:
        """Name a fault of a row of this file."""
        return Problem(self.file, row.row, column, message)

    def keys(self) -> set[str]:
        """Give the names of all rows, key parts joined by ``/``."""
        return {key_of(self.layout, row.values) for row in self.rows}


def key_of(layout: Layout, cells: dict[str, Any]) -> str:
    """Join the key of a row to one text."""
    return "/".join(str(cells.get(name) or "") for name in layout.key)


def slug(key: str) -> str:
    """Write a key so that it can stand in an external id.

    >>> slug("64.02/Jahe Merah")
    '64_02_Jahe_Merah'
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", key).strip("_")


def read_sheet(path: Path, layout: Layout) -> Sheet:
    """Read and check a file.

    :raise BadFileError: with every fault of the file
    """
    return check(read_table(path), layout)


def check(table: Table, layout: Layout) -> Sheet:
    """Convert every cell of a table; collect all faults before raising.

    :raise BadFileError: wrong headings, bad cells, missing values, duplicates
    """
    problems = _check_header(table, layout)
    if problems:
        raise BadFileError(problems)
    if not table.lines:
        raise BadFileError([Problem(table.file, 0, "", f"has no {layout.title} in it")])
    rows = []
    for line in table.lines:
        rows.append(_check_line(table, layout, line, problems))
    problems.extend(_duplicates(table, layout, rows))
    if problems:
        raise BadFileError(problems)
    return Sheet(table.file, layout, tuple(rows))


def _check_header(table: Table, layout: Layout) -> list[Problem]:
    known = [column.name for column in layout.columns]
    problems = [
        Problem(
            table.file,
            table.header_row,
            heading,
            f"unknown heading; the headings are {', '.join(known)}",
        )
        for heading in table.header
        if heading not in known
    ]
    for column in layout.columns:
        if column.required and column.name not in table.header:
            problems.append(
                Problem(table.file, table.header_row, column.name, "heading is missing")
            )
    return problems


def _check_line(
    table: Table, layout: Layout, line: Line, problems: list[Problem]
) -> Row:
    cells: dict[str, Any] = {}
    for column in layout.columns:
        raw = line.cells.get(column.name, "")
        if not raw:
            cells[column.name] = column.default
            if column.required:
                problems.append(
                    Problem(table.file, line.row, column.name, "is empty; fill it in")
                )
            continue
        try:
            cells[column.name] = column.convert(raw)
        except ValueError as error:
            problems.append(Problem(table.file, line.row, column.name, str(error)))
    return Row(line.row, cells)


def _duplicates(table: Table, layout: Layout, rows: Sequence[Row]) -> list[Problem]:
    if not layout.key:
        return []
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        key = slug(key_of(layout, row.values))
        if key and key in first:
            shown = key_of(layout, row.values)
            text = f"'{shown}' stands on row {first[key]} already; remove one"
            problems.append(Problem(table.file, row.row, layout.key[-1], text))
        first.setdefault(key, row.row)
    return problems
