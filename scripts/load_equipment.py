"""Load work centres and tie to them the machines that were handed over.

A machine is named by its factory number, as it stands on the line of the handover
(BAST): load the grants first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

CENTRES = Layout(
    "work centre",
    (
        Column("code", required=True, field="code"),
        Column("company", required=True, field="company_id", reference="company"),
        Column("site", field="site_id", reference="site"),
        Column("name", required=True, field="name"),
        Column("lanes", values.integer, required=True, field="lane_count"),
        Column("setup_minutes", values.amount, field="time_start", default=0),
        Column("cleaning_minutes", values.amount, field="time_stop", default=0),
        Column("serials", values.codes, default=()),
        # members book it in the portal; and start it by its QR code
        Column("portal", values.boolean, field="portal_bookable", default=False),
        Column("self_start", values.boolean, field="portal_start", default=False),
        # bookings for use only while the centre works
        Column(
            "hours_only", values.boolean, field="booking_within_hours", default=False
        ),
        Column("cost_hour", values.amount, field="costs_hour", default=0),
        Column("remark"),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    return read_sheet(options.workcenters, CENTRES)


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the work centres; tie the machines."""
    session = Session(client, options)
    session.check([sheet])
    machines = _machines(session, sheet)
    for code, part in session.each_company(sheet):
        session.load(
            part,
            "mrp.workcenter",
            f"work centres of {code}",
            kind="workcenter",
            company=session.id_of("company", code),
        )
    session.outcomes.append(_tie(session, sheet, machines))
    return session.outcomes


def _machines(session: Session, sheet: Sheet) -> dict[str, dict[str, object]]:
    """Find the machines that a file names, ``{serial: record}``.

    :raise BadFileError: naming the rows whose machine is not registered
    """
    serials = sorted({serial for row in sheet.rows for serial in row["serials"]})
    rows = session.client.search_read(
        "maintenance.equipment",
        [("serial_no", "in", serials)],
        ["serial_no", "workcenter_id"],
    )
    found = {str(row["serial_no"]): row for row in rows}
    problems = [
        sheet.problem(
            row,
            "serials",
            f"there is no machine '{serial}'; load its handover with load_grants.py",
        )
        for row in sheet.rows
        for serial in row["serials"]
        if serial not in found
    ]
    if problems:
        raise BadFileError(problems)
    return found


def _tie(
    session: Session, sheet: Sheet, machines: dict[str, dict[str, object]]
) -> Outcome:
    outcome = Outcome("machines tied")
    changed: list[Row] = []
    for row in sheet.rows:
        centre = session.id_of("workcenter", row["code"])
        loose = [
            serial
            for serial in row["serials"]
            if (machines[serial]["workcenter_id"] or [None])[0] != centre
        ]
        outcome.updated += len(loose)
        outcome.unchanged += len(row["serials"]) - len(loose)
        if loose:
            changed.append(row)

    def write(row: Row) -> None:
        ids = [machines[serial]["id"] for serial in row["serials"]]
        vals = {"workcenter_id": session.id_of("workcenter", row["code"])}
        session.client.call("maintenance.equipment", "write", [ids, vals])

    session.act(sheet, changed, write)
    return outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"workcenters": "workcenters.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
