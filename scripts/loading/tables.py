"""Read a table from a CSV or XLSX file: a header and rows of text.

CSV in UTF-8 (with or without BOM) or Windows-1252, parted by comma, semicolon or tab:
what spreadsheets on Indonesian machines write. Lines before the header that begin with
``#`` are remarks; empty lines are skipped. Row numbers are those of the file.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from .problems import BadFileError, Problem

DELIMITERS = ",;\t"
#: heading for a column of the file that is left out
IGNORE = "-"
_HEADINGS: ContextVar[Mapping[str, str]] = ContextVar("headings")


@contextmanager
def headings(names: Mapping[str, str]) -> Iterator[None]:
    """Read files whose headings are named otherwise.

    :param names: ``{heading in the file: heading here}`` in small letters; a column
        that becomes ``-`` is left out
    """
    token = _HEADINGS.set(names)
    try:
        yield
    finally:
        _HEADINGS.reset(token)


@dataclass(frozen=True)
class Line:
    """One row of a table.

    :param int row: line in the file
    :param cells: text by heading, without blanks around it
    """

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file's heading and rows, all of it text."""

    file: str
    header: tuple[str, ...]
    header_row: int
    lines: tuple[Line, ...]


def read_table(path: Path) -> Table:
    """Read a file into text.

    :raise BadFileError: missing, empty or unreadable file, wrong heading, a row with
        more cells than headings
    """
    if not path.is_file():
        raise BadFileError([Problem(str(path), 0, "", "there is no such file")])
    if path.suffix.lower() == ".xlsx":
        rows = _read_xlsx(path)
    else:
        rows = _read_csv(path)
    return _table(str(path), rows)


def _read_csv(path: Path) -> list[tuple[int, list[str]]]:
    content = decode(path.read_bytes())
    delimiter = sniff(content)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    rows = []
    before = 0
    try:
        for cells in reader:
            rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        raise BadFileError(
            [Problem(str(path), reader.line_num, "", str(error))]
        ) from error
    return rows


def decode(content: bytes) -> str:
    """Decode the bytes of a CSV file; a BOM is left out.

    >>> decode(b"\\xef\\xbb\\xbfcode")
    'code'
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def sniff(content: str) -> str:
    """Find the delimiter: the one that the header line uses most.

    >>> sniff("# remark, with a comma\\ncode;name;nik\\n1;A, B;2")
    ';'
    """
    for line in content.splitlines():
        if line.strip() and not line.startswith("#"):
            return max(DELIMITERS, key=line.count)
    return DELIMITERS[0]


def _read_xlsx(path: Path) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise BadFileError(
            [Problem(str(path), 0, "", f"is no XLSX workbook: {error}")]
        ) from error
    sheet = book.worksheets[0]
    return [
        (number, [cell_text(value) for value in row])
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
    ]


def cell_text(value: object) -> str:
    """Write a spreadsheet's value as a CSV file would hold it.

    >>> cell_text(6000.0), cell_text(datetime.datetime(2026, 9, 1))
    ('6000', '2026-09-01')
    """
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        # a decimal comma, which no reader can take for a grouping point
        return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def _table(file: str, rows: Sequence[tuple[int, list[str]]]) -> Table:
    filled = [(row, cells) for row, cells in rows if any(c.strip() for c in cells)]
    while filled and filled[0][1][0].lstrip().startswith("#"):
        filled.pop(0)
    if not filled:
        raise BadFileError([Problem(file, 0, "", "is empty: it has no header line")])
    header_row, cells = filled[0]
    header = tuple(cell.strip().lower() for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    names = _HEADINGS.get({})
    header = tuple(names.get(heading, heading) for heading in header)
    known = tuple(heading for heading in header if heading != IGNORE)
    problems = list(_header_problems(file, header_row, known))
    lines = []
    for row, values in filled[1:]:
        stripped = [value.strip() for value in values]
        if any(stripped[len(header) :]):
            text = f"has more cells than the header ({len(values)}, {len(header)})"
            problems.append(Problem(file, row, "", f"{text}; quote text with commas"))
        padded = stripped + [""] * (len(header) - len(stripped))
        cells = dict(zip(header, padded, strict=False))
        cells.pop(IGNORE, None)
        lines.append(Line(row, cells))
    if problems:
        raise BadFileError(problems)
    return Table(file, known, header_row, tuple(lines))


def _header_problems(file: str, row: int, header: Sequence[str]) -> Iterator[Problem]:
    for position, heading in enumerate(header, 1):
        if not heading:
            yield Problem(file, row, "", f"heading {position} is empty; name it")
        elif heading in header[: position - 1]:
            yield Problem(file, row, heading, "heading stands twice; remove one")
