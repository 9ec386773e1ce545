# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which draw was lent on to members, and how much of it in time."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple


class Lent(NamedTuple):
    """What of a draw was lent on: in all, and until its deadline."""

    amount: Decimal
    in_time: Decimal


def spread(
    draws: Sequence[tuple[Hashable, datetime.date, object, datetime.date | None]],
    loans: Sequence[tuple[datetime.date, object, Hashable | None]],
) -> dict[Hashable, Lent]:
    """Tell for each draw what was lent on of it.

    A loan to a member that names its draw counts for that draw. The others, oldest
    first, fill what is left of the draws, oldest first. Nothing is in time that was
    lent after the deadline; without one all is.

    :param draws: (key, date, amount, last day to lend or None)
    :param loans: (date, amount, key of the draw or None)
    :return: ``{key: Lent}`` of every draw

    >>> day = datetime.date(2026, 1, 1)
    >>> late = datetime.date(2026, 3, 1)
    >>> loans = [(late, 30, None), (day, 80, None)]
    >>> spread([("a", day, 100, day)], loans)["a"]
    Lent(amount=Decimal('100'), in_time=Decimal('80'))
    """
    limits = {key: limit for key, _date, _amount, limit in draws}
    rest = {key: Decimal(str(amount)) for key, _date, amount, _limit in draws}
    total = dict.fromkeys(rest, Decimal(0))
    in_time = dict.fromkeys(rest, Decimal(0))

    def count(key, day, amount):
        rest[key] -= amount
        total[key] += amount
        if limits[key] is None or day <= limits[key]:
            in_time[key] += amount

    free = []
    for day, amount, key in sorted(loans, key=lambda loan: loan[0]):
        if key in rest:
            count(key, day, Decimal(str(amount)))
        else:
            free.append((day, Decimal(str(amount))))
    oldest = [key for key, *_draw in sorted(draws, key=lambda draw: draw[1])]
    for day, amount in free:
        for key in oldest:
            part = min(amount, max(rest[key], Decimal(0)))
            if part:
                count(key, day, part)
                amount -= part
    return {key: Lent(total[key], in_time[key]) for key in rest}
