"""Codes of administrative regions (Ministry of Home Affairs): 64, 64.02, 64.02.02, ...

The number of parts is the level: province, regency or city, district, village (the code
of a village has four digits, 1xxx for a kelurahan and 2xxx for a desa). Permendagri
58/2021 and its successors on codes and data of government administration.
"""

import re

LEVELS = ("province", "regency", "district", "village")
CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")


def level_of(code: str) -> str:
    """Return the level that a code has.

    >>> level_of("64"), level_of("64.02.02.2009")
    ('province', 'village')

    :raise ValueError: when it is no region code
    """
    if not CODE.fullmatch(code or ""):
        raise ValueError(f"{code!r} is not a region code such as 64.02.02.2009")
    return LEVELS[code.count(".")]


def parent_code(code: str) -> str:
    """Return the code of the region above, empty for a province.

    >>> parent_code("64.02.02"), parent_code("64")
    ('64.02', '')
    """
    return code.rpartition(".")[0]


def dotted(code: str) -> str:
    """Put dots into a code that was written without them.

    >>> dotted("6402022009"), dotted("64.02"), dotted("640202")
    ('64.02.02.2009', '64.02', '64.02.02')

    :raise ValueError: when it is no region code
    """
    plain = re.sub(r"\D", "", code or "")
    parts = [plain[0:2], plain[2:4], plain[4:6], plain[6:10]]
    found = ".".join(part for part in parts if part)
    level_of(found)
    if len(plain) > 10:
        raise ValueError(f"{code!r} is not a region code such as 64.02.02.2009")
    return found
