"""Load the schedule of a lender's letter: it wins over the computed one.

One row for each instalment, in the order of the letter. What differs from the computed
schedule is printed row by row. A letter that is in force already, with the same rows,
is left alone; a run that was killed is ended by the next.

A draw that waits for the letter (``schedule`` ``lender`` in ``load_facilities.py``) is
posted here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError, Problem
from loading.session import Session
from loading.sync import Outcome, same

MONEY = ("principal", "interest", "capitalised")
SCHEDULES = Layout(
    "instalment",
    (
        Column("facility", required=True, reference="facility"),
        Column("letter", required=True),
        Column("date_from", values.date),
        Column("n", values.integer, required=True),
        Column("due", values.date, required=True),
        Column("principal", values.amount, required=True),
        Column("interest", values.amount, required=True),
        Column("capitalised", values.amount, default=Decimal(0)),
        Column("note"),
    ),
    ("facility", "n"),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.schedules, SCHEDULES)
    problems = [p for rows in by_facility(sheet).values() for p in _faults(sheet, rows)]
    if problems:
        raise BadFileError(problems)
    return sheet


def by_facility(sheet: Sheet) -> dict[str, list[Row]]:
    """Part the rows by facility, in the order of the file."""
    parts: dict[str, list[Row]] = {}
    for row in sheet.rows:
        parts.setdefault(row["facility"], []).append(row)
    return parts


def _faults(sheet: Sheet, rows: Sequence[Row]) -> Iterable[Problem]:
    """Name the rows that do not follow the one before, or are of another letter."""
    first, due = rows[0], None
    for number, row in enumerate(rows, start=1):
        if row["n"] != number:
            text = f"is {row['n']}, but the next row of the facility is {number}"
            yield sheet.problem(row, "n", text)
        if due and row["due"] <= due:
            yield sheet.problem(
                row, "due", f"does not lie after {due} of the row before"
            )
        due = row["due"]
        for name in ("letter", "date_from"):
            if row[name] != first[name]:
                text = f"differs from that of row {first.row}; one letter a facility"
                yield sheet.problem(row, name, text)


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Put the schedules in force that are not yet."""
    session = Session(client, options)
    session.check([sheet])
    outcome = Outcome("schedules")
    session.outcomes.append(outcome)
    letters = [
        Letter(session, sheet, code, rows) for code, rows in by_facility(sheet).items()
    ]
    # nothing is written when one of them would be refused
    problems = [problem for letter in letters for problem in letter.problems()]
    coming = [letter for letter in letters if not letter.is_in_force()]
    problems = problems or [p for letter in coming for p in letter.refusal(True)]
    if problems:
        raise BadFileError(problems)
    outcome.unchanged = len(letters) - len(coming)
    outcome.created = len(coming)
    done: list[str] = []
    for letter in coming:
        is_shown = letter.show_difference()
        if session.dry_run:
            continue
        problems = letter.refusal(False)
        if problems:
            raise BadFileError(problems, done=done)
        done.append(letter.code)
        if not is_shown:
            letter.show_difference()
    return session.outcomes


class Letter:
    """The rows of one facility, and what stands on the server."""

    def __init__(
        self, session: Session, sheet: Sheet, code: str, rows: Sequence[Row]
    ) -> None:
        self.client, self.sheet = session.client, sheet
        self.code, self.rows = code, rows
        [self.facility] = self.client.search_read(
            "lpdb.facility",
            [("id", "=", session.id_of("facility", code))],
            ["company_id", "state", "schedule_id", "opening_date"],
        )
        self.context = self.client.with_companies([self.facility["company_id"][0]])
        self.current = self._read_schedule(self.facility["schedule_id"])

    def _read_schedule(self, schedule: Any) -> dict[str, Any]:
        """Read a schedule and its rows: ``{"kind", "source", "rows": {n: row}}``."""
        if not schedule:
            return {"kind": "", "source": "", "rows": {}}
        [head] = self.client.search_read(
            "lpdb.schedule",
            [("id", "=", schedule[0])],
            ["kind", "source", "state"],
            context=self.context,
        )
        names = ["n", "due", *MONEY, "computed_principal", "computed_interest"]
        rows = self.client.search_read(
            "lpdb.instalment",
            [("schedule_id", "=", schedule[0])],
            [*names, "is_touched", "is_compared"],
            context=self.context,
        )
        return {**head, "rows": {row["n"]: row for row in rows}}

    def is_in_force(self) -> bool:
        """Tell whether this very letter is the schedule in force."""
        return (
            self.current["kind"] == "imported"
            and self.current["source"] == self.rows[0]["letter"]
            and self._is_like(self.current["rows"])
        )

    def _is_like(self, rows: Mapping[int, Mapping[str, Any]]) -> bool:
        return len(rows) == len(self.rows) and all(
            row["n"] in rows and not _differing(row, rows[row["n"]])
            for row in self.rows
        )

    # -- before anything is written ----------------------------------------------

    def problems(self) -> Iterable[Problem]:
        """Name the rows that the server would refuse."""
        if self.is_in_force():
            return
        if self.facility["state"] not in ("signed", "active", "restructured"):
            text = f"{self.code} is {self.facility['state']}; sign and draw it first"
            yield self.sheet.problem(self.rows[0], "facility", text)
            return
        yield from self._changed_paid_rows()
        yield from self._wrong_sum()

    def _changed_paid_rows(self) -> Iterable[Problem]:
        touched = [n for n, row in self.current["rows"].items() if row["is_touched"]]
        mine = {row["n"]: row for row in self.rows}
        for n in range(1, max(touched, default=0) + 1):
            old, row = self.current["rows"][n], mine.get(n)
            if row is None:
                text = f"row {n} of {self.code} has payments and is missing"
                yield self.sheet.problem(self.rows[-1], "n", text)
                continue
            for name in _differing(row, old):
                text = (
                    f"is {_shown(row[name])}, but row {n} has payments and stays"
                    f" {_shown(old[name])}"
                )
                yield self.sheet.problem(row, name, text)

    def _wrong_sum(self) -> Iterable[Problem]:
        draws = self.client.search_read(
            "lpdb.draw",
            [("facility_id", "=", self.facility["id"]), ("state", "!=", "reversed")],
            ["amount"],
            context=self.context,
        )
        if not draws:
            text = f"nothing is drawn of {self.code}; load_facilities.py draws it"
            yield self.sheet.problem(self.rows[0], "facility", text)
            return
        added = self.client.search_read(
            "lpdb.entry",
            [
                ("facility_id", "=", self.facility["id"]),
                ("kind", "=", "capitalised"),
                ("accrual_id", "=", False),
            ],
            ["amount"],
            context=self.context,
        )
        owed = sum(Decimal(str(row["amount"])) for row in (*draws, *added))
        owed += sum(row["capitalised"] for row in self.rows)
        repaid = sum(row["principal"] for row in self.rows)
        if owed != repaid:
            text = (
                f"adds up to {_shown(repaid)} over the rows, but {_shown(owed)} is to"
                " be repaid"
            )
            yield self.sheet.problem(self.rows[-1], "principal", text)

    def show_difference(self) -> bool:
        """Print the rows that differ from the computed schedule.

        :return: False when nothing is computed, since nothing is drawn yet
        """
        computed = self._computed()
        if not computed:
            return False
        apart = 0
        for row in self.rows:
            mine = row["principal"] + row["interest"]
            theirs = computed.get(row["n"], Decimal(0))
            if mine != theirs:
                apart += 1
                command.say(
                    f"  {self.code} row {row['n']}, due {row['due']}: letter"
                    f" {_shown(mine)}, computed {_shown(theirs)}, difference"
                    f" {_shown(mine - theirs)}"
                )
        command.say(f"  {self.code}: {apart} of {len(self.rows)} row(s) differ")
        return True

    def _computed(self) -> dict[int, Decimal]:
        """Return the computed instalments: ``{n: amount}``."""
        names = ("principal", "interest")
        if self.current["kind"] != "computed":
            names = ("computed_principal", "computed_interest")
        return {
            n: sum(Decimal(str(row[name])) for name in names)
            for n, row in self.current["rows"].items()
        }

    # -- writing -------------------------------------------------------------------

    def refusal(self, check_only: bool) -> list[Problem]:
        """Put the letter in force in one call, which does all of it or nothing.

        :param check_only: let the server judge it and write nothing
        :return: why the server refuses, empty when it does not
        """
        letter = {
            "facility_id": self.facility["id"],
            "source": self.rows[0]["letter"],
            "date_from": self._date_from(),
            "lines": [_line(row) for row in self.rows],
        }
        [result] = self.client.call(
            "lpdb.facility",
            "load_letters",
            [[letter], check_only],
            context=self.context,
        )
        if result["error"]:
            text = f"{self.code}: {result['error']}"
            return [self.sheet.problem(self.rows[0], "", text)]
        if not check_only:
            self.current = self._read_schedule([result["id"]])
        return []

    def _date_from(self) -> Any:
        """Return the day from which the letter holds; without one the first due."""
        return self.rows[0]["date_from"] or self.rows[0]["due"]


def _line(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("n", "due", *MONEY)}


def _differing(row: Row, other: Mapping[str, Any]) -> list[str]:
    """Name the columns in which a row of the file is not that of the server."""
    return [name for name in ("due", *MONEY) if not same(row[name], other[name])]


def _shown(value: Any) -> str:
    """Write an amount with grouped thousands, anything else as it is.

    >>> _shown(Decimal("1250000")), _shown("2026-01-31")
    ('1,250,000', '2026-01-31')
    """
    if isinstance(value, int | float | Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    return str(value)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"schedules": "schedules.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
