# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find who paid from the text of a bank statement line.

Banks write the virtual account or the member's number somewhere in the label, with
blanks, dots or letters around it. Here the text is taken apart into the words that
could be such a number; the caller looks them up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[A-Z0-9]+")
_DIGITS = re.compile(r"\d+")
_CHAIN = re.compile(r"[A-Z0-9]+(?:[-./][A-Z0-9]+)+")
_GROUPED = re.compile(r"\d+(?:[ .\-]\d+)+")
#: a member's number has at most so many parts ("KOP-2024-0001")
LONGEST_CHAIN = 4
#: a shorter number without letters is more likely a date or an amount
SHORTEST_NUMBER = 5
#: digits inside a word ("VA880800007") are the number of a virtual account at least
SHORTEST_ACCOUNT = 8


def candidates(text: str) -> set[str]:
    """Return the words of a text that may be a member's or virtual account number.

    >>> found = candidates("TRF DR 8808-1234-5678 SW jan A00012/BUDI")
    >>> {"880812345678", "A00012", "BUDI"} <= found, "8808" in found
    (True, False)
    >>> sorted(candidates("VA880800007"))
    ['880800007', 'VA880800007']
    >>> "KUKAR-0001" in candidates("IURAN/KUKAR-0001/JAN")
    True
    """
    upper = text.upper()
    words = set(_WORD.findall(upper))
    words |= {run for run in _DIGITS.findall(upper) if len(run) >= SHORTEST_ACCOUNT}
    words |= {re.sub(r"\D", "", run) for run in _GROUPED.findall(upper)}
    for chain in _CHAIN.findall(upper):
        words |= _parts(chain)
    return {w for w in words if not w.isdigit() or len(w) >= SHORTEST_NUMBER}


def _parts(chain: str) -> set[str]:
    """Return the stretches of a chain of words as they stand in the text."""
    found = list(_WORD.finditer(chain))
    return {
        chain[first.start() : last.end()]
        for start, first in enumerate(found)
        for last in found[start + 1 : start + LONGEST_CHAIN]
    }


def normal(number: str | None) -> str:
    """Write a number as ``candidates`` would find it.

    >>> normal("8808 1234-5678"), normal("a-00012")
    ('880812345678', 'A00012')
    """
    return re.sub(r"[^A-Z0-9]", "", (number or "").upper())


def find_payer(
    text: str,
    virtual_accounts: Mapping[str, int],
    numbers: Mapping[str, int],
) -> tuple[int | None, bool]:
    """Say whose payment a text is; the virtual account goes before the number.

    :param virtual_accounts: ``{normal number: member id}``
    :param numbers: ``{normal member number: member id}``
    :return: member id, or None; and whether several members fit

    >>> find_payer("VA 8808-0007 JAN", {"88080007": 7}, {"A00012": 12})
    (7, False)
    >>> find_payer("A00012 UTK A00013", {}, {"A00012": 12, "A00013": 13})
    (None, True)
    """
    words = candidates(text)
    for known in (virtual_accounts, numbers):
        found = {known[word] for word in words if word in known}
        if found:
            return (found.pop(), False) if len(found) == 1 else (None, True)
    return None, False


def fingerprint(parts: Iterable[object], occurrence: int = 0) -> str:
    """Name a statement line that the bank gave no number, so that it comes in once.

    :param parts: date, amount, label and whatever else the bank tells
    :param int occurrence: how many equal lines stand before it in the file
    """
    text = "\x1f".join("" if part in (None, False) else str(part) for part in parts)
    digest = hashlib.sha256(f"{text}\x1f{occurrence}".encode()).hexdigest()
    return f"coop-{digest[:32]}"
