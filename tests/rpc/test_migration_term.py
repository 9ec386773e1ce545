"""Term savings come over from another program: balances, and a history."""

import pytest
from commands import Scripts, found_cooperative, write, write_members
from conftest import log_in

OPENING = "2025-08-31"
COMPANY = "deposito"
MEMBERS = [f"DEPO-{number:03d}" for number in range(1, 7)]
BALANCES = ["company", "member", "type", "amount", "account", "date_start"]
BALANCES += ["term_months", "rate", "rollover", "payout"]
HISTORY = ["company", "member", "type", "date", "kind", "amount", "account"]
HISTORY += ["term_months", "rate"]


@pytest.fixture(scope="module")
def scripts(live_server):
    return Scripts(live_server)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("term")


@pytest.fixture(scope="module")
def cooperative(scripts, folder, live_server):
    found_cooperative(scripts, folder, COMPANY, "Koperasi Deposito")
    path = write_members(
        *(folder / "members.csv", COMPANY, MEMBERS, "640202010186"),
        *(["principal"], [100_000]),
    )
    scripts.done("load_members", "--members", path, "--opening-date", OPENING)
    client = log_in(live_server, live_server.login, live_server.password)
    company = client.search_read(
        "res.company", [("name", "=", "Koperasi Deposito")], ["name"]
    )[0]["id"]
    return client, company


@pytest.fixture(scope="module")
def term(cooperative):
    """Give the codes of the term saving and of the one that can be drawn."""
    client, company = cooperative
    rows = client.search_read(
        "coop.saving.type", [("company_id", "=", company)], ["code", "kind"]
    )
    kinds = {row["kind"]: row["code"] for row in rows}
    return kinds["term"], kinds["voluntary"]


def placements(client, company):
    names = ["balance", "term_state", "date_start", "date_maturity", "term_rate"]
    return client.search_read(
        "coop.saving.account",
        [("company_id", "=", company), ("kind", "=", "term")],
        [*names, "rollover", "payout_type_id"],
        order="id",
    )


def test_balances_come_with_their_terms_and_once(scripts, folder, cooperative, term):
    client, company = cooperative
    code, drawn = term
    path = write(
        folder / "balances.csv",
        BALANCES,
        [
            [
                *(COMPANY, MEMBERS[0], code, "12.000.000"),
                *("D-1", "2025-03-15", 12, 6, "pokok", drawn),
            ],
            # a second placement of the same member
            [COMPANY, MEMBERS[0], code, "5000000", "D-2", "2025-08-31", 3, 5, "", ""],
            [COMPANY, MEMBERS[1], drawn, "7000", "", "", "", "", "", ""],
        ],
    )
    arguments = ("--savings", path, "--opening-date", OPENING)
    assert "dry run" in scripts.done("load_savings", *arguments, "--dry-run")
    assert placements(client, company) == []
    output = scripts.done("load_savings", *arguments, "--control", "amount=17007000")
    assert "file 17,007,000.00, server 17,007,000.00" in output
    first, second = placements(client, company)
    assert (first["balance"], first["term_state"]) == (12_000_000, "running")
    assert (first["date_start"], first["date_maturity"]) == ("2025-03-15", "2026-03-15")
    assert (first["term_rate"], first["rollover"]) == (6, "principal")
    assert first["payout_type_id"]
    assert (second["balance"], second["date_maturity"]) == (5_000_000, "2025-11-30")
    assert "nothing changed" in scripts.done("load_savings", *arguments)
    assert len(placements(client, company)) == 2
    ties = client.call("res.company", "action_check_ledger", [OPENING, company])
    assert ties and not [row for row in ties if row["difference"]]


def test_history_of_placements_goes_back_to_the_beginning(
    scripts, folder, cooperative, term
):
    client, company = cooperative
    code, _drawn = term
    known = {row["id"] for row in placements(client, company)}
    path = write(
        folder / "history.csv",
        HISTORY,
        [
            # three months, over and paid out
            [COMPANY, MEMBERS[2], code, "2025-01-10", "setoran", 1000000, "H-1", 3, 6],
            [COMPANY, MEMBERS[2], code, "2025-04-10", "bunga", 15000, "H-1", "", ""],
            [
                *(COMPANY, MEMBERS[2], code),
                *("2025-04-10", "penarikan", 1015000, "H-1", "", ""),
            ],
            # a year, which still runs
            [COMPANY, MEMBERS[3], code, "2025-06-01", "setoran", 2000000, "H-2", 12, 7],
        ],
    )
    output = scripts.done("load_savings", "--savings", path, "--history")
    assert "control savings deposit: file 3,000,000.00, server 3,000,000.00" in output
    new = [row for row in placements(client, company) if row["id"] not in known]
    assert [(row["balance"], row["term_state"]) for row in new] == [
        (0, "closed"),
        (2_000_000, "running"),
    ]
    assert new[1]["date_maturity"] == "2026-06-01"
    again = scripts.done("load_savings", "--savings", path, "--history")
    assert "nothing changed" in again


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"account": ""}, "account"),
        ({"rate": ""}, "rate"),
        ({"term_months": ""}, "term_months"),
        ({"date_start": ""}, "date_start"),
        ({"date_start": "2025-09-01"}, "date_start"),
        # over before the move: six months from 28 February are over on 28 August
        ({"date_start": "2025-02-28", "term_months": 6}, "date_start"),
        ({"payout": "XX"}, "payout"),
        ({"rollover": "perhaps"}, "rollover"),
        # no term saving
        ({"type": "SP"}, "account"),
        # a placement that is there with another rate
        ({"account": "D-1", "rate": 60}, ""),
    ],
)
def test_bad_terms_are_named(scripts, folder, cooperative, term, changes, column):
    client, company = cooperative
    before = placements(client, company)
    row = {
        **dict.fromkeys(BALANCES, ""),
        **{"company": COMPANY, "member": MEMBERS[0], "type": term[0]},
        **{"amount": 12_000_000, "account": "B-1", "date_start": "2025-03-15"},
        **{"term_months": 12, "rate": 6},
        **changes,
    }
    path = write(folder / "bad.csv", BALANCES, [list(row.values())])
    result = scripts.run(
        "load_savings", "--savings", path, "--opening-date", "2025-08-30"
    )
    assert result.returncode == 1, result.stdout
    assert f"{path}:2:{column}" in result.stderr
    assert placements(client, company) == before
