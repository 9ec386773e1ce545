"""The house of one region as the template of the next, over the wire."""

import pytest
import rpc


def test_site_is_copied_as_a_template(as_role, admin):
    client = as_role("integrator.kukar")
    [site] = client.search_read("factory.site", [("code", "=", "KUKAR")], ["commodity"])
    new_id = client.call(
        "factory.site",
        "action_copy_as_template",
        [[site["id"]]],
        {"name": "RPB Jahe Berikutnya", "code": "NEXT-RPC"},
    )
    [new] = client.call(
        "factory.site",
        "read",
        [[new_id], ["code", "commodity", "company_id", "readiness_state"]],
    )
    assert new["code"] == "NEXT-RPC"
    assert new["commodity"] == site["commodity"]
    # no operator, and nothing of what happened at the first house
    assert new["company_id"] is False
    assert new["readiness_state"] == "not_ready"
    states = client.search_read(
        "factory.site.gate", [("site_id", "=", new_id)], ["state"]
    )
    assert {row["state"] for row in states} <= {"open", "not_applicable"}
    # a second one of the code is refused, and the first can be taken back
    with pytest.raises(rpc.RpcError):
        client.call(
            "factory.site",
            "action_copy_as_template",
            [[site["id"]]],
            {"name": "Sekali lagi", "code": "NEXT-RPC"},
        )
    admin.call("factory.site", "unlink", [[new_id]])


def test_readiness_is_not_written_over_the_wire(as_role):
    client = as_role("manajer.kukar")
    [site] = client.call("factory.site", "search", [[("code", "=", "KUKAR")]])
    with pytest.raises(rpc.RpcError):
        client.call("factory.site", "write", [[site], {"readiness_state": "ready"}])
