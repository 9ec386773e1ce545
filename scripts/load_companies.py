"""Load cooperatives and offices as companies and set the cooperatives up.

A cooperative gets what ``action_setup_cooperative`` makes where it is missing: chart of
accounts, journals, sequences, saving types; and working hours in its own time zone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.session import Session
from loading.sync import Outcome

COMPANIES = Layout(
    "company",
    (
        Column("code", required=True),
        Column("name", required=True, field="name"),
        Column("kind", values.one_of("cooperative", "office"), required=True),
        Column(
            "region_code",
            values.region_code,
            required=True,
            field="region_id",
            reference="region",
        ),
        Column("registry_number", field="coop_registry_number"),
        Column("pkp", values.boolean, field="is_taxable_enterprise", default=False),
        Column("remark"),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    return read_sheet(options.companies, COMPANIES)


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the companies and set the cooperatives up."""
    session = Session(client, options)
    session.check([sheet])
    fixed = {
        "country_id": client.ref("base.id"),
        "currency_id": client.ref("base.IDR"),
    }
    session.load(
        sheet, "res.company", "companies", kind="company", extra=lambda row: fixed
    )
    session.act(sheet, sheet.rows, lambda row: _locate(session, row))
    cooperatives = [row for row in sheet.rows if row["kind"] == "cooperative"]
    if not session.dry_run:
        client.refresh()  # the user may enter the new companies from now on
    session.act(
        sheet,
        cooperatives,
        lambda row: _set_up(
            session, session.id_of("company", row["code"]), verbose=options.verbose
        ),
    )
    return session.outcomes


def _locate(session: Session, row: Row) -> None:
    """Give the company's own contact the region of its seat."""
    company = session.id_of("company", row["code"])
    region = session.id_of("region", row["region_code"])
    owner = session.client.search_read(
        "res.company", [("id", "=", company)], ["partner_id"]
    )[0]["partner_id"][0]
    domain = [("id", "=", owner), ("region_id", "!=", region)]
    if session.client.search_read("res.partner", domain, ["name"]):
        session.client.call("res.partner", "write", [[owner], {"region_id": region}])


def _set_up(session: Session, number: int | None, *, verbose: bool) -> None:
    client = session.client
    context = client.with_companies([number])
    lines = client.call(
        "res.company", "action_setup_cooperative", [[number]], context=context
    )
    name = client.search_read("res.company", [("id", "=", number)], ["name"])[0]["name"]
    command.say(f"  {name}: set up, {len(lines)} points looked at")
    for line in lines if verbose else []:
        command.say(f"    {line}")
    _set_calendar_zone(client, number)


def _set_calendar_zone(client: rpc.Client, number: int | None) -> None:
    """Let the company's working hours be those of its own clock."""
    company = client.search_read(
        "res.company", [("id", "=", number)], ["resource_calendar_id", "time_zone"]
    )[0]
    calendar = company["resource_calendar_id"]
    if not calendar:
        return
    rows = client.search_read("resource.calendar", [("id", "=", calendar[0])], ["tz"])
    if rows and rows[0]["tz"] != company["time_zone"]:
        client.call(
            "resource.calendar", "write", [[calendar[0]], {"tz": company["time_zone"]}]
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"companies": "companies.csv"})
    parser.add_argument("--verbose", action="store_true", help="list what set-up did")
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
