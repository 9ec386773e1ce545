# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every schedule, whatever its terms."""

import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from lpdb_financing.tools.schedule import Terms, build_schedule
from lpdb_financing.tools.terms import CHOICES

START = "2026-01-31"


OPENING = datetime.date(2026, 1, 31)


@st.composite
def loans(draw):
    """Any combination of options that the terms allow."""
    method = draw(st.sampled_from([m for m in CHOICES["method"] if "instal" not in m]))
    periods = draw(st.integers(2, 40))
    values = {
        name: draw(st.sampled_from(options))
        for name, options in CHOICES.items()
        if name not in ("method", "level_on")
    }
    if method == "annuity":
        values["level_on"] = draw(st.sampled_from(CHOICES["level_on"]))
        values["smooth_last"] = draw(st.booleans())
    if method == "fixed_percent":
        values["principal_percent"] = draw(st.integers(1, 100))
    if method in ("annuity", "equal_principal", "flat"):
        values["instalment_rounding"] = draw(st.sampled_from([None, 1, 500]))
    return Terms(
        annual_rate=draw(st.decimals(0, 36, places=2)),
        periods=periods,
        start=OPENING,
        method=method,
        every=draw(st.integers(1, 3)),
        first_due=draw(
            st.none() | st.dates(datetime.date(2026, 2, 1), datetime.date(2026, 5, 30))
        ),
        principal_every=draw(st.integers(1, 6)),
        grace_principal=draw(st.integers(0, periods - 1)),
        grace_interest=draw(st.integers(0, periods - 1)),
        grace_in_tenor=draw(st.booleans()),
        rounding=draw(st.sampled_from([None, Decimal("0.01"), 1, 100])),
        **values,
    )


amounts = st.integers(1, 5_000_000_000)


@st.composite
def draws_of(draw):
    """One draw at start and up to three within the first days."""
    later = st.tuples(st.integers(0, 1), amounts)
    rows = draw(st.lists(later, max_size=3))
    first = [(OPENING, draw(amounts))]
    return first + [(OPENING + datetime.timedelta(days), value) for days, value in rows]


@settings(max_examples=400, deadline=None)
@given(loans(), draws_of(), st.none() | st.decimals(0, 36, places=2), st.randoms())
def test_every_schedule_repays_what_was_drawn(terms, draws, new_rate, random):
    last_day = terms.first_due or OPENING + datetime.timedelta(days=2)
    draws = [draw for draw in draws if draw[0] < last_day]
    changes = [] if new_rate is None else [(datetime.date(2026, 7, 15), new_rate)]
    rows = build_schedule(terms, draws, changes)
    drawn = sum(amount for _day, amount in draws)
    principal = sum(row.principal for row in rows)
    if terms.grace_interest_mode == "capitalise":
        assert principal >= drawn
    else:
        assert principal == drawn
    assert rows[-1].balance == 0
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row.balance >= 0
        assert row.principal >= 0
        assert row.interest >= 0
        assert row.payment == row.principal + row.interest
    random.shuffle(draws)
    assert build_schedule(terms, draws, changes) == rows


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["equal_principal", "annuity", "flat", "bullet"]),
    st.sampled_from(["reduce_term", "reduce_instalment", "next_instalments"]),
    st.integers(31, 300),
    st.integers(1, 90),
)
def test_prepayment_keeps_the_sum(method, strategy, days, percent):
    terms = Terms(9, 24, "2026-01-01", method=method)
    when = datetime.date(2026, 1, 1) + datetime.timedelta(days)
    drawn = 120_000_000
    plain = build_schedule(terms, [("2026-01-01", drawn)])
    left = min((row.balance for row in plain if row.due <= when), default=drawn)
    amount = int(left * percent / 100)
    rows = build_schedule(
        terms, [("2026-01-01", drawn)], (), [(when, amount, strategy)]
    )
    assert sum(row.principal for row in rows) == drawn
    assert rows[-1].balance == 0
    assert min(row.principal for row in rows) >= 0
    assert sum(row.interest for row in rows) <= sum(row.interest for row in plain)


@settings(max_examples=100, deadline=None)
@given(st.integers(200_000, 5_000_000), st.integers(0, 24))
def test_fixed_instalment_ends_when_the_debt_is_gone(instalment, rate):
    terms = Terms(
        rate, None, START, method="fixed_instalment", fixed_instalment=instalment
    )
    rows = build_schedule(terms, [(START, 9_000_000)])
    assert sum(row.principal for row in rows) == 9_000_000
    assert {row.payment for row in rows[:-1]} <= {instalment}
    assert 0 < rows[-1].payment <= instalment
