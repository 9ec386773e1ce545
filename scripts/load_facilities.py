"""Load loan facilities, sign them and draw what the file says was drawn.

Terms are those of the agreement; a column that is left out or empty keeps what the
facility has. A signed facility is frozen, and a file that changes it is refused. A draw
that is posted stays.

``fees`` and ``guarantees`` hold several in one cell, parted by ``|``:
``provision=1|guarantee=0,5`` (percent withheld from draws) and
``asset=Mesin pengering:500000000|personal=Pengurus`` (description and value).

With ``opening_date`` a running loan is taken over. Where the lender's own schedule is
to be used, write ``lender`` into ``schedule``: the draw waits as a draft until
``load_schedule.py`` brings the rows, so that they open the balance.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal

import rpc
from loading import command, values
from loading.agreements import Part
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError, Problem
from loading.session import Session
from loading.sync import Outcome

METHODS = (
    "equal_principal",
    "annuity",
    "flat",
    "bullet",
    "fixed_instalment",
    "fixed_percent",
)
FEES = ("provision", "guarantee", "notary", "other")
GUARANTEES = ("asset", "fiduciary", "personal", "company")
MODES = ("HALF_UP", "HALF_EVEN", "CEILING", "FLOOR")
#: terms that the facility keeps when the file does not name them; heading = field
TERMS = (
    Column("date_start", values.date),
    Column("opening_date", values.date),
    Column("unit", values.one_of("month", "week", "day")),
    Column("every", values.integer),
    Column(
        "day_count",
        values.one_of("period", "30/360", "actual/365", "actual/360", "actual/actual"),
    ),
    Column("principal_every", values.integer),
    Column("grace_principal", values.integer),
    Column("grace_interest", values.integer),
    Column("grace_interest_mode", values.one_of("pay", "defer", "capitalise", "waive")),
    Column("grace_in_tenor", values.boolean),
    Column("rounding", values.positive),
    Column("rounding_mode", values.one_of(*MODES)),
    Column("instalment_rounding", values.amount),
    Column("instalment_rounding_mode", values.one_of(*MODES)),
    Column("fixed_instalment", values.positive),
    Column("principal_percent", values.positive),
    Column("residue", values.one_of("last_principal", "last_interest", "extra_row")),
    Column("level_on", values.one_of("exact", "period", "first_period")),
    Column(
        "business_day",
        values.one_of("none", "following", "modified_following", "preceding"),
    ),
    Column("interest_follows", values.boolean),
    Column("penalty_rate", values.amount),
    Column("penalty_day_basis", values.one_of("360", "365")),
    Column(
        "prepayment_strategy",
        values.one_of("reduce_term", "reduce_instalment", "next_instalments"),
    ),
    Column("payoff_policy", values.one_of("till_date", "till_due")),
)


def fees(value: str) -> tuple[tuple[str, Decimal], ...]:
    """Read the fees withheld from draws: ``kind=percent``, parted by ``|``.

    >>> fees("provision=1|guarantee=0,5")
    (('provision', Decimal('1')), ('guarantee', Decimal('0.5')))
    """
    found = []
    for kind, rest in _pairs(value, FEES):
        percent = values.positive(rest)
        if percent >= 100:
            raise ValueError(f"'{rest}' % would leave nothing of a draw")
        found.append((kind, percent))
    return tuple(found)


def guarantees(value: str) -> tuple[tuple[str, str, Decimal], ...]:
    """Read collateral: ``kind=description:value`` parted by ``|``, value optional.

    >>> guarantees("asset=Mesin:500.000|personal=Pengurus")
    (('asset', 'Mesin', Decimal('500000')), ('personal', 'Pengurus', Decimal('0')))
    """
    found = []
    for kind, rest in _pairs(value, GUARANTEES):
        name, _colon, worth = rest.partition(":")
        amount = values.amount(worth) if worth.strip() else Decimal(0)
        found.append((kind, values.text(name), amount))
    return tuple(found)


def _pairs(value: str, kinds: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for part in values.codes(value):
        kind, equals, rest = (each.strip() for each in part.partition("="))
        if kind not in kinds or not equals or not rest:
            known = ", ".join(kinds)
            raise ValueError(f"'{part}' is not kind=value; the kinds are {known}")
        pairs.append((kind, rest))
    return pairs


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
        *TERMS,
        Column("fees", fees, default=()),
        Column("guarantees", guarantees, default=()),
        Column("draw_date", values.date),
        Column("draw_amount", values.positive),
        Column("schedule", values.one_of("computed", "lender"), default="computed"),
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
        for column, text in _faults(row):
            problems.append(sheet.problem(row, column, text))
    problems += _twice(sheet)
    if problems:
        raise BadFileError(problems)
    return sheet


def _twice(sheet: Sheet) -> Iterable[Problem]:
    """Name the rows whose agreement stands in an earlier row too."""
    seen: dict[tuple, int] = {}
    for row in sheet.rows:
        key = (row["company"], row["lender"], row["agreement_number"])
        if seen.setdefault(key, row.row) != row.row:
            text = f"'{key[2]}' stands in row {seen[key]} too; an agreement is one row"
            yield sheet.problem(row, "agreement_number", text)


def _faults(row: Row) -> list[tuple[str, str]]:
    """Name what of a row does not fit together: ``[(column, what)]``."""
    found = []
    if bool(row["draw_date"]) != bool(row["draw_amount"]):
        found.append(("draw_date", "a draw has a date and an amount, or neither"))
    elif row["draw_amount"] and row["draw_amount"] > row["plafond"]:
        found.append(("draw_amount", f"is more than the plafond of {row['plafond']}"))
    for name, method in (
        ("fixed_instalment", "fixed_instalment"),
        ("principal_percent", "fixed_percent"),
    ):
        if row["method"] == method and not row[name]:
            found.append((name, f"is empty; method {method} needs it"))
    if row["opening_date"] and not row["draw_date"]:
        found.append(("draw_date", "is empty; a loan taken over was drawn before"))
    elif row["opening_date"] and row["draw_date"] > row["opening_date"]:
        found.append(("draw_date", "lies after the day of opening_date"))
    return found


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the facilities, sign and draw.

    The server judges every row before one is written; then each facility comes with
    all that belongs to it in one call, which leaves nothing behind when it fails.
    """
    session = Session(client, options)
    session.check([sheet])
    parts = [
        Part(session, rows, code, _extra) for code, rows in session.each_company(sheet)
    ]
    problems = [problem for part in parts for problem in part.problems()]
    if problems:
        raise BadFileError(problems)
    done: list[str] = []
    for part in parts:
        part.bring(done)
    return session.outcomes


def _extra(row: Row) -> dict[str, object]:
    """Give the terms that the row names, and where they come from."""
    named = {column.name: row[column.name] for column in TERMS}
    terms = {name: value for name, value in named.items() if value is not None}
    return {"note": f"<p>{row['source']}</p>", **terms}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"facilities": "facilities.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
