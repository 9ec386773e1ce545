"""Load offices, groups and people who are no members of a cooperative.

People get the NIK; a row with a company belongs to it and is seen by it alone.
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

PARTNERS = Layout(
    "partner",
    (
        Column("code", required=True, field="ref"),
        Column("company", field="company_id", reference="company"),
        Column("name", required=True, field="name"),
        Column("kind", values.one_of("person", "organisation"), required=True),
        Column("nik", values.nik, field="nik"),
        Column(
            "region_code", values.region_code, field="region_id", reference="region"
        ),
        Column("phone", field="phone"),
        Column("website", values.link, field="website"),
        Column("remark"),
    ),
    ("code",),
)


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    return read_sheet(options.partners, PARTNERS)


def extra_values(row: Row) -> dict[str, object]:
    """Give the values of a partner that no column holds as they are."""
    return {
        "is_company": row["kind"] == "organisation",
        "comment": f"<p>{row['remark']}</p>" if row["remark"] else None,
    }


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the partners."""
    session = Session(client, options)
    session.check([sheet])
    session.load(sheet, "res.partner", "partners", kind="partner", extra=extra_values)
    return session.outcomes


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"partners": "partners.csv"})
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
