# SPDX-License-Identifier: AGPL-3.0-or-later
"""The level instalment of an annuity, and the step that evens out its last one.

``pay = G * prod(1 + f) / fn``, ``fn(1) = 1``, ``fn(k) = fn(k - 1)(1 + f_k) + 1``: G is
balance plus interest at the first instalment, f the interest factors of the
instalments after it. The rule is that of Apache Fineract's progressive loan
(vectors FIN-P01 to FIN-P16 state it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from .rounding import ONE


def solve_level(first_due: Decimal, factors: Sequence[Decimal]) -> Decimal:
    """Return the exact level instalment.

    :param Decimal first_due: balance and interest at the first instalment, unpaid
    :param Sequence factors: interest factor of each later instalment
    :return: unrounded instalment

    >>> solve_level(Decimal(110), [])
    Decimal('110')
    >>> round(solve_level(Decimal(220), [Decimal("0.1")]), 2)
    Decimal('115.24')
    """
    growth = total = ONE
    for factor in factors:
        growth *= ONE + factor
        total = total * (ONE + factor) + ONE
    return first_due * growth / total


def smooth_level(
    level: Decimal,
    count: int,
    unit: Decimal,
    round_level: Callable[[Decimal], Decimal],
    last_of: Callable[[Decimal], Decimal],
) -> Decimal:
    """Move the level by round(difference / n) when the last one comes closer.

    The difference of the last instalment is worth the step only when it exceeds half
    as many units as there are instalments.

    :param Decimal level: rounded level instalment
    :param int count: instalments left, n
    :param Decimal unit: what the instalment is rounded to
    :param Callable round_level: rounds an amount as an instalment
    :param Callable last_of: gives the last instalment that a level leads to
    :return: the level kept
    """
    difference = last_of(level) - level
    if abs(difference) / unit <= count // 2:
        return level
    moved = level + round_level(difference / count)
    if moved != level and abs(last_of(moved) - moved) < abs(difference):
        return moved
    return level
