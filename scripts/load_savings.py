"""Load members' savings from another program: opening balances, or the full history.

Each row is one movement in a passbook. Without ``--history`` a row is the balance on
the opening date; with it the file has the columns date and kind, and each movement
keeps its day, so that passbooks go back to the beginning.

Rows of term savings name the placement (``account``) and its terms: ``date_start`` of
the term that runs, ``term_months``, ``rate``, and if need be ``compounding_months``,
``rollover`` and ``payout``, the saving to which it is paid.

Rows of one company, day and kind are booked together: one batch, one journal entry
against the migration account. A batch is taken whole or not at all; a run that was
broken off goes on where it stopped, and a second run changes nothing. What is posted
stays: a file that says something else about it is refused.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import rpc
from loading import command, migration, placements, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.references import existing_ids
from loading.session import Session
from loading.sync import Outcome

#: word in the file to kind of batch
KINDS = {
    "opening": "opening",
    "saldo awal": "opening",
    "deposit": "deposit",
    "setoran": "deposit",
    "interest": "interest",
    "bunga": "interest",
    "jasa": "interest",
    "shu": "shu",
    "withdrawal": "withdrawal",
    "penarikan": "withdrawal",
    "tarikan": "withdrawal",
    "tax": "tax",
    "pajak": "tax",
    "fee": "fee",
    "biaya": "fee",
}
#: kinds in the order in which they are booked on a day; nothing is drawn before it came
ORDER = ("opening", "deposit", "interest", "shu", "tax", "fee", "withdrawal")
OUT = {"withdrawal", "tax", "fee"}
BALANCES = Layout(
    "balance",
    (
        Column("company", required=True, reference="company"),
        Column("member", required=True),
        Column("type", required=True),
        Column("amount", values.positive, required=True),
        Column("remark"),
        *placements.COLUMNS,
    ),
    ("company", "member", "type", "account"),
)
HISTORY = Layout(
    "movement",
    (
        Column("company", required=True, reference="company"),
        Column("member", required=True),
        Column("type", required=True),
        Column("date", values.date, required=True),
        Column("kind", values.choice(KINDS), required=True),
        Column("amount", values.positive, required=True),
        Column("remark"),
        *placements.COLUMNS,
    ),
)


@dataclass
class Batch:
    """Rows that are booked together."""

    key: str
    name: str
    date: datetime.date
    kind: str
    rows: list[Row]

    @property
    def total(self) -> Decimal:
        """Sum of the rows as the ledger sees it."""
        total = sum((Decimal(row["amount"]) for row in self.rows), Decimal(0))
        return -total if self.kind in OUT else total


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    return read_sheet(options.savings, HISTORY if options.history else BALANCES)


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Book what is not booked yet, batch by batch in the order of the days."""
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
    members = migration.members_of(session, sheet, company)
    types = {
        row["code"]: row
        for row in client.search_read(
            "coop.saving.type", [("company_id", "=", company)], ["code", "kind"]
        )
    }
    migration.missing(sheet, "type", types, "is no saving type here")
    opening = None if options.history else options.opening_date
    terms = placements.of_sheet(sheet, types, opening)
    batches = part_into_batches(sheet, code, options.opening_date, options.chunk)
    posted = _compare(client, sheet, batches)
    opened = placements.load(session, terms, company, members, types)
    outcome = Outcome(f"savings of {code}")
    session.outcomes.append(outcome)
    say = command.Progress(f"savings of {code}", len(sheet.rows))
    state = migration.state_of(client, company, options.opening_date)
    done = 0
    for batch in batches:
        if batch.key in posted:
            outcome.unchanged += len(batch.rows)
        else:
            outcome.created += len(batch.rows)
            if not session.dry_run:
                entries = _entries(batch, members, types, opened)
                _post(client, company, batch, entries, state["account_id"])
        done += len(batch.rows)
        if not session.dry_run:
            say(done)
    if not session.dry_run:
        _agree(client, sheet, batches)


def part_into_batches(
    sheet: Sheet, code: str, opening: datetime.date, chunk: int
) -> list[Batch]:
    """Part rows by day and kind, in the order in which they are booked.

    :param int chunk: rows in a batch at most
    """
    groups: dict[tuple[datetime.date, int], list[Row]] = {}
    for row in sheet.rows:
        kind = row["kind"] or "opening"
        key = (row["date"] or opening, ORDER.index(kind))
        groups.setdefault(key, []).append(row)
    batches = []
    for (day, order), rows in sorted(groups.items(), key=lambda item: item[0]):
        kind = ORDER[order]
        for number, start in enumerate(range(0, len(rows), chunk), 1):
            key = f"migration/{code}/{day}/{kind}/{number}"
            text = "Saldo awal" if kind == "opening" else "Riwayat"
            name = f"{text} {day} ({kind} {number})" if number > 1 else f"{text} {day}"
            batches.append(Batch(key, name, day, kind, rows[start : start + chunk]))
    return batches


def _compare(client: rpc.Client, sheet: Sheet, batches: Sequence[Batch]) -> set[str]:
    """Find the batches that are posted; refuse rows that say something else."""
    ids = existing_ids(client, "coop.saving.batch", [batch.key for batch in batches])
    rows = client.search_read(
        "coop.saving.batch",
        [("id", "in", list(ids.values())), ("state", "=", "posted")],
        ["amount_total", "entry_count"],
    )
    totals = {row["id"]: row["amount_total"] for row in rows}
    posted, problems = set(), []
    for batch in batches:
        number = ids.get(batch.key)
        if number not in totals:
            continue
        posted.add(batch.key)
        if abs(Decimal(str(totals[number])) - batch.total) >= Decimal("0.005"):
            text = (
                f"{totals[number]:.0f} is posted for {batch.name}, the file has"
                f" {batch.total}; correct it with a reversal"
            )
            problems.append(sheet.problem(batch.rows[0], "amount", text))
    if problems:
        raise BadFileError(problems)
    return posted


def _entries(
    batch: Batch,
    members: Mapping[str, int],
    types: Mapping[str, Mapping[str, Any]],
    opened: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Give the rows of a batch as the server takes them, signed as in the passbook."""
    sign = -1 if batch.kind in OUT else 1
    return [
        {
            "member_id": members[row["member"]],
            "type_id": types[row["type"]]["id"],
            "account_id": opened.get(row["account"], False),
            "amount": sign * float(row["amount"]),
        }
        for row in batch.rows
    ]


def _post(
    client: rpc.Client,
    company: int,
    batch: Batch,
    entries: Sequence[Mapping[str, Any]],
    account: int,
) -> None:
    """Create, fill and post one batch; one that a broken run left is used again."""
    context = migration.company_context(company)
    number = client.load(
        "coop.saving.batch",
        ["id", "name", "kind", "date", "company_id/.id", "counterpart_account_id/.id"],
        [
            [
                f"__import__.{_external(batch.key)}",
                batch.name,
                batch.kind,
                batch.date,
                company,
                account,
            ]
        ],
        context=context,
    )[0]
    left = client.search_read("coop.saving.batch", [("id", "=", number)], ["state"])
    if left[0]["state"] == "prepared":
        client.call("coop.saving.batch", "action_reset", [[number]], context=context)
    client.call(
        "coop.saving.batch", "action_prepare", [[number], entries], context=context
    )
    client.call("coop.saving.batch", "action_post", [[number]], context=context)


def _external(key: str) -> str:
    from loading.references import external_name

    return external_name("coop.saving.batch", key)


def _agree(client: rpc.Client, sheet: Sheet, batches: Sequence[Batch]) -> None:
    """Compare what the file and the server hold, by kind of movement."""
    ids = existing_ids(client, "coop.saving.batch", [batch.key for batch in batches])
    wanted: dict[str, Decimal] = {}
    for batch in batches:
        wanted[batch.kind] = wanted.get(batch.kind, Decimal(0)) + batch.total
    groups = client.call(
        "coop.saving.entry",
        "formatted_read_group",
        [
            [("batch_id", "in", list(ids.values())), ("state", "=", "posted")],
            ["kind"],
            ["amount:sum"],
        ],
    )
    found = {group["kind"]: group["amount:sum"] for group in groups}
    migration.agree(sheet, "savings", wanted, found)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"savings": None})
    parser.add_argument(
        "--history", action="store_true", help="the file holds all movements"
    )
    parser.add_argument(
        "--opening-date",
        type=values.date,
        default=datetime.date(2025, 8, 31),
        help="day of the opening balances (%(default)s)",
    )
    parser.add_argument(
        "--chunk",
        type=int,
        default=5000,
        help="rows that are booked in one go, and lost by a kill (%(default)s)",
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
