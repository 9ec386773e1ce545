# SPDX-License-Identifier: AGPL-3.0-or-later
"""factory_toll/tools/shares.py: parts add up, whatever is split."""

import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from factory_toll.tools import shares

GRAM = Decimal("0.001")


@pytest.mark.parametrize("seed", range(200))
def test_parts_add_up_and_stay_within_one_unit(seed):
    chance = random.Random(seed)
    weights = [
        Decimal(chance.randint(0, 10**6)) / 1000 for _ in range(chance.randint(1, 200))
    ]
    weights[chance.randrange(len(weights))] = Decimal("1.5")
    total = Decimal(chance.randint(0, 10**7)) / 1000
    parts = shares.split_by_shares(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / whole) < GRAM
        assert part % GRAM == 0
        assert part >= 0


def test_one_owner_gets_all():
    assert shares.split_by_shares(Decimal("3.333"), [Decimal(7)]) == [Decimal("3.333")]


def test_ties_go_to_the_first():
    parts = shares.split_by_shares(Decimal("0.002"), [Decimal(1)] * 3)
    assert parts == [GRAM, GRAM, Decimal(0)]


def test_order_of_the_others_does_not_matter():
    weights = [Decimal(5), Decimal(3), Decimal(1)]
    forward = shares.split_by_shares(Decimal(10), weights)
    backward = shares.split_by_shares(Decimal(10), weights[::-1])
    assert forward == backward[::-1]


def test_nobody_without_weight_gets_anything():
    parts = shares.split_by_shares(Decimal("1.001"), [Decimal(0), Decimal(1)])
    assert parts == [Decimal(0), Decimal("1.001")]


@pytest.mark.parametrize(
    ("total", "weights"),
    [
        (Decimal(1), []),
        (Decimal(1), [Decimal(0)]),
        (Decimal(1), [Decimal(2), Decimal(-1)]),
        (Decimal(-1), [Decimal(1)]),
        (Decimal("0.0005"), [Decimal(1)]),
    ],
)
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(shares.ShareError):
        shares.split_by_shares(total, weights)


@pytest.mark.parametrize("seed", range(40))
def test_several_goes_do_not_drift(seed):
    """After every go each share has its part of all so far, to less than a gram."""
    source = random.Random(seed)
    weights = [
        Decimal(source.randint(1, 90_000)) / 1000 for _ in range(source.randint(2, 30))
    ]
    given = [Decimal(0)] * len(weights)
    for _go in range(12):
        total = Decimal(source.randint(len(weights), 500_000)) / 1000
        parts = shares.split_next(total, weights, given)
        assert sum(parts) == total
        assert min(parts) >= 0
        given = [sum(pair) for pair in zip(given, parts, strict=True)]
        for weight, part in zip(weights, given, strict=True):
            exact = sum(given) * weight / sum(weights)
            assert abs(part - exact) < Decimal("0.001")


def test_who_has_too_much_gets_nothing_and_the_sum_still_holds():
    one = Decimal(1)
    given = [Decimal("0.005"), Decimal(0), Decimal(0)]
    parts = shares.split_next(Decimal("0.001"), [one] * 3, given)
    assert parts == [Decimal(0), Decimal("0.001"), Decimal(0)]
    assert shares.split_next(Decimal(0), [one] * 3, given) == [Decimal(0)] * 3


@pytest.mark.parametrize("seed", range(200))
def test_payment_in_several_goes_is_that_of_one(seed):
    """However the output is cut, what is paid is the rounded part of the whole."""
    chance = random.Random(seed)
    percent = Decimal(chance.randint(0, 99_999)) / 1000
    had = paid = Decimal(0)
    for _go in range(chance.randint(1, 8)):
        part = Decimal(chance.randint(0, 10_000)) / 1000
        kind = shares.part_in_kind(part, percent, had, paid)
        assert 0 <= kind <= part
        had, paid = had + part, paid + kind
    assert paid == (had * percent / 100).quantize(GRAM, ROUND_HALF_UP)


def test_percent_outside_the_whole_is_refused():
    for percent in (Decimal(-1), Decimal("100.1")):
        with pytest.raises(shares.ShareError):
            shares.part_in_kind(Decimal(1), percent)
    with pytest.raises(shares.ShareError):
        shares.part_in_kind(Decimal(-1), Decimal(10))
