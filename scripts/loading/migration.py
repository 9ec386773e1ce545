"""What the loaders of a migration share: companies, totals and the account of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import rpc

from .command import say
from .layouts import Row, Sheet
from .problems import BadFileError, Problem
from .session import Session


def company_context(company: int | None) -> dict[str, Any]:
    """Give the context in which a company is the only one."""
    return {"allowed_company_ids": [company]} if company else {}


def state_of(client: rpc.Client, company: int, day: Any) -> dict[str, Any]:
    """Ask where to book and what stands on the accounts at the end of a day."""
    return client.call(
        "res.company",
        "get_migration_state",
        [company, day.isoformat()],
        context=company_context(company),
    )


def members_of(
    session: Session, sheet: Sheet, company: int, column: str = "member"
) -> dict[str, int]:
    """Find members of a company by their number.

    :return: ``{number: id}``
    :raise BadFileError: naming the rows whose member is not there
    """
    numbers = sorted({row[column] for row in sheet.rows if row[column]})
    found: dict[str, int] = {}
    for start in range(0, len(numbers), 1000):
        part = numbers[start : start + 1000]
        domain = [("company_id", "=", company), ("number", "in", part)]
        rows = session.client.search_read("coop.member", domain, ["number"])
        found.update({row["number"]: row["id"] for row in rows})
    missing(sheet, column, found, "is no member of the cooperative; load members first")
    return found


def missing(sheet: Sheet, column: str, known: Iterable[str], text: str) -> None:
    """Refuse rows whose code is not among those known."""
    codes = set(known)
    problems = [
        sheet.problem(row, column, f"'{row[column]}' {text}")
        for row in sheet.rows
        if row[column] and row[column] not in codes
    ]
    if problems:
        raise BadFileError(problems)


def sums_by(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], Decimal]:
    """Sum the amounts of rows by some of their columns."""
    sums: dict[tuple[Any, ...], Decimal] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"])
    return sums


def agree(
    sheet: Sheet,
    title: str,
    wanted: Mapping[Any, Decimal | float],
    found: Mapping[Any, Decimal | float],
) -> None:
    """Print the control totals of file and server; refuse when they differ.

    :param wanted: totals of the file by key
    :param found: totals of the server by the same keys
    :raise BadFileError: naming each total that differs
    """
    problems = []
    for key in sorted(wanted, key=str):
        there = Decimal(str(found.get(key, 0)))
        here = Decimal(str(wanted[key]))
        name = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
        say(f"  control {title} {name}: file {here:,.2f}, server {there:,.2f}")
        if abs(there - here) >= Decimal("0.005"):
            text = f"{title} {name}: the file has {here}, the server {there}"
            problems.append(Problem(sheet.file, 0, "", text))
    if problems:
        raise BadFileError(problems, written=len(sheet.rows))
