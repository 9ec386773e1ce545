# SPDX-License-Identifier: AGPL-3.0-or-later
"""Classes by days and by letters, on the days where they change."""

import datetime
from decimal import Decimal

import pytest
from lpdb_financing.tools.ageing import bucket, penalties
from lpdb_financing.tools.collectability import (
    collectability,
    dpd,
    letter_collectability,
    letter_falls,
    next_fall,
    next_letter_fall,
)
from lpdb_financing.tools.errors import InvalidTermsError

BANK = [
    (0, "Lancar"),
    (1, "Dalam Perhatian Khusus"),
    (91, "Kurang Lancar"),
    (121, "Diragukan"),
    (181, "Macet"),
]
STATE = [(0, 0, "Lancar"), (1, 1, "Kurang Lancar"), (2, 1, "Diragukan"), (3, 1, "M")]
DUE = datetime.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "Lancar"),
        (1, "Dalam Perhatian Khusus"),
        (90, "Dalam Perhatian Khusus"),
        (91, "Kurang Lancar"),
        (120, "Kurang Lancar"),
        (121, "Diragukan"),
        (180, "Diragukan"),
        (181, "Macet"),
        (5000, "Macet"),
    ],
)
def test_class_on_its_limits(days, name):
    assert collectability(days, BANK) == name
    assert collectability(days, BANK[::-1]) == name
    assert collectability(days, dict(BANK)) == name


@pytest.mark.parametrize(
    ("field", "days", "scheme"),
    [
        ("dpd", "5", BANK),
        ("dpd", None, BANK),
        ("dpd", 5.5, BANK),
        ("dpd", True, BANK),
        ("scheme", 5, "bank"),
        ("scheme", 5, None),
        ("scheme", 5, 5),
        ("scheme", 5, [5]),
        ("scheme", 5, [(0,)]),
        ("scheme", 5, {"0": "1"}),
        ("scheme", 5, []),
    ],
)
def test_bad_arguments_are_named(field, days, scheme):
    with pytest.raises(InvalidTermsError, match=f"^{field}: "):
        collectability(days, scheme)
    if field == "scheme" and scheme != []:
        with pytest.raises(InvalidTermsError, match=r"^scheme: "):
            next_fall(DUE, DUE, scheme)


def test_class_falls_on_the_day_that_was_foretold():
    """Until the day before the class is the old one, on the day the new one."""
    day = DUE - datetime.timedelta(days=10)
    seen = []
    while fall := next_fall(DUE, day, BANK):
        when, name = fall
        before = when - datetime.timedelta(days=1)
        assert collectability(dpd(DUE, before), BANK) != name
        assert collectability(dpd(DUE, when), BANK) == name
        seen.append(name)
        day = when
    assert seen == [name for _limit, name in BANK[1:]]


def test_empty_scheme_is_refused():
    with pytest.raises(InvalidTermsError, match="no class for 0 days"):
        collectability(0, [(1, "x")])
    with pytest.raises(InvalidTermsError, match="no class without a letter"):
        letter_collectability([], "2024-01-01", STATE[1:])


def test_class_by_letters_falls_on_the_day_that_was_foretold():
    letters = [(1, "2024-01-31"), (2, "2024-03-15"), (3, "2024-05-01")]
    day, seen = datetime.date(2024, 1, 1), []
    while day < datetime.date(2024, 7, 1):
        fall = next_letter_fall(letters, day, STATE, DUE)
        now = letter_collectability(letters, day, STATE, DUE)
        tomorrow = day + datetime.timedelta(days=1)
        after = letter_collectability(letters, tomorrow, STATE, DUE)
        assert (after != now) == bool(fall and fall[0] == tomorrow), day
        if after != now:
            seen.append((tomorrow.isoformat(), after))
        day = tomorrow
    # a month after 31 January ends with February, the others on the same day
    assert seen == [
        ("2024-02-29", "Kurang Lancar"),
        ("2024-04-15", "Diragukan"),
        ("2024-06-01", "M"),
    ]


def test_letter_of_a_later_round_counts_for_what_was_due_then():
    letters = [(2, "2024-01-10"), (1, "2024-06-10")]
    # all that was due by January is paid since: only the June letter counts
    assert letter_collectability(letters, "2024-09-01", STATE, "2024-05-01") == (
        "Kurang Lancar"
    )
    assert letter_falls(letters, STATE, "2024-07-01") == []
    assert letter_falls(letters, STATE, None) == []


def test_buckets_on_their_limits():
    days = (0, 1, 30, 31, 60, 61, 90, 91, 900)
    assert [bucket(day) for day in days] == [
        "00_not_due",
        *["01_30"] * 2,
        *["31_60"] * 2,
        *["61_90"] * 2,
        *["91_over"] * 2,
    ]


def test_penalties_add_up_to_the_rounded_sum():
    # 1,000 at 36.5 % of 365 days is 1 a day; 3 and 2 days of a third: 5 thirds
    third, rate = Decimal(1000) / 3, Decimal("36.5")
    rows = [("2024-01-01", third, []), ("2024-01-02", third, [])]
    assert penalties(rows, "2024-01-03", rate, 365) == [1, 1]
    # 11 + 10 days of a third: 7; both round down to 3, the rest goes to the last
    assert penalties(rows, "2024-01-11", rate, 365) == [3, 4]
    # none on the due date itself
    assert penalties(rows[:1], "2024-01-01", rate, 365) == [0]
    assert penalties([], "2024-01-01", rate, 365) == []


def test_penalties_less_what_was_paid():
    rate = Decimal("36.5")
    rows = [("2024-01-01", 1000, []), ("2024-01-06", 1000, [])]
    # 11 and 6 days of 1 a day, of which 12 are paid: the oldest first
    assert penalties(rows, "2024-01-11", rate, 365, Decimal(12)) == [0, 5]
    # more was paid than asked
    assert penalties(rows, "2024-01-11", rate, 365, Decimal(99)) == [0, 0]
    # the lender asked 5 more than these terms give
    assert penalties(rows, "2024-01-11", rate, 365, Decimal(-5)) == [11, 11]


def test_penalty_of_rows_paid_late():
    rate = Decimal("36.5")
    # 11 days until it was paid, however late one looks
    late = [("2024-01-01", 1000, [("2024-01-11", 1000)])]
    assert penalties(late, "2024-01-05", rate, 365) == [5]
    assert penalties(late, "2024-01-11", rate, 365) == [11]
    assert penalties(late, "2024-03-31", rate, 365) == [11]
    # paid on the due date or before: none; half of it: half
    for day in ("2023-12-20", "2024-01-01"):
        row = ("2024-01-01", 1000, [(day, 1000)])
        assert penalties([row], "2024-01-11", rate, 365) == [0]
        row = ("2024-01-01", 1000, [(day, 500)])
        assert penalties([row], "2024-01-20", rate, 365) == [10]
