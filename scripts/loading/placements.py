"""Term savings of a migration: each placement is opened with its terms, then paid in.

Rows of term savings name the placement of the other program in the column ``account``
and its terms in the first row of it; later rows of a history may leave them out.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from . import migration, values
from .layouts import Column, Layout, Row, Sheet
from .problems import BadFileError, Problem
from .session import Session
from .sync import Target, synchronise

ROLLOVERS = {
    "none": "none",
    "tidak": "none",
    "principal": "principal",
    "pokok": "principal",
    "principal_interest": "principal_interest",
    "pokok dan bunga": "principal_interest",
}
#: columns of the terms, beside ``account``
TERMS = (
    Column("date_start", values.date, field="date_placed"),
    Column("term_months", values.integer, field="term_months"),
    Column("rate", values.number, field="term_rate"),
    Column("compounding_months", values.integer, field="compounding_months"),
    Column("rollover", values.choice(ROLLOVERS), field="rollover"),
    Column("payout"),
)
COLUMNS = (Column("account"), *TERMS)
PLACEMENT = Layout(
    "placement",
    (Column("company"), Column("member"), Column("type"), *COLUMNS),
    ("company", "account"),
)
DEFAULTS = {"compounding_months": 0, "rollover": "none"}


def of_sheet(
    sheet: Sheet,
    types: Mapping[str, Mapping[str, Any]],
    opening: datetime.date | None = None,
) -> Sheet:
    """Collect the placements of a file, one row each.

    :param types: ``{code: {id, kind}}`` of the cooperative
    :param opening: day of opening balances, on which the term must still run
    :raise BadFileError: naming the rows whose terms are missing or do not fit
    """
    first: dict[str, Row] = {}
    problems: list[Problem] = []
    for row in sheet.rows:
        name = row["account"]
        if types[row["type"]]["kind"] != "term":
            if name:
                text = f"'{row['type']}' is no term saving; leave the account empty"
                problems.append(sheet.problem(row, "account", text))
        elif not name:
            text = "term savings need the number of the placement"
            problems.append(sheet.problem(row, "account", text))
        elif name in first:
            problems += _compare(sheet, first[name], row)
        else:
            first[name] = row
            problems += _check(sheet, row, types, opening)
    if problems:
        raise BadFileError(problems)
    names = [column.name for column in PLACEMENT.columns]
    rows = [Row(row.row, {name: row[name] for name in names}) for row in first.values()]
    return Sheet(sheet.file, PLACEMENT, tuple(rows))


def _check(
    sheet: Sheet,
    row: Row,
    types: Mapping[str, Mapping[str, Any]],
    opening: datetime.date | None,
) -> list[Problem]:
    needed = ("term_months", "rate", *(("date_start",) if opening else ()))
    problems = [
        sheet.problem(row, name, "is empty; term savings need it")
        for name in needed
        if row[name] is None
    ]
    if row["payout"] and row["payout"] not in types:
        text = f"'{row['payout']}' is no saving type here"
        problems.append(sheet.problem(row, "payout", text))
    if problems or not opening:
        return problems
    start = row["date_start"]
    if start > opening:
        text = f"is after the opening balance of {opening}"
        return [sheet.problem(row, "date_start", text)]
    months = start.year * 12 + start.month - 1 + row["term_months"]
    if (months // 12, months % 12 + 1, start.day) <= (
        opening.year,
        opening.month,
        opening.day,
    ):
        text = (
            f"the term of {row['term_months']} months is over on {opening}; give the"
            " one that runs, or bring what is due as savings that can be drawn"
        )
        return [sheet.problem(row, "date_start", text)]
    return []


def _compare(sheet: Sheet, first: Row, row: Row) -> list[Problem]:
    """Refuse a row that says something else about a placement than its first."""
    names = ("member", "type", *(column.name for column in TERMS))
    return [
        sheet.problem(row, name, f"differs from row {first.row} of {row['account']}")
        for name in names
        if row[name] is not None and row[name] != first[name]
    ]


def load(
    session: Session,
    sheet: Sheet,
    company: int,
    members: Mapping[str, int],
    types: Mapping[str, Mapping[str, Any]],
) -> dict[str, int]:
    """Open the placements of a file that are not there yet.

    :return: ``{number of the placement: id}``
    """
    if not sheet.rows:
        return {}

    def make(row: Row) -> dict[str, Any]:
        payout = types[row["payout"]]["id"] if row["payout"] else None
        made = {
            "member_id": members[row["member"]],
            "type_id": types[row["type"]]["id"],
            "payout_type_id": payout,
        }
        for column in TERMS:
            if column.field:
                value = row[column.name]
                made[column.field] = (
                    DEFAULTS.get(column.name) if value is None else value
                )
        return made

    target = Target(
        "coop.saving.account",
        make,
        f"term savings of {sheet.rows[0]['company']}",
        migration.company_context(company),
        frozenset({"rollover", "payout_type_id"}),
    )
    outcome = synchronise(session.client, sheet, target, dry_run=session.dry_run)
    session.outcomes.append(outcome)
    keys = {f"{row['company']}/{row['account']}": row["account"] for row in sheet.rows}
    return {keys[key]: number for key, number in outcome.ids.items()}
