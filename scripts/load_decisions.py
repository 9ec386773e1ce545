"""Load meetings and the amounts of savings that they decided.

A saving type is named by company and kind (principal, mandatory, voluntary); the set-up
of the cooperative has made it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

MEETINGS = Layout(
    "meeting",
    (
        Column("code", required=True),
        Column("company", required=True, field="company_id", reference="company"),
        Column("name", required=True, field="name"),
        Column(
            "kind",
            values.one_of("annual", "extraordinary", "board", "supervisors", "group"),
            required=True,
            field="kind",
        ),
        Column("date", values.date, required=True, field="date"),
        Column("resolution_number", field="resolution_number"),
        Column("resolution", required=True, field="resolution"),
    ),
    ("code",),
)
KINDS = ("principal", "mandatory", "voluntary")
RATES = Layout(
    "amount",
    (
        Column("company", required=True, reference="company"),
        Column("kind", values.one_of(*KINDS), required=True),
        Column("date_from", values.date, required=True, field="date_from"),
        Column("amount", values.amount, field="amount"),
        Column("interest_rate", values.amount, field="interest_rate"),
        Column("meeting", required=True, field="meeting_id", reference="meeting"),
    ),
    ("company", "kind", "date_from"),
)


@dataclass(frozen=True)
class Files:
    """The checked files."""

    meetings: Sheet
    rates: Sheet


def check(options: argparse.Namespace) -> Files:
    """Read and check the files; needs no server."""
    return Files(
        read_sheet(options.meetings, MEETINGS), read_sheet(options.rates, RATES)
    )


def saving_types(session: Session, sheet: Sheet) -> dict[tuple[str, str], int]:
    """Find the saving types that a file names.

    :return: ``{(company code, kind): id}``
    :raise BadFileError: when a cooperative has no such type
    """
    companies = session.resolver.look_up("company", [r["company"] for r in sheet.rows])
    rows = session.client.search_read(
        "coop.saving.type",
        [("company_id", "in", list(companies.values())), ("kind", "in", KINDS)],
        ["company_id", "kind"],
        order="sequence desc, id desc",
    )
    codes = {number: code for code, number in companies.items()}
    return {(codes[row["company_id"][0]], row["kind"]): row["id"] for row in rows}


def work(
    client: rpc.Client, options: argparse.Namespace, files: Files
) -> Sequence[Outcome]:
    """Create or change meetings and amounts."""
    session = Session(client, options)
    session.check([files.meetings, files.rates], {"meeting": files.meetings})
    session.load(files.meetings, "coop.meeting", "meetings", kind="meeting")
    types = saving_types(session, files.rates)

    def type_of(row: Row) -> dict[str, object]:
        return {"type_id": types[(row["company"], row["kind"])]}

    missing = [r for r in files.rates.rows if (r["company"], r["kind"]) not in types]
    if missing:
        raise BadFileError(
            files.rates.problem(
                row, "kind", "the cooperative has no such saving type; set it up first"
            )
            for row in missing
        )
    session.load(files.rates, "coop.saving.rate", "amounts of savings", extra=type_of)
    return session.outcomes


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    files = {"meetings": "meetings.csv", "rates": "saving_rates.csv"}
    return command.run(command.parser_for(__doc__, files), argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
