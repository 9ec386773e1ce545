"""A cooperative moves in from another program: savings, open items, balance, bank.

Figures are those of the files written here; every total is derived beside its use.
"""

import csv
import signal

import pytest
from commands import Scripts, found_cooperative, write
from conftest import log_in

OPENING = "2025-08-31"
COMPANY = "pindah"
MEMBERS = [f"PINDAH-{number:04d}" for number in range(1, 41)]


@pytest.fixture(scope="module")
def scripts(live_server):
    return Scripts(live_server)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("migration")


@pytest.fixture(scope="module")
def cooperative(scripts, folder, live_server):
    """A cooperative with 40 members who have no savings yet."""
    found_cooperative(scripts, folder, COMPANY, "Koperasi Pindahan")
    members = write(
        folder / "members.csv",
        ["No Anggota", "company", "name", "nik", "date_applied", "date_joined", "Ket"],
        [
            [
                *(code, COMPANY, f"Anggota {i}", f"640202010180{i:04d}"),
                *("2024-01-02", "2024-01-05", "rekaan"),
            ]
            for i, code in enumerate(MEMBERS, 1)
        ],
    )
    scripts.done(
        "load_members",
        *("--members", members, "--map", "No Anggota=code", "--map", "Ket=-"),
        *("--control", "rows=40", "--savings-apart"),
    )
    client = log_in(live_server, live_server.login, live_server.password)
    company = client.search_read(
        "res.company", [("name", "=", "Koperasi Pindahan")], ["name"]
    )[0]["id"]
    return client, company


def savings(client, company, code="SP"):
    """Sum the posted savings of a type."""
    groups = client.call(
        "coop.saving.entry",
        "formatted_read_group",
        [
            [
                ("company_id", "=", company),
                ("state", "=", "posted"),
                ("type_id.code", "=", code),
            ],
            [],
            ["amount:sum", "__count"],
        ],
    )
    return groups[0]["amount:sum"], groups[0]["__count"]


@pytest.fixture(scope="module")
def opened(scripts, folder, cooperative):
    """Principal savings of 40 members, in parts of 10, killed in the middle."""
    client, company = cooperative
    path = write(
        folder / "savings.csv",
        ["company", "member", "type", "amount"],
        [[COMPANY, code, "SP", "100.000"] for code in MEMBERS],
    )
    arguments = ("--savings", path, "--opening-date", OPENING, "--chunk", 10)
    killed = scripts.kill_after("10 of 40", "load_savings", *arguments)
    between = savings(client, company)
    return path, arguments, killed, between


def test_killed_run_leaves_whole_parts_and_goes_on(scripts, cooperative, opened):
    client, company = cooperative
    _path, arguments, killed, (amount, count) = opened
    assert killed == -signal.SIGKILL
    # at whatever moment: whole parts only
    assert count % 10 == 0 and 10 <= count <= 40
    assert amount == count * 100_000
    output = scripts.done("load_savings", *arguments, "--control", "amount=4000000")
    # 40 times 100,000
    assert "file 4,000,000.00, server 4,000,000.00" in output
    assert savings(client, company) == (4_000_000, 40)
    assert "nothing changed" in scripts.done("load_savings", *arguments)
    rows = client.call("res.company", "action_check_ledger", [OPENING, company])
    assert rows and not [row for row in rows if row["difference"]]


def test_members_are_active_after_their_savings(scripts, folder, cooperative, opened):
    client, company = cooperative
    scripts.done(
        "load_members",
        *("--members", folder / "members.csv"),
        *("--map", "No Anggota=code", "--map", "Ket=-", "--savings-apart"),
    )
    states = client.search_read(
        "coop.member", [("company_id", "=", company)], ["state"]
    )
    assert {row["state"] for row in states} == {"active"}


def test_history_keeps_the_days(scripts, folder, cooperative, opened):
    client, company = cooperative
    member = MEMBERS[0]
    path = write(
        folder / "history.csv",
        ["company", "member", "type", "date", "kind", "amount"],
        [
            [COMPANY, member, "SS", "2025-01-10", "setoran", "500000"],
            [COMPANY, member, "SS", "2025-02-28", "bunga", "2000"],
            [COMPANY, member, "SS", "2025-02-28", "pajak", "200"],
            [COMPANY, member, "SS", "2025-03-05", "penarikan", "100000"],
        ],
    )
    output = scripts.done("load_savings", "--savings", path, "--history")
    assert "control savings tax: file -200.00, server -200.00" in output
    entries = client.search_read(
        "coop.saving.entry",
        [("member_id.number", "=", member), ("type_id.code", "=", "SS")],
        ["date", "kind", "amount"],
        order="date, id",
    )
    # 500,000 + 2,000 - 200 - 100,000 = 401,800
    assert [(e["date"], e["kind"], e["amount"]) for e in entries] == [
        ("2025-01-10", "deposit", 500_000),
        ("2025-02-28", "interest", 2_000),
        ("2025-02-28", "tax", -200),
        ("2025-03-05", "withdrawal", -100_000),
    ]
    assert savings(client, company, "SS")[0] == 401_800
    again = scripts.done("load_savings", "--savings", path, "--history")
    assert "nothing changed" in again


def test_posted_savings_are_not_changed(scripts, folder, cooperative, opened):
    path = write(
        folder / "other.csv",
        ["company", "member", "type", "amount"],
        [[COMPANY, code, "SP", "150.000"] for code in MEMBERS[:10]],
    )
    errors = folder / "errors.csv"
    result = scripts.run(
        "load_savings",
        *("--savings", path, "--opening-date", OPENING, "--chunk", 10),
        *("--errors", errors),
    )
    assert result.returncode == 1
    assert f"{path}:2:amount: 1000000 is posted" in result.stderr
    with errors.open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert [(row["row"], row["column"]) for row in listed] == [("2", "amount")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["NOBODY", "SP", "5000"], "member"),
        ([MEMBERS[1], "XX", "5000"], "type"),
        ([MEMBERS[1], "SS", "-5"], "amount"),
        ([MEMBERS[1], "SS", ""], "amount"),
    ],
)
def test_bad_saving_is_named(scripts, folder, cooperative, opened, row, column):
    client, company = cooperative
    before = savings(client, company, "SS")
    good = [COMPANY, MEMBERS[2], "SS", "5000"]
    header = ["company", "member", "type", "amount"]
    path = write(folder / "bad.csv", header, [good, [COMPANY, *row]])
    result = scripts.run(
        "load_savings", "--savings", path, "--opening-date", "2025-08-30"
    )
    assert result.returncode == 1
    assert f"{path}:3:{column}: " in result.stderr
    assert savings(client, company, "SS") == before


def test_wrong_control_total_writes_nothing(scripts, folder, cooperative, opened):
    client, company = cooperative
    before = savings(client, company, "SS")
    header = ["company", "member", "type", "amount"]
    path = write(folder / "cut.csv", header, [[COMPANY, MEMBERS[2], "SS", "5000"]])
    result = scripts.run("load_savings", "--savings", path, "--control", "amount=6000")
    assert result.returncode == 1
    assert "control total is 6000, the file has 5000" in result.stderr
    assert savings(client, company, "SS") == before


ITEMS = ["company", "number", "kind", "partner", "date", "due", "amount"]


@pytest.fixture(scope="module")
def items(scripts, folder, cooperative, opened):
    """Thirty documents of members in parts of five, killed in the middle."""
    path = write(
        folder / "items.csv",
        ITEMS,
        [
            [
                *(COMPANY, f"F-{i:03d}", "customer", MEMBERS[i]),
                *("2025-07-01", "2025-07-31", 10_000 + i),
            ]
            for i in range(30)
        ],
    )
    arguments = ("--items", path, "--opening-date", OPENING, "--chunk", 5)
    killed = scripts.kill_after("5 of 30", "load_open_items", *arguments)
    return path, arguments, killed


def open_items(client, company):
    return client.search_read(
        "account.move",
        [("company_id", "=", company), ("move_type", "=", "out_invoice")],
        ["ref", "state", "amount_residual", "invoice_date_due", "invoice_date"],
    )


def test_open_items_are_there_once_after_a_kill(scripts, cooperative, items):
    client, company = cooperative
    _path, arguments, killed = items
    assert killed == -signal.SIGKILL
    output = scripts.done("load_open_items", *arguments)
    # 30 times 10,000 and 0 + 1 + ... + 29 = 435
    assert "file 300,435.00, server 300,435.00" in output
    found = open_items(client, company)
    assert len(found) == 30
    assert {row["state"] for row in found} == {"posted"}
    assert sum(row["amount_residual"] for row in found) == 300_435
    assert {row["invoice_date_due"] for row in found} == {"2025-07-31"}
    assert {row["invoice_date"] for row in found} == {"2025-07-01"}
    assert "nothing changed" in scripts.done("load_open_items", *arguments)


def test_draft_that_a_killed_run_left_is_not_doubled(scripts, cooperative, items):
    client, company = cooperative
    _path, arguments, _killed = items
    [draft] = [
        row["id"] for row in open_items(client, company) if row["ref"] == "F-003"
    ]
    client.call("account.move", "button_draft", [[draft]])
    scripts.done("load_open_items", *arguments)
    [found] = client.search_read(
        "account.move", [("id", "=", draft)], ["state", "amount_total"]
    )
    assert (found["state"], found["amount_total"]) == ("posted", 10_003)


def test_bad_open_item_is_named(scripts, folder, cooperative, items):
    rows = [
        [COMPANY, "G-1", "customer", MEMBERS[0], "2025-07-01", "2025-06-01", 1],
        [COMPANY, "G-2", "customer", MEMBERS[0], "2025-09-01", "", 1],
    ]
    path = write(folder / "bad_items.csv", ITEMS, rows)
    result = scripts.run("load_open_items", "--items", path, "--opening-date", OPENING)
    assert result.returncode == 1
    assert f"{path}:2:due: " in result.stderr
    assert f"{path}:3:date: " in result.stderr
    rows = [[COMPANY, "G-3", "customer", "NOBODY", "2025-07-01", "", 1]]
    path = write(folder / "bad_items.csv", ITEMS, rows)
    result = scripts.run("load_open_items", "--items", path, "--opening-date", OPENING)
    assert f"{path}:2:partner: 'NOBODY'" in result.stderr


def state_of(client, company):
    return client.call("res.company", "get_migration_state", [company, OPENING])


def trial_balance(client, company):
    """Write the trial balance of the old program: what is loaded, and the cash."""
    accounts = state_of(client, company)["accounts"]
    rows = [
        [COMPANY, code, max(one["balance"], 0), max(-one["balance"], 0)]
        for code, one in accounts.items()
        if one["kind"] in ("control", "trade") and one["balance"]
    ]
    # savings 4,000,000 and 401,800, open items 300,435; the rest lies in the till
    rows.append([COMPANY, "11110001", 4_000_000 + 401_800 - 300_435, 0])
    return rows


def test_opening_balance_ends_the_migration_at_zero(
    scripts, folder, cooperative, items
):
    client, company = cooperative
    header = ["company", "account", "debit", "credit"]
    rows = trial_balance(client, company)
    assert state_of(client, company)["balance"] == 4_401_800 - 300_435
    short = [row for row in rows if row[1] != rows[0][1]]
    short[-1] = [*short[-1][:2], short[-1][2] - rows[0][3] + rows[0][2], 0]
    path = write(folder / "balance.csv", header, short)
    arguments = ("--balance", path, "--opening-date", OPENING)
    result = scripts.run("load_opening_balance", *arguments)
    assert result.returncode == 1
    assert "is not in the file" in result.stderr
    path = write(folder / "balance.csv", header, [*rows, [COMPANY, "999", 5, 0]])
    result = scripts.run("load_opening_balance", *arguments)
    assert "debit less credit of pindah is 5" in result.stderr
    write(path, header, rows)
    assert "dry run" in scripts.done("load_opening_balance", *arguments, "--dry-run")
    assert state_of(client, company)["balance"] != 0
    output = scripts.done("load_opening_balance", *arguments)
    assert "0.00" in output
    after = state_of(client, company)
    assert after["balance"] == 0
    assert after["accounts"]["11110001"]["balance"] == 4_101_365
    assert "nothing changed" in scripts.done("load_opening_balance", *arguments)
    ties = client.call("res.company", "action_check_ledger", [OPENING, company])
    assert not [row for row in ties if row["difference"]]


LINES = ["company", "journal", "date", "label", "in", "out", "balance"]


def test_bank_statement_comes_in_once_and_pays_the_invoice(
    scripts, folder, cooperative, items
):
    client, company = cooperative
    bank = client.search_read(
        "account.journal",
        [("company_id", "=", company), ("type", "=", "bank")],
        ["code"],
    )[0]["code"]
    payer = MEMBERS[5]
    rows = [
        [COMPANY, bank, "2025-09-02", f"TRF IURAN {payer} SEP", 15_005, "", 15_005],
        [COMPANY, bank, "2025-09-02", "SETORAN TUNAI", 7_000, "", 22_005],
        [COMPANY, bank, "2025-09-02", "SETORAN TUNAI", 7_000, "", 29_005],
        [COMPANY, bank, "2025-09-03", "BIAYA ADM", "", 1_000, 28_005],
    ]
    wrong = [list(row) for row in rows]
    wrong[2][6] = 29_000
    path = write(folder / "lines.csv", LINES, wrong)
    result = scripts.run("load_bank_statement", "--lines", path)
    assert result.returncode == 1
    assert f"{path}:4:balance: " in result.stderr
    write(path, LINES, rows)
    output = scripts.done("load_bank_statement", "--lines", path, "--match", "--book")
    assert "4 created" in output and "1 matched" in output and "1 booked" in output
    # 10,005 were open; the remaining 5,000 are saved
    invoice = next(r for r in open_items(client, company) if r["ref"] == "F-005")
    assert invoice["amount_residual"] == 0
    saved = client.search_read(
        "coop.saving.account",
        [("member_id.number", "=", payer), ("type_id.code", "=", "SS")],
        ["balance"],
    )
    assert [row["balance"] for row in saved] == [5_000]
    again = scripts.done("load_bank_statement", "--lines", path, "--match", "--book")
    assert "nothing changed" in again
    lines = client.search_read(
        "account.bank.statement.line", [("company_id", "=", company)], ["amount"]
    )
    assert sorted(line["amount"] for line in lines) == [-1_000, 7_000, 7_000, 15_005]


def test_register_holds_everybody(scripts, folder, cooperative, opened):
    from openpyxl import load_workbook

    path = folder / "register.xlsx"
    scripts.done("export_register", path, "--company", COMPANY)
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == MEMBERS
    csv_path = folder / "register.csv"
    scripts.done("export_register", csv_path, "--company", COMPANY)
    with csv_path.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["code"] for row in csv.DictReader(stream)] == MEMBERS
