"""Grades of material by their code."""

from __future__ import annotations

from .layouts import Sheet
from .problems import BadFileError
from .session import Session


def grades(session: Session, sheet: Sheet) -> dict[str, int]:
    """Find the grades that the column ``grade`` of a file names.

    :return: ``{code: id}`` of all grades
    :raise BadFileError: for codes that name none
    """
    rows = session.client.search_read("factory.grade", [], ["code"])
    found = {row["code"]: row["id"] for row in rows}
    problems = [
        sheet.problem(
            row,
            "grade",
            f"there is no grade '{row['grade']}'; the grades are"
            f" {', '.join(sorted(found)) or 'none yet'}",
        )
        for row in sheet.rows
        if row["grade"] and row["grade"] not in found
    ]
    if problems:
        raise BadFileError(problems)
    return found
