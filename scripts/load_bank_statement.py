"""Load lines of a bank statement, find the members who paid and book what they paid.

Amounts are signed as the bank's customer sees them (money in is positive), or stand in
the columns ``in`` and ``out``. With a running balance every line is checked against the
one before. A line comes in once, also when files overlap or a run is repeated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal

import rpc
from loading import command, migration, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

LINES = Layout(
    "statement line",
    (
        Column("company", required=True, reference="company"),
        Column("journal", required=True),
        Column("date", values.date, required=True),
        Column("label", required=True),
        Column("amount", values.number),
        Column("in", values.amount),
        Column("out", values.amount),
        Column("balance", values.number),
        Column("partner"),
        Column("account"),
        Column("reference"),
        Column("bank_id"),
    ),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.lines, LINES)
    problems = []
    for row in sheet.rows:
        given = [name for name in ("amount", "in", "out") if row[name]]
        if len(given) != 1:
            text = "enter one amount: amount, in or out"
            problems.append(sheet.problem(row, "amount", text))
    if not problems:
        problems = list(_check_balances(sheet))
    if problems:
        raise BadFileError(problems)
    return sheet


def amount_of(row: Row) -> Decimal:
    """Give the amount of a line, money in positive."""
    return Decimal(row["amount"] or row["in"] or -(row["out"] or Decimal(0)))


def _check_balances(sheet: Sheet) -> Iterable[object]:
    """Compare each running balance with the line before of the same journal."""
    before: dict[tuple[str, str], Decimal] = {}
    for row in sheet.rows:
        journal = (row["company"], row["journal"])
        if row["balance"] is None:
            before.pop(journal, None)
            continue
        expected = before.get(journal)
        if expected is not None and expected + amount_of(row) != row["balance"]:
            text = (
                f"is {row['balance']}, but the line before and this amount make"
                f" {expected + amount_of(row)}; a line is missing or wrong"
            )
            yield sheet.problem(row, "balance", text)
        before[journal] = row["balance"]


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Bring the lines over, part by part, then find and book their payers."""
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
    client, context = session.client, migration.company_context(company)
    rows = client.search_read(
        "account.journal",
        [("company_id", "=", company), ("type", "=", "bank")],
        ["code"],
    )
    journals = {row["code"]: row["id"] for row in rows}
    migration.missing(
        sheet, "journal", journals, f"is no bank journal; there are {sorted(journals)}"
    )
    outcome = Outcome(f"statement lines of {code}")
    session.outcomes.append(outcome)
    if session.dry_run:
        outcome.created = len(sheet.rows)
        return
    lines = _number_equal_lines(sheet)
    say = command.Progress(outcome.title, len(lines))
    created: list[int] = []
    for start in range(0, len(lines), options.chunk):
        part = lines[start : start + options.chunk]
        for journal in sorted({name for name, _values in part}):
            answer = client.call(
                "account.bank.statement.line",
                "coop_import_lines",
                [journals[journal], [v for name, v in part if name == journal]],
                context=context,
            )
            created += answer["created"]
            outcome.unchanged += answer["known"]
        say(min(start + options.chunk, len(lines)))
    outcome.created = len(created)
    _settle(client, options, outcome, list(journals.values()), context)


def _number_equal_lines(sheet: Sheet) -> list[tuple[str, dict[str, object]]]:
    """Count lines that are equal in all the bank tells, so that each comes in."""
    seen: dict[tuple[object, ...], int] = {}
    result = []
    for row in sheet.rows:
        vals = {
            "date": row["date"].isoformat(),
            "label": row["label"],
            "amount": float(amount_of(row)),
            "partner_name": row["partner"],
            "account_number": row["account"],
            "reference": row["reference"],
            "bank_id": row["bank_id"],
        }
        key = (row["journal"], vals["date"], vals["amount"], row["label"])
        key = (*key, row["partner"])
        vals["occurrence"] = seen.get(key, 0)
        seen[key] = vals["occurrence"] + 1
        result.append((row["journal"], vals))
    return result


def _settle(
    client: rpc.Client,
    options: argparse.Namespace,
    outcome: Outcome,
    journals: Sequence[int],
    context: dict[str, object],
) -> None:
    """Find who paid and book it, also of lines that a broken run left."""
    open_lines = [
        ("journal_id", "in", list(journals)),
        ("is_reconciled", "=", False),
        ("amount", ">", 0),
    ]
    model = "account.bank.statement.line"
    for wanted, known, method, result, word in (
        (options.match, "=", "coop_match", "matched", "matched"),
        (options.book, "!=", "coop_book", "booked", "booked"),
    ):
        if not wanted:
            continue
        domain = [*open_lines, ("coop_member_id", known, False)]
        ids = client.call(model, "search", [domain], context=context)
        for start in range(0, len(ids), options.chunk):
            part = ids[start : start + options.chunk]
            answer = client.call(model, method, [part], context=context)
            outcome.acted(word, answer[result])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"lines": None})
    parser.add_argument("--match", action="store_true", help="find who paid")
    parser.add_argument(
        "--book", action="store_true", help="book payments whose member is known"
    )
    parser.add_argument(
        "--chunk", type=int, default=200, help="lines in one go (%(default)s)"
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
