"""Collect the figures of a month over RPC and check that they close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .month import Month

KINDS = ("principal", "mandatory", "voluntary")


def collect(month: Month, companies: Mapping[str, int], lang: str) -> dict[str, Any]:
    """Gather what the report shows.

    :param companies: ``{code: id}`` of the cooperatives
    :param str lang: language of names, for instance ``id_ID``
    :return: JSON-like dictionary, see :mod:`loading.report`
    """
    scope = month.scope
    first, last = scope.first.isoformat(), scope.last.isoformat()
    return {
        "first": first,
        "last": last,
        "site": month.call(
            "factory.site", "get_factory_report", [month.site], first, last
        ),
        "cooperatives": [
            _cooperative(month, number, last) for number in companies.values()
        ],
        "loans": _loans(month),
        "sites": _sites(month, lang),
        "grants": _grants(month, lang),
        "days": _days(month),
        "ties": _ties(month, companies, last),
        "balances": _balances(month, last),
    }


def _cooperative(month: Month, number: int, last: str) -> dict[str, Any]:
    client = month.client
    context = client.with_companies([number])
    groups = client.call(
        "coop.saving.account",
        "formatted_read_group",
        [[("company_id", "=", number)], ["kind"], ["balance:sum"]],
        context=context,
    )
    savings = {group["kind"]: group["balance:sum"] for group in groups}
    company = client.search_read(
        "res.company", [("id", "=", number)], ["name", "time_zone"]
    )[0]
    return {
        "name": company["name"],
        "time_zone": company["time_zone"],
        "members": client.call(
            "coop.member",
            "search_count",
            [[("company_id", "=", number), ("state", "=", "active")]],
            context=context,
        ),
        **{kind: savings.get(kind, 0.0) for kind in KINDS},
        "dues_open": sum(
            row["rest"]
            for row in client.search_read(
                "coop.saving.due",
                [("company_id", "=", number), ("state", "=", "open")],
                ["rest"],
                context=context,
            )
        ),
    }


def _loans(month: Month) -> list[dict[str, Any]]:
    rows = month.search(
        "lpdb.facility",
        [("company_id", "=", month.company), ("state", "!=", "draft")],
        ["name", "plafond", "annual_rate", "drawn", "outstanding"],
    )
    payments = month.search(
        "lpdb.payment",
        [("company_id", "=", month.company), ("state", "=", "posted")],
        ["facility_id", "principal", "interest"],
    )
    for row in rows:
        mine = [p for p in payments if p["facility_id"][0] == row["id"]]
        row["paid_principal"] = sum(p["principal"] for p in mine)
        row["paid_interest"] = sum(p["interest"] for p in mine)
    return rows


def _sites(month: Month, lang: str) -> list[dict[str, Any]]:
    """Read every site's readiness and the first gate that holds it up."""
    context = {"lang": lang}
    rows = month.client.search_read(
        "factory.site",
        [("active", "=", True)],
        [
            "code",
            "name",
            "region_id",
            "commodity",
            "readiness_state",
            "blocking_gate_ids",
            "gate_clear_count",
            "gate_count",
        ],
        order="code",
        context=context,
    )
    contradicted = {
        row["site_id"][0]
        for row in month.client.search_read(
            "factory.site.status", [], ["site_id", "is_contradicted"]
        )
        if row["is_contradicted"]
    }
    gates = _blocking_gates(month, rows, context)
    for row in rows:
        row["contradicted"] = row["id"] in contradicted
        row.update(holder([gates[number] for number in row["blocking_gate_ids"]]))
    return rows


def _blocking_gates(
    month: Month, sites: list[dict[str, Any]], context: Mapping[str, Any]
) -> dict[int, dict[str, Any]]:
    numbers = [number for site in sites for number in site["blocking_gate_ids"]]
    rows = month.client.search_read(
        "factory.site.gate",
        [("id", "in", numbers)],
        ["gate_id", "state", "date", "actor", "sequence"],
        context=context,
    )
    return {row["id"]: row for row in rows}


def holder(gates: list[dict[str, Any]]) -> dict[str, Any]:
    """Choose the gate that holds a site up: the one that failed last.

    A gate that nobody has looked at holds it up too, but a finding says more. How many
    others there are is told beside it.

    >>> gates = [
    ...     {"gate_id": [1, "A"], "state": "open", "date": "2026-01-01", "actor": "x",
    ...      "sequence": 1},
    ...     {"gate_id": [2, "B"], "state": "failed", "date": "2025-08-12", "actor": "y",
    ...      "sequence": 2}]
    >>> holder(gates)
    {'gate': 'B', 'since': '2025-08-12', 'actor': 'y', 'others': 1}
    """
    failed = [gate for gate in gates if gate["state"] == "failed"]
    if failed:
        chosen = max(failed, key=lambda gate: (gate["date"], -gate["sequence"]))
    elif gates:
        chosen = min(gates, key=lambda gate: gate["sequence"])
    else:
        return {"gate": "-", "since": "", "actor": "", "others": 0}
    return {
        "gate": chosen["gate_id"][1],
        "since": chosen["date"] if failed else "",
        "actor": chosen["actor"] or "",
        "others": len(gates) - 1,
    }


def _grants(month: Month, lang: str) -> list[dict[str, Any]]:
    """Count signed machines by programme and region of the recipient."""
    rows = month.client.search_read(
        "grant.handover",
        [("state", "=", "signed"), ("is_reversed", "=", False)],
        ["programme_id", "region_id", "accepted_quantity"],
        context={"lang": lang},
    )
    regions = _regencies(
        month, {row["region_id"][0] for row in rows if row["region_id"]}
    )
    sums: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        region = regions.get(row["region_id"][0], "") if row["region_id"] else ""
        programme = row["programme_id"][1] if row["programme_id"] else ""
        total = sums.setdefault((programme, region), [0, 0.0])
        total[0] += 1
        total[1] += row["accepted_quantity"]
    return [
        {"programme": programme, "region": region, "handovers": n, "machines": machines}
        for (programme, region), (n, machines) in sorted(sums.items())
    ]


def _regencies(month: Month, regions: set[int]) -> dict[int, str]:
    """Name the regency or city of each region, ``{region id: name}``."""
    rows = month.client.search_read(
        "umkm.region", [("id", "in", sorted(regions))], ["code", "name"]
    )
    codes = {row["id"]: row["code"][:5] for row in rows}
    names = {
        row["code"]: row["name"]
        for row in month.client.search_read(
            "umkm.region",
            [("code", "in", sorted(set(codes.values())))],
            ["code", "name"],
        )
    }
    return {number: names.get(code, code) for number, code in codes.items()}


def _days(month: Month) -> list[dict[str, Any]]:
    """Sum kilograms weighed in and weighed out for each local day."""
    days: dict[str, dict[str, Any]] = {}
    zone = month.session.zone_of(month.scope.site)

    def add(moment: str, name: str, weight: float) -> None:
        day = _local_day(moment, zone)
        found = days.setdefault(day, {"day": day, "kg_in": 0.0, "kg_out": 0.0})
        found[name] += weight

    for row in month.search(
        "factory.intake",
        [("site_id", "=", month.site), ("state", "=", "accepted")],
        ["date", "accepted_kg"],
    ):
        add(row["date"], "kg_in", row["accepted_kg"])
    for row in month.search(
        "mrp.production",
        [("site_id", "=", month.site), ("state", "=", "done")],
        ["date_finished", "output_kg"],
    ):
        add(row["date_finished"], "kg_out", row["output_kg"])
    first, last = month.scope.first.isoformat(), month.scope.last.isoformat()
    return [days[day] for day in sorted(days) if first <= day <= last]


def _local_day(moment: str, zone: str) -> str:
    """Give the local day of a UTC moment.

    >>> _local_day("2025-08-31 22:30:00", "Asia/Makassar")
    '2025-09-01'
    """
    import datetime
    from zoneinfo import ZoneInfo

    utc = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.timezone.utc)
    return utc.astimezone(ZoneInfo(zone)).date().isoformat()


def _ties(
    month: Month, companies: Mapping[str, int], last: str
) -> list[dict[str, Any]]:
    """Compare sub-ledgers and ledger of every cooperative at the end of the month."""
    rows = []
    for code, number in companies.items():
        for row in month.client.call(
            "res.company",
            "action_check_ledger",
            [last, number],
            context=month.client.with_companies([number]),
        ):
            rows.append({**row, "company": code})
    return rows


def _balances(month: Month, last: str) -> list[dict[str, Any]]:
    return month.call(
        "factory.mass.balance", "check_mass_balance", "2000-01-01", f"{last} 23:59:59"
    )


def problems(figures: Mapping[str, Any]) -> list[str]:
    """Say what does not close; an empty list is what we want.

    >>> problems({"ties": [{"company": "a", "account_code": "1", "difference": 5}],
    ...     "balances": [], "site": {"charges": 1, "invoices": 1,
    ...     "usages_not_charged": 0}})
    ['a: account 1 differs from its sub-ledger by 5']
    """
    found = [
        f"{row['company']}: account {row['account_code']} differs from its sub-ledger"
        f" by {row['difference']}"
        for row in figures["ties"]
        if abs(row["difference"]) > 0.005
    ]
    found += [
        f"mass balance of {row.get('lot') or row.get('name')} does not close:"
        f" {row['difference']} kg"
        for row in figures["balances"]
        if abs(row["difference"]) > 0.0005
    ]
    site = figures["site"]
    if abs(site["charges"] - site["invoices"]) > 0.005:
        found.append(
            f"charges of {site['charges']} are not the invoices of {site['invoices']}"
        )
    if site["usages_not_charged"]:
        found.append(f"{site['usages_not_charged']} uses have no charge")
    return found
