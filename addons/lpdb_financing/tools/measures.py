# SPDX-License-Identifier: AGPL-3.0-or-later
"""Present value and effective rate of what a loan pays.

Used for the grant element of a soft loan (IPSAS 29 IE37-IE39, vector BMK-01) and for
fees in the effective rate. Rates are nominal percent a year, compounded per period.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from .day_count import Grid
from .errors import FinancingError, InvalidTermsError
from .rounding import ONE, PRECISION, ZERO, to_date, to_decimal, to_rows
from .terms import Terms, read_terms

HUNDRED = Decimal(100)


def present_value(
    cash_flows: Sequence,
    annual_rate: Decimal,
    unit: str = "month",
    every: int = 1,
    start: object = None,
) -> Decimal:
    """Return what the flows are worth at the start.

    :param Sequence cash_flows: amounts, the first falling due at the end of period 1;
        or (date, amount) pairs, which need ``start``
    :param Decimal annual_rate: percent a year, ``every`` units being one period
    :param start: date of the value, for dated flows
    :return: unrounded value

    IPSAS 29 IE37: 5,000,000 at 5 %, repaid 0, 10, 20, 30, 40 % a year, market 10 %:

    >>> flows = [250000, 750000, 1225000, 1675000, 2100000]
    >>> round(present_value(flows, 10, every=12))
    4215450
    """
    with localcontext() as context:
        context.prec = PRECISION
        return _value(*_flows(cash_flows, annual_rate, unit, every, start))


def effective_rate(
    received: Decimal,
    cash_flows: Sequence,
    unit: str = "month",
    every: int = 1,
    start: object = None,
) -> Decimal:
    """Return the nominal yearly rate (percent) at which the flows are worth received.

    :param Decimal received: net amount at the start
    :return: percent a year, to 10 digits behind the point
    :raise FinancingError: when no rate between 0 and 10000 % fits

    >>> round(effective_rate(100, [0] * 11 + [112], every=1), 4)
    Decimal('11.3866')
    """
    net = to_decimal(received, "received")
    with localcontext() as context:
        context.prec = PRECISION
        factor, timed = _flows(cash_flows, HUNDRED, unit, every, start)
        low, high = ZERO, 100 * factor
        if not _value(high, timed) <= net <= _value(low, timed):
            raise FinancingError("received: no rate from 0 to 10000 % fits the flows")
        for _step in range(120):
            middle = (low + high) / 2
            if _value(middle, timed) > net:
                low = middle
            else:
                high = middle
        return round(low / factor * HUNDRED, 10)


def _flows(cash_flows, annual_rate, unit, every, start):
    """Return the factor of one period and the flows as (periods, amount)."""
    flows = to_rows(cash_flows, "cash_flows")
    if not flows:
        raise InvalidTermsError("cash_flows", "there are none")
    dated = isinstance(flows[0], list | tuple)
    if dated and start is None:
        raise InvalidTermsError("start", "dated flows need it")
    begin = to_date(start, "start") if dated else to_date("2000-01-01", "start")
    terms = read_terms(Terms(annual_rate, 1, begin, unit=unit, every=every))
    grid = Grid(terms)
    factor = terms.annual_rate / HUNDRED * grid.regular
    if dated:
        timed = [
            (_periods_until(grid, to_date(day, "cash_flows")), amount)
            for day, amount in to_rows(flows, "cash_flows", ("date", "amount"))
        ]
    else:
        timed = [(Decimal(k), amount) for k, amount in enumerate(flows, start=1)]
    return factor, [(k, to_decimal(amount, "cash_flows")) for k, amount in timed]


def _periods_until(grid, day):
    if day < grid.bounds[0]:
        raise InvalidTermsError("cash_flows", f"{day} lies before start")
    k = 1
    grid.extend(k)
    while grid.bounds[k] < day:
        k += 1
        grid.extend(k)
    first, last = grid.bounds[k - 1], grid.bounds[k]
    return k - 1 + Decimal((day - first).days) / (last - first).days


def _value(factor: Decimal, timed: list) -> Decimal:
    growth = ONE + factor
    return sum((amount / growth**k for k, amount in timed), ZERO)
