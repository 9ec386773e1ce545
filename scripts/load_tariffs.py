"""Load tariffs with their lines and put them in force.

A tariff needs the meeting that decided it. One in force is locked: a file that changes
its lines is refused; make a new version.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Sheet, read_sheet
from loading.session import Session
from loading.sync import Outcome

UNITS = ("hour", "day", "kg", "m3", "kwh", "batch", "piece", "head", "percent_output")
CHARGES = ("time", "setup", "service", "consumable", "cancellation", "no_show")
TARIFFS = Layout(
    "tariff",
    (
        Column("code", required=True),
        Column("company", required=True, field="company_id", reference="company"),
        Column("site", field="site_id", reference="site"),
        Column("name", required=True, field="name"),
        Column("date_from", values.date, required=True, field="date_from"),
        Column("meeting", required=True, field="meeting_id", reference="meeting"),
        Column("resolution", field="resolution"),
    ),
    ("code",),
)
LINES = Layout(
    "tariff line",
    (
        Column("tariff", required=True, field="tariff_id", reference="tariff"),
        Column("number", values.integer, required=True, field="sequence"),
        Column(
            "charge_type", values.one_of(*CHARGES), required=True, field="charge_type"
        ),
        Column("workcenter", field="workcenter_id", reference="workcenter"),
        Column("product", field="product_id", reference="product"),
        Column(
            "audience",
            values.one_of("all", "member", "non_member"),
            field="audience",
            default="all",
        ),
        Column("unit", values.one_of(*UNITS), required=True, field="unit"),
        Column("price", values.amount, required=True, field="price"),
        Column(
            "basis",
            values.one_of("used", "booked", "greater"),
            field="basis",
            default="used",
        ),
        Column("minimum", values.amount, field="minimum"),
        Column("setup_fee", values.amount, field="setup_fee"),
        Column("batch_quantity", values.quantity, field="batch_quantity"),
        Column("batch_unit", values.one_of(*UNITS), field="batch_unit"),
        Column("percent", values.positive, field="percent"),
        Column("by_products", values.boolean, field="kind_byproducts"),
        Column("at_cost", values.boolean, field="is_at_cost"),
        Column("markup", values.quantity, field="markup"),
        Column("source", required=True, field="note"),
    ),
    ("tariff", "number"),
)


@dataclass(frozen=True)
class Files:
    """The checked files."""

    tariffs: Sheet
    lines: Sheet


def check(options: argparse.Namespace) -> Files:
    """Read and check the files; needs no server."""
    return Files(read_sheet(options.tariffs, TARIFFS), read_sheet(options.lines, LINES))


def work(
    client: rpc.Client, options: argparse.Namespace, files: Files
) -> Sequence[Outcome]:
    """Create or change tariffs and lines; put new tariffs in force."""
    session = Session(client, options)
    session.check([files.tariffs, files.lines], {"tariff": files.tariffs})
    tariffs = session.load(files.tariffs, "factory.tariff", "tariffs", kind="tariff")
    session.load(files.lines, "factory.tariff.line", "tariff lines")
    drafts = {
        row["id"]
        for row in client.search_read(
            "factory.tariff",
            [("id", "in", list(tariffs.ids.values())), ("state", "=", "draft")],
            ["state"],
        )
    }
    waiting = [
        row for row in files.tariffs.rows if tariffs.ids.get(row["code"]) in drafts
    ]
    tariffs.acted("put in force", len(waiting))
    session.act(
        files.tariffs,
        waiting,
        lambda row: client.call(
            "factory.tariff", "action_activate", [[tariffs.ids[row["code"]]]]
        ),
    )
    return session.outcomes


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    files = {"tariffs": "tariffs.csv", "lines": "tariff_lines.csv"}
    return command.run(command.parser_for(__doc__, files), argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
