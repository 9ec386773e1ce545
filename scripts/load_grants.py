"""Load grant programmes, hand-over days, agreements and handovers (BAST) with lines.

Handovers are signed once their lines are there, which registers one machine for each
accepted unit; signed papers stay as they are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError, Problem
from loading.session import Session
from loading.sync import Outcome, Target, synchronise

FUNDS = (
    "apbn",
    "tp",
    "dak",
    "apbd_murni",
    "apbd_perubahan",
    "pokir",
    "village",
    "csr",
    "other",
)
ROLES = ("supplier", "ministry", "region", "operator", "member")
COMPANY = Column("company", required=True, field="company_id", reference="company")
REGION = Column(
    "region_code", values.region_code, field="region_id", reference="region"
)
PROGRAMMES = Layout(
    "programme",
    (
        Column("code", required=True, field="code"),
        COMPANY,
        Column("name", required=True, field="name"),
        Column("granting", field="granting_partner_id", reference="party"),
        Column(
            "fund_source", values.one_of(*FUNDS), required=True, field="fund_source"
        ),
        Column("fiscal_year", required=True, field="fiscal_year"),
        Column("budget", values.amount, field="budget"),
        Column("planned_recipients", values.integer, field="planned_recipients"),
        REGION,
        Column("source", required=True, field="source"),
        Column("remark", field="note"),
    ),
    ("code",),
)
EVENTS = Layout(
    "hand-over day",
    (
        Column("code", required=True),
        COMPANY,
        Column("name", required=True, field="name"),
        Column("date", values.date, required=True, field="date"),
        Column("programme", field="programme_id", reference="programme"),
        Column("place", field="place"),
        REGION,
        Column("symbolic", values.boolean, field="is_symbolic", default=False),
        Column("expected_recipients", values.integer, field="expected_recipients"),
        Column("source", required=True, field="source"),
        Column("remark", field="note"),
    ),
    ("code",),
)
AGREEMENTS = Layout(
    "agreement",
    (
        Column("number", required=True, field="name"),
        COMPANY,
        Column(
            "kind",
            values.one_of("grant", "loan_for_use", "management"),
            required=True,
            field="kind",
        ),
        Column("programme", field="programme_id", reference="programme"),
        Column("donor", required=True, field="donor_id", reference="party"),
        Column("recipient", required=True, field="recipient_id", reference="party"),
        Column("site", field="site_id", reference="site"),
        Column("date_start", values.date, required=True, field="date_start"),
        Column("date_end", values.date, field="date_end"),
        Column("activate", values.boolean, default=False),
        Column(
            "contribution",
            values.one_of("none", "fixed", "percent"),
            field="contribution_kind",
            default="none",
        ),
        Column("evaluation_date", values.date, field="evaluation_date"),
        Column("source", required=True),
        Column("remark"),
    ),
    ("number",),
)
HANDOVERS = Layout(
    "handover",
    (
        Column("code", required=True, field="name"),
        COMPANY,
        Column("programme", field="programme_id", reference="programme"),
        Column("event", field="event_id", reference="event"),
        Column("agreement", field="agreement_id", reference="agreement"),
        Column(
            "from_partner", required=True, field="from_partner_id", reference="party"
        ),
        Column("to_partner", required=True, field="to_partner_id", reference="party"),
        Column("from_role", values.one_of(*ROLES), required=True, field="from_role"),
        Column("to_role", values.one_of(*ROLES), required=True, field="to_role"),
        Column("date", values.date, required=True, field="date"),
        Column("remark", field="note"),
    ),
    ("code",),
)
LINES = Layout(
    "handover line",
    (
        Column("handover", required=True, field="handover_id", reference="handover"),
        Column("number", values.integer, required=True, field="sequence"),
        Column("name", required=True, field="name"),
        Column("goods_code", field="goods_code"),
        Column("category", required=True),
        Column("maker", field="maker"),
        Column("proposed", values.quantity, field="proposed_quantity"),
        Column("contracted", values.quantity, field="contracted_quantity"),
        Column("delivered", values.quantity, required=True, field="delivered_quantity"),
        Column("refused", values.quantity, field="refused_quantity", default=0),
        Column(
            "condition",
            values.one_of("good", "minor_damage", "major_damage"),
            field="condition",
            default="good",
        ),
        Column("unit_value", values.amount, field="unit_value"),
        Column("reference_price", values.amount, field="reference_price"),
        Column("acquisition_year", field="acquisition_year"),
        Column("serials", values.codes, default=()),
        Column("remark", field="remark"),
    ),
    ("handover", "number"),
)
FILES = {
    "programmes": ("grant_programmes.csv", PROGRAMMES),
    "events": ("grant_events.csv", EVENTS),
    "agreements": ("grant_agreements.csv", AGREEMENTS),
    "handovers": ("grant_handovers.csv", HANDOVERS),
    "lines": ("grant_lines.csv", LINES),
}


@dataclass(frozen=True)
class Files:
    """The checked files."""

    programmes: Sheet
    events: Sheet
    agreements: Sheet
    handovers: Sheet
    lines: Sheet


def check(options: argparse.Namespace) -> Files:
    """Read and check the files; needs no server."""
    files = Files(
        **{
            name: read_sheet(getattr(options, name), layout)
            for name, (_default, layout) in FILES.items()
        }
    )
    have_lines = {row["handover"] for row in files.lines.rows}
    problems = [
        files.handovers.problem(row, "code", "has no line in the file of lines")
        for row in files.handovers.rows
        if row["code"] not in have_lines
    ]
    if problems:
        raise BadFileError(problems)
    return files


def work(
    client: rpc.Client, options: argparse.Namespace, files: Files
) -> Sequence[Outcome]:
    """Create or change the papers, then sign what is new."""
    session = Session(client, options)
    session.check(
        [
            files.programmes,
            files.events,
            files.agreements,
            files.handovers,
            files.lines,
        ],
        {
            "programme": files.programmes,
            "event": files.events,
            "agreement": files.agreements,
            "handover": files.handovers,
        },
    )
    session.load(files.programmes, "grant.programme", "programmes", kind="programme")
    session.load(files.events, "grant.event", "hand-over days", kind="event")
    agreements = session.load(
        files.agreements,
        "grant.agreement",
        "agreements",
        kind="agreement",
        extra=lambda row: {
            "note": "; ".join(filter(None, [row["source"], row["remark"]]))
        },
    )
    _activate(session, files.agreements, agreements)
    handovers = session.load(
        files.handovers, "grant.handover", "handovers", kind="handover"
    )
    categories = _categories(session, files.lines)
    session.load(
        files.lines,
        "grant.handover.line",
        "handover lines",
        extra=lambda row: {
            "category_id": categories.get(row["category"]),
            "serial_numbers": "\n".join(row["serials"]),
        },
    )
    _sign(session, files.handovers, handovers)
    return session.outcomes


def _activate(session: Session, sheet: Sheet, outcome: Outcome) -> None:
    """Sign and put in force the agreements that say so."""
    client = session.client
    states = _states(session, "grant.agreement", outcome)

    def activate(row: Row) -> None:
        number = outcome.ids[row["number"]]
        if states[number] == "draft":
            client.call("grant.agreement", "action_sign", [[number]])
        client.call("grant.agreement", "action_activate", [[number]])

    waiting = [
        row
        for row in sheet.rows
        if row["activate"]
        and states.get(outcome.ids.get(row["number"])) in ("draft", "signed")
    ]
    outcome.acted("put in force", len(waiting))
    session.act(sheet, waiting, activate)


def _states(session: Session, model: str, outcome: Outcome) -> dict[int, str]:
    ids = list(outcome.ids.values())
    rows = session.client.search_read(model, [("id", "in", ids)], ["state"])
    return {row["id"]: row["state"] for row in rows}


def _categories(session: Session, sheet: Sheet) -> dict[str, int]:
    """Create the categories of equipment that lines name."""
    layout = Layout("category", (Column("name", field="name"),), ("name",))
    names = list(dict.fromkeys(row["category"] for row in sheet.rows))
    made = Sheet(sheet.file, layout, tuple(Row(0, {"name": name}) for name in names))
    target = Target(
        "maintenance.equipment.category",
        lambda row: {"name": row["name"], "company_id": None},
        "categories",
    )
    outcome = synchronise(session.client, made, target, dry_run=session.dry_run)
    session.outcomes.append(outcome)
    return {name: outcome.ids[name] for name in names if name in outcome.ids}


def _sign(session: Session, sheet: Sheet, outcome: Outcome) -> None:
    """Sign all drafts of the file, a company's at once."""
    states = _states(session, "grant.handover", outcome)
    for code, part in session.each_company(sheet):
        drafts = [
            outcome.ids[row["code"]]
            for row in part.rows
            if states.get(outcome.ids.get(row["code"])) == "draft"
        ]
        outcome.acted("signed", len(drafts))
        if not drafts or session.dry_run:
            continue
        context = session.client.with_companies([session.id_of("company", code)])
        try:
            session.client.call(
                "grant.handover", "action_sign", [drafts], context=context
            )
        except rpc.RpcError as error:
            raise BadFileError([Problem(sheet.file, 0, "", str(error))]) from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    files = {name: default for name, (default, _layout) in FILES.items()}
    return command.run(command.parser_for(__doc__, files), argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
