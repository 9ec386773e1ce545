"""Register numbers (nomor register, NUP) of government goods, four characters.

A running number inside one goods code of one owner: ``0001`` to ``9999``, then
``A000`` (the 10,000th) to ``A999``, ``B000`` and so on. The source shows A000 and B000
only; that C to Z follow without leaving out I and O is assumed.

Source: module on the goods inventory of regional government,
https://text-id.123dok.com/document/q06d71vq.
"""

import re

DIGITS_ONLY = 9999
PER_LETTER = 1000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CAPACITY = DIGITS_ONLY + PER_LETTER * len(LETTERS)
PATTERN = re.compile(r"(?:\d{4}|[A-Z]\d{3})")


class RegisterNumberError(ValueError):
    """A number that no register number can express, or a text that is none."""


def format_register_number(position: int) -> str:
    """Write the running number of a unit as register number.

    >>> [format_register_number(n) for n in (1, 9999, 10000, 10999, 11000, 12345)]
    ['0001', '9999', 'A000', 'A999', 'B000', 'C345']

    :param int position: 1 for the first unit, at most 35,999
    :raise RegisterNumberError: when the position is outside of these
    """
    if not 1 <= position <= CAPACITY:
        raise RegisterNumberError(
            f"position {position} is not between 1 and {CAPACITY}"
        )
    if position <= DIGITS_ONLY:
        return f"{position:04d}"
    letter, rest = divmod(position - DIGITS_ONLY - 1, PER_LETTER)
    return f"{LETTERS[letter]}{rest:03d}"


def parse_register_number(text: str) -> int:
    """Read a register number back as running number.

    >>> [parse_register_number(text) for text in ("0001", "A000", "C345", "Z999")]
    [1, 10000, 12345, 35999]

    :raise RegisterNumberError: when the text is no register number
    """
    if not PATTERN.fullmatch(text) or text == "0000":
        raise RegisterNumberError(f"{text!r} is not a register number")
    if text[0] not in LETTERS:
        return int(text)
    return DIGITS_ONLY + 1 + LETTERS.index(text[0]) * PER_LETTER + int(text[1:])
