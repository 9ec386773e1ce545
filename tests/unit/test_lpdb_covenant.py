# SPDX-License-Identifier: AGPL-3.0-or-later
"""Covenants: the limit, what has no ratio, period ends and months of income."""

from datetime import date

import pytest
from lpdb_financing.tools.covenant import judge, period_ends, window_start
from lpdb_financing.tools.errors import InvalidTermsError


@pytest.mark.parametrize(
    ("above", "below", "operator", "limit", "outcome"),
    [
        # exactly the limit is kept; one rupiah less or more is not
        (1_250_000, 1_000_000, "min", "1.25", "passed"),
        (1_249_999, 1_000_000, "min", "1.25", "breached"),
        (2_000_000, 1_000_000, "max", 2, "passed"),
        (2_000_001, 1_000_000, "max", 2, "breached"),
        # the quotient rounds to the limit, the amounts do not reach it
        (1_249_999_999, 1_000_000_000, "min", "1.25", "breached"),
        # a loss covers nothing
        (-1, 100, "min", 1, "breached"),
        # nothing below the line
        (5, 0, "min", 1, "passed"),
        (0, 0, "min", 1, "undefined"),
        (-5, 0, "min", 1, "undefined"),
        (5, 0, "max", 1, "breached"),
        (0, 0, "max", 1, "undefined"),
        # equity lost: minus two would be less than the limit, and is not kept
        (200, -100, "max", 3, "breached"),
        (-200, -100, "max", 3, "undefined"),
        (200, -100, "min", 1, "undefined"),
    ],
)
def test_outcome(above, below, operator, limit, outcome):
    assert judge(above, below, operator, limit).outcome == outcome


def test_no_value_without_a_ratio():
    assert judge(5, 0, "min", 1).value is None
    assert judge(200, -100, "max", 3).value is None


@pytest.mark.parametrize(
    ("above", "near"), [(118, False), (119, True), (130, True), (131, False)]
)
def test_near_is_kept_by_less_than_the_margin(above, near):
    # limit 119 of 100, 10 % of it is 11.9: near below 130.9
    assert judge(above, 100, "min", "1.19", 10).near is near


def test_unknown_operator_is_refused():
    with pytest.raises(InvalidTermsError, match="operator"):
        judge(1, 1, "<=", 1)


def test_years_end_with_the_financial_year():
    found = period_ends(date(2025, 1, 1), date(2027, 12, 31), 12, 6)
    assert list(found) == [date(2025, 6, 30), date(2026, 6, 30), date(2027, 6, 30)]


def test_month_ends_of_february():
    found = period_ends(date(2028, 1, 31), date(2028, 3, 30), 1)
    assert list(found) == [date(2028, 1, 31), date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 2, 28), 1, date(2026, 2, 1)),
        (date(2028, 2, 28), 12, date(2027, 3, 1)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
        (date(2026, 3, 30), 1, date(2026, 3, 1)),
    ],
)
def test_window(day, months, first):
    assert window_start(day, months) == first
