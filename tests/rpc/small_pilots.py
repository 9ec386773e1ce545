"""Cut the pilots down to two cooperatives, a few members and three orders."""

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PILOTS = ROOT / "data" / "pilots"
COMPANIES = {"dinas-kaltim", "kukar", "minsel"}
ORDERS = 3
#: loaders in the order in which one needs the other: (name, {option: file})
LOADERS = (
    ("companies", {"companies": "companies.csv"}),
    ("partners", {"partners": "partners.csv"}),
    ("users", {"users": "users.csv"}),
    ("decisions", {"meetings": "meetings.csv", "rates": "saving_rates.csv"}),
    ("members", {"members": "members.csv"}),
    (
        "sites",
        {
            "sites": "sites.csv",
            "budgets": "site_budgets.csv",
            "gates": "site_gates.csv",
            "status": "site_status.csv",
            "trials": "site_trials.csv",
        },
    ),
    (
        "grants",
        {
            "programmes": "grant_programmes.csv",
            "events": "grant_events.csv",
            "agreements": "grant_agreements.csv",
            "handovers": "grant_handovers.csv",
            "lines": "grant_lines.csv",
        },
    ),
    ("equipment", {"workcenters": "workcenters.csv"}),
    (
        "products",
        {
            "products": "products.csv",
            "recipes": "recipes.csv",
            "grades": "grades.csv",
        },
    ),
    ("tariffs", {"tariffs": "tariffs.csv", "lines": "tariff_lines.csv"}),
    ("facilities", {"facilities": "facilities.csv"}),
    ("schedule", {"schedules": "schedules.csv"}),
    ("intake", {"intake": "intake.csv"}),
    ("bookings", {"bookings": "bookings.csv"}),
    ("orders", {"orders": "orders.csv"}),
)


def read(name):
    """Read a pilot file as a list of dictionaries, remarks left out."""
    with (PILOTS / name).open(encoding="utf-8", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        return list(csv.DictReader(lines))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def small_pilots(folder):
    """Cut the pilots down to two cooperatives, a few members and three orders."""
    orders = read("orders.csv")[:ORDERS]
    users = {row["user"] for row in orders}
    tickets = {ticket for row in orders for ticket in row["tickets"].split("|")}
    bookings = {row[f"{kind}_booking"] for row in orders for kind in ("oven", "mill")}
    members = [
        row
        for row in read("members.csv")
        if row["code"] in users
        or (row["company"] in COMPANIES and int(row["code"][-4:]) <= 6)
    ]
    handovers = [
        row
        for row in read("grant_handovers.csv")
        if row["code"] in ("BAST-SMD-001", "BAST-BPP-001", "BAST-KUKAR-RPB")
    ]
    papers = {row["code"] for row in handovers}
    # patchouli keeps the agreement that another site's operator has
    agreements = [
        {**row, "company": "minsel", "programme": "", "recipient": "minsel"}
        | {"site": "MINSEL"}
        for row in read("grant_agreements.csv")
    ]
    kept = {
        "orders.csv": orders,
        "members.csv": members,
        "grant_handovers.csv": handovers,
        "grant_agreements.csv": agreements,
        "grant_lines.csv": [
            row for row in read("grant_lines.csv") if row["handover"] in papers
        ],
        "intake.csv": [row for row in read("intake.csv") if row["ticket"] in tickets],
        "bookings.csv": [
            row for row in read("bookings.csv") if row["code"] in bookings
        ],
        "sites.csv": [
            {**row, "company": row["company"] if row["company"] in COMPANIES else ""}
            for row in read("sites.csv")
        ],
        "tariff_lines.csv": [
            row for row in read("tariff_lines.csv") if "KUKAR" in row["tariff"]
        ],
    }
    for _loader, files in LOADERS:
        for name in files.values():
            rows = kept.get(name) or read(name)
            if name == "companies.csv":
                rows = [row for row in rows if row["code"] in COMPANIES]
            elif "company" in rows[0] and name != "sites.csv":
                rows = [row for row in rows if row["company"] in {*COMPANIES, ""}]
            write(folder / name, rows)
