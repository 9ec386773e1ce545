"""Load sites with their budgets, readiness gates, status log and trials.

Statements stay as they were made: two that contradict each other on one day are both
kept. A gate that the file does not name stays as it is.
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
from loading.sync import Outcome, differences

SITES = Layout(
    "site",
    (
        Column("code", required=True, field="code"),
        Column("name", required=True, field="name"),
        Column(
            "region_code",
            values.region_code,
            required=True,
            field="region_id",
            reference="region",
        ),
        Column("commodity", required=True, field="commodity"),
        Column("product"),
        Column("company", field="company_id", reference="company"),
        Column("owner", field="owner_partner_id", reference="party"),
        Column("programme_year", values.integer),
        Column("source", required=True),
        Column("source_url", values.link),
        Column("remark"),
    ),
    ("code",),
)
BUDGETS = Layout(
    "budget line",
    (
        Column("site", required=True, field="site_id", reference="site"),
        Column("part", required=True),
        Column("fund", field="fund_source"),
        Column("amount", values.positive, required=True, field="amount"),
        Column("kind", values.one_of("stated", "part", "plan", "asked"), required=True),
        Column("year", values.integer, field="year"),
        Column("source", required=True),
        Column("source_url", values.link),
        Column("remark"),
    ),
    ("site", "part"),
)
GATE_STATES = ("open", "passed", "failed", "not_applicable")
GATES = Layout(
    "gate",
    (
        Column("site", required=True, reference="site"),
        Column("gate", required=True),
        Column("state", values.one_of(*GATE_STATES), required=True),
        Column("date", values.date),
        Column("evidence", required=True),
        Column("author", required=True),
        Column("source_url", values.link),
    ),
    ("site", "gate"),
)
CLAIMS = ("planned", "building", "finished", "trial", "operating", "idle", "other")
FIGURES = ("physical", "financial", "machines", "other")
STATUS = Layout(
    "statement",
    (
        Column("site", required=True, field="site_id", reference="site"),
        Column("number", values.integer, required=True),
        Column("date", values.date, required=True, field="date"),
        Column("date_note", field="date_note"),
        Column("statement", required=True, field="claim"),
        Column("claim", values.one_of(*CLAIMS), required=True, field="claimed_state"),
        Column("source", required=True, field="source_text"),
        Column("source_url", values.link, field="url"),
        Column("figure_kind", values.one_of(*FIGURES), field="figure_kind"),
        Column("figure", values.number, field="figure"),
        Column("figure_total", values.number, field="figure_total"),
    ),
    ("site", "number"),
)
TRIALS = Layout(
    "trial",
    (
        Column("site", required=True, field="site_id", reference="site"),
        Column("date_from", values.date, required=True, field="date_from"),
        Column("date_to", values.date, required=True, field="date_to"),
        Column("allowed_by", required=True, field="allowed_by_id", reference="party"),
        Column("reason", required=True, field="reason"),
    ),
    ("site", "date_from"),
)
KIND_WORDS = {"stated": "disebut", "part": "bagian", "plan": "rencana"}
KIND_WORDS["asked"] = "diminta, belum ada"


@dataclass(frozen=True)
class Files:
    """The checked files."""

    sites: Sheet
    budgets: Sheet
    gates: Sheet
    status: Sheet
    trials: Sheet


def check(options: argparse.Namespace) -> Files:
    """Read and check the files; needs no server."""
    return Files(
        read_sheet(options.sites, SITES),
        read_sheet(options.budgets, BUDGETS),
        read_sheet(options.gates, GATES),
        read_sheet(options.status, STATUS),
        read_sheet(options.trials, TRIALS),
    )


def site_values(row: Row) -> dict[str, object]:
    """Write what has no field of its own into the note of the site."""
    parts = [
        f"Hasil: {row['product']}" if row["product"] else "",
        f"Tahun program: {row['programme_year']}" if row["programme_year"] else "",
        row["remark"] or "",
        f"Sumber: {row['source']} {row['source_url'] or ''}".strip(),
    ]
    return {"note": "".join(f"<p>{part}</p>" for part in parts if part)}


def budget_values(row: Row) -> dict[str, object]:
    """Name a budget line and cite its source in one field."""
    cited = [row["source"], row["source_url"], row["remark"]]
    return {
        "name": f"{row['part']} ({KIND_WORDS[row['kind']]})",
        "source": "; ".join(part for part in cited if part),
    }


def work(
    client: rpc.Client, options: argparse.Namespace, files: Files
) -> Sequence[Outcome]:
    """Create or change sites, then what belongs to them."""
    session = Session(client, options)
    session.check(
        [files.sites, files.budgets, files.gates, files.status, files.trials],
        {"site": files.sites},
    )
    _check_gate_codes(session, files.gates)
    warehouses = _warehouses(session, files.sites)
    session.load(
        files.sites,
        "factory.site",
        "sites",
        kind="site",
        extra=lambda row: {
            **site_values(row),
            "warehouse_id": warehouses.get(row["company"]),
        },
    )
    for village, district in session.resolver.villages.items():
        command.say(f"  village {village} is not loaded: district {district} is used")
    session.load(
        files.budgets, "factory.site.budget", "budget lines", extra=budget_values
    )
    session.load(files.status, "factory.site.status", "statements")
    session.outcomes.append(_record_gates(session, files.gates))
    session.load(files.trials, "factory.site.trial", "trials")
    return session.outcomes


def _warehouses(session: Session, sheet: Sheet) -> dict[str, int]:
    """Find the first warehouse of each operator, ``{company code: id}``."""
    codes = {row["company"] for row in sheet.rows if row["company"]}
    companies = session.resolver.look_up("company", codes)
    names = {number: code for code, number in companies.items() if code in codes}
    rows = session.client.search_read(
        "stock.warehouse",
        [("company_id", "in", list(names))],
        ["company_id"],
        order="id desc",
    )
    return {names[row["company_id"][0]]: row["id"] for row in rows}


def _check_gate_codes(session: Session, sheet: Sheet) -> None:
    known = {
        row["code"] for row in session.client.search_read("factory.gate", [], ["code"])
    }
    problems = [
        sheet.problem(
            row,
            "gate",
            f"there is no gate '{row['gate']}'; the gates are"
            f" {', '.join(sorted(known))}",
        )
        for row in sheet.rows
        if row["gate"] not in known
    ]
    if problems:
        raise BadFileError(problems)


def _record_gates(session: Session, sheet: Sheet) -> Outcome:
    outcome = Outcome("gates")
    sites = session.resolver.look_up("site", [row["site"] for row in sheet.rows])
    current = {
        (row["site_id"][0], row["gate_code"]): row
        for row in _current_gates(session, list(sites.values()))
    }
    changed = []
    for row in sheet.rows:
        found = current.get((sites.get(row["site"]), row["gate"]))
        wanted = {
            "state": row["state"],
            "evidence": evidence(row),
            "evidence_url": row["source_url"],
        }
        if row["date"]:
            wanted["date"] = row["date"]
        if found is None or differences(wanted, found):
            outcome.updated += 1
            changed.append(row)
        else:
            outcome.unchanged += 1
    session.act(sheet, changed, lambda row: _record(session, sheet, row))
    return outcome


def evidence(row: Row) -> str:
    """Write what shows the state of a gate, with who said so."""
    return f"{row['evidence']} ({row['author']})"


def _current_gates(session: Session, sites: list[int]) -> list[dict[str, object]]:
    codes = {
        row["id"]: row["code"]
        for row in session.client.search_read("factory.gate", [], ["code"])
    }
    rows = session.client.search_read(
        "factory.site.gate",
        [("site_id", "in", sites)],
        ["site_id", "gate_id", "state", "evidence", "evidence_url", "date"],
    )
    return [{**row, "gate_code": codes[row["gate_id"][0]]} for row in rows]


def _record(session: Session, sheet: Sheet, row: Row) -> None:
    number = session.id_of("site", row["site"])
    if number is None:
        raise BadFileError(
            [Problem(sheet.file, row.row, "site", "the site is not on the server")]
        )
    session.client.call(
        "factory.site",
        "action_record_gate",
        [[number], row["gate"], row["state"], evidence(row)],
        {
            "date": row["date"] or None,
            "values": {"evidence_url": row["source_url"] or None},
        },
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    files = {
        "sites": "sites.csv",
        "budgets": "site_budgets.csv",
        "gates": "site_gates.csv",
        "status": "site_status.csv",
        "trials": "site_trials.csv",
    }
    return command.run(command.parser_for(__doc__, files), argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
