"""Comparison with the server, references and refusals, against a client in memory."""

import argparse

import pytest
import rpc
from loading import values
from loading.layouts import Column, Layout, Row, Sheet
from loading.problems import BadFileError
from loading.references import Resolver, external_name
from loading.sync import Target, differences, field_values, refused, same, synchronise

LAYOUT = Layout(
    "site",
    (
        Column("code", required=True, field="code"),
        Column("region", values.region_code, field="region_id", reference="region"),
    ),
    ("code",),
)


class Memory:
    """A server of one model and of regions; keeps what is loaded."""

    def __init__(self, refuse=()):
        self.regions = {"64": 1, "64.02": 2, "64.02.02": 3}
        self.records = {}
        self.loads = []
        self.refuse = refuse

    def call(self, model, method, args=(), kwargs=None, context=None):
        if method == "has_access":
            return True
        assert method == "fields_get"
        return {"code": {"type": "char"}, "region_id": {"type": "many2one"}}

    def search_read(self, model, domain, fields, **_kwargs):
        if model == "umkm.region":
            wanted = domain[0][2]
            return [
                {"id": number, "code": code}
                for code, number in self.regions.items()
                if code in wanted
            ]
        if model == "ir.model.data":
            names = domain[2][2]
            return [
                {"name": name, "res_id": record["id"]}
                for name, record in self.records.items()
                if name in names
            ]
        ids = domain[0][2]
        return [record for record in self.records.values() if record["id"] in ids]

    def load(self, model, fields, rows, batch, context=None, progress=None):
        self.loads.append((fields, rows))
        if self.refuse:
            raise rpc.LoadError(model, self.refuse, 0)
        ids = []
        for row in rows:
            name = row[0].partition(".")[2]
            number = self.records.get(name, {}).get("id", len(self.records) + 10)
            self.records[name] = {
                "id": number,
                "code": row[1],
                "region_id": [row[2], "Region"] if row[2] else False,
            }
            ids.append(number)
        return ids


def sheet(*rows):
    return Sheet(
        "sites.csv",
        LAYOUT,
        tuple(
            Row(number, {"code": code, "region": region})
            for number, (code, region) in enumerate(rows, 2)
        ),
    )


def run(client, data, *, dry_run=False):
    resolver = Resolver(client)
    resolver.check_all([data])
    target = Target("factory.site", field_values(data, resolver), "sites")
    return synchronise(client, data, target, dry_run=dry_run)


def test_company_of_others_is_named_once_and_nothing_else_of_its_rows():
    layout = Layout(
        "site",
        (
            Column("code", required=True, field="code"),
            Column("region", values.region_code, reference="region"),
            Column("company", reference="company"),
        ),
        ("code",),
    )
    client = Memory()
    client.records["res_company_kukar"] = {"id": 1}
    cells = [
        ("A", "64.02", "kukar"),
        ("B", "99.99", "minsel"),
        ("C", "99.98", "minsel"),
        ("D", "99.97", "kukar"),
        ("E", None, None),
    ]
    rows = tuple(
        Row(number, dict(zip(("code", "region", "company"), cell, strict=True)))
        for number, cell in enumerate(cells, start=2)
    )
    found = Resolver(client).check(Sheet("sites.csv", layout, rows))
    # two rows of Minsel make one fault; D's region is a fault of its own
    assert [(problem.row, problem.column) for problem in sorted(found)] == [
        (3, "company"),
        (5, "region"),
    ]
    told = str(min(found))
    assert "'minsel' is not yours" in told
    assert "2 row(s)" in told


def test_first_run_creates_and_second_changes_nothing():
    client = Memory()
    first = run(client, sheet(("A", "64.02"), ("B", None)))
    second = run(client, sheet(("A", "64.02"), ("B", None)))
    assert (first.created, second.unchanged) == (2, 2)
    assert len(client.loads) == 1
    assert second.ids == first.ids


def test_only_the_row_that_differs_is_written():
    client = Memory()
    run(client, sheet(("A", "64.02"), ("B", "64")))
    outcome = run(client, sheet(("A", "64.02"), ("B", "64.02")))
    assert (outcome.updated, outcome.unchanged) == (1, 1)
    assert [row[1] for row in client.loads[-1][1]] == ["B"]
    assert client.loads[-1][0] == ["id", "code", "region_id/.id"]


def test_dry_run_writes_nothing():
    client = Memory()
    assert run(client, sheet(("A", "64")), dry_run=True).created == 1
    assert not client.loads


def test_unknown_region_names_row_and_column():
    with pytest.raises(BadFileError) as caught:
        run(Memory(), sheet(("A", "64"), ("B", "99.01")))
    (problem,) = caught.value.problems
    assert (problem.row, problem.column) == (3, "region")
    assert "'99.01'" in problem.message


def test_village_that_is_not_loaded_stands_for_its_district():
    client = Memory()
    resolver = Resolver(client)
    data = sheet(("A", "64.02.02.2009"))
    resolver.check_all([data])
    assert resolver.look_up("region", [])["64.02.02.2009"] == 3
    assert resolver.villages == {"64.02.02.2009": "64.02.02"}


def test_refusal_of_the_server_has_its_row_and_column():
    client = Memory(refuse=[rpc.LoadMessage(1, "region_id/.id", "not allowed")])
    with pytest.raises(BadFileError) as caught:
        run(client, sheet(("A", "64"), ("B", "64")))
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.message) == (
        3,
        "region",
        "not allowed",
    )


def test_refusal_of_an_unknown_field_names_the_field():
    (problem,) = refused(
        sheet(("A", None)), sheet(("A", None)).rows, [], [rpc.LoadMessage(0, "x", "no")]
    )
    assert problem.column == "x"


@pytest.mark.parametrize(
    ("wanted", "current", "equal"),
    [
        (None, False, True),
        (None, 0.0, True),
        (None, "text", False),
        (7, [7, "Name"], True),
        (7, [8, "Name"], False),
        ([1, 2], [2, 1], True),
        (1.1, 1.1000000001, True),
        (1.1, 1.2, False),
        ("a", "a", True),
        (True, True, True),
        (False, True, False),
    ],
)
def test_same_value_in_both_forms(wanted, current, equal):
    assert same(wanted, current) is equal


def test_differences_name_the_fields():
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ["b"]


def test_external_name_holds_the_model():
    assert external_name("factory.site", "A 1") == "factory_site_A_1"


def options(**kwargs):
    defaults = {
        "url": None,
        "host": None,
        "port": None,
        "database": "d",
        "user": None,
        "password_file": None,
        "timeout": 5.0,
    }
    return argparse.Namespace(**{**defaults, **kwargs})


def test_password_comes_from_environment_or_file(tmp_path):
    assert rpc.access_from(options(), {"ODOO_PASSWORD": "x"}).password == "x"
    path = tmp_path / "key"
    path.write_text("secret\n")
    access = rpc.access_from(options(password_file=path), {})
    assert access.password == "secret"
    assert "secret" not in repr(access)


@pytest.mark.parametrize(
    ("kwargs", "environment", "text"),
    [
        ({}, {}, "no password"),
        ({"database": None}, {"ODOO_PASSWORD": "x"}, "no database"),
    ],
)
def test_missing_access_says_what_to_do(kwargs, environment, text):
    with pytest.raises(rpc.ConnectionFailedError, match=text):
        rpc.access_from(options(**kwargs), environment)


def test_unreachable_server_is_one_clear_error():
    access = rpc.Access("http://127.0.0.1:9", "d", "u", "p", 2.0)
    with pytest.raises(rpc.ConnectionFailedError, match="no server answers"):
        rpc.Client(access)
