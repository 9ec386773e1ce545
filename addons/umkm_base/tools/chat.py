# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that open a chat with a phone number, as wa.me documents them."""

from __future__ import annotations

import re
from urllib.parse import quote


def chat_number(phone: str | None, country_code: int = 62) -> str:
    """Return the number as wa.me wants it: digits with the country, no zeros before.

    :param phone: as written on the contact
    :param country_code: for numbers that begin with a single 0, or in Indonesia with
        the 8 of a mobile phone
    :return: empty when it is no number

    >>> chat_number("0812-3456 7890"), chat_number("+62 812 3456 7890")
    ('6281234567890', '6281234567890')
    >>> chat_number("812 3456 7890"), chat_number("0062812345678")
    ('6281234567890', '62812345678')
    >>> chat_number("tidak ada"), chat_number("123")
    ('', '')
    """
    digits = re.sub(r"\D", "", phone or "")
    if (phone or "").strip().startswith("+"):
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("0"):
        number = f"{country_code}{digits[1:]}"
    elif digits.startswith("8") and country_code == 62:
        number = f"62{digits}"
    else:
        number = digits
    return number if len(number) >= 8 else ""


def chat_link(phone: str | None, text: str, country_code: int = 62) -> str:
    """Return the address that opens a chat with the text written already.

    :return: empty when there is no number

    >>> chat_link("0812-3456 7890", "Besok 08:00")
    'https://wa.me/6281234567890?text=Besok%2008%3A00'
    """
    number = chat_number(phone, country_code)
    return f"https://wa.me/{number}?text={quote(text)}" if number else ""
