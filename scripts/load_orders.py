"""Load toll orders: whose tickets went in and how much was weighed out.

Each new order takes exactly the lots of its tickets, is closed with the weight of the
product and dated when the mill ended. Closed orders stand. Times are those of the
clock at the site.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

ORDERS = Layout(
    "order",
    (
        Column("code", required=True, field="origin"),
        Column("company", required=True, reference="company"),
        Column("site", required=True, reference="site"),
        Column("user", required=True, field="partner_id", reference="party"),
        Column("recipe", required=True, field="bom_id", reference="bom"),
        Column("tickets", values.codes, required=True, reference="intake"),
        Column("output_kg", values.quantity, required=True, field="product_qty"),
        Column("oven_booking", required=True, reference="booking"),
        Column("mill_booking", required=True, reference="booking"),
        Column("oven_start", values.local_datetime, required=True),
        Column("oven_end", values.local_datetime, required=True),
        Column("mill_start", values.local_datetime, required=True),
        Column("mill_end", values.local_datetime, required=True),
        Column("remark"),
    ),
    ("code",),
)

# what closing an order writes itself
CREATED_ONLY = ("product_qty", "date_start", "bom_id", "product_id", "product_uom_id")


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    sheet = read_sheet(options.orders, ORDERS)
    problems = []
    used: dict[str, int] = {}
    for row in sheet.rows:
        if not row["oven_start"] < row["oven_end"] <= row["mill_start"]:
            text = "the oven starts, ends, then the mill starts"
            problems.append(sheet.problem(row, "oven_end", text))
        if row["mill_end"] <= row["mill_start"]:
            problems.append(sheet.problem(row, "mill_end", "is not after the start"))
        for ticket in row["tickets"]:
            first = used.setdefault(ticket, row.row)
            if first != row.row:
                text = f"ticket '{ticket}' went into the order of row {first}"
                problems.append(sheet.problem(row, "tickets", text))
    if problems:
        raise BadFileError(problems)
    return sheet


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create the orders and close them in the order of time."""
    session = Session(client, options)
    session.check([sheet])
    lots = _lots(session, sheet)
    recipes = _recipes(session, sheet)
    for code, part in session.each_company(sheet):

        def make(row: Row) -> dict[str, object]:
            return {
                "production_mode": "toll",
                **recipes[row["recipe"]],
                "owned_lot_ids": [
                    lot for ticket in row["tickets"] for lot in lots.get(ticket, [])
                ],
                "date_start": session.utc(row["site"], row["oven_start"]),
            }

        outcome = session.load(
            part,
            "mrp.production",
            f"toll orders of {code}",
            company=session.id_of("company", code),
            extra=make,
            created_only=CREATED_ONLY,
        )
        _close(session, code, part, outcome)
    return session.outcomes


def _lots(session: Session, sheet: Sheet) -> dict[str, list[int]]:
    """Find the lots of the tickets, ``{ticket: [lot id]}``."""
    tickets = session.resolver.look_up("intake", [])
    names = {number: ticket for ticket, number in tickets.items()}
    rows = session.client.search_read(
        "factory.intake.line",
        [("intake_id", "in", list(names))],
        ["intake_id", "lot_id"],
    )
    lots: dict[str, list[int]] = {}
    for row in rows:
        if row["lot_id"]:
            lots.setdefault(names[row["intake_id"][0]], []).append(row["lot_id"][0])
    problems = [
        sheet.problem(row, "tickets", f"weighing '{ticket}' is not accepted")
        for row in sheet.rows
        for ticket in row["tickets"]
        if ticket in tickets and ticket not in lots
    ]
    if problems:
        raise BadFileError(problems)
    return lots


def _recipes(session: Session, sheet: Sheet) -> dict[str, dict[str, int]]:
    """Find what a recipe makes and in which unit, ``{recipe: values of an order}``."""
    boms = session.resolver.look_up("bom", [])
    rows = session.client.search_read(
        "mrp.bom",
        [("id", "in", list(boms.values()))],
        ["product_tmpl_id", "product_uom_id"],
    )
    found = {row["id"]: row for row in rows}
    templates = [row["product_tmpl_id"][0] for row in rows]
    variants = {
        row["product_tmpl_id"][0]: row["id"]
        for row in session.client.search_read(
            "product.product",
            [("product_tmpl_id", "in", templates)],
            ["product_tmpl_id"],
        )
    }
    return {
        code: {
            "product_id": variants[found[number]["product_tmpl_id"][0]],
            "product_uom_id": found[number]["product_uom_id"][0],
        }
        for code, number in boms.items()
    }


def _close(session: Session, code: str, sheet: Sheet, outcome: Outcome) -> None:
    client = session.client
    rows = client.search_read(
        "mrp.production",
        [("id", "in", list(outcome.ids.values())), ("state", "!=", "done")],
        ["state"],
    )
    opened = {row["id"] for row in rows}
    waiting = [row for row in sheet.rows if outcome.ids.get(row["code"]) in opened]
    waiting.sort(key=lambda row: row["mill_end"])
    outcome.acted("closed", len(waiting))
    context = client.with_companies([session.id_of("company", code)])
    done = 0

    def close(row: Row) -> Mapping[str, object]:
        nonlocal done
        answer = client.call(
            "mrp.production",
            "action_record_output",
            [[outcome.ids[row["code"]]], float(row["output_kg"])],
            {
                "date": session.utc(row["site"], row["mill_end"]),
                "lot_name": row["code"],
            },
            context=context,
        )
        done += 1
        if done % 10 == 0 or done == len(waiting):
            command.say(f"  closed {done} of {len(waiting)} orders")
        return answer

    session.act(sheet, waiting, close)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"orders": "orders.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
