"""Load opening stock: lots that lie in the house, each under its owner.

A row is one lot at one place. Rows are posted in parts, each as a whole; a run that was
stopped goes on where it was when it is started again. A row that is posted stands: a
file that says something else about it is refused. ``owner`` empty is the cooperative's
own, valued at ``unit_cost``.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import rpc
from loading import command, values
from loading.grades import grades
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

MODEL = "factory.stock.opening"
STOCK = Layout(
    "opening lot",
    (
        Column("code", required=True, field="name"),
        Column("company", required=True, field="company_id", reference="company"),
        Column("site", required=True, reference="site"),
        Column("owner", field="owner_id", reference="party"),
        Column("product", required=True, field="product_id", reference="product"),
        Column("lot", field="lot_name"),
        Column("quantity", values.quantity, required=True, field="quantity"),
        Column("location"),
        Column("grade"),
        Column("quarantine", values.boolean, default=False, field="to_quarantine"),
        Column("unit_cost", values.amount, field="unit_cost"),
        Column("date", values.date),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.stock, STOCK)
    problems = []
    for row in sheet.rows:
        if not row["quantity"]:
            problems.append(sheet.problem(row, "quantity", "must be above zero"))
        if row["unit_cost"] and row["owner"]:
            text = "an owner's material has no value in the books; leave it empty"
            problems.append(sheet.problem(row, "unit_cost", text))
        if row["quarantine"] and row["location"]:
            text = "name a place, or quarantine, not both"
            problems.append(sheet.problem(row, "location", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create the opening lots and post them, part by part."""
    session = Session(client, options)
    session.check([sheet])
    known = grades(session, sheet)
    for code, part in session.each_company(sheet):
        company = session.id_of("company", code)
        places = _places(session, part, company)
        outcome = session.load(
            part,
            MODEL,
            f"opening lots of {code}",
            company=company,
            extra=_extra(session, known, places, options.opening_date),
        )
        _post(session, code, part, outcome, options.chunk)
        _compare(session, part, outcome)
    return session.outcomes


def _extra(
    session: Session,
    known: Mapping[str, int],
    places: Mapping[str, int],
    day: datetime.date,
) -> Callable[[Row], dict[str, Any]]:
    """Make what the columns alone do not say."""
    midnight = datetime.time()

    def make(row: Row) -> dict[str, Any]:
        moment = datetime.datetime.combine(row["date"] or day, midnight)
        return {
            "date": session.utc(row["site"], moment),
            "grade_id": known.get(row["grade"]),
            "location_id": places.get(row["location"]),
            **_warehouse(session, row["site"]),
        }

    return make


def _warehouse(session: Session, site: str) -> dict[str, int]:
    """Give the warehouse of a site, if it has one of its own."""
    found = session.resolver.found.setdefault("warehouse of site", {})
    if site not in found:
        number = session.id_of("site", site)
        rows = session.client.search_read(
            "factory.site", [("id", "=", number)], ["warehouse_id"]
        )
        warehouse = rows[0]["warehouse_id"] if rows else False
        found[site] = warehouse[0] if warehouse else 0
    return {"warehouse_id": found[site]} if found[site] else {}


def _places(session: Session, sheet: Sheet, company: int | None) -> dict[str, int]:
    """Find the places that the file names, by barcode, name or full name.

    :raise BadFileError: for a name that no place has, or more than one
    """
    wanted = {row["location"] for row in sheet.rows if row["location"]}
    if not wanted:
        return {}
    rows = session.client.search_read(
        "stock.location",
        [("usage", "=", "internal"), ("company_id", "=", company)],
        ["barcode", "name", "complete_name"],
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        for name in {row["barcode"], row["name"], row["complete_name"]} - {False}:
            found.setdefault(name, set()).add(row["id"])
    problems = []
    for row in sheet.rows:
        name = row["location"]
        count = len(found.get(name, ())) if name else 1
        if count != 1:
            text = (
                f"{count} places are called '{name}'; write the full name"
                if count
                else f"there is no place '{name}'; create it under Inventory, Locations"
            )
            problems.append(sheet.problem(row, "location", text))
    if problems:
        raise BadFileError(problems)
    return {name: min(found[name]) for name in wanted}


def _post(
    session: Session, code: str, sheet: Sheet, outcome: Outcome, chunk: int
) -> None:
    """Post what is a draft, so many rows in one transaction."""
    drafts = session.in_state(MODEL, outcome.ids.values(), "draft")
    waiting = [
        row
        for row in sheet.rows
        if row["code"] in outcome.new_keys or outcome.ids.get(row["code"]) in drafts
    ]
    outcome.acted("posted", len(waiting))
    context = session.client.with_companies([session.id_of("company", code)])
    if session.dry_run:
        return

    def post(rows: Sequence[Row]) -> None:
        numbers = [outcome.ids[row["code"]] for row in rows]
        try:
            session.client.call(MODEL, "action_post", [numbers], context=context)
        except rpc.RpcError as error:
            left = session.in_state(MODEL, numbers, "draft")
            if len(left) < len(rows):
                # the server was still at the last part of a run that was killed
                post([row for row in rows if outcome.ids[row["code"]] in left])
                return
            # the server names the code of the row; nothing of this part is posted
            named = (row for row in rows if f" {row['code']}" in str(error))
            row = next(named, rows[0])
            # the drafts of the others stay, too
            written = max(start, outcome.created + outcome.updated)
            raise BadFileError([sheet.problem(row, "", str(error))], written) from error

    for start in range(0, len(waiting), chunk):
        part = waiting[start : start + chunk]
        post(part)
        command.say(f"  posted {start + len(part)} of {len(waiting)} opening lots")


def _compare(session: Session, sheet: Sheet, outcome: Outcome) -> None:
    """Hold the posted quantities of each product against the file.

    :raise BadFileError: when they differ
    """
    if session.dry_run:
        return
    rows = session.client.search_read(
        MODEL,
        [("id", "in", list(outcome.ids.values())), ("state", "=", "posted")],
        ["name", "quantity"],
    )
    posted = {row["name"]: Decimal(str(row["quantity"])) for row in rows}
    totals: dict[str, list[Decimal]] = {}
    for row in sheet.rows:
        pair = totals.setdefault(row["product"], [Decimal(0), Decimal(0)])
        pair[0] += row["quantity"]
        pair[1] += posted.get(row["code"], Decimal(0))
    for product, (wanted, found) in totals.items():
        command.say(f"  control {product}: file {wanted:.3f}, server {found:.3f}")
    wrong = [name for name, (wanted, found) in totals.items() if wanted != found]
    if wrong:
        first = next(row for row in sheet.rows if row["product"] in wrong)
        text = f"the server does not hold what the file has of {', '.join(wrong)}"
        raise BadFileError([sheet.problem(first, "quantity", text)])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"stock": None})
    parser.add_argument(
        "--opening-date",
        type=values.date,
        required=True,
        help="day on which the stock was taken over, for rows without a date",
    )
    parser.add_argument(
        "--chunk",
        type=int,
        default=200,
        help="rows that are posted in one transaction",
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
