# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prepayments, draws and rate changes that meet each other, grace and rhythms.

A prepayment keeps its meaning when something else follows: what shortened the term goes
on to shorten it, what stood in for the next instalments still does.
"""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lpdb_financing.tools.schedule import (
    InvalidTermsError,
    Terms,
    build_schedule,
    collectability,
    dpd,
)
from lpdb_financing.tools.terms import STRATEGIES
from test_lpdb_schedule_properties import OPENING, loans

START = "2026-01-01"
DRAWN = 12_000_000


def rows_of(draws=(), rates=(), prepaid=(), **values):
    """Rows of Rp12,000,000 at 12 % over six months, changed as asked."""
    terms = Terms(**{"annual_rate": 12, "periods": 6, "start": START} | values)
    return build_schedule(terms, [(START, DRAWN), *draws], rates, prepaid)


def principal_of(*args, **values):
    return [int(row.principal) for row in rows_of(*args, **values)]


def millions(*amounts):
    return [round(amount * 1_000_000) for amount in amounts]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        # 12 over three rows of 4 each: fewer of them, smaller ones, the next ones less
        ("reduce_term", millions(0, 3, 0, 4, 4, 1)),
        ("reduce_instalment", millions(0, 3, 0, 3, 3, 3)),
        ("next_instalments", millions(0, 3, 0, 1, 4, 4)),
    ],
)
def test_prepayment_during_grace(strategy, expected):
    prepaid = [("2026-03-01", 3_000_000, strategy)]
    assert principal_of(prepaid=prepaid, grace_principal=3) == expected


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        # 3 a row was agreed
        ("reduce_term", millions(6, 3, 3)),
        ("reduce_instalment", millions(5.25, 2.25, 2.25, 2.25)),
        ("next_instalments", millions(3, 3, 3, 3)),
    ],
)
def test_prepayment_before_the_first_instalment(strategy, expected):
    prepaid = [("2026-01-11", 3_000_000, strategy)]
    assert principal_of(prepaid=prepaid, periods=4) == expected


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        # 2 a row; the draw adds 3 / 3 to each of the last three
        ("reduce_term", millions(2, 5, 2, 3, 3)),
        ("reduce_instalment", millions(2, 5, 1.25, 2.25, 2.25, 2.25)),
        ("next_instalments", millions(2, 5, 0, 2, 3, 3)),
    ],
)
def test_draw_after_a_prepayment(strategy, expected):
    prepaid = [("2026-03-01", 3_000_000, strategy)]
    draws = [("2026-04-01", 3_000_000)]
    assert principal_of(draws=draws, prepaid=prepaid) == expected


@pytest.mark.parametrize("method", ["equal_principal", "flat"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_rate_change_leaves_equal_principal_alone(method, strategy):
    prepaid = [("2026-03-01", 3_000_000, strategy)]
    plain = principal_of(prepaid=prepaid, method=method)
    changed = principal_of(
        prepaid=prepaid, method=method, rates=[("2026-04-01", 6), ("2026-05-11", 9)]
    )
    assert changed == plain


def test_rate_change_late_in_ten_years_moves_no_principal():
    # 3,000,000,000 / 108 = 27,777,777.78: the residue of 24 stays in the last row
    terms = Terms(3, 120, START, grace_principal=12)
    rows = build_schedule(terms, [(START, 3_000_000_000)], [("2035-01-15", 6)])
    assert [row.principal for row in rows[-2:]] == [27_777_778, 27_777_754]


def test_annuity_stays_shorter_after_a_rate_change():
    """The instalment is the one that the loan would have had, the rows are fewer."""
    prepaid = [("2026-03-01", 3_000_000, "reduce_term")]
    rates = [("2026-04-01", 6)]
    rows = rows_of(method="annuity", prepaid=prepaid, rates=rates)
    plain = rows_of(method="annuity", rates=rates)
    assert len(rows) == 5
    # a rupiah of rounding between the two ways to the same instalment
    assert abs(rows[3].payment - plain[3].payment) <= 1


def test_annuity_instalments_stood_in_for():
    """After a new rate the rest of the advance is used up, then all goes on as was."""
    prepaid = [("2026-03-01", 3_000_000, "next_instalments")]
    rates = [("2026-04-01", 6)]
    rows = rows_of(method="annuity", prepaid=prepaid, rates=rates)
    plain = rows_of(method="annuity", rates=rates)
    assert rows[2].principal == 0
    assert abs(rows[4].payment - plain[4].payment) <= 1
    assert rows[5].payment < plain[5].payment


def test_agreed_instalment_and_percent_shrink_with_the_debt():
    rows = rows_of(
        method="fixed_percent",
        principal_percent=10,
        prepaid=[("2026-03-01", 4_800_000, "reduce_instalment")],
    )
    # 12 - 2 x 1.2 = 9.6; half of it is prepaid: 0.6 a row, the rest with the last
    assert [int(row.principal) for row in rows] == millions(1.2, 6, 0.6, 0.6, 0.6, 3)
    rows = rows_of(
        method="fixed_instalment",
        fixed_instalment=3_000_000,
        annual_rate=0,
        periods=None,
        prepaid=[("2026-03-01", 3_000_000, "reduce_instalment")],
    )
    # 12 - 2 x 3 = 6; half of it is prepaid: two rows of 1.5
    assert [int(row.principal) for row in rows] == millions(3, 6, 1.5, 1.5)


@pytest.mark.parametrize("instalment", [119_999, 120_000])
def test_instalment_that_never_repays_is_refused(instalment):
    # 1 % of 12,000,000 is 120,000
    with pytest.raises(InvalidTermsError) as caught:
        rows_of(method="fixed_instalment", fixed_instalment=instalment, periods=None)
    assert caught.value.field == "fixed_instalment"


def test_half_yearly_principal_after_grace_with_three_draws():
    rows = rows_of(
        draws=[("2026-02-15", DRAWN), ("2026-06-01", DRAWN)],
        periods=12,
        annual_rate=6,
        principal_every=3,
        grace_principal=3,
    )
    # 36 over rows 6, 9 and 12; February: 14 of 28 days on 12, 14 on 24
    assert [int(row.principal) for row in rows if row.principal] == millions(12, 12, 12)
    assert [row.n for row in rows if row.principal] == [6, 9, 12]
    assert [int(row.interest) for row in rows[:6]] == [
        60_000,
        30_000 + 60_000,
        120_000,
        120_000,
        120_000,
        180_000,
    ]


@pytest.mark.parametrize(
    ("day_count", "expected"),
    [
        # a month's 120,000 and 60,000 by the 28 days of February
        ("period", 42_857 + 38_571),
        ("30/360", 42_857 + 38_571),
        # 12,000,000 x 12 % x 10 / 365 and x 6 % x 18 / 365
        ("actual/365", 39_452 + 35_507),
        ("actual/360", 40_000 + 36_000),
        ("actual/actual", 39_452 + 35_507),
    ],
)
def test_rate_change_inside_a_period(day_count, expected):
    # 12 % for ten days of February 2026, 6 % for 18
    rates = [("2026-02-11", 6)]
    rows = rows_of(method="bullet", day_count=day_count, rates=rates)
    assert rows[1].interest == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-01-29", ["2026-02-28", "2026-03-29", "2026-04-29"]),
        ("2026-01-30", ["2026-02-28", "2026-03-30", "2026-04-30"]),
        ("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2028-01-29", ["2028-02-29", "2028-03-29", "2028-04-29"]),
    ],
)
def test_month_end_anchor_is_kept(start, expected):
    rows = build_schedule(Terms(12, 3, start), [(start, 300)])
    assert [str(row.due) for row in rows] == expected


def test_days_and_weeks_and_one_period():
    # 7/364 of 12 % on 12,000,000 is 27,692.3; a day is 1/360: 4,000
    assert rows_of(unit="week", periods=1)[0][1:4] == (
        datetime.date(2026, 1, 8),
        DRAWN,
        27_692,
    )
    assert rows_of(unit="day", every=10, periods=1)[0].interest == 40_000
    assert rows_of(annual_rate=0, periods=1, method="annuity")[0].payment == DRAWN


def test_contract_names_work_as_keywords():
    assert dpd(due="2026-01-01", as_of="2026-01-02", paid=None) == 2
    assert collectability(dpd=2, scheme=[(0, "1"), (1, "2")]) == "2"


@st.composite
def prepayments(draw):
    """Up to three prepayments on days of the first months."""
    day = st.integers(1, 150).map(lambda n: OPENING + datetime.timedelta(n))
    row = st.tuples(day, st.integers(1, 400_000_000), st.sampled_from(STRATEGIES))
    return draw(st.lists(row, min_size=1, max_size=3))


@settings(max_examples=400, deadline=None)
@given(loans(), prepayments(), st.none() | st.decimals(0, 36, places=2))
def test_any_loan_that_is_prepaid_repays_what_was_drawn(terms, prepaid, new_rate):
    changes = [] if new_rate is None else [(datetime.date(2026, 5, 15), new_rate)]
    draws = [(OPENING, 5_000_000_000)]
    try:
        rows = build_schedule(terms, draws, changes, prepaid)
    except InvalidTermsError as error:
        # after the last row, or more than is left of a short loan
        assert error.field == "prepayments"
        return
    capitalises = terms.grace_interest_mode == "capitalise"
    total = sum(row.principal for row in rows)
    assert total >= 5_000_000_000 if capitalises else total == 5_000_000_000
    assert rows[-1].balance == 0
    assert min(row.balance for row in rows) >= 0
    assert min(row.principal for row in rows) >= 0
    assert min(row.interest for row in rows) >= 0


def test_flat_interest_that_was_asked_is_not_paid_back():
    # a row asks (15 / 31 + 5) x 120,000 / 6 = 109,677; 15 / 31 x 120,000 = 58,065 ran
    # by the first due date, and nothing after it
    rows = rows_of(rates=[("2026-01-16", 0)], method="flat", first_due="2026-01-16")
    assert [row.interest for row in rows] == [109_677, 0, 0, 0, 0, 0]
    assert sum(row.principal for row in rows) == DRAWN


def test_working_day_before_never_leads_behind_the_start():
    # start on Sunday 1 March, due on Monday the 2nd, a holiday: Friday lies before
    rows = build_schedule(
        Terms(
            annual_rate=36,
            periods=3,
            start="2026-03-01",
            unit="day",
            day_count="actual/360",
            business_day="preceding",
            holidays=["2026-03-02"],
            interest_follows=True,
        ),
        [("2026-03-01", DRAWN)],
    )
    assert [str(row.due) for row in rows] == ["2026-03-01", "2026-03-03", "2026-03-04"]
    # two days on 8,000,000, one on 4,000,000, at 0.1 % a day
    assert [row.interest for row in rows] == [0, 16_000, 4_000]
