"""Loans and the lender's letters, loaded by commands into a live server."""

import csv

import pytest

LOAN = "LPDB-MINSEL"  # taken over on 31 August 2025: its first seven rows are settled


@pytest.fixture
def facility(first_run, admin):
    [found] = admin.search_read(
        "lpdb.facility",
        [("name", "=", LOAN)],
        ["state", "schedule_id", "outstanding", "opening_date", "guarantee_ids"],
    )
    return found


def letter(commands, folder, change=None, **head):
    """Copy the pilots' letter, each row changed by a function."""
    with (commands.folder / "schedules.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(head)
        if change:
            change(row)
    path = folder / "schedules.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def versions(admin, facility):
    return admin.call(
        "lpdb.schedule", "search_count", [[("facility_id", "=", facility["id"])]]
    )


def schedule_of(admin, facility):
    [found] = admin.search_read(
        "lpdb.facility", [("id", "=", facility["id"])], ["schedule_id"]
    )
    [schedule] = admin.search_read(
        "lpdb.schedule",
        [("id", "=", found["schedule_id"][0])],
        ["kind", "source", "principal", "interest", "version"],
    )
    return schedule


def test_loan_taken_over_follows_the_letter(facility, admin):
    assert facility["state"] == "active"
    # 155,000,000 less the 5,166,700 of row 7; rows 1 to 6 are grace
    assert facility["outstanding"] == 149_833_300
    assert len(facility["guarantee_ids"]) == 1
    schedule = schedule_of(admin, facility)
    assert (schedule["kind"], schedule["principal"]) == ("imported", 155_000_000)


def test_difference_is_shown_row_by_row(first_run):
    shown = first_run["schedule"].stdout
    # 155,000,000 / 30 = 5,166,667, interest 387,500 in both
    line = (
        "LPDB-MINSEL row 7, due 2025-08-15: letter 5,554,200, computed 5,554,167,"
        " difference 33"
    )
    assert line in shown, shown
    # the six rows of the grace are the same
    assert "LPDB-MINSEL: 30 of 36 row(s) differ" in shown


def test_changed_settled_row_is_named(facility, commands, admin, tmp_path):
    def change(row):
        if row["n"] == "3":
            row["interest"] = "387600"

    path = letter(commands, tmp_path, change, letter="S-18")
    before = versions(admin, facility)
    result = commands.run("schedule", files={"schedules": path})
    assert result.returncode == 1
    assert f"{path}:4:interest: " in result.stderr, result.stderr
    assert "stays 387,500" in result.stderr
    assert "nothing written" in result.stderr
    assert versions(admin, facility) == before


def test_wrong_sum_is_named(facility, commands, admin, tmp_path):
    def change(row):
        if row["n"] == "36":
            row["principal"] = "5165701"

    path = letter(commands, tmp_path, change, letter="S-18")
    result = commands.run("schedule", files={"schedules": path})
    assert result.returncode == 1
    assert f"{path}:37:principal: " in result.stderr, result.stderr
    assert "155,000,001" in result.stderr
    assert "155,000,000" in result.stderr


def test_facility_that_is_not_there_is_named(first_run, commands, tmp_path):
    path = letter(commands, tmp_path, facility="NOBODY")
    result = commands.run("schedule", files={"schedules": path})
    assert result.returncode == 1
    assert f"{path}:2:facility: " in result.stderr


def test_new_letter_after_a_killed_run(facility, commands, admin, tmp_path):
    """A run killed after its draft leaves one draft, which the next run takes."""

    def change(row):
        # the lender rounds interest up further from October on
        if int(row["n"]) > 8:
            row["interest"] = str(int(row["interest"]) + 100)

    path = letter(commands, tmp_path, change, letter="CONTOH/S-18/2025")
    old = schedule_of(admin, facility)
    admin.create(
        "lpdb.schedule",
        {
            "facility_id": facility["id"],
            "kind": "imported",
            "source": "CONTOH/S-18/2025",
            "date_from": "2025-10-01",
            "line_ids": [
                [0, 0, {"n": 1, "due": "2025-02-15", "principal": 0, "interest": 1}]
            ],
        },
    )
    before = versions(admin, facility)
    dry = commands.run("schedule", "--dry-run", files={"schedules": path})
    assert dry.returncode == 0, dry.stderr
    assert "1 change(s) would be made" in dry.stdout
    assert schedule_of(admin, facility) == old
    result = commands.run("schedule", files={"schedules": path})
    assert result.returncode == 0, result.stderr
    new = schedule_of(admin, facility)
    assert versions(admin, facility) == before
    assert new["source"] == "CONTOH/S-18/2025"
    assert new["version"] == old["version"] + 1
    # 28 rows of 100 more
    assert new["interest"] == old["interest"] + 2_800
    again = commands.run("schedule", files={"schedules": path})
    assert "nothing changed" in again.stdout


def test_use_that_a_killed_run_left_out_is_recorded(facility, commands, admin):
    uses = admin.search_read(
        "lpdb.draw.use", [("draw_id.facility_id", "=", facility["id"])], ["amount"]
    )
    assert [use["amount"] for use in uses] == [155_000_000]
    admin.call("lpdb.draw.use", "unlink", [[use["id"] for use in uses]])
    result = commands.run("facilities")
    assert "1 signed or drawn" in result.stdout, result.stderr + result.stdout
    found = admin.call(
        "lpdb.draw.use",
        "search_count",
        [[("draw_id.facility_id", "=", facility["id"])]],
    )
    assert found == 1
    assert "nothing changed" in commands.run("facilities").stdout


FACILITY = {
    "company": "kukar",
    "lender": "lpdb",
    "date_signed": "2025-01-10",
    "plafond": "60000000",
    "annual_rate": "3",
    "periods": "12",
    "method": "equal_principal",
    "fees": "provision=1",
    "draw_date": "2025-01-15",
    "draw_amount": "60000000",
    "purpose": "uji",
    "source": "contoh",
}


def facilities_file(folder, **changes):
    """Write facilities; each named by its code and what differs from the usual."""
    rows = [
        {"code": code, "agreement_number": f"UJI/{code}", **FACILITY, **change}
        for code, change in changes.items()
    ]
    path = folder / "facilities.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        header = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(admin, *codes):
    rows = admin.search_read(
        "lpdb.facility", [("name", "in", codes)], ["name", "state", "outstanding"]
    )
    return {row["name"]: (row["state"], row["outstanding"]) for row in rows}


REFUSED = {
    # 12 rows of which 12 are grace leave no row for the principal
    "grace_principal": {"grace_principal": "12"},
    "2025-01-09": {"draw_date": "2025-01-09"},
    "row 2 too": {"agreement_number": "UJI/LX-A"},
    "first_due": {"first_due": "2025-01-01"},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_one_bad_facility_leaves_nothing(reason, first_run, commands, admin, tmp_path):
    path = facilities_file(tmp_path, **{"LX-A": {}, "LX-B": REFUSED[reason]})
    for options in (["--dry-run"], []):
        result = commands.run("facilities", *options, files={"facilities": path})
        assert result.returncode == 1
        assert f"{path}:3:" in result.stderr, result.stderr
        assert reason in result.stderr
        assert "1 fault(s) found, nothing written" in result.stderr
    assert found(admin, "LX-A", "LX-B") == {}


def test_facilities_that_are_there_are_judged_too(first_run, commands, admin, tmp_path):
    path = facilities_file(tmp_path, **{"LX-C": {}})
    dry = commands.run("facilities", "--dry-run", files={"facilities": path})
    # facility, fee, and one signed and drawn
    assert "3 change(s) would be made" in dry.stdout, dry.stderr
    assert found(admin, "LX-C") == {}
    done = commands.run("facilities", files={"facilities": path})
    assert "3 change(s) made" in done.stdout, done.stderr
    assert found(admin, "LX-C") == {"LX-C": ("active", 60_000_000)}
    again = commands.run("facilities", files={"facilities": path})
    assert "nothing changed" in again.stdout, again.stderr
    for change, reason in (
        ({"annual_rate": "4"}, "sudah dibukukan"),
        ({"fees": "provision=2"}, "sudah dibukukan"),
    ):
        path = facilities_file(tmp_path, **{"LX-C": change, "LX-D": {}})
        for options in (["--dry-run"], []):
            result = commands.run("facilities", *options, files={"facilities": path})
            assert result.returncode == 1
            assert f"{path}:2:" in result.stderr
            assert reason in result.stderr
            assert "nothing written" in result.stderr
    # another facility holds the number on the server
    path = facilities_file(tmp_path, **{"LX-E": {"agreement_number": "UJI/LX-C"}})
    result = commands.run("facilities", "--dry-run", files={"facilities": path})
    assert "sudah tercatat" in result.stderr
    assert found(admin, "LX-C", "LX-D", "LX-E") == {"LX-C": ("active", 60_000_000)}


def test_letter_that_is_refused_leaves_its_draw_waiting(
    first_run, commands, admin, tmp_path
):
    path = facilities_file(tmp_path, **{"LX-F": {"schedule": "lender", "fees": ""}})
    result = commands.run("facilities", files={"facilities": path})
    assert result.returncode == 0, result.stderr
    header = ["facility", "letter", "date_from", "n", "due", "principal", "interest"]
    path = tmp_path / "letter.csv"
    # the first row repays a month before anything was drawn
    rows = [
        ["LX-F", "S-1", "2025-01-15", "1", "2024-12-15", "30000000", "0"],
        ["LX-F", "S-1", "2025-01-15", "2", "2025-02-15", "30000000", "0"],
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    for options in (["--dry-run"], []):
        result = commands.run("schedule", *options, files={"schedules": path})
        assert result.returncode == 1
        assert "baris 1 mengangsur lebih dari yang dicairkan" in result.stderr, (
            result.stderr
        )
        assert "nothing written" in result.stderr
    [facility] = admin.search_read(
        "lpdb.facility", [("name", "=", "LX-F")], ["state", "schedule_ids"]
    )
    assert (facility["state"], facility["schedule_ids"]) == ("signed", [])
