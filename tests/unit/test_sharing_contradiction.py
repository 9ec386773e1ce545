# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that do not fit together: published cases and properties."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from factory_sharing.tools.contradiction import Claim, contradicts
from hypothesis import given
from hypothesis import strategies as st

VECTORS = Path(__file__).parents[1] / "vectors/site_scenarios.json"
SCENARIOS = {
    one["id"]: one
    for one in json.loads(VECTORS.read_text(encoding="utf-8"))["scenarios"]
}
STATES = ("planned", "building", "finished", "trial", "operating", "idle", "other")
claims = st.builds(
    Claim,
    day=st.dates(date(2025, 1, 1), date(2025, 1, 31)),
    state=st.sampled_from(STATES),
    source=st.sampled_from(["head", "office", "paper"]),
    figure_kind=st.sampled_from([None, "physical", "machines"]),
    figure=st.tuples(st.sampled_from([3.0, 90.0]), st.just(0.0)),
)


def test_kukar_last_event_holds_two_statements():
    event = SCENARIOS["SC-KUKAR"]["events"][-1]
    day, text = date.fromisoformat(event[0]), event[1]
    assert "cannot operate" in text and "runs at small scale" in text
    head, office = Claim(day, "idle", "head"), Claim(day, "operating", "office")
    assert contradicts(head, office)


def test_ntt_province_and_cooperative_speak_one_day_apart():
    province, cooperative = SCENARIOS["SC-NTT"]["events"][-2:]
    one = Claim(date.fromisoformat(province[0]), "operating", "province")
    other = Claim(date.fromisoformat(cooperative[0]), "idle", "cooperative")
    assert contradicts(one, other)
    assert not contradicts(one, other, days=0)


@pytest.mark.parametrize(
    ("figure", "source", "expected"),
    [(85.0, "office", True), (100.0, "office", False), (85.0, "head", False)],
)
def test_figures_of_one_day(figure, source, expected):
    day = date(2026, 2, 1)
    stated = Claim(day, "other", "head", "physical", (100.0, 0.0))
    other = Claim(day, "other", source, "physical", (figure, 0.0))
    assert contradicts(stated, other) is expected


@given(claims, claims)
def test_it_goes_both_ways(one, other):
    assert contradicts(one, other) == contradicts(other, one)


@given(claims)
def test_nothing_contradicts_itself(claim):
    assert not contradicts(claim, claim)


@given(claims, claims)
def test_nothing_contradicts_what_is_a_month_away(one, other):
    later = Claim(one.day + timedelta(days=31), other.state, other.source)
    assert not contradicts(one, later)
