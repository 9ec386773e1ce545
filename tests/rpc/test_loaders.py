"""The loaders as commands: first run, second run, and files that are not right."""

import csv

import pytest
from loading.references import external_name
from small_pilots import LOADERS

NAMES = [name for name, _files in LOADERS]


@pytest.mark.parametrize("name", NAMES)
def test_first_run_writes(first_run, name):
    assert name in first_run, "a loader before this one failed"
    result = first_run[name]
    assert result.returncode == 0, result.stderr
    assert "change(s) made" in result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_second_run_changes_nothing(first_run, commands, name):
    result = commands.run(name)
    assert result.returncode == 0, result.stderr
    assert "nothing changed" in result.stdout, result.stdout


def test_chat_bot_leaves_new_users_alone(first_run, commands, admin):
    with (commands.folder / "users.csv").open(encoding="utf-8", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        logins = [row["login"] for row in csv.DictReader(lines)]
    states = admin.search_read(
        "res.users", [("login", "in", logins)], ["odoobot_state"]
    )
    assert len(states) == len(logins)
    assert {row["odoobot_state"] for row in states} == {"disabled"}


def test_dry_run_writes_nothing(first_run, commands, admin, tmp_path):
    path = changed(commands.folder / "partners.csv", tmp_path, 0, code="NEW-ONE")
    before = admin.call("res.partner", "search_count", [[]])
    result = commands.run("partners", "--dry-run", files={"partners": path})
    assert result.returncode == 0, result.stderr
    assert "1 change(s) would be made" in result.stdout
    assert admin.call("res.partner", "search_count", [[]]) == before


def changed(source, folder, index, **values):
    """Copy a file with other values in one row."""
    with source.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[index].update(values)
    path = folder / source.name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("name", "file", "model", "values", "column"),
    [
        ("members", "members", "coop.member", {"nik": "123"}, "nik"),
        ("members", "members", "coop.member", {"date_joined": "31/2/2024"}, ""),
        ("members", "members", "coop.member", {"region_code": "99.99.99"}, ""),
        ("sites", "sites", "factory.site", {"region_code": "64.99"}, "region_code"),
        ("intake", "intake", "factory.intake", {"gross_kg": "1.250"}, "gross_kg"),
        ("intake", "intake", "factory.intake", {"user": "NOBODY"}, "user"),
        ("intake", "intake", "factory.intake", {"grade": "Z"}, "grade"),
        ("bookings", "bookings", "factory.booking", {"workcenter": "X"}, "workcenter"),
    ],
)
def test_bad_row_is_named_and_nothing_is_written(
    first_run, commands, admin, tmp_path, name, file, model, values, column
):
    source = commands.folder / dict(LOADERS)[name][file]
    key = "ticket" if name == "intake" else "code"
    # a new row that is good stands before the bad one
    path = changed(source, tmp_path, 0, **{key: "GOOD-9999"})
    path = changed(path, tmp_path, 1, **values)
    before = admin.call(model, "search_count", [[]])
    result = commands.run(name, files={file: path})
    assert result.returncode == 1
    column = column or next(iter(values))
    assert f"{path}:3:{column}: " in result.stderr, result.stderr
    assert "nothing written" in result.stderr
    assert admin.call(model, "search_count", [[]]) == before


def test_row_that_the_server_refuses_is_named(first_run, commands, admin, tmp_path):
    # the third booking asks for a lane that the oven does not have
    with (commands.folder / "bookings.csv").open(encoding="utf-8") as stream:
        taken = next(csv.DictReader(stream))
    path = tmp_path / "bookings.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(taken), lineterminator="\n")
        writer.writeheader()
        writer.writerow(
            {**taken, "code": "B-FREE", "start": "2025-10-20 08:15"}
            | {"end": "2025-10-20 10:15"}
        )
        writer.writerow(
            {
                **taken,
                "code": "B-TWIN",
                "lane": "2",
                "start": "2025-10-20 08:15",
                "end": "2025-10-20 10:15",
            }
        )
        writer.writerow(
            {
                **taken,
                "code": "B-TAKEN",
                "lane": "9",
                "start": "2025-10-21 08:15",
                "end": "2025-10-21 10:15",
            }
        )
    before = admin.call("factory.booking", "search_count", [[]])
    result = commands.run("bookings", files={"bookings": path})
    assert result.returncode == 1
    assert f"{path}:4:" in result.stderr, result.stderr
    assert admin.call("factory.booking", "search_count", [[]]) == before


def test_opening_balance_that_is_posted_cannot_change(first_run, commands, tmp_path):
    path = changed(commands.folder / "members.csv", tmp_path, 0, principal="999999")
    result = commands.run("members", files={"members": path})
    assert result.returncode == 1
    assert ":2:principal: " in result.stderr
    assert "posted already" in result.stderr


def test_one_changed_row_is_one_update(first_run, commands, admin, tmp_path):
    path = changed(commands.folder / "partners.csv", tmp_path, 0, phone="+62 000 1")
    result = commands.run("partners", files={"partners": path})
    assert "0 created, 1 updated" in result.stdout, result.stderr
    assert "1 updated" in commands.run("partners").stdout


def test_external_ids_carry_the_key_of_the_row(first_run, admin):
    name = external_name("factory.site", "KUKAR")
    number = admin.ref(f"__import__.{name}")
    (site,) = admin.search_read("factory.site", [("id", "=", number)], ["code"])
    assert site["code"] == "KUKAR"


def test_wrong_password_is_one_clear_line(commands, tmp_path):
    path = tmp_path / "password"
    path.write_text("wrong")
    result = commands.run("partners", "--password-file", str(path))
    assert result.returncode == 1
    assert "cannot log in" in result.stderr
    assert "Traceback" not in result.stderr


def test_help_needs_no_server(commands):
    result = commands.run("members", "--help")
    assert result.returncode == 0
    assert "--opening-date" in result.stdout
