"""Convert the text of one cell; every function raises :class:`ValueError`.

The message of the error says what is wrong and what to write instead.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

UTC = datetime.timezone.utc
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_LOCAL_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_DATETIME = re.compile(r"^(\S+)[ T](\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(\.\d{3})+$")
_YES = {"1", "true", "yes", "ya", "y", "benar"}
_NO = {"0", "false", "no", "tidak", "t", "n", "salah"}


def text(value: str) -> str:
    """Give the text without blanks around it and inside doubled ones.

    >>> text("  Jonggon   Jaya ")
    'Jonggon Jaya'
    """
    return " ".join(value.split())


def number(value: str) -> Decimal:
    """Read a number as Indonesians or machines write it.

    A comma is the decimal sign; points group thousands. ``6.000`` is six thousand;
    one point that does not group three digits is a decimal point, so that files from
    other programs keep their meaning.

    >>> [str(number(n)) for n in ("6000", "6.000", "1.234.567,50", "10.5", "Rp 2.500")]
    ['6000', '6000', '1234567.50', '10.5', '2500']
    """
    cleaned = re.sub(r"^(rp\.?|idr)\s*", "", value.strip(), flags=re.IGNORECASE)
    cleaned = cleaned.replace("\u00a0", "").replace(" ", "")
    if "," in cleaned:
        head, _comma, tail = cleaned.rpartition(",")
        if "," in head or "." in tail:
            raise ValueError(_not_a_number(value))
        if "." in head and not _GROUPED.match(head):
            raise ValueError(_not_a_number(value))
        cleaned = f"{head.replace('.', '')}.{tail}"
    elif _GROUPED.match(cleaned):
        cleaned = cleaned.replace(".", "")
    try:
        result = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError(_not_a_number(value)) from None
    if not result.is_finite():
        raise ValueError(_not_a_number(value))
    return result


def _not_a_number(value: str) -> str:
    return f"'{value}' is no number; write 1234567,50 or 1.234.567,50"


def amount(value: str) -> Decimal:
    """Read a number that may not be negative.

    >>> amount("-5")
    Traceback (most recent call last):
    ...
    ValueError: '-5' is negative; write 0 or more
    """
    result = number(value)
    if result < 0:
        raise ValueError(f"'{value}' is negative; write 0 or more")
    return result


def positive(value: str) -> Decimal:
    """Read a number above zero."""
    result = number(value)
    if result <= 0:
        raise ValueError(f"'{value}' is not above zero")
    return result


def quantity(value: str) -> Decimal:
    """Read a weight or another measure with decimals, 0 or more.

    ``1.250`` may be meant as 1250 or as 1 1/4; for money only the first makes sense,
    for kilograms both do, so it is refused.

    >>> quantity("1,250"), quantity("40.5")
    (Decimal('1.250'), Decimal('40.5'))
    >>> quantity("1.250")
    Traceback (most recent call last):
    ...
    ValueError: '1.250' can be read in two ways; write 1,250 or 1250
    """
    raw = value.strip()
    if "," not in raw and re.match(r"^\d{1,3}\.\d{3}$", raw):
        both = f"{raw.replace('.', ',')} or {raw.replace('.', '')}"
        raise ValueError(f"'{value}' can be read in two ways; write {both}")
    return amount(value)


def integer(value: str) -> int:
    """Read a whole number.

    >>> integer("1.500")
    1500
    """
    result = number(value)
    if result != result.to_integral_value():
        raise ValueError(f"'{value}' is no whole number")
    return int(result)


def date(value: str) -> datetime.date:
    """Read a date, year first (2026-09-01) or day first (1/9/2026).

    >>> date("1/9/2026") == date("2026-09-01")
    True
    """
    raw = value.strip()
    if match := _ISO_DATE.match(raw):
        year, month, day = (int(part) for part in match.groups())
    elif match := _LOCAL_DATE.match(raw):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise ValueError(f"'{value}' is no date; write 2026-09-01 or 1/9/2026")
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise ValueError(
            f"'{value}' is not in the calendar; write 2026-09-01 or 1/9/2026"
        ) from None


def local_datetime(value: str) -> datetime.datetime:
    """Read date and time of day as the clock at the site shows them (no zone).

    >>> local_datetime("2026-09-01 08:30")
    datetime.datetime(2026, 9, 1, 8, 30)
    """
    match = _DATETIME.match(value.strip())
    if not match:
        raise ValueError(f"'{value}' is no date and time; write 2026-09-01 08:30")
    day = date(match.group(1))
    hour, minute, second = (int(part or 0) for part in match.groups()[1:])
    try:
        return datetime.datetime(day.year, day.month, day.day, hour, minute, second)
    except ValueError:
        raise ValueError(f"'{value}' has no such time of day; write 08:30") from None


def to_utc(moment: datetime.datetime, zone: str) -> datetime.datetime:
    """Turn the clock of a time zone into UTC without zone, as RPC wants it.

    >>> to_utc(datetime.datetime(2026, 9, 1, 8, 0), "Asia/Makassar")
    datetime.datetime(2026, 9, 1, 0, 0)
    """
    aware = moment.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC).replace(tzinfo=None)


def boolean(value: str) -> bool:
    """Read yes or no, in English or Indonesian.

    >>> boolean("ya"), boolean("0")
    (True, False)
    """
    lowered = value.strip().lower()
    if lowered in _YES:
        return True
    if lowered in _NO:
        return False
    raise ValueError(f"'{value}' is neither yes nor no; write 1 or 0")


def region_code(value: str) -> str:
    """Read a region code with dots: 64, 64.02, 64.02.02 or 64.02.02.2009.

    >>> region_code("64.02.02.2009")
    '64.02.02.2009'
    """
    raw = value.strip()
    if not re.match(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$", raw):
        raise ValueError(
            f"'{value}' is no region code; write it with dots, such as 64.02.02"
        )
    return raw


def nik(value: str) -> str:
    """Read a person's NIK: 16 digits (a spreadsheet must hold it as text)."""
    raw = value.strip().replace(" ", "")
    if not re.match(r"^\d{16}$", raw):
        raise ValueError(
            f"'{value}' is no NIK: it has 16 digits; format the column as text"
        )
    return raw


def link(value: str) -> str:
    """Read the address of a page."""
    raw = value.strip()
    if not re.match(r"^https?://\S+$", raw):
        raise ValueError(f"'{value}' is no address; it begins with https://")
    return raw


def choice(options: Mapping[str, str]) -> Callable[[str], str]:
    """Make a reader that takes one of some words.

    :param options: word in the file (small letters) to value on the server

    >>> choice({"pria": "m"})("Pria")
    'm'
    """

    def read(value: str) -> str:
        found = options.get(value.strip().lower())
        if found is None:
            raise ValueError(f"'{value}' is unknown; write one of {', '.join(options)}")
        return found

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Make a reader that takes exactly one of some words."""
    return choice({word.lower(): word for word in words})


def codes(value: str) -> tuple[str, ...]:
    """Read several codes in one cell, parted by ``|``.

    >>> codes("washer | dryer")
    ('washer', 'dryer')
    """
    return tuple(part for part in (text(each) for each in value.split("|")) if part)
