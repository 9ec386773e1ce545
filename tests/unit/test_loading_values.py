"""Conversion of single cells: what Indonesians write, and what is refused."""

import datetime
from decimal import Decimal

import pytest
from loading import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6000", "6000"),
        ("6.000", "6000"),
        ("1.234.567", "1234567"),
        ("1.234.567,50", "1234567.50"),
        ("0,5", "0.5"),
        ("10.5", "10.5"),
        ("Rp 2.500", "2500"),
        ("-3", "-3"),
    ],
)
def test_number_as_it_is_written(text, expected):
    assert values.number(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["abc", "1,2,3", "1.23,4.5", "12.34,5", "NaN", "Infinity", "", "1 O00"]
)
def test_text_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="is no number"):
        values.number(text)


def test_weight_that_reads_in_two_ways_is_refused():
    with pytest.raises(ValueError, match=r"write 1,250 or 1250"):
        values.quantity("1.250")
    assert values.quantity("1,250") == Decimal("1.250")


def test_negative_amount_is_refused():
    with pytest.raises(ValueError, match="negative"):
        values.amount("-1")


def test_fraction_is_no_whole_number():
    with pytest.raises(ValueError, match="whole number"):
        values.integer("1,5")


@pytest.mark.parametrize("text", ["2025-09-01", "1/9/2025", "01-09-2025", "1.9.2025"])
def test_date_year_first_or_day_first(text):
    assert values.date(text) == datetime.date(2025, 9, 1)


@pytest.mark.parametrize("text", ["31/2/2025", "2025-13-01", "Sept 1", "1/9/25"])
def test_bad_date_is_refused(text):
    with pytest.raises(ValueError, match="write 2026-09-01"):
        values.date(text)


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Jakarta", 1), ("Asia/Makassar", 0), ("Asia/Jayapura", 23)]
)
def test_clock_of_three_zones_in_utc(zone, hour):
    # 08:00 in WIB (UTC+7), WITA (UTC+8) and WIT (UTC+9, the day before at 23:00)
    utc = values.to_utc(values.local_datetime("2025-09-02 08:00"), zone)
    assert utc.hour == hour
    assert utc.day == (1 if hour == 23 else 2)


@pytest.mark.parametrize("text", ["2025-09-01", "2025-09-01 25:00", "noon"])
def test_bad_time_of_day_is_refused(text):
    with pytest.raises(ValueError):
        values.local_datetime(text)


def test_nik_has_sixteen_digits():
    assert values.nik("6402021708859001") == "6402021708859001"
    for wrong in ("640202170885900", "6.40202E+15", "64020217088590O1"):
        with pytest.raises(ValueError, match="16 digits"):
            values.nik(wrong)


@pytest.mark.parametrize("text", ["64.02.02.2009", "64.02.02", "64.02", "64"])
def test_region_code_of_each_level(text):
    assert values.region_code(text) == text


@pytest.mark.parametrize("text", ["6402", "64.2", "64.02.02.209", "Kukar"])
def test_region_code_without_dots_is_refused(text):
    with pytest.raises(ValueError, match="region code"):
        values.region_code(text)


def test_words_of_a_choice():
    read = values.one_of("m", "f")
    assert read("F") == "f"
    with pytest.raises(ValueError, match="write one of m, f"):
        read("x")


def test_yes_and_no_in_two_languages():
    assert [values.boolean(t) for t in ("1", "ya", "YES", "0", "tidak")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(ValueError):
        values.boolean("perhaps")
