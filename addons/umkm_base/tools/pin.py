"""Phone numbers as logins and PINs that are not guessed at once.

Members log in with the phone number they have or their member number, and six digits.
The most used PINs are sequences, repeats and birth dates (Bonneau, Preibusch and
Anderson, "A birthday present every eleven wallets?", Financial Cryptography 2012), so
these are refused.
"""

import re
import secrets
from datetime import date

PIN_LENGTH = 6
DIGITS = "01234567890123456789"


def normalise_phone(text: str | None) -> str:
    """Return an Indonesian phone number as ``62...``, empty when it is none.

    >>> normalise_phone("+62 812-3456-789"), normalise_phone("0812 3456 789")
    ('628123456789', '628123456789')
    >>> normalise_phone("A-0012"), normalise_phone("0012")
    ('', '')

    :param text: number written in any way; +62, 62, 0062 and 0 lead to the same
    """
    digits = re.sub(r"[\s\-.()/]", "", text or "")
    if not re.fullmatch(r"\+?\d{9,16}", digits):
        return ""
    digits = digits.lstrip("+")
    for prefix in ("0062", "62", "0"):
        if digits.startswith(prefix):
            digits = digits[len(prefix) :]
            break
    else:
        return ""
    digits = digits.lstrip("0")
    return f"62{digits}" if 8 <= len(digits) <= 13 else ""


def weakness(pin: str, birthdate: date | None = None, known: str = "") -> str | None:
    """Say why a PIN is refused.

    >>> weakness("111111"), weakness("123456"), weakness("12345")
    ('repeat', 'sequence', 'format')
    >>> weakness("050890", date(1990, 8, 5)), weakness("274913")
    ('birthdate', None)

    :param known: digits that others know, such as phone number or NIK; a PIN that
        stands at their end is refused
    :return: ``format``, ``repeat``, ``sequence``, ``birthdate``, ``known`` or None
    """
    if not re.fullmatch(rf"[0-9]{{{PIN_LENGTH}}}", pin or ""):
        return "format"
    if _is_repeat(pin):
        return "repeat"
    if pin in DIGITS or pin in DIGITS[::-1]:
        return "sequence"
    if birthdate and pin in _date_pins(birthdate):
        return "birthdate"
    if known and known.endswith(pin):
        return "known"
    return None


def new_pin(birthdate: date | None = None, known: str = "") -> str:
    """Draw a PIN at random that is not weak.

    >>> weakness(new_pin()) is None
    True
    """
    while True:
        pin = f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}d}"
        if weakness(pin, birthdate, known) is None:
            return pin


def _is_repeat(pin: str) -> bool:
    """Tell whether one, two or three digits are said again: 111111, 121212."""
    return any(pin == pin[:size] * (PIN_LENGTH // size) for size in (1, 2, 3))


def _date_pins(day: date) -> set[str]:
    forms = ("%d%m%y", "%y%m%d", "%m%d%y", "%d%m%Y", "%m%Y", "%Y%m")
    return {day.strftime(form) for form in forms}
