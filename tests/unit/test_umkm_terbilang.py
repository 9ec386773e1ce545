"""Amounts in words: what receipts and contracts in Indonesia print."""

from decimal import Decimal

import pytest
from num2words import num2words
from umkm_base.tools.terbilang import amount_in_words, number_in_words

KNOWN = {
    0: "nol",
    1: "satu",
    10: "sepuluh",
    11: "sebelas",
    12: "dua belas",
    21: "dua puluh satu",
    100: "seratus",
    101: "seratus satu",
    110: "seratus sepuluh",
    111: "seratus sebelas",
    999: "sembilan ratus sembilan puluh sembilan",
    1_000: "seribu",
    1_001: "seribu satu",
    1_100: "seribu seratus",
    1_945: "seribu sembilan ratus empat puluh lima",
    2_000: "dua ribu",
    10_000: "sepuluh ribu",
    11_000: "sebelas ribu",
    21_000: "dua puluh satu ribu",
    100_000: "seratus ribu",
    101_000: "seratus satu ribu",
    1_000_000: "satu juta",
    1_001_000: "satu juta seribu",
    1_001_001: "satu juta seribu satu",
    1_100_000: "satu juta seratus ribu",
    21_001_000: "dua puluh satu juta seribu",
    3_960_000_000: "tiga miliar sembilan ratus enam puluh juta",
    1_000_000_000_000: "satu triliun",
    -11: "minus sebelas",
}


@pytest.mark.parametrize(("number", "words"), KNOWN.items())
def test_known_numbers(number, words):
    assert number_in_words(number) == words


def test_never_satu_before_a_scale_that_takes_se():
    for number in [*range(2000), *range(1_000_000, 1_002_000), 5_001_001_001]:
        words = number_in_words(number).split()
        assert "satu ratus" not in " ".join(words)
        assert "satu puluh" not in " ".join(words)
        thousand = number // 1000 % 1000
        assert ("seribu" in words) == (thousand == 1)


def test_agrees_with_num2words_where_no_lone_thousand_stands():
    for number in range(0, 2_000_000, 7_919):
        if number // 1000 % 1000 != 1:
            assert number_in_words(number) == num2words(number, lang="id")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (1_001_000, "satu juta seribu rupiah"),
        (0.1 + 0.2, "nol rupiah tiga puluh sen"),
        ("1500.50", "seribu lima ratus rupiah lima puluh sen"),
        (Decimal("2.675"), "dua rupiah enam puluh delapan sen"),
        (Decimal("-0.001"), "nol rupiah"),
        (-1000, "minus seribu rupiah"),
        (999_999.999, "satu juta rupiah"),
    ],
)
def test_amounts(amount, words):
    assert amount_in_words(amount) == words


def test_other_or_no_currency():
    assert amount_in_words(5, "dolar Amerika Serikat") == "lima dolar Amerika Serikat"
    assert amount_in_words(5, "") == "lima"


@pytest.mark.parametrize("bad", [10**18, float("nan"), float("inf")])
def test_what_has_no_words_is_refused(bad):
    with pytest.raises(ValueError, match=r"too large|not a number"):
        amount_in_words(bad)
