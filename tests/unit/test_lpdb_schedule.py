# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules of the schedule that no published table covers."""

from decimal import Decimal

import pytest
from lpdb_financing.tools.schedule import (
    FinancingError,
    InvalidTermsError,
    Terms,
    accrue,
    build_schedule,
    effective_rate,
    present_value,
)

START = "2026-01-31"


def dues(**values):
    terms = Terms(6, values.pop("periods", 4), values.pop("start", START), **values)
    rows = build_schedule(terms, [(terms.start, 4000)])
    return [row.due.isoformat() for row in rows]


# -- the worked case ------------------------------------------------------------


def soft_loan(**values):
    """3 % on Rp3,000,000,000 over 120 months, 12 of them without principal."""
    terms = Terms(3, 120, "2026-01-01", grace_principal=12, **values)
    return build_schedule(terms, [("2026-01-01", 3_000_000_000)])


def test_ten_years_with_a_year_of_grace():
    # 3,000,000,000 / 108 = 27,777,777.78; 3e9 x 3 % / 12 = 7,500,000
    rows = soft_loan()
    assert [row.principal for row in rows[:12]] == [0] * 12
    assert {row.principal for row in rows[12:119]} == {27_777_778}
    assert rows[119].principal == 27_777_754
    assert {row.interest for row in rows[:13]} == {7_500_000}
    assert (rows[13].interest, rows[119].interest) == (7_430_556, 69_444)
    assert sum(row.interest for row in rows) == 498_750_000


def test_grant_element_and_effective_rate_of_the_soft_loan():
    flows = [row.payment for row in soft_loan()]
    assert round(present_value(flows, 9)) == 2_250_125_561
    # a fee of 1 % instead: 3.2007 % a year
    assert round(effective_rate(2_970_000_000, flows), 4) == Decimal("3.2007")


def test_dated_flows_count_their_months():
    flows = [(row.due, row.payment) for row in soft_loan()]
    assert round(present_value(flows, 9, start="2026-01-01")) == 2_250_125_561


# -- dates ----------------------------------------------------------------------


def test_due_dates_keep_the_month_end():
    assert dues() == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_quarters_and_weeks():
    assert dues(every=3, periods=2) == ["2026-04-30", "2026-07-31"]
    assert dues(unit="week", every=2, periods=2) == ["2026-02-14", "2026-02-28"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # 28 February 2026 is a Saturday, 31 May a Sunday
        ("following", ["2026-03-02", "2026-03-31", "2026-04-30", "2026-06-01"]),
        (
            "modified_following",
            ["2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"],
        ),
        ("preceding", ["2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"]),
    ],
)
def test_due_dates_move_off_the_weekend(rule, expected):
    assert dues(business_day=rule) == expected


def test_holidays_move_a_due_date_further():
    shifted = dues(business_day="following", holidays=["2026-03-02"])
    assert shifted[0] == "2026-03-03"


def test_interest_stays_with_the_unshifted_date_unless_it_follows():
    terms = {"day_count": "actual/365", "business_day": "following"}
    draws = [(START, 3_650_000)]
    stays = build_schedule(Terms(10, 4, START, **terms), draws)
    follows = build_schedule(Terms(10, 4, START, interest_follows=True, **terms), draws)
    # 3,650,000 x 10 % / 365 = 1,000 a day: 28 days to Saturday, 30 to Monday
    assert (stays[0].interest, follows[0].interest) == (28_000, 30_000)
    assert stays[0].due == follows[0].due


def test_odd_first_period_is_charged_by_its_days():
    # 17 of 31 days of January and the whole of February: 12,000 a month
    terms = Terms(12, 3, "2026-01-15", first_due="2026-03-01")
    row = build_schedule(terms, [("2026-01-15", 1_200_000)])[0]
    assert row.interest == round(12_000 * (1 + Decimal(17) / 31))


def test_due_dates_of_the_letter_win():
    dates = ["2026-02-10", "2026-03-12", "2026-04-10"]
    assert dues(periods=3, due_dates=dates) == dates


# -- rhythms, grace, residue --------------------------------------------------------


def test_monthly_interest_half_yearly_principal():
    rows = build_schedule(Terms(6, 12, START, principal_every=6), [(START, 1_200_000)])
    assert [row.n for row in rows if row.principal] == [6, 12]
    assert [row.interest for row in rows] == [6000] * 6 + [3000] * 6


def test_grace_on_top_of_the_tenor():
    rows = build_schedule(
        Terms(12, 4, START, grace_principal=2, grace_in_tenor=False), [(START, 400)]
    )
    assert [row.principal for row in rows] == [0, 0, 100, 100, 100, 100]


def interest_grace(mode):
    terms = Terms(12, 4, START, grace_interest=2, grace_interest_mode=mode)
    return build_schedule(terms, [(START, 400_000)])


def test_deferred_interest_falls_due_with_the_first_row_after_grace():
    rows = interest_grace("defer")
    # 4,000 + 3,000 wait for row 3, whose own is 2,000
    assert [row.interest for row in rows] == [0, 0, 9000, 1000]


def test_waived_interest_never_falls_due():
    assert [row.interest for row in interest_grace("waive")] == [0, 0, 2000, 1000]


def test_capitalised_interest_becomes_principal():
    terms = Terms(
        12,
        4,
        START,
        grace_principal=2,
        grace_interest=2,
        grace_interest_mode="capitalise",
    )
    rows = build_schedule(terms, [(START, 400_000)])
    # 400,000 + 4,000 + 4,040 = 408,040
    assert [row.balance for row in rows] == [404_000, 408_040, 204_020, 0]
    assert sum(row.principal for row in rows) == 408_040


def test_residue_in_a_row_of_its_own():
    terms = Terms(0, 3, START, rounding=100, residue="extra_row", rounding_mode="FLOOR")
    rows = build_schedule(terms, [(START, 1000)])
    assert [row.principal for row in rows] == [300, 300, 300, 100]


def test_bullet_and_fixed_percent():
    bullet = build_schedule(Terms(12, 3, START, method="bullet"), [(START, 1000)])
    assert [row.principal for row in bullet] == [0, 0, 1000]
    percent = build_schedule(
        Terms(12, 3, START, method="fixed_percent", principal_percent=10),
        [(START, 1000)],
    )
    assert [row.principal for row in percent] == [100, 100, 800]


def test_second_draw_spreads_over_what_is_left():
    rows = build_schedule(
        Terms(0, 4, "2026-01-01"), [("2026-01-01", 400), ("2026-02-10", 300)]
    )
    # 100 after January; 600 over three from February
    assert [row.principal for row in rows] == [100, 200, 200, 200]


def test_nothing_is_asked_before_the_first_draw():
    rows = build_schedule(Terms(12, 3, "2026-01-01"), [("2026-02-15", 300)])
    assert rows[0][2:] == (0, 0, 0, 0)
    assert [row.principal for row in rows[1:]] == [150, 150]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("reduce_term", [100, 200, 100]),
        ("reduce_instalment", [100, 200, 50, 50]),
        ("next_instalments", [100, 200, 0, 100]),
    ],
)
def test_prepayment_strategies(strategy, expected):
    rows = build_schedule(
        Terms(12, 4, "2026-01-01"),
        [("2026-01-01", 400)],
        prepayments=[("2026-03-01", 100, strategy)],
    )
    assert [row.principal for row in rows] == expected


def test_prepayment_inside_a_period_saves_interest_from_its_day():
    rows = build_schedule(
        Terms(12, 2, "2026-01-01", method="bullet"),
        [("2026-01-01", 3_100_000)],
        prepayments=[("2026-01-11", 1_550_000, "reduce_instalment")],
    )
    # January: 10/31 of 31,000 and 21/31 of 15,500
    assert rows[0].interest == 10_000 + 10_500
    assert rows[0].principal == 1_550_000


def test_accrual_cuts_at_periods_rates_and_balances():
    terms = Terms(12, 12, "2026-01-01", day_count="actual/365")
    interest = accrue(
        terms,
        [("2026-01-01", 3_650_000), ("2026-01-21", 1_825_000)],
        "2026-01-11",
        "2026-02-06",
        [("2026-02-01", 6)],
    )
    # 10 days of 1,200, 11 of 600, 5 of 300
    assert interest == 12_000 + 6_600 + 1_500


# -- refusals -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("annual_rate", {"annual_rate": -1}),
        ("annual_rate", {"annual_rate": "many"}),
        ("annual_rate", {"annual_rate": "NaN"}),
        ("periods", {"periods": 0}),
        ("periods", {"periods": None}),
        ("periods", {"periods": 1.5}),
        ("start", {"start": "31-01-2026"}),
        ("method", {"method": "magic"}),
        ("unit", {"unit": "year"}),
        ("day_count", {"day_count": "business/252"}),
        ("rounding", {"rounding": 0}),
        ("rounding_mode", {"rounding_mode": "NEAREST"}),
        ("first_due", {"first_due": "2026-01-31"}),
        ("grace_principal", {"grace_principal": 12}),
        ("grace_interest", {"grace_interest": 12, "grace_interest_mode": "defer"}),
        ("fixed_instalment", {"fixed_instalment": 100}),
        ("fixed_instalment", {"method": "fixed_instalment"}),
        ("fixed_instalment", {"method": "fixed_instalment", "fixed_instalment": 1}),
        ("principal_percent", {"method": "fixed_percent"}),
        ("principal_percent", {"principal_percent": 5}),
        ("level_on", {"level_on": "period"}),
        ("smooth_last", {"smooth_last": True}),
        ("due_dates", {"due_dates": ["2026-02-01"]}),
        ("interest_follows", {"interest_follows": True}),
        *[("due_dates", {"due_dates": value}) for value in (5, "x", [5], [None])],
        ("due_dates", {"due_dates": 5, "periods": None}),
        *[("holidays", {"holidays": value}) for value in (None, 5, [None], "x")],
    ],
)
def test_bad_terms_name_their_field(field, values):
    with pytest.raises(InvalidTermsError, match=f"^{field}: ") as caught:
        terms = Terms(**{"annual_rate": 12, "periods": 12, "start": START} | values)
        build_schedule(terms, [("2026-01-31", 1200)])
    assert caught.value.field == field
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("field", "events"),
    [
        ("draws", {"draws": []}),
        ("draws", {"draws": [("2026-01-30", 10)]}),
        ("draws", {"draws": [("2026-02-28", 10)], "periods": 1}),
        ("draws", {"draws": [(START, -10)]}),
        ("rate_changes", {"rate_changes": [("2026-02-01", -1)]}),
        ("rate_changes", {"rate_changes": [("2026-02-01", 1), ("2026-02-01", 2)]}),
        ("prepayments", {"prepayments": [("2026-02-28", 5000, "reduce_term")]}),
        ("prepayments", {"prepayments": [("2026-02-28", 5, "someday")]}),
        *[
            (name, {name: value})
            for name in ("draws", "rate_changes", "prepayments")
            for value in (None, 5, "x", [5], [None], [("2026-02-01",)], {"a": 1})
        ],
        ("draws", {"draws": [("2026-02-01", 5, "x")]}),
        ("draws", {"draws": ["ab"]}),
        ("rate_changes", {"rate_changes": [("2026-02-01", 5, "x")]}),
        ("prepayments", {"prepayments": [("2026-02-01", 5)]}),
        ("draws", {"draws": [("2026-02-01", None)]}),
    ],
)
def test_bad_events_name_their_list(field, events):
    terms = Terms(12, events.pop("periods", 4), START)
    draws = events.pop("draws", [(START, 1000)])
    with pytest.raises(FinancingError, match=f"^{field}: "):
        build_schedule(terms, draws, **events)


@pytest.mark.parametrize(
    ("field", "flows", "start"),
    [
        ("cash_flows", None, None),
        ("cash_flows", 5, None),
        ("cash_flows", "12", None),
        ("cash_flows", [None], None),
        ("cash_flows", [("2026-02-01",)], START),
        ("cash_flows", [("2026-02-01", 5), 5], START),
        ("start", [("2026-02-01", 5)], None),
    ],
)
def test_bad_cash_flows_are_named(field, flows, start):
    with pytest.raises(FinancingError, match=f"^{field}: "):
        present_value(flows, 3, start=start)
    with pytest.raises(FinancingError, match=f"^{field}: "):
        effective_rate(1000, flows, start=start)


@pytest.mark.parametrize("rows", [None, 5, [5], [("2026-02-01",)]])
def test_bad_balances_are_named(rows):
    loan = Terms(12, 4, START)
    with pytest.raises(FinancingError, match=r"^balances: "):
        accrue(loan, rows, START, "2026-02-01")
    with pytest.raises(FinancingError, match=r"^rate_changes: "):
        accrue(loan, [(START, 5)], START, "2026-02-01", rows)
