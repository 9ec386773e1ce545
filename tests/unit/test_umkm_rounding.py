"""Rounding of money: half up, exact, without binary traps."""

import random
from decimal import Decimal

import pytest
from umkm_base.tools.rounding import round_to_unit, to_decimal


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (0.5, 1, "1"),
        (1.5, 1, "2"),
        (2.5, 1, "3"),
        (-0.5, 1, "-1"),
        (0.49, 1, "0"),
        (2.675, "0.01", "2.68"),
        (1.005, "0.01", "1.01"),
        (150, 100, "200"),
        (149.99, 100, "100"),
        (1_000_000_000_000.5, 1, "1000000000001"),
        ("123456789012345678901.5", 1, "123456789012345678902"),
        (0.1 * 3, "0.1", "0.3"),
    ],
)
def test_half_up(amount, unit, expected):
    assert round_to_unit(amount, unit) == Decimal(expected)


def test_float_noise_of_sums_does_not_turn_a_half():
    # ten times 0.05 as floats is 0.49999999999999994
    assert sum([0.05] * 10) < 0.5
    assert round_to_unit(sum([0.05] * 10)) == 1


def test_whole_rupiah_stay_as_they_are():
    numbers = random.Random(7)
    for _round in range(2000):
        amount = numbers.randrange(-(10**15), 10**15)
        assert round_to_unit(float(amount)) == amount


def test_error_is_at_most_half_a_unit():
    numbers = random.Random(11)
    for _round in range(2000):
        amount = Decimal(numbers.randrange(-(10**12), 10**12)) / 1000
        for unit in (1, 50, 100, Decimal("0.01")):
            rounded = round_to_unit(amount, unit)
            assert abs(rounded - amount) * 2 <= unit
            assert rounded % Decimal(unit) == 0


@pytest.mark.parametrize("unit", [0, -1])
def test_unit_has_to_be_positive(unit):
    with pytest.raises(ValueError, match="not positive"):
        round_to_unit(1, unit)


def test_text_that_is_no_number():
    with pytest.raises(ValueError, match="not a number"):
        to_decimal("NaN")
