# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weights as a weigher types them, one sack after the other."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation


class WeightError(ValueError):
    """A text among the weights is none.

    :param int position: which sack, the first is 1
    :param str text: what was typed
    """

    def __init__(self, position: int, text: str) -> None:
        super().__init__(f"{position}: {text}")
        self.position = position
        self.text = text


def read_weights(text: str) -> list[Decimal]:
    """Read weights parted by blanks, semicolons or new lines; a comma is decimal.

    >>> read_weights("50,4 51; 49.8")
    [Decimal('50.4'), Decimal('51'), Decimal('49.8')]
    >>> read_weights("50 x")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    factory_toll.tools.weights.WeightError: 2: x
    """
    weights = []
    for position, part in enumerate(re.split(r"[\s;]+", text.strip()), 1):
        if not part:
            continue
        try:
            weight = Decimal(part.replace(",", "."))
        except InvalidOperation as error:
            raise WeightError(position, part) from error
        if not weight.is_finite() or weight <= 0:
            raise WeightError(position, part)
        weights.append(weight)
    return weights
