# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read a laboratory result and hold it against the limits of a standard.

Method: limits include their ends ("at most 12" passes 12), as the Indonesian standards
write them (*maks.*, *min.*, *a - b*). A limit may have one end only and may be negative
(optical rotation -65 to -48 degrees). Plausibility bounds are wider than the limits: a
value outside them is no bad result but a typing error, as the refractive index 1.4897
that a laboratory once printed as a density.

Source of the limits used: SNI 06-2385-2006, SNI 7381:2008, SNI 01-3393-1994, see
``data/factory_quality_*.xml``.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

# How laboratories write "not detected" (Indonesian: tidak terdeteksi, ttd).
NOT_DETECTED = {
    "nd",
    "n.d.",
    "not detected",
    "tidak terdeteksi",
    "td",
    "ttd",
    "negatif",
    "negative",
}
NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)$")
GROUPED = re.compile(r"^[+-]?[1-9]\d{0,2}([.,])\d{3}$")
TYPOGRAPHIC_MINUS = "\u2212"


class QualityError(ValueError):
    """A result cannot be read or cannot be true."""


class ResultFormatError(QualityError):
    """The text is neither a number nor "not detected"."""


class ImplausibleResultError(QualityError):
    """The value lies outside what the material can have at all."""


class LimitError(QualityError):
    """The limits or the plausibility bounds contradict each other."""


class Limits(NamedTuple):
    """Limits of one property; None: open on that side."""

    low: Decimal | None = None
    high: Decimal | None = None
    plausible_low: Decimal | None = None
    plausible_high: Decimal | None = None
    allow_not_detected: bool = False


class Reading(NamedTuple):
    """A result as read: a number, or not detected (value None)."""

    value: Decimal | None
    not_detected: bool = False


def check_limits(limits: Limits) -> None:
    """Refuse limits that no value can meet, or bounds narrower than the limits.

    >>> check_limits(Limits(Decimal(-65), Decimal(-48), Decimal(-180), Decimal(180)))

    :raise LimitError: tells what contradicts
    """
    low, high = limits.low, limits.high
    if low is not None and high is not None and low > high:
        raise LimitError(f"the lower limit {low} is above the upper limit {high}")
    lower, upper = limits.plausible_low, limits.plausible_high
    if lower is not None and upper is not None and lower >= upper:
        raise LimitError(f"the plausible range {lower} to {upper} is empty")
    for limit in (low, high):
        if limit is None:
            continue
        if (lower is not None and limit < lower) or (
            upper is not None and limit > upper
        ):
            raise LimitError(
                f"the limit {limit} lies outside the plausible range {lower} to {upper}"
            )


def read_result(text: str) -> Reading:
    """Read what the laboratory wrote.

    A comma is a decimal comma, as Indonesians write it; thousands have no separator.

    >>> read_result("12,5").value, read_result(" -48 ").value
    (Decimal('12.5'), Decimal('-48'))
    >>> read_result("ND")
    Reading(value=None, not_detected=True)

    :raise ResultFormatError: for anything else
    """
    clean = " ".join(str(text).replace(TYPOGRAPHIC_MINUS, "-").split())
    if clean.lower() in NOT_DETECTED:
        return Reading(None, True)
    if not NUMBER.match(clean):
        raise ResultFormatError(text)
    try:
        return Reading(Decimal(clean.replace(",", ".")))
    except InvalidOperation as error:  # pragma: no cover - the pattern is stricter
        raise ResultFormatError(text) from error


def read_grouped(text: str, decimal_sign: str) -> Decimal | None:
    """Read a result as who groups thousands would have meant it.

    :param str decimal_sign: comma or point, of the language of who writes
    :return: the number, None where the text has only the one reading

    >>> read_grouped("1.250", ",")
    Decimal('1250')
    >>> [read_grouped(text, ",") for text in ("1,250", "1.25", "0.125")]
    [None, None, None]
    """
    clean = " ".join(str(text).replace(TYPOGRAPHIC_MINUS, "-").split())
    found = GROUPED.match(clean)
    if not found or found[1] == decimal_sign:
        return None
    return Decimal(clean.replace(found[1], ""))


def check_plausible(value: Decimal, limits: Limits) -> None:
    """Refuse a value that the material cannot have.

    :raise ImplausibleResultError: with the value
    """
    lower, upper = limits.plausible_low, limits.plausible_high
    if (lower is not None and value < lower) or (upper is not None and value > upper):
        raise ImplausibleResultError(str(value))


def passes(reading: Reading, limits: Limits) -> bool:
    """Tell whether a reading meets the limits, ends included.

    Not detected is below every amount: it meets an upper limit, and a lower one only
    when that is zero or negative.

    >>> passes(Reading(Decimal(12)), Limits(high=Decimal(12)))
    True
    >>> passes(Reading(None, True), Limits(low=Decimal("0.5")))
    False
    """
    if reading.not_detected:
        return limits.allow_not_detected and (limits.low is None or limits.low <= 0)
    if reading.value is None:
        return False
    if limits.low is not None and reading.value < limits.low:
        return False
    return limits.high is None or reading.value <= limits.high


def text_passes(text: str, accepted: str) -> bool:
    """Tell whether a text is one of the accepted ones, separated by semicolons.

    Case and spaces do not matter. Without accepted texts every text passes: it is
    only written down.

    >>> text_passes(" 1:10  Jernih ", "1:10 jernih; 1:9 jernih")
    True
    >>> text_passes("keruh", "jernih")
    False
    """
    wanted = {" ".join(part.lower().split()) for part in accepted.split(";")} - {""}
    given = " ".join(text.lower().split())
    return bool(given) and (not wanted or given in wanted)
