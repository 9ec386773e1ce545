# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact numbers: reading them, and rounding to a multiple of a unit."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import methodcaller

from .errors import InvalidTermsError

ZERO = Decimal(0)
ONE = Decimal(1)
#: Digits carried between two roundings; far more than any amount needs.
PRECISION = 34
#: What "unrounded" keeps: enough that no figure shown moves, few enough digits that
#: the parts still add up exactly in the usual 28 digits.
FINE = Decimal("1e-12")
MODES = ("HALF_UP", "HALF_EVEN", "HALF_DOWN", "UP", "DOWN", "CEILING", "FLOOR")


def to_decimal(value: object, field: str) -> Decimal:
    """Read an amount or rate exactly; a float is read as it prints.

    :param object value: int, str, float or Decimal
    :param str field: name for the error
    :return: the finite number
    :raise InvalidTermsError: when it is not a finite number

    >>> to_decimal(0.1, "amount")
    Decimal('0.1')
    """
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidTermsError(field, f"{value!r} is not a number")
    else:
        try:
            number = Decimal(str(value))
        except decimal.InvalidOperation:
            raise InvalidTermsError(field, f"{value!r} is not a number") from None
    if not number.is_finite():
        raise InvalidTermsError(field, f"{value!r} is not a finite number")
    return number


def to_date(value: object, field: str) -> datetime.date:
    """Read a date or an ISO string.

    >>> to_date("2014-03-24", "start")
    datetime.date(2014, 3, 24)
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise _no_date(value, field) from None
    raise _no_date(value, field)


def _no_date(value: object, field: str) -> InvalidTermsError:
    return InvalidTermsError(field, f"{value!r} is not a date (YYYY-MM-DD)")


def rounder(unit: Decimal | None, mode: str) -> Callable[[Decimal], Decimal]:
    """Return :func:`round_to` for one unit, quick for the many amounts of a schedule.

    >>> rounder(Decimal(1), "HALF_UP")(Decimal("2.5"))
    Decimal('3')
    """
    if unit is None:
        return methodcaller("quantize", FINE)
    rounding = f"ROUND_{mode}"
    if unit == 1:
        return methodcaller("quantize", ONE, rounding)
    return lambda value: (value / unit).quantize(ONE, rounding) * unit


def round_to(value: Decimal, unit: Decimal | None, mode: str = "HALF_UP") -> Decimal:
    """Round to a multiple of ``unit``; ``None`` keeps 12 digits behind the point.

    >>> round_to(Decimal("416666.67"), Decimal(100))
    Decimal('416700')
    >>> round_to(Decimal("0.125"), Decimal("0.01"), "HALF_EVEN")
    Decimal('0.12')
    """
    return rounder(unit, mode)(value)


def to_rows(
    values: object, field: str, parts: tuple[str, ...] | None = None
) -> list[tuple]:
    """Read a list of values, or of tuples of so many parts.

    :param values: what a caller hands over as a list
    :param str field: name for the error
    :param tuple parts: what a tuple holds, by name; None takes values as they are
    :raise InvalidTermsError: when it is no list, or one of it is no such tuple

    >>> to_rows([["2014-03-24", 5]], "draws", ("date", "amount"))
    [('2014-03-24', 5)]
    """
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise InvalidTermsError(field, f"{values!r} is not a list")
    if parts is None:
        return list(values)
    rows = []
    for row in values:
        if not isinstance(row, list | tuple) or len(row) != len(parts):
            raise InvalidTermsError(field, f"{row!r} is not ({', '.join(parts)})")
        rows.append(tuple(row))
    return rows
