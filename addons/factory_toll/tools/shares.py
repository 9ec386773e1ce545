# SPDX-License-Identifier: AGPL-3.0-or-later
"""Split a quantity by shares so that the parts add up exactly to the whole.

Method: largest remainder (Hamilton). Every share first gets its exact part rounded
down to the unit; the units that are left go one by one to the shares with the largest
remainders. Ties go to the share that stands first, so the order of the list decides
and the result is the same every time.

What is split in several goes (`split_next`) is split as a whole each time: a share gets
what it has too little of the whole so far. The roundings do not add up, as they would
if every go were split by itself.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor


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
    return split_next(total, weights, [Decimal(0)] * len(weights), unit)


def split_next(
    total: Decimal,
    weights: Sequence[Decimal],
    given: Sequence[Decimal],
    unit: Decimal = Decimal("0.001"),
) -> list[Decimal]:
    """Split ``total`` so that all that was given so far follows the weights.

    ``target = weight / sum(weights) * (total + sum(given)) - given``, rounded like
    `split_by_shares`. No part is negative: who has too much already gets nothing.

    :param given: what each share got in earlier goes, multiples of ``unit``
    :return: one part per weight, in the same order; their sum is ``total``
    :raise ShareError: as `split_by_shares`

    >>> one = [Decimal(1)] * 3
    >>> first = split_next(Decimal("1.000"), one, [Decimal(0)] * 3)
    >>> [str(part) for part in first]
    ['0.334', '0.333', '0.333']
    >>> [str(part) for part in split_next(Decimal("2.000"), one, first)]
    ['0.666', '0.667', '0.667']
    """
    _check(total, weights, unit)
    units = total / unit
    if units != units.to_integral_value():
        raise ShareError(f"{total} is no multiple of {unit}")
    had = [Fraction(part / unit) for part in given]
    whole = Fraction(sum(weights, Decimal(0)))
    pool = Fraction(units) + sum(had)
    targets = [
        Fraction(weight) * pool / whole - part
        for weight, part in zip(weights, had, strict=True)
    ]
    parts = [max(floor(target), 0) for target in targets]
    left = int(units) - sum(parts)
    step = 1 if left > 0 else -1
    while left:
        # most wanting first; when too much is given away, least wanting, last first
        order = sorted(
            (index for index, part in enumerate(parts) if step > 0 or part),
            key=lambda index: (step * (parts[index] - targets[index]), step * index),
        )
        for index in order[: abs(left)]:
            parts[index] += step
        left = int(units) - sum(parts)
    return [part * unit for part in parts]


def part_in_kind(
    part: Decimal,
    percent: Decimal,
    had: Decimal = Decimal(0),
    paid: Decimal = Decimal(0),
    unit: Decimal = Decimal("0.001"),
) -> Decimal:
    """Return what of an owner's part pays for the work, in whole multiples of ``unit``.

    ``round((had + part) * percent / 100) - paid``, half up: what comes out in several
    goes is rounded as a whole, so that it pays what one go would have paid.

    :param Decimal part: what comes out for the owner now, a multiple of ``unit``
    :param Decimal percent: agreed part of the output, 0 to 100
    :param Decimal had: what came out for him before, what he paid with included
    :param Decimal paid: what of that he paid with
    :return: between 0 and ``part``
    :raise ShareError: for a percent outside 0 to 100 or a negative part

    >>> part_in_kind(Decimal("2.500"), Decimal(10))
    Decimal('0.250')
    >>> part_in_kind(Decimal("0.004"), Decimal(10))
    Decimal('0.000')
    >>> part_in_kind(Decimal("0.004"), Decimal(10), had=Decimal("0.004"))
    Decimal('0.001')
    """
    if not 0 <= percent <= 100:
        raise ShareError(f"{percent} percent is not between 0 and 100")
    if part < 0:
        raise ShareError("a part is negative")
    due = (had + part) * percent / 100
    due = (due / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit - paid
    return min(max(due, Decimal(0) * unit), part)


def _check(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> None:
    if sum(weights, Decimal(0)) <= 0:
        raise ShareError("no weight is greater than zero")
    if any(weight < 0 for weight in weights):
        raise ShareError("a weight is negative")
    if unit <= 0 or total < 0:
        raise ShareError("total or unit is negative")
