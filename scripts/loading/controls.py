"""Headings of other programs, and the totals that a file must have.

A control total is what the old program printed: the number of rows and the sums of
its columns. A file that was cut off or edited does not have them any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import values
from .layouts import Sheet
from .problems import BadFileError, Problem

ROWS = "rows"


def read_names(given: Sequence[str]) -> dict[str, str]:
    """Read what ``--map`` says: pairs, or files with the columns theirs and ours.

    >>> read_names(["No Anggota=code", "Catatan=-"])
    {'no anggota': 'code', 'catatan': '-'}
    """
    names: dict[str, str] = {}
    for text in given:
        if text.lower().endswith((".csv", ".xlsx")) and "=" not in text:
            names.update(_read_file(Path(text)))
            continue
        theirs, equals, ours = text.partition("=")
        if not equals or not theirs.strip() or not ours.strip():
            raise BadFileError(
                [Problem("--map", 0, text, "is no pair; write THEIRS=OURS")]
            )
        names[theirs.strip().lower()] = ours.strip().lower()
    return names


def _read_file(path: Path) -> dict[str, str]:
    from .tables import read_table

    table = read_table(path)
    missing = {"theirs", "ours"} - set(table.header)
    if missing:
        text = "needs the headings theirs and ours"
        raise BadFileError([Problem(str(path), table.header_row, "", text)])
    return {
        line.cells["theirs"].lower(): line.cells["ours"].lower() or "-"
        for line in table.lines
    }


def totals(sheet: Sheet) -> dict[str, Decimal]:
    """Sum the rows and every column of numbers of a file."""
    found: dict[str, Decimal] = {ROWS: Decimal(len(sheet.rows))}
    for column in sheet.layout.columns:
        cells = [row[column.name] for row in sheet.rows]
        numbers = [
            cell
            for cell in cells
            if isinstance(cell, Decimal | int) and not isinstance(cell, bool)
        ]
        if numbers:
            found[column.name] = sum(map(Decimal, numbers), Decimal(0))
    return found


def verify(checked: Any, given: Sequence[str]) -> None:
    """Compare the control totals that were given with those of the files.

    A name is looked up in the files in their order; ``rows`` is that of the first.

    :param checked: a :class:`Sheet`, or a collection of them
    :raise BadFileError: naming every total that is missing or differs
    """
    sheets = list(_sheets(checked))
    problems = []
    for text in given:
        name, _equals, total = text.partition("=")
        name = name.strip().lower()
        try:
            wanted = values.number(total)
        except ValueError as error:
            problems.append(Problem("--control", 0, text, str(error)))
            continue
        sheet = next((one for one in sheets if name in totals(one)), None)
        if sheet is None:
            known = sorted({name for one in sheets for name in totals(one)})
            what = f"no such total; there are {', '.join(known)}"
            problems.append(Problem("--control", 0, name, what))
        elif totals(sheet)[name] != wanted:
            found = totals(sheet)[name]
            what = f"control total is {wanted}, the file has {found}"
            problems.append(Problem(sheet.file, 0, name, what))
    if problems:
        raise BadFileError(problems)


def _sheets(checked: Any) -> Iterable[Sheet]:
    """Find the files in what a loader's check returned."""
    if isinstance(checked, Sheet):
        yield checked
    elif isinstance(checked, Mapping):
        for one in checked.values():
            yield from _sheets(one)
    elif isinstance(checked, list | tuple):
        for one in checked:
            yield from _sheets(one)
    elif hasattr(checked, "__dataclass_fields__"):
        for name in checked.__dataclass_fields__:
            yield from _sheets(getattr(checked, name))
