"""Two cooperatives in one database, in two time zones, see nothing of each other."""

import pytest
import rpc

PAIRS = [("teller", "coop.member"), ("akuntan", "coop.saving.account")]
PAIRS += [("akuntan", "coop.saving.entry"), ("pengawas", "coop.saving.due")]
PAIRS += [("manajer", "factory.booking"), ("operator", "factory.intake")]


@pytest.mark.parametrize(("role", "model"), PAIRS)
def test_search_finds_the_own_cooperative_only(as_role, admin, role, model):
    for company in ("kukar", "minsel"):
        own = admin.ref(f"__import__.res_company_{company}")
        client = as_role(f"{role}.{company}")
        rows = client.search_read(model, [], ["company_id"])
        assert {row["company_id"][0] for row in rows} <= {own}
    whole = admin.call(model, "search_count", [[]])
    parts = [
        as_role(f"{role}.{company}").call(model, "search_count", [[]])
        for company in ("kukar", "minsel")
    ]
    assert sum(parts) <= whole
    assert any(parts)


def test_foreign_member_cannot_be_read_or_written(as_role):
    foreign = as_role("teller.minsel").call("coop.member", "search", [[]])[:1]
    other = as_role("teller.kukar")
    with pytest.raises(rpc.RpcError):
        other.call("coop.member", "read", [foreign, ["number"]])
    with pytest.raises(rpc.RpcError):
        other.call("coop.member", "write", [foreign, {"note": "x"}])


def test_people_of_the_other_cooperative_are_hidden(as_role):
    own = as_role("akuntan.kukar")
    rows = own.search_read("res.partner", [("ref", "like", "MINSEL-")], ["name"])
    assert rows == []
    assert own.search_read("res.partner", [("ref", "like", "KUKAR-")], ["name"])


def test_allowed_companies_cannot_be_widened_by_the_client(as_role, admin):
    foreign = admin.ref("__import__.res_company_minsel")
    client = as_role("akuntan.kukar")
    with pytest.raises(rpc.RpcError):
        client.call(
            "coop.member",
            "search_count",
            [[]],
            context=client.with_companies([foreign]),
        )


def test_each_cooperative_has_the_zone_of_its_province(admin):
    rows = admin.search_read("factory.site", [], ["code", "time_zone"])
    zones = {row["code"]: row["time_zone"] for row in rows}
    # East Kalimantan and North Sulawesi WITA, Aceh WIB
    assert zones["KUKAR"] == zones["MINSEL"] == "Asia/Makassar"
    assert zones["TAMIANG"] == "Asia/Jakarta"


def test_monitoring_officer_sees_sites_and_no_savings(as_role):
    officer = as_role("monitoring.kaltim")
    assert officer.call("factory.site", "search_count", [[]]) > 0
    with pytest.raises(rpc.RpcError):
        officer.call("coop.saving.account", "search_read", [[], ["balance"]])


def test_operator_sees_no_money(as_role):
    operator = as_role("operator.kukar")
    with pytest.raises(rpc.RpcError):
        operator.call("coop.saving.account", "search_read", [[], ["balance"]])
    with pytest.raises(rpc.RpcError):
        operator.call("factory.charge", "search_read", [[], ["amount"]])
