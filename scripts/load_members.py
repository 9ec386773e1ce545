"""Load members of cooperatives, from the person to the opening balances of savings.

For each new row: the person, the application, the approval, the opening balances of
principal, mandatory and voluntary savings (one batch a cooperative, one summarised
journal entry), the activation. Opening balances that are posted stay: a file that says
something else is refused.

In a migration savings come with ``load_savings.py``: with ``--savings-apart`` this
command approves who is new and activates whose principal saving is paid by then, so it
is run before and after that loader.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Mapping, Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, key_of, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome, Target, synchronise

CHUNK = 1000
KINDS = ("principal", "mandatory", "voluntary")
MEMBERS = Layout(
    "member",
    (
        Column("company", required=True, reference="company"),
        Column("code", required=True),
        Column("name", required=True),
        Column("nik", values.nik, required=True),
        Column("gender", values.one_of("m", "f")),
        Column("birth_date", values.date),
        Column("region_code", values.region_code, reference="region"),
        Column("phone"),
        Column("class"),
        Column("virtual_account"),
        Column("date_applied", values.date, required=True),
        Column("date_joined", values.date, required=True),
        Column("principal", values.amount, default=0),
        Column("mandatory", values.amount, default=0),
        Column("voluntary", values.amount, default=0),
        Column("remark"),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.members, MEMBERS)
    problems = []
    seen: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        if row["date_joined"] < row["date_applied"]:
            text = f"joined on {row['date_joined']}, before the application"
            problems.append(sheet.problem(row, "date_joined", text))
        first = seen.setdefault((row["company"], row["nik"]), row.row)
        if first != row.row:
            text = f"NIK {row['nik']} stands on row {first} already"
            problems.append(sheet.problem(row, "nik", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def person_values(session: Session, row: Row) -> dict[str, object]:
    """Give the values of the person of a row."""
    return {
        "name": row["name"],
        "ref": row["code"],
        "nik": row["nik"],
        "region_id": session.id_of("region", row["region_code"]),
        "phone": row["phone"],
        "company_id": session.id_of("company", row["company"]),
        "comment": f"<p>{row['remark']}</p>" if row["remark"] else None,
        "is_company": False,
    }


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change people and members; open their savings; activate them."""
    session = Session(client, options)
    session.check([sheet])
    session.load(
        sheet,
        "res.partner",
        "people",
        kind="partner",
        extra=lambda row: person_values(session, row),
    )
    classes = _classes(session, sheet)
    for code, part in session.each_company(sheet):
        company = session.id_of("company", code)
        members = _load_company(session, code, company, part, classes)
        if options.savings_apart:
            _admit(session, code, company, members)
        else:
            opened = Outcome(f"opening balances of {code}")
            session.outcomes.append(opened)
            _open(session, company, part, members, options.opening_date, opened)
    return session.outcomes


def _classes(session: Session, sheet: Sheet) -> dict[tuple[str, str], int]:
    """Find the classes of members that the file names.

    :return: ``{(company code, class code): id}``
    """
    companies = session.resolver.look_up("company", [r["company"] for r in sheet.rows])
    codes = {number: code for code, number in companies.items()}
    rows = session.client.search_read(
        "coop.member.class",
        [("company_id", "in", list(codes))],
        ["company_id", "code"],
    )
    found = {(codes[r["company_id"][0]], r["code"]): r["id"] for r in rows}
    problems = [
        sheet.problem(row, "class", f"there is no class '{row['class']}' of members")
        for row in sheet.rows
        if row["class"] and (row["company"], row["class"]) not in found
    ]
    if problems:
        raise BadFileError(problems)
    return found


def _load_company(
    session: Session,
    code: str,
    company: int | None,
    sheet: Sheet,
    classes: Mapping[tuple[str, str], int],
) -> dict[str, int]:
    """Bring the members of a cooperative over, ``{code: id}``."""

    def make(row: Row) -> dict[str, object]:
        made = {
            "partner_id": session.id_of("partner", row["code"]),
            "company_id": company,
            "number": row["code"],
            "date_applied": row["date_applied"],
            "date_joined": row["date_joined"],
        }
        if row["virtual_account"]:
            made["virtual_account"] = row["virtual_account"]
        if row["class"]:
            made["class_id"] = classes[(code, row["class"])]
        return made

    target = Target("coop.member", make, f"members of {code}", _context(company))
    progress = command.Progress(target.title, len(sheet.rows))
    outcome = synchronise(
        session.client, sheet, target, dry_run=session.dry_run, progress=progress
    )
    session.outcomes.append(outcome)
    session.resolver.found.setdefault("member", {}).update(outcome.ids)
    return outcome.ids


def _admit(
    session: Session, code: str, company: int | None, members: Mapping[str, int]
) -> None:
    """Approve who applied, activate who has paid the principal saving."""
    outcome = Outcome(f"membership in {code}")
    session.outcomes.append(outcome)
    if session.dry_run:
        return
    client, context = session.client, _context(company)
    states = _states(session, list(members.values()))
    applied = [number for number, state in states.items() if state == "applied"]
    for start in range(0, len(applied), CHUNK):
        part = applied[start : start + CHUNK]
        client.call("coop.member", "action_approve", [part], context=context)
    outcome.acted("approved", len(applied))
    approved = [number for number, state in states.items() if state == "approved"]
    paid = _who_paid(session, approved)
    for start in range(0, len(paid), CHUNK):
        part = paid[start : start + CHUNK]
        client.call("coop.member", "action_activate", [part], context=context)
    outcome.acted("activated", len(paid))


def _who_paid(session: Session, members: list[int]) -> list[int]:
    """Leave out who still owes the principal saving, or never paid any."""
    model, method = "coop.saving.account", "formatted_read_group"
    saved = session.client.call(
        model,
        method,
        [
            [
                ("member_id", "in", members),
                ("kind", "=", "principal"),
                ("balance", ">", 0),
            ],
            ["member_id"],
            [],
        ],
    )
    owing = session.client.search_read(
        "coop.saving.due",
        [
            ("member_id", "in", members),
            ("kind", "=", "principal"),
            ("state", "=", "open"),
        ],
        ["member_id"],
    )
    owed = {row["member_id"][0] for row in owing}
    return sorted({group["member_id"][0] for group in saved} - owed)


def _context(company: int | None) -> dict[str, object]:
    return {"allowed_company_ids": [company]} if company else {}


def _open(
    session: Session,
    company: int | None,
    sheet: Sheet,
    members: Mapping[str, int],
    opening: datetime.date,
    outcome: Outcome,
) -> None:
    """Approve, open and activate those who are not yet members."""
    states = _states(session, list(members.values()))
    wanted = opening_rows(sheet, members)
    posted = _posted(session, list(members.values()))
    _compare(sheet, members, posted)
    rows = [
        {"member_id": member, "kind": kind, "amount": amount}
        for (member, kind), amount in wanted.items()
        if member not in {who for who, _kind in posted}
    ]
    outcome.unchanged = len(wanted) - len(rows)
    outcome.created = len(rows)
    if session.dry_run:
        outcome.created += sum(
            1
            for row in sheet.rows
            for kind in KINDS
            if row["code"] not in members and row[kind]
        )
        return
    client, context = session.client, _context(company)
    applied = [number for number, state in states.items() if state == "applied"]
    if applied:
        day = opening.isoformat()
        client.call("coop.member", "action_approve", [applied, day], context=context)
    if rows:
        _post_opening(session, company, rows, opening)
    waiting = [n for n, state in states.items() if state in ("applied", "approved")]
    if waiting:
        client.call("coop.member", "action_activate", [waiting], context=context)


def opening_rows(
    sheet: Sheet, members: Mapping[str, int]
) -> dict[tuple[int, str], float]:
    """Give the opening balances that are not zero, ``{(member id, kind): amount}``."""
    return {
        (members[row["code"]], kind): float(row[kind])
        for row in sheet.rows
        for kind in KINDS
        if row[kind] and key_of(sheet.layout, row.values) in members
    }


def _states(session: Session, members: list[int]) -> dict[int, str]:
    rows = session.client.search_read("coop.member", [("id", "in", members)], ["state"])
    return {row["id"]: row["state"] for row in rows}


def _posted(session: Session, members: list[int]) -> dict[tuple[int, str], float]:
    """Sum the posted opening balances, ``{(member id, kind): amount}``."""
    groups = session.client.call(
        "coop.saving.entry",
        "formatted_read_group",
        [
            [("member_id", "in", members), ("kind", "=", "opening")],
            ["member_id", "type_id"],
            ["amount:sum"],
        ],
    )
    kinds = {
        row["id"]: row["kind"]
        for row in session.client.search_read("coop.saving.type", [], ["kind"])
    }
    return {
        (group["member_id"][0], kinds[group["type_id"][0]]): group["amount:sum"]
        for group in groups
    }


def _compare(
    sheet: Sheet,
    members: Mapping[str, int],
    posted: Mapping[tuple[int, str], float],
) -> None:
    """Refuse a file whose opening balances are not those that are posted."""
    opened = {member for member, _kind in posted}
    problems = []
    for row in sheet.rows:
        member = members.get(row["code"])
        if member not in opened:
            continue
        for kind in KINDS:
            booked = posted.get((member, kind), 0.0)
            if abs(float(row[kind]) - booked) > 0.005:
                text = f"{booked:.0f} is posted already; correct it with a reversal"
                problems.append(sheet.problem(row, kind, text))
    if problems:
        raise BadFileError(problems)


def _post_opening(
    session: Session,
    company: int | None,
    rows: Sequence[Mapping[str, object]],
    opening: datetime.date,
) -> None:
    client, context = session.client, _context(company)
    types = {
        row["kind"]: row["id"]
        for row in client.search_read(
            "coop.saving.type",
            [("company_id", "=", company), ("kind", "in", KINDS)],
            ["kind"],
            order="sequence desc, id desc",
        )
    }
    name = f"Saldo awal {opening.isoformat()}"
    domain = [
        ("company_id", "=", company),
        ("name", "=", name),
        ("state", "in", ("draft", "prepared")),
    ]
    left = client.search_read("coop.saving.batch", domain, ["state"])
    if left:  # of a run that was broken off
        batch = left[0]["id"]
        if left[0]["state"] == "prepared":
            client.call("coop.saving.batch", "action_reset", [[batch]], context=context)
    else:
        batch = client.create(
            "coop.saving.batch",
            {"name": name, "kind": "opening", "date": opening, "company_id": company},
            context=context,
        )
    entries = [
        {
            "member_id": row["member_id"],
            "type_id": types[row["kind"]],
            "amount": row["amount"],
        }
        for row in rows
    ]
    client.call(
        "coop.saving.batch", "action_prepare", [[batch], entries], context=context
    )
    client.call("coop.saving.batch", "action_post", [[batch]], context=context)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"members": "members.csv"})
    parser.add_argument(
        "--opening-date",
        type=values.date,
        default=datetime.date(2025, 8, 31),
        help="day of the opening balances (%(default)s)",
    )
    parser.add_argument(
        "--savings-apart",
        action="store_true",
        help="savings come with load_savings.py; approve, and activate who has paid",
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
