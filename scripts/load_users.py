"""Load the people who log in, each with one role in one company.

The password of new users comes from the environment variable
``FACTORY_DEMO_PASSWORD`` or from a file; users that exist keep theirs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import rpc
from loading import command, values
from loading.layouts import Column, Layout, Row, Sheet, read_sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

ROLES = (
    "teller",
    "accountant",
    "operator",
    "factory_manager",
    "auditor",
    "monitoring_officer",
    "integrator",
)
USERS = Layout(
    "user",
    (
        Column("login", required=True, field="login"),
        Column("name", required=True, field="name"),
        Column("role", values.one_of(*ROLES), required=True),
        Column("company", required=True, field="company_id", reference="company"),
        Column("also", values.codes),
    ),
    ("login",),
)
PASSWORD_VARIABLE = "FACTORY_DEMO_PASSWORD"


def check(options: argparse.Namespace) -> Sheet:
    """Read and check the file; needs no server."""
    return read_sheet(options.users, USERS)


def also(row: Row) -> tuple[str, ...]:
    """Return the codes of further companies that a person is allowed to enter."""
    return row["also"] or ()


def new_password(options: argparse.Namespace) -> str:
    """Give the password of new users.

    :raise rpc.RpcError: when none is given
    """
    if options.new_password_file:
        return options.new_password_file.read_text(encoding="utf-8").strip()
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if not password:
        raise rpc.RpcError(
            f"no password for new users: set {PASSWORD_VARIABLE} or use"
            " --new-password-file"
        )
    return password


def work(
    client: rpc.Client, options: argparse.Namespace, sheet: Sheet
) -> Sequence[Outcome]:
    """Create or change the users."""
    session = Session(client, options)
    session.check([sheet])
    groups = {
        role: client.ref(f"umkm_base.umkm_base_group_{role}")
        for role in {row["role"] for row in sheet.rows}
    }
    several = client.ref("base.group_multi_company")
    password = new_password(options)
    codes = {row["company"] for row in sheet.rows}
    codes.update(code for row in sheet.rows for code in also(row))
    found = session.resolver.look_up("company", codes)
    problems = [
        sheet.problem(row, "also", f"there is no company '{code}'")
        for row in sheet.rows
        for code in also(row)
        if code not in found
    ]
    if problems:
        raise BadFileError(problems)
    zones = _zones(client, list(found.values()))
    fresh = {"password": password, **_quiet(client)}

    def extra(row: Row) -> dict[str, object]:
        company = session.id_of("company", row["company"])
        return {
            "company_ids": sorted(
                {company, *(session.id_of("company", code) for code in also(row))}
            ),
            # Odoo gives this group by itself to whoever may enter several companies
            "group_ids": [groups[row["role"]], *([several] if also(row) else [])],
            "lang": "id_ID",
            "tz": zones.get(company, "Asia/Jakarta"),
            **fresh,
        }

    session.load(
        sheet,
        "res.users",
        "users",
        extra=extra,
        # Odoo writes the zone of the browser into a user without one at the login
        created_only=["tz", *fresh],
    )
    return session.outcomes


def _zones(client: rpc.Client, companies: list[int]) -> dict[int, str]:
    rows = client.search_read("res.company", [("id", "in", companies)], ["time_zone"])
    return {row["id"]: row["time_zone"] for row in rows}


def _quiet(client: rpc.Client) -> dict[str, str]:
    """Return the value that keeps Odoo's chat bot away, where there is one.

    At the first login its window would cover a phone on the shop floor.
    """
    fields = client.call("res.users", "fields_get", [["odoobot_state"], ["type"]])
    return {"odoobot_state": "disabled"} if fields else {}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``."""
    parser = command.parser_for(__doc__, {"users": "users.csv"})
    parser.add_argument(
        "--new-password-file", type=Path, help="file with the password of new users"
    )
    return command.run(parser, argv, check, work)


if __name__ == "__main__":
    sys.exit(main())
