"""The files in ``data/pilots`` are right without a server, and say what they must."""

import csv
from decimal import Decimal

import load_bookings
import load_companies
import load_decisions
import load_equipment
import load_facilities
import load_grants
import load_intake
import load_members
import load_orders
import load_partners
import load_products
import load_schedule
import load_sites
import load_tariffs
import load_users
import pytest
from loading import command
from loading.problems import BadFileError

LOADERS = [
    load_bookings,
    load_companies,
    load_decisions,
    load_equipment,
    load_facilities,
    load_grants,
    load_intake,
    load_members,
    load_orders,
    load_partners,
    load_products,
    load_schedule,
    load_sites,
    load_tariffs,
    load_users,
]


def checked(loader):
    """Run the pure part of a loader on its default files."""
    caught = {}

    def keep(parser, argv, check, work):
        caught["files"] = check(parser.parse_args([]))
        return 0

    original, command.run = command.run, keep
    try:
        loader.main([])
    finally:
        command.run = original
    return caught["files"]


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_pilot_files_pass_the_check(loader):
    assert checked(loader)


def test_every_file_is_below_the_limit_of_size():
    for path in command.PILOTS.glob("*.csv"):
        assert path.stat().st_size < 200_000, path.name


def test_members_are_enough_invented_and_spread_over_four_cooperatives():
    rows = checked(load_members).rows
    assert len(rows) >= 300
    assert {row["remark"] for row in rows} == {"rekaan"}
    assert {row["company"] for row in rows} == {"kukar", "minsel", "ntt", "tamiang"}


def test_numbers_of_members_fit_region_and_birth_date():
    for row in checked(load_members).rows:
        born, nik = row["birth_date"], row["nik"]
        day = born.day + (40 if row["gender"] == "f" else 0)
        assert nik[:6] == row["region_code"].replace(".", "")
        assert nik[6:12] == f"{day:02d}{born:%m%y}"
        assert int(nik[12:]) > 9000
        assert row["phone"].startswith("+62 000 ")


def test_sewing_machines_are_those_of_the_source():
    # Poskota Kaltim, 3 Apr 2024: 74 recipients in Samarinda, 2 in Balikpapan
    files = checked(load_grants)
    sewing = [row for row in files.lines.rows if row["name"] == "Mesin jahit"]
    assert sum(row["delivered"] for row in sewing) == 76
    cities = [row["handover"][5:8] for row in sewing]
    assert (cities.count("SMD"), cities.count("BPP")) == (74, 2)


def test_contradicting_statements_of_one_day_are_both_there():
    rows = [
        row
        for row in checked(load_sites).status.rows
        if row["site"] == "KUKAR" and str(row["date"]) == "2025-08-12"
    ]
    assert {row["claim"] for row in rows} == {"idle", "operating"}


def test_every_statement_gate_and_budget_has_a_source():
    files = checked(load_sites)
    assert all(row["source"] for row in files.status.rows + files.budgets.rows)
    assert all(row["author"] for row in files.gates.rows)


def test_orders_use_tickets_of_their_own_user_and_yield_about_ten_percent():
    tickets = {row["ticket"]: row for row in checked(load_intake).rows}
    total_in = total_out = Decimal(0)
    for order in checked(load_orders).rows:
        for ticket in order["tickets"]:
            assert tickets[ticket]["user"] == order["user"]
            assert tickets[ticket]["weighed_at"] <= order["oven_start"]
            total_in += load_intake.accepted_kg(tickets[ticket])
        total_out += order["output_kg"]
    assert Decimal("0.09") < total_out / total_in < Decimal("0.11")


def bookings_of(folder, *spans):
    """Read a file of bookings on one lane of the first pilot booking's centre."""
    source = command.PILOTS / "bookings.csv"
    lines = [n for n in source.read_text().splitlines() if not n.startswith("#")]
    head, first = csv.reader(lines[:2])
    rows = [dict(zip(head, first, strict=True)) for _span in spans]
    for number, (row, (start, end)) in enumerate(zip(rows, spans, strict=True)):
        day = "2026-03-02"
        row.update(code=f"B-{number}", start=f"{day} {start}", end=f"{day} {end}")
    path = folder / "bookings.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    parser = command.parser_for("", {"bookings": "bookings.csv"})
    return load_bookings.check(parser.parse_args(["--bookings", str(path)]))


def test_bookings_of_a_lane_that_overlap_are_found(tmp_path):
    """The third lies behind the second, but still within the first."""
    spans = [("08:00", "12:00"), ("09:00", "10:00"), ("11:00", "13:00")]
    sheet = bookings_of(tmp_path, *spans, ("13:00", "14:00"))
    found = [(p.row, p.message) for p in load_bookings.overlaps(sheet)]
    assert found == [(row, "overlaps 'B-0' of row 2 on the lane") for row in (3, 4)]


def test_bookings_may_overlap_where_the_centre_allows_it(tmp_path):
    sheet = bookings_of(tmp_path, ("08:00", "10:00"), ("09:00", "11:00"))
    assert not load_bookings.overlaps(sheet, {sheet.rows[0]["workcenter"]})
    assert load_bookings.overlaps(sheet, {"another"})


def test_booking_that_ends_before_it_starts_is_refused(tmp_path):
    with pytest.raises(BadFileError) as caught:
        bookings_of(tmp_path, ("10:00", "09:00"))
    assert "is not after the start" in caught.value.problems[0].message
