# SPDX-License-Identifier: AGPL-3.0-or-later
"""Final income tax on the interest that a cooperative pays on savings.

PP 15/2009 with PMK 112/PMK.03/2010: per individual member and month, over all his
accounts; nothing up to the threshold, above it the rate on the *whole* gross (a cliff).
Threshold and rate are dated records, not constants of this module.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def tax_of_month(
    gross: Decimal,
    threshold: Decimal,
    rate: Decimal,
    unit: Decimal = Decimal(1),
    tested: Decimal | None = None,
) -> Decimal:
    """Return the tax on all interest of a member in a month.

    >>> limit, percent = Decimal(240000), Decimal(10)
    >>> [int(tax_of_month(Decimal(gross), limit, percent))
    ...  for gross in (240000, 240001, 350000)]
    [0, 24000, 35000]

    :param rate: percent of the gross
    :param unit: smallest amount, to which the tax is rounded half up
    :param tested: what is compared with the threshold when that is not the gross: the
        monthly equivalent of interest paid for several months
    """
    if (gross if tested is None else tested) <= threshold:
        return Decimal(0)
    steps = (gross * rate / 100 / unit).to_integral_value(ROUND_HALF_UP)
    return steps * unit


def tax_to_withhold(due: Decimal, withheld: Decimal) -> Decimal:
    """Return what a further payment in the month still has to bear.

    The first payment may stay below the threshold and the second lift the month above
    it: then the second bears the tax of both. What was withheld is never paid back
    here.

    >>> tax_to_withhold(Decimal(30000), Decimal(0))
    Decimal('30000')
    """
    return max(due - withheld, Decimal(0))
