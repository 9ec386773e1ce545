"""A member's bill over RPC: what is bought, what she owes, what is left to pay."""

import pytest
import rpc

DUES_DAY = "2026-01-31"


@pytest.fixture(scope="module")
def seller(admin, as_role):
    """An active member who owes 20,000 of mandatory savings, and ids of the house."""
    accountant = as_role("akuntan.kukar")
    company = admin.ref("__import__.res_company_kukar")
    member = as_role("teller.kukar").search_read(
        "coop.member", [("state", "=", "active")], ["partner_id"], limit=1
    )[0]
    (saving,) = accountant.search_read(
        "coop.saving.type",
        [("kind", "=", "mandatory"), ("company_id", "=", company)],
        ["id"],
    )
    ginger = admin.search_read(
        "product.product", [("default_code", "=", "JAHE-SEGAR")], ["id"]
    )[0]["id"]
    due = accountant.create(
        "coop.saving.due",
        {
            "member_id": member["id"],
            "type_id": saving["id"],
            "period": DUES_DAY,
            "date_due": DUES_DAY,
            "amount": 20_000,
        },
    )
    as_role("manajer.kukar").create(
        "factory.purchase.price",
        {
            "product_id": ginger,
            "company_id": company,
            "price": 5_000,
            "date_from": "2026-01-01",
        },
    )
    return {
        "company": company,
        "partner": member["partner_id"][0],
        "due": due,
        "ginger": ginger,
    }


def buy(client, seller, kilograms):
    number = client.create(
        "factory.intake",
        {
            "company_id": seller["company"],
            "partner_id": seller["partner"],
            "mode": "bought",
            "line_ids": [
                [0, 0, {"product_id": seller["ginger"], "gross_kg": kilograms}]
            ],
        },
    )
    client.call("factory.intake", "action_accept", [[number]])
    return number


def read_due(client, seller):
    return client.call("coop.saving.due", "read", [[seller["due"]], ["paid", "state"]])[
        0
    ]


def test_dues_are_netted_by_consent_and_given_back(seller, as_role):
    accountant, weigher = as_role("akuntan.kukar"), as_role("operator.kukar")
    intake = buy(weigher, seller, 3)
    with pytest.raises(rpc.RpcError, match=r"akuntan|accountant"):
        weigher.call("factory.intake", "action_net_debts", [[intake]])
    # she agreed to nothing yet
    with pytest.raises(rpc.RpcError):
        accountant.call("factory.intake", "action_net_debts", [[intake]])
    consent = accountant.create(
        "factory.netting.consent",
        {
            "partner_id": seller["partner"],
            "company_id": seller["company"],
            "reference": "SK-RPC-1",
            "date_from": "2026-01-01",
            "dues": True,
        },
    )
    moves = accountant.call("factory.intake", "action_net_debts", [[intake]])
    assert len(moves) == 1
    # 3 kg at 5,000 = 15,000, all of it for the 20,000 that she owes
    slip = accountant.call("factory.intake", "get_payment_slip", [[intake]])
    assert (slip["gross"], slip["deducted"], slip["to_pay"]) == (15_000, 15_000, 0)
    due = read_due(accountant, seller)
    assert (due["paid"], due["state"]) == (15_000, "open")
    rows = accountant.call("res.company", "check_ties", [[seller["company"]]])
    assert [row for row in rows if row["difference"]] == []
    with pytest.raises(rpc.RpcError):
        accountant.call(
            "factory.netting.consent", "write", [[consent], {"dues": False}]
        )
    weigher.call("factory.intake", "action_cancel", [[intake]])
    due = read_due(accountant, seller)
    assert (due["paid"], due["state"]) == (0, "open")
    rows = accountant.call("res.company", "check_ties", [[seller["company"]]])
    assert [row for row in rows if row["difference"]] == []


def test_other_cooperative_reads_no_consent(seller, as_role):
    stranger = as_role("akuntan.minsel")
    assert stranger.search_read("factory.netting.consent", [], ["reference"]) == []
