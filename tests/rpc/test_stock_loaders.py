"""Weighings and opening lots from a file: killed, resumed, repeated, refused.

Figures are those of the files written here; every total is derived beside its use.
"""

import csv
import signal

import pytest
from commands import Scripts, write
from conftest import log_in

COMPANY = "stok"
TICKETS = 60
LOTS = 40
HEADER = ["code", "company", "site", "owner", "product", "lot", "quantity", "grade"]


@pytest.fixture(scope="module")
def scripts(live_server):
    return Scripts(live_server)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stock")


@pytest.fixture(scope="module")
def house(scripts, folder, live_server):
    """A cooperative with a site, two owners and a product.

    :return: (client, id of the company, {code of an owner: id})
    """
    companies = write(
        folder / "companies.csv",
        ["code", "name", "kind", "region_code", "registry_number", "pkp", "remark"],
        [[COMPANY, "Koperasi Stok", "cooperative", "64.02.02", "", 0, ""]],
    )
    scripts.done("load_companies", "--companies", companies)
    client = log_in(live_server, live_server.login, live_server.password)
    company = client.search_read(
        "res.company", [("name", "=", "Koperasi Stok")], ["name"]
    )[0]["id"]
    context = client.with_companies([company])
    warehouse = client.search_read(
        "stock.warehouse", [("company_id", "=", company)], ["id"], context=context
    )[0]["id"]
    kilogram = client.search_read("uom.uom", [("name", "=", "kg")], ["id"])[0]["id"]
    _load(
        client,
        "factory.site",
        "STOK-1",
        {"code": "STOK-1", "name": "Rumah stok", "time_zone": "Asia/Makassar"}
        | {"company_id/.id": company, "warehouse_id/.id": warehouse},
        context,
    )
    owners = {
        code: _load(client, "res.partner", code, {"name": f"Pemilik {code}"}, context)
        for code in ("STOK-A", "STOK-B")
    }
    for code, tracking in (("STOK-JAHE", "lot"), ("STOK-KARUNG", "none")):
        vals = {"name": code, "default_code": code, "is_storable": True}
        vals |= {"tracking": tracking, "uom_id/.id": kilogram}
        _load(client, "product.product", code, vals, context)
    return client, company, owners


def _load(client, model, code, vals, context):
    """Create a record with the external id that the loaders look for."""
    name = f"__import__.{model.replace('.', '_')}_{code}"
    rows = [[name, *(str(value) for value in vals.values())]]
    return client.load(model, ["id", *vals], rows, context=context)[0]


def kilograms(client, owner, product="STOK-JAHE"):
    """Sum what an owner has in the house."""
    rows = client.search_read(
        "stock.quant",
        [
            ("owner_id", "=", owner),
            ("product_id.default_code", "=", product),
            ("location_id.usage", "=", "internal"),
        ],
        ["quantity"],
    )
    return round(sum(row["quantity"] for row in rows), 3)


# ---- weighings --------------------------------------------------------------------


@pytest.fixture(scope="module")
def weighed(scripts, folder, house):
    """60 tickets of 50.5 kg with 0.5 kg tare, killed after the first 20."""
    client, company, _owners = house
    path = write(
        folder / "intake.csv",
        [
            *("No Tiket", "company", "site", "user", "weighed_at", "product"),
            *("gross_kg", "tare_kg", "sacks"),
            *("deduction_percent", "deduction_reason", "season"),
        ],
        [
            [
                *(f"TB-{n:03d}", COMPANY, "STOK-1", "STOK-A"),
                *(f"2026-01-05 08:{n % 60:02d}", "STOK-JAHE", "50,5", "0,5", 2),
                *(4, "kadar air", "panen raya"),
            ]
            for n in range(TICKETS)
        ],
    )
    arguments = ("--intake", path, "--map", "No Tiket=ticket")
    killed = scripts.kill_after("accepted 20 of 60", "load_intake", *arguments)
    domain = [("company_id", "=", company), ("state", "=", "accepted")]
    between = client.call("factory.intake", "search_count", [domain])
    return arguments, killed, between


def test_killed_weighings_go_on(scripts, house, weighed):
    client, company, owners = house
    arguments, killed, between = weighed
    assert killed == -signal.SIGKILL
    # whole parts of 20 only, whenever it was killed
    assert between % 20 == 0 and 20 <= between <= TICKETS
    # 60 times 50.5
    control = ("--control", f"rows={TICKETS}", "--control", "gross_kg=3030")
    output = scripts.done("load_intake", *arguments, *control)
    assert "0 created, 0 updated" in output
    assert "nothing changed" in scripts.done("load_intake", *arguments)
    # 60 times 50 kg less 4 %
    assert kilograms(client, owners["STOK-A"]) == 2880
    tickets = client.search_read(
        "factory.intake",
        [("company_id", "=", company)],
        ["queue_number", "sack_count", "season"],
    )
    assert sorted(row["queue_number"] for row in tickets) == list(range(1, TICKETS + 1))
    assert {(row["sack_count"], row["season"]) for row in tickets} == {
        (2, "panen raya")
    }


def test_wrong_control_total_weighs_nothing(scripts, house, weighed):
    result = scripts.run("load_intake", *weighed[0], "--control", "gross_kg=1")
    assert result.returncode == 1
    assert "control total is 1, the file has 3030" in result.stderr


# ---- opening lots -----------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(scripts, folder, house):
    """40 lots of 12.5 kg of an owner and 500 sacks of the house, killed after 10."""
    client, company, _owners = house
    rows = [
        [
            f"S-{n:03d}",
            COMPANY,
            "STOK-1",
            "STOK-B",
            "STOK-JAHE",
            f"L{n:03d}",
            "12,5",
            "",
        ]
        for n in range(LOTS)
    ]
    rows.append(["S-999", COMPANY, "STOK-1", "", "STOK-KARUNG", "", "500", ""])
    path = write(folder / "stock.csv", HEADER, rows)
    arguments = ("--stock", path, "--opening-date", "2026-01-01", "--chunk", 10)
    killed = scripts.kill_after("posted 10 of 41", "load_stock", *arguments)
    domain = [("company_id", "=", company), ("state", "=", "posted")]
    between = client.call("factory.stock.opening", "search_count", [domain])
    return path, arguments, killed, between


def test_dry_run_takes_nothing_over(scripts, folder, house):
    client, _company, _owners = house
    rows = [["S-DRY", COMPANY, "STOK-1", "STOK-B", "STOK-JAHE", "LD", "1", ""]]
    path = write(folder / "dry.csv", HEADER, rows)
    output = scripts.done(
        "load_stock", "--stock", path, "--opening-date", "2026-01-01", "--dry-run"
    )
    # one lot is created and posted
    assert "2 change(s) would be made" in output
    domain = [("name", "=", "S-DRY")]
    assert client.call("factory.stock.opening", "search_count", [domain]) == 0


def test_killed_opening_goes_on(scripts, house, opened):
    client, _company, owners = house
    _path, arguments, killed, between = opened
    assert killed == -signal.SIGKILL
    # whole parts of 10 only; 41 when it was killed after the last
    assert between >= 10 and (between % 10 == 0 or between == LOTS + 1)
    # 40 times 12.5, and 500
    output = scripts.done("load_stock", *arguments, "--control", "quantity=1000")
    assert "control STOK-JAHE: file 500.000, server 500.000" in output
    assert "nothing changed" in scripts.done("load_stock", *arguments)
    assert kilograms(client, owners["STOK-B"]) == 500
    assert kilograms(client, False, "STOK-KARUNG") == 500
    (lot,) = client.search_read(
        "stock.lot", [("name", "=", "L000")], ["owner_id", "product_qty"]
    )
    assert (lot["owner_id"][0], lot["product_qty"]) == (owners["STOK-B"], 12.5)


def test_posted_lot_is_not_changed(scripts, folder, house, opened):
    rows = [["S-000", COMPANY, "STOK-1", "STOK-B", "STOK-JAHE", "L000", "99", ""]]
    path = write(folder / "changed.csv", HEADER, rows)
    result = scripts.run("load_stock", "--stock", path, "--opening-date", "2026-01-01")
    assert result.returncode == 1
    assert f"{path}:2:" in result.stderr
    assert "S-000" in result.stderr


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["NOBODY", "STOK-JAHE", "LX", "5", ""], "owner"),
        (["STOK-B", "NOTHING", "LX", "5", ""], "product"),
        (["STOK-B", "STOK-JAHE", "LX", "0", ""], "quantity"),
        (["STOK-B", "STOK-JAHE", "LX", "1.250", ""], "quantity"),
        (["STOK-B", "STOK-JAHE", "LX", "5", "Z"], "grade"),
        # what only the server knows: no number, and a lot of somebody else
        (["STOK-B", "STOK-JAHE", "", "5", ""], ""),
        (["STOK-A", "STOK-JAHE", "L000", "5", ""], ""),
    ],
)
def test_bad_row_is_named(scripts, folder, house, opened, row, column):
    client, _company, owners = house
    before = kilograms(client, owners["STOK-B"])
    good = ["GOOD", COMPANY, "STOK-1", "STOK-B", "STOK-JAHE", "LG", "5", ""]
    bad = ["BAD", COMPANY, "STOK-1", *row]
    path = write(folder / "bad.csv", HEADER, [good, bad])
    errors = folder / "errors.csv"
    result = scripts.run(
        "load_stock",
        *("--stock", path, "--opening-date", "2026-01-01", "--errors", errors),
    )
    assert result.returncode == 1
    assert f"{path}:3:{column}" in result.stderr, result.stderr
    # a reference is asked about before anything is written, a refusal comes after
    stays = "nothing written" if column else "2 row(s) written"
    assert stays in result.stderr
    with errors.open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert [(fault["row"], fault["column"]) for fault in listed] == [("3", column)]
    assert kilograms(client, owners["STOK-B"]) == before
    # what was refused when it was posted stays a draft: it is no part of what follows
    drafts = client.search_read(
        "factory.stock.opening", [("name", "in", ("GOOD", "BAD"))], ["state"]
    )
    assert {draft["state"] for draft in drafts} <= {"draft"}
    client.call("factory.stock.opening", "unlink", [[one["id"] for one in drafts]])
