"""Links that open a chat with a prepared text, without any service of ours.

Format: https://wa.me/<number in international form, digits only>?text=<quoted text>.
"""

from __future__ import annotations

import re
from urllib.parse import quote

#: Indonesian numbers are 62 and 8 to 13 digits
NUMBER = re.compile(r"^62\d{8,13}$")


def international(phone: str | None) -> str | None:
    """Return an Indonesian phone number in international digits, None when it is none.

    >>> international("0812-3456 7890"), international("+62 812 34567890")
    ('6281234567890', '6281234567890')
    >>> international("12") is None
    True
    """
    digits = re.sub(r"\D", "", phone or "")
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    elif digits.startswith("8"):
        digits = "62" + digits
    return digits if NUMBER.match(digits) else None


def chat_link(phone: str | None, text: str) -> str | None:
    """Return the link of a chat with a text, None without a usable number.

    >>> chat_link("081234567890", "Iuran Mei & Juni")
    'https://wa.me/6281234567890?text=Iuran%20Mei%20%26%20Juni'
    """
    number = international(phone)
    return f"https://wa.me/{number}?text={quote(text)}" if number else None
