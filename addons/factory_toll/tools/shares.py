# SPDX-License-Identifier: AGPL-3.0-or-later
"""Split a quantity by shares so that the parts add up exactly to the whole.

Method: largest remainder (Hamilton). Every share first gets its exact part rounded
down to the unit; the units that are left go one by one to the shares with the largest
remainders. Ties go to the share that stands first, so the order of the list decides
and the result is the same every time.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


class ShareError(ValueError):
    """The weights or the quantity cannot be split."""


def split_by_shares(
    total: Decimal, weights: Sequence[Decimal], unit: Decimal = Decimal("0.001")
) -> list[Decimal]:
    """Split ``total`` in proportion to ``weights`` in whole multiples of ``unit``.

    :param Decimal total: quantity to split, a multiple of ``unit``, not negative
    :param weights: graded quantities put in, one per owner, none negative
    :param Decimal unit: smallest quantity, 0.001 kg is one gram
    :return: one part per weight, in the same order; their sum is ``total``
    :raise ShareError: without a positive weight, with a negative one, or when the
        total is negative or no multiple of the unit

    >>> split_by_shares(Decimal(10), [Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('3.334'), Decimal('3.333'), Decimal('3.333')]
    >>> split_by_shares(Decimal("4.000"), [Decimal(40), Decimal(0)])
    [Decimal('4.000'), Decimal('0.000')]
    """
    whole = sum(weights, Decimal(0))
    if whole <= 0:
        raise ShareError("no weight is greater than zero")
    if any(weight < 0 for weight in weights):
        raise ShareError("a weight is negative")
    if unit <= 0 or total < 0:
        raise ShareError("total or unit is negative")
    units = total / unit
    if units != units.to_integral_value():
        raise ShareError(f"{total} is no multiple of {unit}")
    exact = [units * weight / whole for weight in weights]
    parts = [value.to_integral_value(rounding=ROUND_FLOOR) for value in exact]
    left = int(units - sum(parts))
    by_remainder = sorted(
        range(len(parts)), key=lambda index: (parts[index] - exact[index], index)
    )
    for index in by_remainder[:left]:
        parts[index] += 1
    return [part * unit for part in parts]
