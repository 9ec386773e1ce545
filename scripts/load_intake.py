"""Load weighings from a weighbridge or a paper book and accept them.

A ticket that was accepted stands: a file that says something else about it is refused;
cancel the intake and weigh in again. Times are those of the clock at the site.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

import rpc
from loading import command, values
from loading.grades import grades
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

REASONS = {
    "moisture": "moisture",
    "kadar air": "moisture",
    "dirt": "dirt",
    "kotoran": "dirt",
    "rotten": "rotten",
    "busuk": "rotten",
    "other": "other",
    "lain": "other",
}
INTAKES = Layout(
    "weighing",
    (
        Column("ticket", required=True),
        Column("company", required=True, reference="company"),
        Column("site", required=True, reference="site"),
        Column("user", required=True, reference="party"),
        Column("weighed_at", values.local_datetime, required=True),
        Column("product", required=True, reference="product"),
        Column("gross_kg", values.quantity, required=True),
        Column("tare_kg", values.quantity, required=True),
        Column("grade"),
        Column("deduction_percent", values.quantity, default=Decimal(0)),
        Column("deduction_reason", values.choice(REASONS), default="dirt"),
        Column("sacks", values.integer),
        Column("count", values.quantity),
        Column("volume_m3", values.quantity),
        Column("origin", values.region_code, field="region_id", reference="region"),
        Column("season", field="season"),
        Column("quarantine", values.boolean, default=False),
        Column(
            "ownership",
            values.choice({"own": "toll", "bought": "bought"}),
            default="toll",
        ),
    ),
    ("ticket",),
)
LINE = "line_ids"
DEDUCTION = f"{LINE}/deduction_ids"
COUNTS = {"sacks": "sack_count", "count": "second_qty", "volume_m3": "volume_m3"}
BATCH = 20
GRAM = 0.001  # the server may round a half gram the other way


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.intake, INTAKES)
    problems = []
    for row in sheet.rows:
        measured = row["count"] or row["volume_m3"]
        if row["gross_kg"] <= row["tare_kg"] and not measured:
            text = f"tare {row['tare_kg']} kg leaves nothing of {row['gross_kg']} kg"
            problems.append(sheet.problem(row, "tare_kg", text))
        if row["deduction_percent"] >= 100:
            text = "a deduction of 100 % or more leaves nothing to accept"
            problems.append(sheet.problem(row, "deduction_percent", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def accepted_kg(row: Row) -> Decimal:
    """Give the weight that is accepted, to the gram.

    >>> row = Row(2, {"gross_kg": Decimal("102.5"), "tare_kg": Decimal("2.5"),
    ...     "deduction_percent": Decimal("0.5")})
    >>> accepted_kg(row)
    Decimal('99.500')
    """
    net = row["gross_kg"] - row["tare_kg"]
    gram = Decimal("0.001")
    deducted = (net * row["deduction_percent"] / 100).quantize(gram)
    return (net - deducted).quantize(gram)


def intake_values(
    session: Session, known: Mapping[str, int], row: Row
) -> dict[str, object]:
    """Give the values of a weighing with its line and deduction."""
    made = {
        "external_ref": row["ticket"],
        "company_id": session.id_of("company", row["company"]),
        "partner_id": session.id_of("party", row["user"]),
        "date": session.utc(row["site"], row["weighed_at"]),
        "mode": row["ownership"],
        f"{LINE}/product_id/.id": session.id_of("product", row["product"]),
        f"{LINE}/grade_id/.id": known.get(row["grade"]),
        f"{LINE}/gross_kg": row["gross_kg"],
        f"{LINE}/tare_kg": row["tare_kg"],
    }
    if row["quarantine"]:
        made["to_quarantine"] = True
    for column, field in COUNTS.items():
        if row[column]:
            made[f"{LINE}/{field}"] = row[column]
    if row["deduction_percent"]:
        made[f"{DEDUCTION}/reason"] = row["deduction_reason"]
        made[f"{DEDUCTION}/kind"] = "percent"
        made[f"{DEDUCTION}/value"] = row["deduction_percent"]
    return made


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create the weighings and accept them in the order of time."""
    session = Session(client, options)
    session.check([sheet])
    known = grades(session, sheet)
    for code, part in session.each_company(sheet):
        outcome = session.load(
            part,
            "factory.intake",
            f"weighings of {code}",
            kind="intake",
            company=session.id_of("company", code),
            extra=lambda row: intake_values(session, known, row),
            created_only=_line_fields(session, known, part),
        )
        _accept(session, code, part, outcome)
    return session.outcomes


def _line_fields(session: Session, known: Mapping[str, int], sheet: Sheet) -> list[str]:
    names = {n for row in sheet.rows for n in intake_values(session, known, row)}
    # A test of the house may send to quarantine what the file did not.
    return [n for n in names if n.startswith(f"{LINE}/") or n == "to_quarantine"]


def _accept(session: Session, code: str, sheet: Sheet, outcome: Outcome) -> None:
    """Accept drafts; compare the weights of what was accepted before."""
    client = session.client
    ids = list(outcome.ids.values())
    current = {
        row["id"]: row
        for row in client.search_read(
            "factory.intake", [("id", "in", ids)], ["state", "accepted_kg"]
        )
    }
    problems, waiting = [], []
    for row in sheet.rows:
        found = current.get(outcome.ids.get(row["ticket"]))
        if found is None:
            continue
        weight = accepted_kg(row)
        if abs(float(weight) - found["accepted_kg"]) > GRAM * 1.5:
            text = f"{found['accepted_kg']} kg are on the server, {weight} in the file"
            problems.append(sheet.problem(row, "gross_kg", text))
        if found["state"] == "draft":
            waiting.append(row)
    if problems:
        raise BadFileError(problems)
    waiting.sort(key=lambda row: row["weighed_at"])
    outcome.acted("accepted", len(waiting))
    context = client.with_companies([session.id_of("company", code)])
    if session.dry_run:
        return

    def accept(*rows: Row) -> None:
        numbers = [outcome.ids[row["ticket"]] for row in rows]
        client.call("factory.intake", "action_accept", [numbers], context=context)

    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        try:
            accept(*part)
        except rpc.RpcError:
            # one by one, so that the row that is refused is named; without what the
            # server, still at the last part of a killed run, has accepted meanwhile
            numbers = [outcome.ids[row["ticket"]] for row in part]
            left = session.in_state("factory.intake", numbers, "draft")
            rows = [row for row in part if outcome.ids[row["ticket"]] in left]
            session.act(sheet, rows, accept)
        command.say(f"  accepted {start + len(part)} of {len(waiting)} weighings")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"intake": "intake.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
