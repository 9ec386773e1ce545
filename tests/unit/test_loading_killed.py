"""A loader goes on while the server is still at the last call of a killed one."""

import argparse
from decimal import Decimal

import load_intake
import load_stock
import pytest
import rpc
from loading.layouts import Row, Sheet
from loading.problems import BadFileError
from loading.session import Session
from loading.sync import Outcome

DONE = {"action_accept": "accepted", "action_post": "posted"}


class BusyServer:
    """Documents of which some come through just before the next call is heard."""

    def __init__(self, states, late=(), bad=()):
        self.states, self.late, self.bad = states, late, bad

    def with_companies(self, _companies):
        return {}

    def search_read(self, _model, domain, fields):
        rows = [
            {"id": n, "accepted_kg": 50.0, "state": s} for n, s in self.states.items()
        ]
        for name, _operator, value in domain:
            values = value if isinstance(value, list) else [value]
            rows = [row for row in rows if row[name] in values]
        return [{name: row[name] for name in ("id", *fields)} for row in rows]

    def call(self, _model, method, arguments, context=None):
        late, self.late = self.late, ()
        self.states.update(dict.fromkeys(late, DONE[method]))
        (numbers,) = arguments
        for number in numbers:
            if number in self.bad or self.states[number] != "draft":
                raise rpc.RpcError(f"Document R{number} stands as it is")
        self.states.update(dict.fromkeys(numbers, DONE[method]))


def _run(server, loader):
    """Load three documents; R1 to R3 have the ids 1 to 3."""
    key = {load_intake: "ticket", load_stock: "code"}[loader]
    weight = {"gross_kg": Decimal(50), "tare_kg": 0, "deduction_percent": Decimal(0)}
    rows = tuple(
        Row(n + 1, {key: f"R{n}", "weighed_at": 0, **weight}) for n in server.states
    )
    layout = {load_intake: load_intake.INTAKES, load_stock: load_stock.STOCK}[loader]
    sheet = Sheet("file.csv", layout, rows)
    session = Session(server, argparse.Namespace(dry_run=False))
    session.resolver.found["company"] = {"stok": 1}
    outcome = Outcome("documents", ids={f"R{n}": n for n in server.states})
    if loader is load_intake:
        load_intake._accept(session, "stok", sheet, outcome)
    else:
        load_stock._post(session, "stok", sheet, outcome, 20)


LOADERS = pytest.mark.parametrize("loader", [load_intake, load_stock])


@LOADERS
@pytest.mark.parametrize("late", [(), (1, 2), (1, 2, 3)])
def test_what_came_through_meanwhile_is_no_fault(loader, late):
    server = BusyServer(dict.fromkeys((1, 2, 3), "draft"), late)
    _run(server, loader)
    assert "draft" not in server.states.values()


@LOADERS
def test_what_is_refused_still_is_named(loader):
    server = BusyServer(dict.fromkeys((1, 2, 3), "draft"), late=(1,), bad=(3,))
    with pytest.raises(BadFileError) as refused:
        _run(server, loader)
    assert str(refused.value).startswith("file.csv:4: ")
    assert server.states[3] == "draft"
