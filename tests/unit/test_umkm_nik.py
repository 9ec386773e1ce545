"""Citizen numbers, size classes, PINs and region codes."""

from datetime import date
from decimal import Decimal

import pytest
from umkm_base.tools import nik, pin, region, scale

MAN = "6402020508900001"  # invented: Loa Kulu, 5 August 1990
WOMAN = "6402024508900001"
TODAY = date(2026, 1, 1)


def test_women_have_forty_added_to_the_day():
    assert nik.birth_of(MAN, TODAY) == (date(1990, 8, 5), "male")
    assert nik.birth_of(WOMAN, TODAY) == (date(1990, 8, 5), "female")


@pytest.mark.parametrize(
    ("year", "expected"), [("25", 2025), ("26", 1926), ("00", 2000), ("99", 1999)]
)
def test_birth_lies_in_the_past(year, expected):
    found, _gender = nik.birth_of(f"6402020508{year}0001", TODAY)
    assert found.year == expected


def test_leap_day_of_the_right_century():
    assert nik.birth_of("6402022902000001", TODAY)[0] == date(2000, 2, 29)
    assert nik.birth_of("6402022902010001", TODAY)[0] is None


def test_mismatches_only_where_something_is_known():
    assert nik.mismatches(MAN, {"64.02.02"}, today=TODAY) == []
    assert nik.mismatches(MAN, set(), today=TODAY) == ["region"]
    assert nik.mismatches(MAN, {"64.02.02"}, date(1990, 8, 6), "male", TODAY) == [
        "birthdate"
    ]


def test_format():
    assert nik.is_nik(MAN)
    for bad in ("", MAN[:-1], MAN + "1", MAN[:-4] + "0000", "x" * 16):
        assert not nik.is_nik(bad)


# PP 7/2021 article 35, annual sales in rupiah
SALES = [
    ("small", Decimal("15e9")),
    ("large", None),
    ("micro", Decimal("2e9")),
    ("medium", Decimal("50e9")),
]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "micro"),
        ("2000000000", "micro"),
        ("2000000001", "small"),
        ("15000000000", "small"),
        ("50000000000", "medium"),
        ("50000000001", "large"),
    ],
)
def test_size_classes_in_any_order_of_thresholds(amount, expected):
    assert scale.scale_of(SALES, Decimal(amount)) == expected


def test_size_without_thresholds_or_below_zero():
    assert scale.scale_of([], Decimal(1)) is None
    with pytest.raises(ValueError, match="negative"):
        scale.scale_of(SALES, Decimal(-1))


@pytest.mark.parametrize(
    "written",
    ["081234567890", "+62 812-3456-7890", "62 812 3456 7890", "(0812) 3456.7890"],
)
def test_phones_written_in_any_way(written):
    assert pin.normalise_phone(written) == "6281234567890"


@pytest.mark.parametrize(
    "written", ["", None, "0001", "A-12", "1234567890", "08x12345678"]
)
def test_what_is_no_phone(written):
    assert pin.normalise_phone(written) == ""


@pytest.mark.parametrize(
    ("digits", "why"),
    [
        ("111111", "repeat"),
        ("121212", "repeat"),
        ("123123", "repeat"),
        ("123456", "sequence"),
        ("987654", "sequence"),
        ("890123", "sequence"),
        ("050890", "birthdate"),
        ("900805", "birthdate"),
        ("081990", "birthdate"),
        ("567890", "sequence"),
        ("12345", "format"),
        ("1234567", "format"),
        ("12345a", "format"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "format"),
        ("274913", None),
    ],
)
def test_weak_pins(digits, why):
    assert pin.weakness(digits, date(1990, 8, 5), "6281234567890") == why


def test_new_pins_are_never_weak():
    born = date(1990, 8, 5)
    for _draw in range(500):
        assert pin.weakness(pin.new_pin(born, "6281234567890"), born) is None


@pytest.mark.parametrize("code", ["6", "64.2", "64.02.02.209", "640202", "", "64."])
def test_bad_region_codes(code):
    with pytest.raises(ValueError, match="not a region code"):
        region.level_of(code)
