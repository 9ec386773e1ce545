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
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

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
BATCH = 20
GRAM = 0.001  # the server may round a half gram the other way


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.intake, INTAKES)
    problems = []
    for row in sheet.rows:
        if row["gross_kg"] <= row["tare_kg"]:
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
    session: Session, grades: Mapping[str, int], row: Row
) -> dict[str, object]:
    """Give the values of a weighing with its line and deduction."""
    made = {
        "external_ref": row["ticket"],
        "company_id": session.id_of("company", row["company"]),
        "partner_id": session.id_of("party", row["user"]),
        "date": session.utc(row["site"], row["weighed_at"]),
        "mode": row["ownership"],
        f"{LINE}/product_id/.id": session.id_of("product", row["product"]),
        f"{LINE}/grade_id/.id": grades.get(row["grade"]),
        f"{LINE}/gross_kg": row["gross_kg"],
        f"{LINE}/tare_kg": row["tare_kg"],
    }
    if row["deduction_percent"]:
        made[f"{DEDUCTION}/reason"] = "dirt"
        made[f"{DEDUCTION}/kind"] = "percent"
        made[f"{DEDUCTION}/value"] = row["deduction_percent"]
    return made


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create the weighings and accept them in the order of time."""
    session = Session(client, options)
    session.check([sheet])
    grades = _grades(session, sheet)
    for code, part in session.each_company(sheet):
        outcome = session.load(
            part,
            "factory.intake",
            f"weighings of {code}",
            kind="intake",
            company=session.id_of("company", code),
            extra=lambda row: intake_values(session, grades, row),
            created_only=_line_fields(session, grades, part),
        )
        _accept(session, code, part, outcome)
    return session.outcomes


def _line_fields(
    session: Session, grades: Mapping[str, int], sheet: Sheet
) -> list[str]:
    names = {n for row in sheet.rows for n in intake_values(session, grades, row)}
    return [name for name in names if name.startswith(f"{LINE}/")]


def _grades(session: Session, sheet: Sheet) -> dict[str, int]:
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
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        numbers = [outcome.ids[row["ticket"]] for row in part]
        session.act(
            sheet,
            part[:1],
            lambda row, numbers=numbers: client.call(
                "factory.intake", "action_accept", [numbers], context=context
            ),
        )
        if not session.dry_run:
            command.say(f"  accepted {start + len(part)} of {len(waiting)} weighings")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"intake": "intake.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
