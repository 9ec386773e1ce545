# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days past due, and the class that a table gives them.

One rule, that of vector FRP-08: the due date is day 1 while the instalment is not
fully paid, a partial payment stops nothing, and the day of full payment counts 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from .errors import InvalidTermsError
from .rounding import to_date


def dpd(due: object, as_of: object, paid: object = None) -> int:
    """Return the days past due of one instalment.

    :param due: due date
    :param as_of: day at whose end the question is asked
    :param paid: day of full payment, True when fully paid, None or False when not
    :return: 0 or more

    >>> dpd("2024-10-05", "2024-10-08"), dpd("2024-10-05", "2024-10-09", "2024-10-09")
    (4, 0)
    """
    if paid is True:
        return 0
    day = to_date(as_of, "as_of")
    if paid and day >= to_date(paid, "paid"):
        return 0
    return max((day - to_date(due, "due")).days + 1, 0)


def collectability(dpd: int, scheme: Sequence[tuple[int, str]]) -> str:
    """Return the class of a number of days past due.

    :param int dpd: days past due
    :param Sequence scheme: (from this many days, class), in any order
    :return: class of the highest limit that the days reach

    >>> bank = [(0, "1"), (1, "2"), (91, "3"), (121, "4"), (181, "5")]
    >>> [collectability(days, bank) for days in (0, 1, 90, 91, 120, 121, 180, 181)]
    ['1', '2', '2', '3', '3', '4', '4', '5']
    """
    reached = [(limit, klass) for limit, klass in scheme if limit <= dpd]
    if not reached:
        raise InvalidTermsError("scheme", f"has no class for {dpd} days")
    return max(reached, key=lambda line: line[0])[1]
