"""Load bookings of work centres and confirm them.

Two bookings of a lane that overlap are refused: those of the file before anything is
sent, those of others by the database. A booking that exists keeps its plan; move it
with its own action. Times are those of the clock at the site.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError, Problem
from loading.session import Session
from loading.sync import Outcome

BOOKINGS = Layout(
    "booking",
    (
        Column("code", required=True, field="origin"),
        Column("company", required=True, reference="company"),
        Column("site", required=True, reference="site"),
        Column(
            "workcenter", required=True, field="workcenter_id", reference="workcenter"
        ),
        Column("lane", values.integer, required=True, field="lane"),
        Column("user", field="partner_id", reference="party"),
        Column("start", values.local_datetime, required=True),
        Column("end", values.local_datetime, required=True),
        Column(
            "kind",
            values.one_of("use", "own", "maintenance", "closure"),
            required=True,
            field="kind",
        ),
    ),
    ("code",),
)
BATCH = 25


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.bookings, BOOKINGS)
    problems = [
        sheet.problem(row, "end", "is not after the start")
        for row in sheet.rows
        if row["end"] <= row["start"]
    ]
    problems += [
        sheet.problem(row, "user", "a booking for use needs its user")
        for row in sheet.rows
        if row["kind"] == "use" and not row["user"]
    ]
    if problems:
        raise BadFileError(problems)
    return sheet


def overlaps(sheet: Sheet, shared: Collection[str] = ()) -> list[Problem]:
    """Find bookings of a lane that overlap within the file.

    :param shared: codes of the centres on which bookings may overlap
    :return: a problem on each row that begins before one above it has ended
    """
    lanes: dict[tuple[str, int], list[Row]] = {}
    for row in sheet.rows:
        if row["workcenter"] not in shared:
            lanes.setdefault((row["workcenter"], row["lane"]), []).append(row)
    problems = []
    for rows in lanes.values():
        rows.sort(key=lambda row: (row["start"], row.row))
        last = rows[0]
        for row in rows[1:]:
            if row["start"] < last["end"]:
                text = f"overlaps '{last['code']}' of row {last.row} on the lane"
                problems.append(sheet.problem(row, "start", text))
            last = max(last, row, key=lambda one: one["end"])
    return problems


def _get_shared(session: Session, sheet: Sheet) -> set[str]:
    """Return the codes of the file's centres on which bookings may overlap."""
    codes = {row["workcenter"] for row in sheet.rows}
    numbers = {session.id_of("workcenter", code): code for code in codes}
    rows = session.client.search_read(
        "mrp.workcenter",
        [("id", "in", [n for n in numbers if n]), ("overlap_allowed", "=", True)],
        ["overlap_allowed"],
    )
    return {numbers[row["id"]] for row in rows}


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create the bookings and confirm those that are held."""
    session = Session(client, options)
    session.check([sheet])
    if problems := overlaps(sheet, _get_shared(session, sheet)):
        raise BadFileError(problems)
    for code, part in session.each_company(sheet):
        outcome = session.load(
            part,
            "factory.booking",
            f"bookings of {code}",
            kind="booking",
            company=session.id_of("company", code),
            extra=lambda row: {
                "date_start": session.utc(row["site"], row["start"]),
                "date_end": session.utc(row["site"], row["end"]),
            },
        )
        _confirm(session, code, part, outcome)
    return session.outcomes


def _confirm(session: Session, code: str, sheet: Sheet, outcome: Outcome) -> None:
    client = session.client
    rows = client.search_read(
        "factory.booking",
        [("id", "in", list(outcome.ids.values())), ("state", "=", "held")],
        ["state"],
    )
    held = {row["id"] for row in rows}
    waiting = [row for row in sheet.rows if outcome.ids.get(row["code"]) in held]
    outcome.acted("confirmed", len(waiting))
    context = client.with_companies([session.id_of("company", code)])
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        numbers = [outcome.ids[row["code"]] for row in part]
        session.act(
            sheet,
            part[:1],
            lambda row, numbers=numbers: client.call(
                "factory.booking", "action_confirm", [numbers], context=context
            ),
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"bookings": "bookings.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
