# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read a quantity as people type it on a phone, by the signs of their language.

Indonesians write 1.250 for a thousand two hundred and fifty and 1,5 for one and a half;
a scale shows 1.250 for one kilogram and a quarter. So the language of who types
decides, and what the other convention would read differently is said to be unclear:
the page shows it and asks before anything is written.

Rules, with the decimal sign of the language (the other of comma and point groups
thousands):

- both signs: the last is the decimal sign, the other groups thousands;
- a sign that stands more than once groups thousands;
- one sign followed by anything but exactly three digits, or preceded by a zero or by
  more than three digits, cannot group: it is a decimal sign;
- what is left is read by the language. When that makes it a group, it is unclear.
"""

import re
from decimal import Decimal
from typing import NamedTuple

SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]")
PLAIN = re.compile(r"[0-9]{1,9}([.][0-9]{1,3})?")
GROUPED = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3})+")


class TypedNumberError(ValueError):
    """The text is no quantity of at most nine digits and grams."""


class TypedNumber(NamedTuple):
    """What was understood; ``other``: what else it may mean, None when it is clear."""

    value: Decimal
    other: Decimal | None = None


def read_typed(text: str, decimal_sign: str = ",") -> TypedNumber:
    """Read a quantity, at most three digits behind the decimal sign, never negative.

    >>> read_typed("1,5"), read_typed("31.25")
    (TypedNumber(value=Decimal('1.5'), other=None), \
TypedNumber(value=Decimal('31.25'), other=None))
    >>> read_typed("1.250")
    TypedNumber(value=Decimal('1250'), other=Decimal('1.250'))
    >>> read_typed("1.250", ".")
    TypedNumber(value=Decimal('1.250'), other=None)
    >>> read_typed("1.250,5").value, read_typed("1,250.5").value
    (Decimal('1250.5'), Decimal('1250.5'))

    :param str decimal_sign: comma or point, of the language of who types
    :raise TypedNumberError: for anything else
    """
    clean = SPACES.sub("", text or "")
    signs = [sign for sign in ",." if sign in clean]
    if len(signs) == 2:
        last = max(signs, key=clean.rfind)
        (group,) = set(signs) - {last}
        return TypedNumber(_decimal(_ungroup(clean, group, last), last))
    if not signs:
        return TypedNumber(_decimal(clean, "."))
    sign = signs[0]
    grouped = bool(GROUPED.fullmatch(clean.replace(sign, ".")))
    if clean.count(sign) > 1:
        if not grouped:
            raise TypedNumberError(text)
        return TypedNumber(_decimal(clean.replace(sign, ""), "."))
    small = _decimal(clean, sign)
    if not grouped or sign == decimal_sign:
        return TypedNumber(small)
    return TypedNumber(_decimal(clean.replace(sign, ""), "."), small)


def _ungroup(clean: str, group: str, decimal_sign: str) -> str:
    """Take the grouping signs out, where they stand as they should."""
    whole, _sign, part = clean.rpartition(decimal_sign)
    if not GROUPED.fullmatch(whole.replace(group, ".")):
        raise TypedNumberError(clean)
    return f"{whole.replace(group, '')}{decimal_sign}{part}"


def _decimal(clean: str, decimal_sign: str) -> Decimal:
    plain = clean.replace(decimal_sign, ".")
    if not PLAIN.fullmatch(plain):
        raise TypedNumberError(clean)
    return Decimal(plain)
