# SPDX-License-Identifier: AGPL-3.0-or-later
"""factory_sharing/tools/typed_number.py: what Indonesians and scales write."""

from decimal import Decimal

import pytest
from factory_sharing.tools.typed_number import TypedNumberError, read_typed

COMMA, POINT = ",", "."


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        # PUEBI: a point groups thousands, a comma is the decimal sign
        ("1,5", COMMA, "1.5"),
        ("1,250", COMMA, "1.250"),
        ("1.250,5", COMMA, "1250.5"),
        ("1.250.000", COMMA, "1250000"),
        ("12 500", COMMA, "12500"),
        ("40", COMMA, "40"),
        # a scale's point that cannot group: not three digits, a zero, four digits
        ("31.25", COMMA, "31.25"),
        ("0.250", COMMA, "0.250"),
        ("1250.500", COMMA, "1250.500"),
        # an English phone
        ("1.250", POINT, "1.250"),
        ("1,250.5", POINT, "1250.5"),
        ("1,250.5", COMMA, "1250.5"),
        ("1,5", POINT, "1.5"),
        ("1,250,000", POINT, "1250000"),
    ],
)
def test_clear(text, sign, value):
    assert read_typed(text, sign) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("text", "sign", "value", "other"),
    [
        ("1.250", COMMA, "1250", "1.250"),
        ("999.999", COMMA, "999999", "999.999"),
        ("12.500", COMMA, "12500", "12.5"),
        ("1,250", POINT, "1250", "1.250"),
    ],
)
def test_unclear_is_read_by_the_language_and_says_so(text, sign, value, other):
    assert read_typed(text, sign) == (Decimal(value), Decimal(other))


NONSENSE = (
    "| |wet|42..5|1,25,5|12,50.5|1.25.000|01.250.000|-4|1,2500|1e3|nan|,5|5,"
    "|9999999999|1.250.000.000|٤٠"
)


@pytest.mark.parametrize("sign", [COMMA, POINT])
@pytest.mark.parametrize("text", NONSENSE.split("|"))
def test_nonsense_is_refused(text, sign):
    with pytest.raises(TypedNumberError):
        read_typed(text, sign)
