"""Load the pilots over RPC and run one month of the ginger factory; print its report.

The main job of ``scripts/demo``. It calls the loaders one after another, then runs
September 2025 at Kutai Kartanegara: machines used, services charged, invoiced and paid,
dues collected, one instalment of the loan, value added. A second run finds all of it
done and only reports. Ends with 1 when a sub-ledger does not tie to the ledger or a
mass balance does not close.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import rpc
from loading import command, figures, report
from loading.layouts import read_sheet
from loading.month import Month, Scope
from loading.problems import BadFileError
from loading.references import IMPORT_MODULE, existing_ids, external_name
from loading.session import Session

LOADERS = (
    "companies",
    "partners",
    "users",
    "decisions",
    "members",
    "sites",
    "grants",
    "equipment",
    "products",
    "tariffs",
    "facilities",
    "schedule",
    "intake",
    "bookings",
    "orders",
)
OFFICE = "dinas-kaltim"
SCOPE = Scope("kukar", "KUKAR", datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
COOPERATIVES = ("kukar", "minsel", "ntt", "tamiang")
FACILITY = "LPDB-KUKAR"
INSTALMENT_DAY = datetime.date(2025, 9, 25)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    made = argparse.ArgumentParser(description=__doc__)
    rpc.add_options(made)
    made.add_argument(
        "--report-dir",
        type=Path,
        default=command.ROOT / "build",
        help="folder of demo-report.html (%(default)s)",
    )
    made.add_argument("--lang", choices=sorted(report.TEXTS), default="id")
    return made


def server_arguments(options: argparse.Namespace) -> list[str]:
    """Give the loaders the same server, database and user."""
    named = {
        "--url": options.url,
        "--host": options.host,
        "--port": options.port,
        "--database": options.database,
        "--user": options.user,
        "--password-file": options.password_file,
        "--timeout": options.timeout,
    }
    pairs = ((name, value) for name, value in named.items() if value is not None)
    return [text for name, value in pairs for text in (name, str(value))]


def adopt_main_company(client: rpc.Client) -> None:
    """Let the company that every database has be the office that grants equipment."""
    if existing_ids(client, "res.company", [OFFICE]):
        return
    main = client.ref("base.main_company")
    vals = {
        "module": IMPORT_MODULE,
        "name": external_name("res.company", OFFICE),
        "model": "res.company",
        "res_id": main,
    }
    client.create("ir.model.data", vals)


def load_all(arguments: Sequence[str]) -> bool:
    """Call every loader; stop at the first that is refused."""
    for name in LOADERS:
        started = time.monotonic()
        command.say(f"load_{name}")
        loader = importlib.import_module(f"load_{name}")
        if loader.main(list(arguments)):
            return False
        command.say(f"  {time.monotonic() - started:.1f} s")
    return True


def run_month(client: rpc.Client, options: argparse.Namespace) -> tuple[Month, dict]:
    """Run the steps of the month.

    :return: the month and ``{code: id}`` of the cooperatives
    """
    session = Session(client, argparse.Namespace(dry_run=False))
    found = session.resolver.look_up("company", COOPERATIVES)
    companies = {code: found[code] for code in COOPERATIVES}
    session.resolver.look_up("facility", [FACILITY])
    month = Month(session, SCOPE)
    orders = read_sheet(
        command.PILOTS / "orders.csv", importlib.import_module("load_orders").ORDERS
    )
    steps = (
        lambda: month.use_machines(orders),
        lambda: month.record_services(orders),
        month.charge,
        lambda: month.create_dues(companies),
        month.pay_at_the_counter,
        lambda: month.collect_dues(companies),
        lambda: month.pay_instalment(FACILITY, INSTALMENT_DAY),
        lambda: month.add_value(command.PILOTS / "value_added.csv"),
    )
    for step in steps:
        before = dict(month.done)
        step()
        for what, count in month.done.items():
            if what not in before:
                command.say(f"  {what}: {count}")
    if not any(month.done.values()):
        command.say("  nothing to do: the month is done already")
    return month, companies


def say_who_logs_in() -> None:
    """List the logins of the roles; their password was given by the caller."""
    users = importlib.import_module("load_users")
    sheet = read_sheet(command.PILOTS / "users.csv", users.USERS)
    command.say("\nLogins:")
    for row in sheet.rows:
        command.say(f"  {row['login']:22} {row['role']:20} {row['company']}")
    if not os.environ.get(users.PASSWORD_VARIABLE):
        command.say(f"  (password: {users.PASSWORD_VARIABLE} is not set)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; see ``--help``.

    :return: 1 when something is refused or does not close
    """
    options = parser().parse_args(argv)
    started = time.monotonic()
    try:
        client = rpc.connect(options)
        adopt_main_company(client)
        if not load_all(server_arguments(options)):
            return 1
        command.say("the month")
        client.refresh()
        month, companies = run_month(client, options)
        lang = {"id": "id_ID", "en": "en_US"}[options.lang]
        collected = figures.collect(month, companies, lang)
    except (rpc.RpcError, BadFileError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    faults = figures.problems(collected)
    options.report_dir.mkdir(parents=True, exist_ok=True)
    page = options.report_dir / "demo-report.html"
    page.write_text(report.as_html(collected, faults, options.lang), encoding="utf-8")
    command.say("\n" + report.as_text(collected, faults, options.lang))
    say_who_logs_in()
    command.say(f"\nReport: {page} ({time.monotonic() - started:.0f} s)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
