"""Load loan facilities, sign them and draw what the file says was drawn.

Terms are those of the agreement; a signed one is frozen and a file that changes it is
refused. A draw that is posted stays.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

METHODS = ("equal_principal", "annuity", "flat", "bullet")
FACILITIES = Layout(
    "facility",
    (
        Column("code", required=True, field="name"),
        Column("company", required=True, field="company_id", reference="company"),
        Column("lender", required=True, field="lender_id", reference="party"),
        Column("agreement_number", required=True, field="agreement_number"),
        Column("date_signed", values.date, required=True, field="date_agreement"),
        Column("plafond", values.positive, required=True, field="plafond"),
        Column("annual_rate", values.amount, required=True, field="annual_rate"),
        Column("periods", values.integer, required=True, field="periods"),
        Column("method", values.one_of(*METHODS), required=True, field="method"),
        Column("first_due", values.date, field="date_first_due"),
        Column("draw_date", values.date),
        Column("draw_amount", values.positive),
        Column("purpose"),
        Column("source", required=True),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.facilities, FACILITIES)
    problems = []
    for row in sheet.rows:
        if bool(row["draw_date"]) != bool(row["draw_amount"]):
            text = "a draw has a date and an amount, or neither"
            problems.append(sheet.problem(row, "draw_date", text))
        elif row["draw_amount"] and row["draw_amount"] > row["plafond"]:
            text = f"is more than the plafond of {row['plafond']}"
            problems.append(sheet.problem(row, "draw_amount", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the facilities, sign and draw."""
    session = Session(client, options)
    session.check([sheet])
    for code, part in session.each_company(sheet):
        company = session.id_of("company", code)
        outcome = session.load(
            part,
            "lpdb.facility",
            f"facilities of {code}",
            kind="facility",
            company=company,
            extra=lambda row: {"note": f"<p>{row['source']}</p>"},
        )
        _advance(session, part, outcome, client.with_companies([company]))
    return session.outcomes


def _advance(
    session: Session, sheet: Sheet, outcome: Outcome, context: dict[str, object]
) -> None:
    """Sign drafts and draw once."""
    client = session.client
    ids = list(outcome.ids.values())
    current = {
        row["id"]: row
        for row in client.search_read(
            "lpdb.facility", [("id", "in", ids)], ["state", "draw_ids"]
        )
    }

    def advance(row: Row) -> None:
        number = outcome.ids[row["code"]]
        if current[number]["state"] == "draft":
            client.call("lpdb.facility", "action_sign", [[number]], context=context)
        if row["draw_date"] and not current[number]["draw_ids"]:
            draw = client.call(
                "lpdb.facility",
                "action_draw",
                [[number], row["draw_date"], float(row["draw_amount"])],
                context=context,
            )
            _record_use(client, row, draw, context)

    waiting = [
        row
        for row in sheet.rows
        if (found := current.get(outcome.ids.get(row["code"])))
        and (found["state"] == "draft" or (row["draw_date"] and not found["draw_ids"]))
    ]
    outcome.acted("signed or drawn", len(waiting))
    session.act(sheet, waiting, advance)


def _record_use(
    client: rpc.Client, row: Row, draw: int, context: dict[str, object]
) -> None:
    if not row["purpose"]:
        return
    use = {
        "draw_id": draw,
        "date": row["draw_date"],
        "name": row["purpose"],
        "kind": "working_capital",
        "amount": row["draw_amount"],
    }
    client.create("lpdb.draw.use", use, context=context)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"facilities": "facilities.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
