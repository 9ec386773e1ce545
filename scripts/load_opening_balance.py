"""Load the trial balance of the old program, the last step of a migration.

Members' savings and open items come first, with their own loaders; they stand against
the migration account. Of their control and trade accounts the trial balance must say
what they say, to the rupiah; all other accounts are booked in one journal entry.
Then the migration account is zero, or nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import rpc
from loading import command, migration, values
from loading.command import say
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError, Problem
from loading.references import existing_ids, external_name
from loading.session import Session
from loading.sync import Outcome

BALANCE = Layout(
    "account",
    (
        Column("company", required=True, reference="company"),
        Column("account", required=True),
        Column("name"),
        Column("debit", values.amount, default=Decimal(0)),
        Column("credit", values.amount, default=Decimal(0)),
    ),
    ("company", "account"),
)
CENT = Decimal("0.005")


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.balance, BALANCE)
    problems = []
    sums: dict[str, Decimal] = {}
    for row in sheet.rows:
        if row["debit"] and row["credit"]:
            text = "has a debit and a credit; enter the balance on one side"
            problems.append(sheet.problem(row, "credit", text))
        sums[row["company"]] = sums.get(row["company"], Decimal(0)) + amount_of(row)
    for company, rest in sums.items():
        if rest:
            text = f"debit less credit of {company} is {rest}, not zero"
            problems.append(Problem(sheet.file, 0, "", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def amount_of(row: Row) -> Decimal:
    """Give the balance of a row, debit positive."""
    return Decimal(row["debit"]) - Decimal(row["credit"])


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Compare control and trade accounts and book the others, company by company."""
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
    day = options.opening_date
    state = migration.state_of(client, company, day)
    key = f"opening/{code}/{day}"
    booked = _posted_lines(client, key)
    rows = check_accounts(sheet, state, booked is not None)
    outcome = Outcome(f"opening balance of {code}")
    session.outcomes.append(outcome)
    if booked is not None:
        outcome.unchanged = len(rows)
        _compare(sheet, rows, state, booked)
        return
    _check_zero(sheet, rows, state)
    outcome.created = len(rows)
    if session.dry_run:
        return
    progress = command.Progress(outcome.title, len(rows))
    _post(client, company, key, day, rows, state, progress)
    after = migration.state_of(client, company, day)
    say(f"  control migration account {after['account_code']}: {after['balance']:,.2f}")
    if abs(Decimal(str(after["balance"]))) >= CENT:
        text = f"the migration account is {after['balance']}, not zero"
        raise BadFileError([Problem(sheet.file, 0, "", text)], written=len(rows))


def check_accounts(
    sheet: Sheet, state: Mapping[str, Any], is_booked: bool
) -> list[Row]:
    """Give the rows to book; refuse unknown accounts and sub-ledgers that differ."""
    accounts = state["accounts"]
    rows, problems = [], []
    for row in sheet.rows:
        account = accounts.get(row["account"])
        if account is None:
            text = f"there is no account {row['account']} in the company's chart"
            problems.append(sheet.problem(row, "account", text))
        elif account["kind"] == "migration":
            text = "is the migration account; leave it out, it ends at zero"
            problems.append(sheet.problem(row, "account", text))
        elif account["kind"] == "other":
            rows.append(row)
        elif not is_booked and _differs(account["balance"], amount_of(row)):
            text = (
                f"{row['account']} holds {account['balance']:.0f} from its own loader,"
                f" the trial balance says {amount_of(row)}; load what is missing first"
            )
            problems.append(sheet.problem(row, "account", text))
    given = {row["account"] for row in sheet.rows}
    for code, account in accounts.items():
        loaded = account["kind"] in ("control", "trade") and account["balance"]
        if loaded and code not in given and not is_booked:
            text = f"{code} holds {account['balance']:.0f} and is not in the file"
            problems.append(Problem(sheet.file, 0, "", text))
    if problems:
        raise BadFileError(problems)
    return rows


def _differs(left: float, right: Decimal) -> bool:
    return abs(Decimal(str(left)) - right) >= CENT


def _check_zero(sheet: Sheet, rows: Sequence[Row], state: Mapping[str, Any]) -> None:
    """Refuse a trial balance after which the migration account is not zero."""
    rest = Decimal(str(state["balance"])) - sum(map(amount_of, rows), Decimal(0))
    if abs(rest) >= CENT:
        text = (
            f"the migration account {state['account_code']} would end at {rest}, not at"
            " zero; something of the savings or open items is missing or twice"
        )
        raise BadFileError([Problem(sheet.file, 0, "", text)])


def _posted_lines(client: rpc.Client, key: str) -> dict[int, Decimal] | None:
    """Give what an earlier run posted, ``{account id: balance}``; None without one."""
    found = existing_ids(client, "account.move", [key])
    if not found:
        return None
    domain = [("move_id", "in", list(found.values())), ("parent_state", "=", "posted")]
    lines = client.search_read("account.move.line", domain, ["account_id", "balance"])
    if not lines:
        return None
    sums: dict[int, Decimal] = {}
    for line in lines:
        number = line["account_id"][0]
        sums[number] = sums.get(number, Decimal(0)) + Decimal(str(line["balance"]))
    return sums


def _compare(
    sheet: Sheet,
    rows: Sequence[Row],
    state: Mapping[str, Any],
    booked: Mapping[int, Decimal],
) -> None:
    problems = []
    for row in rows:
        there = booked.get(state["accounts"][row["account"]]["id"], Decimal(0))
        if abs(there - amount_of(row)) >= CENT:
            text = f"{there} is posted already; correct it with an entry of its own"
            problems.append(sheet.problem(row, "account", text))
    if problems:
        raise BadFileError(problems)


def _post(
    client: rpc.Client,
    company: int,
    key: str,
    day: Any,
    rows: Sequence[Row],
    state: Mapping[str, Any],
    progress: command.Progress,
) -> None:
    """Create and post the one journal entry; a draft of a broken run is replaced."""
    context = migration.company_context(company)
    left = existing_ids(client, "account.move", [key])
    if left:
        client.call("account.move", "unlink", [list(left.values())], context=context)
    accounts = state["accounts"]
    lines = [(accounts[row["account"]]["id"], amount_of(row)) for row in rows]
    lines = [(account, amount) for account, amount in lines if amount]
    lines.append((state["account_id"], -sum(amount for _account, amount in lines)))
    # a load of a killed run may still arrive: the same lines, not more of them
    line_name = f"__import__.{external_name('account.move.line', key)}"
    head = [
        f"__import__.{external_name('account.move', key)}",
        "entry",
        company,
        state["journal_id"],
        day,
        f"Saldo awal {day}",
    ]
    rest = [""] * len(head)
    table = [
        [
            *(head if number == 0 else rest),
            f"{line_name}_{number}",
            account,
            f"Saldo awal {day}",
            amount,
        ]
        for number, (account, amount) in enumerate(lines)
        if amount
    ]
    fields = [
        "id",
        "move_type",
        "company_id/.id",
        "journal_id/.id",
        "date",
        "ref",
        "line_ids/id",
        "line_ids/account_id/.id",
        "line_ids/name",
        "line_ids/balance",
    ]
    progress(0)
    ids = client.load("account.move", fields, table, len(table), context=context)
    say("  the journal entry is a draft")
    client.call("account.move", "action_post", [ids], context=context)
    progress(len(rows))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"balance": None})
    parser.add_argument(
        "--opening-date",
        type=values.date,
        required=True,
        help="last day of the old program, day of the journal entry",
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
