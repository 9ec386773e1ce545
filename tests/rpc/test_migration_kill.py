"""Loaders of a migration killed, kill -9, at several moments: then they go on.

After a kill the server holds whole parts; a second run completes, nothing is double,
the control totals agree, and a third run changes nothing.
"""

import signal

import pytest
from commands import Scripts, found_cooperative, write, write_members
from conftest import log_in

OPENING = "2025-08-31"


@pytest.fixture(scope="module")
def scripts(live_server):
    return Scripts(live_server)


@pytest.fixture(scope="module")
def client(live_server):
    return log_in(live_server, live_server.login, live_server.password)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kill")


def company_of(client, name):
    return client.search_read("res.company", [("name", "=", name)], ["name"])[0]["id"]


def assert_tied(client, company, day=OPENING):
    rows = client.call("res.company", "action_check_ledger", [day, company])
    assert rows and not [row for row in rows if row["difference"]]


def members_of(client, company):
    return client.search_read(
        "coop.member", [("company_id", "=", company)], ["number", "state"]
    )


def opened(client, company):
    """Read ``(batches, entries, sum)`` of the posted opening balances."""
    domain = [("company_id", "=", company), ("kind", "=", "opening")]
    entries = client.search_read(
        "coop.saving.entry", [*domain, ("state", "=", "posted")], ["amount"]
    )
    batches = client.search_read(
        "coop.saving.batch", [*domain, ("state", "=", "posted")], ["name"]
    )
    return len(batches), len(entries), sum(entry["amount"] for entry in entries)


@pytest.mark.parametrize(
    ("code", "moment", "nik"),
    [
        # people are written, and nothing else
        ("mati-orang", "people: 30 of 30", "640202010181"),
        # applications are written; approval, opening and activation are still to come
        ("mati-anggota", "members of mati-anggota: 30 of 30", "640202010182"),
    ],
)
def test_members_are_there_once_after_a_kill(
    scripts, client, folder, code, moment, nik
):
    found_cooperative(scripts, folder, code, f"Koperasi {code}")
    company = company_of(client, f"Koperasi {code}")
    numbers = [f"{code}-{i:03d}" for i in range(30)]
    path = write_members(
        *(folder / f"{code}.csv", code, numbers, nik),
        *(["principal", "voluntary"], [100_000, 7_000]),
    )
    arguments = ("--members", path, "--opening-date", OPENING)
    assert scripts.kill_after(moment, "load_members", *arguments) == -signal.SIGKILL
    between = opened(client, company)
    # one batch of both savings of all, or none of it
    assert between in ((0, 0, 0), (1, 60, 3_210_000))
    scripts.done("load_members", *arguments, "--control", "rows=30")
    people = client.search_read("res.partner", [("ref", "in", numbers)], ["ref"])
    assert sorted(row["ref"] for row in people) == numbers
    members = members_of(client, company)
    assert sorted(row["number"] for row in members) == numbers
    assert {row["state"] for row in members} == {"active"}
    # 30 times 100,000 and 7,000
    assert opened(client, company) == (1, 60, 3_210_000)
    assert_tied(client, company)
    assert "nothing changed" in scripts.done("load_members", *arguments)


def found_savers(scripts, client, folder, code, nik):
    """Make a cooperative of ten members who have their principal savings.

    :return: ``(company id, member numbers)``
    """
    found_cooperative(scripts, folder, code, f"Koperasi {code}")
    prefix = code.replace("-", "").upper()
    numbers = [f"{prefix}-{i:04d}" for i in range(10)]
    path = write_members(
        *(folder / f"{code}.csv", code, numbers, nik), ["principal"], [100_000]
    )
    scripts.done("load_members", "--members", path, "--opening-date", OPENING)
    return company_of(client, f"Koperasi {code}"), numbers


def state_of(client, company):
    return client.call("res.company", "get_migration_state", [company, OPENING])


@pytest.mark.parametrize(
    ("code", "moment", "nik"),
    [
        ("mati-saldo", ": 0 of", "640202010183"),
        ("mati-konsep", "the journal entry is a draft", "640202010184"),
    ],
)
def test_opening_balance_is_booked_once_after_a_kill(
    scripts, client, folder, code, moment, nik
):
    company, _numbers = found_savers(scripts, client, folder, code, nik)
    accounts = state_of(client, company)["accounts"]
    rows = [
        [code, account, 0, 1_000_000]
        for account, one in accounts.items()
        if one["kind"] == "control" and one["balance"]
    ]
    # ten times 100,000 of savings, which lie in the till
    rows.append([code, "11110001", 1_000_000, 0])
    path = write(
        folder / f"{code}_balance.csv", ["company", "account", "debit", "credit"], rows
    )
    arguments = ("--balance", path, "--opening-date", OPENING)
    killed = scripts.kill_after(moment, "load_opening_balance", *arguments)
    assert killed == -signal.SIGKILL
    assert state_of(client, company)["balance"] in (1_000_000, 0)
    scripts.done("load_opening_balance", *arguments)
    after = state_of(client, company)
    assert after["balance"] == 0
    assert after["accounts"]["11110001"]["balance"] == 1_000_000
    till = [("account_id", "=", after["accounts"]["11110001"]["id"])]
    lines = client.search_read("account.move.line", till, ["balance", "parent_state"])
    found = [(line["balance"], line["parent_state"]) for line in lines]
    assert found == [(1_000_000, "posted")]
    assert "nothing changed" in scripts.done("load_opening_balance", *arguments)
    assert_tied(client, company)


def test_bank_statement_comes_in_once_after_a_kill(scripts, client, folder):
    code = "mati-bank"
    company, numbers = found_savers(scripts, client, folder, code, "640202010185")
    bank = client.search_read(
        "account.journal",
        [("company_id", "=", company), ("type", "=", "bank")],
        ["code"],
    )[0]["code"]
    rows, balance = [], 0
    for i in range(20):
        balance += 10_000 + i
        label = f"TRF SIMPANAN {numbers[i % 10]}"
        rows.append([code, bank, "2025-09-02", label, 10_000 + i, balance])
    path = write(
        folder / "lines.csv",
        ["company", "journal", "date", "label", "in", "balance"],
        rows,
    )
    arguments = ("--lines", path, "--chunk", 5, "--match", "--book")
    killed = scripts.kill_after("5 of 20", "load_bank_statement", *arguments)
    assert killed == -signal.SIGKILL
    lines = [("company_id", "=", company)]
    model = "account.bank.statement.line"
    between = client.search_read(model, lines, ["amount"])
    assert len(between) % 5 == 0 and 5 <= len(between) <= 20
    scripts.done("load_bank_statement", *arguments)
    found = client.search_read(model, lines, ["amount", "is_reconciled"])
    assert sorted(line["amount"] for line in found) == [10_000 + i for i in range(20)]
    assert {line["is_reconciled"] for line in found} == {True}
    saved = client.search_read(
        "coop.saving.entry",
        [*lines, ("kind", "=", "deposit"), ("state", "=", "posted")],
        ["amount"],
    )
    # 20 times 10,000 and 0 + 1 + ... + 19 = 190, all saved: nobody owes anything
    assert sum(entry["amount"] for entry in saved) == 200_190
    assert "nothing changed" in scripts.done("load_bank_statement", *arguments)
    assert_tied(client, company, "2025-09-30")
