"""The main path over RPC, each step by the role whose work it is."""

import pytest
import rpc

DAY = "2025-10-06"  # a Monday within the trial of the site; WITA is UTC+8


@pytest.fixture(scope="module")
def ids(admin, as_role):
    """Ids that the steps need, by the names of the pilots."""
    as_role("akuntan.kukar")
    get = admin.ref
    product = {
        row["default_code"]: row["id"]
        for row in admin.search_read("product.product", [], ["default_code"])
    }
    return {
        "company": get("__import__.res_company_kukar"),
        "site": get("__import__.factory_site_KUKAR"),
        "oven": get("__import__.mrp_workcenter_KKR-OVEN"),
        "recipe": get("__import__.mrp_bom_RESEP-BUBUK-JAHE"),
        "outsider": get("__import__.res_partner_KUKAR-U1"),
        "ginger": product["JAHE-SEGAR"],
        "powder": product["JAHE-BUBUK"],
        "milling": product["JASA-TEPUNG"],
        "kg": get("uom.product_uom_kgm"),
    }


@pytest.fixture(scope="module")
def member(ids, as_role):
    """A person applies, is approved, pays the principal saving, becomes active."""
    teller, accountant = as_role("teller.kukar"), as_role("akuntan.kukar")
    person = accountant.create(
        "res.partner", {"name": "Calon Anggota (rekaan)", "company_id": ids["company"]}
    )
    number = teller.create(
        "coop.member", {"partner_id": person, "date_applied": "2025-10-01"}
    )
    accountant.call("coop.member", "action_approve", [[number], "2025-10-01"])
    with pytest.raises(rpc.RpcError):  # the principal saving is not paid yet
        accountant.call("coop.member", "action_activate", [[number], "2025-10-02"])
    receipt = teller.create("coop.receipt", {"member_id": number, "date": "2025-10-02"})
    teller.call("coop.receipt", "action_propose", [[receipt]])
    teller.call("coop.receipt", "action_post", [[receipt]])
    accountant.call("coop.member", "action_activate", [[number], "2025-10-02"])
    return number


def test_applicant_becomes_an_active_member_with_his_saving(member, as_role):
    (row,) = as_role("akuntan.kukar").search_read(
        "coop.member", [("id", "=", member)], ["state", "savings_balance"]
    )
    # the meeting decided Rp100,000 of principal savings
    assert (row["state"], row["savings_balance"]) == ("active", 100000.0)


def test_teller_cannot_decide_about_memberships(member, as_role):
    with pytest.raises(rpc.RpcError):
        as_role("teller.kukar").call("coop.member", "action_suspend", [[member]])


def weigh(client, ids, partner, gross):
    number = client.create(
        "factory.intake",
        {
            "company_id": ids["company"],
            "partner_id": partner,
            "date": f"{DAY} 00:00:00",
            "line_ids": [
                [
                    0,
                    0,
                    {"product_id": ids["ginger"], "gross_kg": gross, "tare_kg": 2.0},
                ]
            ],
        },
    )
    client.call("factory.intake", "action_accept", [[number]])
    (row,) = client.search_read(
        "factory.intake", [("id", "=", number)], ["lot_ids", "accepted_kg"]
    )
    return row


@pytest.fixture(scope="module")
def partner(member, as_role):
    (row,) = as_role("akuntan.kukar").search_read(
        "coop.member", [("id", "=", member)], ["partner_id"]
    )
    return row["partner_id"][0]


@pytest.fixture(scope="module")
def lots(ids, partner, as_role):
    """The operator weighs in the ginger of the member and of one who is none."""
    operator = as_role("operator.kukar")
    mine = weigh(operator, ids, partner, 102.0)
    theirs = weigh(operator, ids, ids["outsider"], 52.0)
    return mine, theirs


@pytest.fixture(scope="module")
def order(ids, partner, lots, as_role):
    """The oven is booked, used, and the order closed with what was weighed out."""
    operator, manager = as_role("operator.kukar"), as_role("manajer.kukar")
    booking = operator.create(
        "factory.booking",
        {
            "workcenter_id": ids["oven"],
            "partner_id": partner,
            "date_start": f"{DAY} 00:30:00",
            "date_end": f"{DAY} 03:30:00",
            "lane": 1,
        },
    )
    operator.call("factory.booking", "action_confirm", [[booking]])
    operator.call("factory.booking", "action_start", [[booking], f"{DAY} 00:30:00"])
    operator.call("factory.booking", "action_finish", [[booking], f"{DAY} 04:00:00"])
    number = manager.create(
        "mrp.production",
        {
            "production_mode": "toll",
            "partner_id": partner,
            "bom_id": ids["recipe"],
            "product_id": ids["powder"],
            "product_uom_id": ids["kg"],
            "product_qty": 10.0,
            "owned_lot_ids": lots[0]["lot_ids"],
            "date_start": f"{DAY} 00:30:00",
        },
    )
    return manager.call(
        "mrp.production",
        "action_record_output",
        [[number], 9.8],
        {"date": f"{DAY} 06:00:00"},
    )


def test_order_takes_its_owners_lot_and_gives_him_the_powder(
    order, partner, lots, as_role
):
    assert order["state"] == "done"
    assert (order["input_kg"], order["output_kg"]) == (100.0, 9.8)
    assert order["loss_kg"] == pytest.approx(90.2)
    manager = as_role("manajer.kukar")
    made = manager.search_read(
        "stock.lot", [("id", "in", order["lot_ids"])], ["owner_id"]
    )
    assert {row["owner_id"][0] for row in made} == {partner}
    (other,) = manager.search_read(
        "stock.lot", [("id", "in", lots[1]["lot_ids"])], ["product_qty"]
    )
    assert other["product_qty"] == 50.0


def test_foreign_lot_cannot_go_into_the_order(ids, partner, lots, order, as_role):
    with pytest.raises(rpc.RpcError, match=r"."):
        as_role("manajer.kukar").create(
            "mrp.production",
            {
                "production_mode": "toll",
                "partner_id": partner,
                "bom_id": ids["recipe"],
                "product_id": ids["powder"],
                "product_uom_id": ids["kg"],
                "product_qty": 5.0,
                "owned_lot_ids": lots[1]["lot_ids"],
                "date_start": f"{DAY} 00:30:00",
            },
        )


def test_time_becomes_charge_invoice_and_payment(ids, partner, order, as_role):
    manager, accountant = as_role("manajer.kukar"), as_role("akuntan.kukar")
    teller = as_role("teller.kukar")
    manager.call("factory.usage", "price_open", [ids["company"], DAY])
    (charge,) = manager.search_read(
        "factory.charge",
        [("partner_id", "=", partner)],
        ["amount", "quantity", "is_member_business"],
    )
    # used 3.5 h, booked 3 h, the greater of both, Rp20,000 an hour for members
    assert (charge["quantity"], charge["amount"]) == (3.5, 70000.0)
    manager.call("factory.charge", "action_post", [[charge["id"]]])
    invoices = accountant.call(
        "factory.charge", "invoice_open", [ids["company"], DAY, DAY]
    )
    (invoice,) = accountant.search_read(
        "account.move",
        [("id", "in", invoices), ("partner_id", "=", partner)],
        ["amount_residual"],
    )
    assert invoice["amount_residual"] == 70000.0
    (who,) = teller.search_read(
        "coop.member", [("partner_id", "=", partner)], ["partner_id"]
    )
    line = {"invoice_id": invoice["id"], "amount": 70000.0}
    receipt = teller.create(
        "coop.receipt",
        {"member_id": who["id"], "date": DAY, "line_ids": [[0, 0, line]]},
    )
    teller.call("coop.receipt", "action_post", [[receipt]])
    (paid,) = accountant.search_read(
        "account.move", [("id", "=", invoice["id"])], ["amount_residual"]
    )
    assert paid["amount_residual"] == 0.0


def test_quote_prices_without_writing(ids, as_role):
    manager = as_role("manajer.kukar")
    before = manager.call("factory.usage", "search_count", [[]])
    quote = manager.call(
        "factory.tariff",
        "quote",
        [
            {
                "company_id": ids["company"],
                "site_id": ids["site"],
                "partner_id": ids["outsider"],
                "workcenter_id": ids["oven"],
                "unit": "hour",
                "quantity": 2.0,
                "date": DAY,
            }
        ],
    )
    # Rp25,000 an hour for who is no member
    assert quote["amount"] == 50000.0
    assert manager.call("factory.usage", "search_count", [[]]) == before


def test_taken_time_answers_with_free_slots(ids, partner, order, as_role):
    operator = as_role("operator.kukar")
    vals = {
        "workcenter_id": ids["oven"],
        "partner_id": partner,
        "date_start": "2025-10-07 00:30:00",
        "date_end": "2025-10-07 02:30:00",
        "lane": 1,
    }
    operator.create("factory.booking", vals)
    with pytest.raises(rpc.RpcError):
        operator.create("factory.booking", vals)
    slots = operator.call(
        "factory.booking", "next_slots", [[ids["oven"]], 60, "2025-10-07 00:00:00", 3]
    )
    assert len(slots) == 3
    assert {"workcenter_id", "lane", "start", "end"} <= set(slots[0])


def test_loan_is_drawn_and_has_its_sliding_schedule(admin):
    (loan,) = admin.search_read(
        "lpdb.facility",
        [("name", "=", "LPDB-KUKAR")],
        ["outstanding", "instalment_ids"],
    )
    assert loan["outstanding"] == 300000000.0
    rows = admin.search_read(
        "lpdb.instalment",
        [("id", "in", loan["instalment_ids"])],
        ["n", "principal", "interest"],
        order="n",
    )
    # Rp300 million over 60 months: 5 million each; 3 % / 12 of what is owed
    assert len(rows) == 60
    assert (rows[0]["principal"], rows[0]["interest"]) == (5000000.0, 750000.0)
    assert (rows[1]["principal"], rows[1]["interest"]) == (5000000.0, 737500.0)


def test_ledgers_tie_and_masses_balance(ids, order, admin):
    context = admin.with_companies([ids["company"]])
    ties = admin.call(
        "res.company",
        "action_check_ledger",
        ["2025-12-31", ids["company"]],
        context=context,
    )
    assert ties
    assert all(row["difference"] == 0 for row in ties)
    rows = admin.call(
        "factory.mass.balance",
        "check_mass_balance",
        ["2025-01-01", "2025-12-31"],
        context=context,
    )
    assert rows
    assert all(abs(row["difference"]) < 0.0005 for row in rows)


def test_auditor_reads_everything_and_writes_nothing(ids, order, member, as_role):
    auditor = as_role("pengawas.kukar")
    for model in (
        "coop.member",
        "coop.saving.entry",
        "factory.charge",
        "factory.booking",
        "factory.intake",
        "account.move",
    ):
        assert auditor.call(model, "search_count", [[]]) > 0, model
    with pytest.raises(rpc.RpcError):
        auditor.call("coop.member", "write", [[member], {"note": "x"}])
    with pytest.raises(rpc.RpcError):
        auditor.create(
            "coop.receipt", {"member_id": member, "date": DAY, "direction": "in"}
        )
