"""Load what customers and members owe, and what is owed to suppliers, on the first day.

Each row is one open document of the old program. It becomes an invoice or a bill of its
own day and due date against the migration account, so that it ages, is collected at the
counter and is paid like any other. Drafts are created and posted in parts; a run that
was broken off goes on where it stopped, and a second run changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

import rpc
from loading import command, migration, values
from loading.layouts import Column, Layout, Row, Sheet, key_of, read_sheet
from loading.problems import BadFileError
from loading.references import existing_ids, external_name
from loading.session import Session
from loading.sync import Outcome

MOVE_TYPES = {"customer": "out_invoice", "supplier": "in_invoice"}
JOURNAL_TYPES = {"customer": "sale", "supplier": "purchase"}
ITEMS = Layout(
    "open item",
    (
        Column("company", required=True, reference="company"),
        Column("number", required=True),
        Column("kind", values.one_of("customer", "supplier"), required=True),
        Column("partner", required=True),
        Column("date", values.date, required=True),
        Column("due", values.date),
        Column("amount", values.positive, required=True),
        Column("remark"),
    ),
    ("company", "kind", "number"),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.items, ITEMS)
    problems = [
        sheet.problem(row, "due", f"due on {row['due']}, before its date {row['date']}")
        for row in sheet.rows
        if row["due"] and row["due"] < row["date"]
    ]
    problems += [
        sheet.problem(row, "date", f"{row['date']} is after the day of the opening")
        for row in sheet.rows
        if row["date"] > options.opening_date
    ]
    if problems:
        raise BadFileError(problems)
    return sheet


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create and post the documents that are not there yet."""
    session = Session(client, options)
    session.check([sheet])
    for code, part in session.each_company(sheet):
        company = session.id_of("company", code)
        _load_company(session, options, code, company, part)
    return session.outcomes


def _load_company(
    session: Session,
    options: argparse.Namespace,
    code: str,
    company: int,
    sheet: Sheet,
) -> None:
    client = session.client
    partners = find_partners(session, sheet, company)
    journals = _journals(client, sheet, company)
    account = migration.state_of(client, company, options.opening_date)["account_id"]
    keys = {key_of(ITEMS, row.values): row for row in sheet.rows}
    ids = existing_ids(client, "account.move", keys)
    states = _states(client, list(ids.values()))
    _compare(sheet, keys, ids, states)
    outcome = Outcome(f"open items of {code}")
    session.outcomes.append(outcome)
    todo = [key for key in keys if states.get(ids.get(key, 0), ("", 0))[0] != "posted"]
    outcome.created = len(todo)
    outcome.unchanged = len(keys) - len(todo)
    if session.dry_run:
        return
    say = command.Progress(outcome.title, len(todo))
    for start in range(0, len(todo), options.chunk):
        part = todo[start : start + options.chunk]
        rows = [
            _move(keys[key], key, partners, journals, account, company) for key in part
        ]
        _post(client, sheet, [keys[key] for key in part], rows, company)
        say(min(start + options.chunk, len(todo)))
    _agree(client, sheet, keys)


def find_partners(session: Session, sheet: Sheet, company: int) -> dict[str, int]:
    """Find who owes or is owed: by code of a loader, member number or NIK.

    :return: ``{text in the file: partner id}``
    """
    codes = sorted({row["partner"] for row in sheet.rows})
    found: dict[str, int] = {}
    for start in range(0, len(codes), 1000):
        part = codes[start : start + 1000]
        domain = [("company_id", "=", company), ("number", "in", part)]
        rows = session.client.search_read(
            "coop.member", domain, ["number", "partner_id"]
        )
        found.update({row["number"]: row["partner_id"][0] for row in rows})
        domain = [("company_id", "in", [company, False]), ("ref", "in", part)]
        rows = session.client.search_read("res.partner", domain, ["ref"])
        found.update({row["ref"]: row["id"] for row in rows if row["ref"] not in found})
    migration.missing(sheet, "partner", found, "is no member and no partner's code")
    return found


def _journals(client: rpc.Client, sheet: Sheet, company: int) -> dict[str, int]:
    """Find the sales and purchase journal of a company, ``{kind: id}``."""
    found = {}
    for kind in {row["kind"] for row in sheet.rows}:
        rows = client.search_read(
            "account.journal",
            [
                ("company_id", "=", company),
                ("type", "=", JOURNAL_TYPES[kind]),
                ("active", "=", True),
            ],
            ["code"],
            order="sequence, id",
            limit=1,
        )
        if rows:
            found[kind] = rows[0]["id"]
    migration.missing(sheet, "kind", found, "has no journal in the company; make one")
    return found


def _states(client: rpc.Client, ids: list[int]) -> dict[int, tuple[str, float]]:
    rows = client.search_read(
        "account.move", [("id", "in", ids)], ["state", "amount_total"]
    )
    return {row["id"]: (row["state"], row["amount_total"]) for row in rows}


def _compare(
    sheet: Sheet,
    keys: Mapping[str, Row],
    ids: Mapping[str, int],
    states: Mapping[int, tuple[str, float]],
) -> None:
    """Refuse rows that say something else than what is posted."""
    problems = []
    for key, row in keys.items():
        state, amount = states.get(ids.get(key, 0), ("", 0.0))
        different = abs(Decimal(str(amount)) - row["amount"]) >= Decimal("0.005")
        if state == "posted" and different:
            text = f"{amount:.0f} is posted already; correct it with a credit note"
            problems.append(sheet.problem(row, "amount", text))
    if problems:
        raise BadFileError(problems)


FIELDS = (
    "id",
    "move_type",
    "company_id/.id",
    "journal_id/.id",
    "partner_id/.id",
    "invoice_date",
    "date",
    "invoice_date_due",
    "ref",
    # a draft that a killed run left has its line already
    "invoice_line_ids/id",
    "invoice_line_ids/name",
    "invoice_line_ids/quantity",
    "invoice_line_ids/price_unit",
    "invoice_line_ids/account_id/.id",
)


def _move(
    row: Row,
    key: str,
    partners: Mapping[str, int],
    journals: Mapping[str, int],
    account: int,
    company: int,
) -> list[object]:
    return [
        f"__import__.{external_name('account.move', key)}",
        MOVE_TYPES[row["kind"]],
        company,
        journals[row["kind"]],
        partners[row["partner"]],
        row["date"],
        row["date"],
        row["due"] or row["date"],
        row["number"],
        f"__import__.{external_name('account.move.line', key)}",
        row["remark"] or f"Saldo awal {row['number']}",
        1,
        row["amount"],
        account,
    ]


def _post(
    client: rpc.Client,
    sheet: Sheet,
    rows: Sequence[Row],
    lines: Sequence[Sequence[object]],
    company: int,
) -> None:
    """Create one part as drafts and post it."""
    # the tax of an old document is in its amount
    context = {**migration.company_context(company), "skip_computed_taxes": True}
    try:
        ids = client.load("account.move", FIELDS, lines, len(lines), context=context)
    except rpc.LoadError as error:
        raise BadFileError(
            sheet.problem(rows[min(m.row, len(rows) - 1)], m.field, m.text)
            for m in error.messages
        ) from error
    client.call("account.move", "action_post", [ids], context=context)


def _agree(client: rpc.Client, sheet: Sheet, keys: Mapping[str, Row]) -> None:
    ids = existing_ids(client, "account.move", keys)
    rows = client.search_read(
        "account.move",
        [("id", "in", list(ids.values())), ("state", "=", "posted")],
        ["move_type", "amount_total"],
    )
    kinds = {move_type: kind for kind, move_type in MOVE_TYPES.items()}
    found: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        key = (kinds[row["move_type"]],)
        found[key] = found.get(key, Decimal(0)) + Decimal(str(row["amount_total"]))
    migration.agree(sheet, "open items", migration.sums_by(sheet.rows, "kind"), found)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"items": None})
    parser.add_argument(
        "--opening-date",
        type=values.date,
        required=True,
        help="last day of the old program; no document is of a later day",
    )
    parser.add_argument(
        "--chunk", type=int, default=200, help="documents in one go (%(default)s)"
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
