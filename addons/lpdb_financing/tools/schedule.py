# SPDX-License-Identifier: AGPL-3.0-or-later
"""Repayment schedules: the public door of the pure financing code.

Plain values in, plain values out; money is ``decimal.Decimal``. Sources of the rules
are named where they are used and in ``tests/vectors/loans.json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext

from .accrual import accrue
from .collectability import collectability, dpd
from .engine import Engine, Row
from .errors import FinancingError, InvalidTermsError
from .measures import effective_rate, present_value
from .rounding import PRECISION
from .terms import Terms, read_events, read_terms

__all__ = [
    "FinancingError",
    "InvalidTermsError",
    "Row",
    "Terms",
    "accrue",
    "build_schedule",
    "collectability",
    "dpd",
    "effective_rate",
    "present_value",
]


def build_schedule(
    terms: Terms,
    draws: Sequence,
    rate_changes: Sequence = (),
    prepayments: Sequence = (),
) -> list[Row]:
    """Return the instalments of a loan.

    :param Terms terms: the agreement
    :param Sequence draws: (date, amount)
    :param Sequence rate_changes: (date, percent a year), acting from that date on
    :param Sequence prepayments: (date, amount beyond what is due then, strategy) with
        strategy reduce_term, reduce_instalment or next_instalments
    :return: rows; their principal adds up to the draws and the capitalised interest,
        the last balance is zero
    :raise InvalidTermsError: naming what cannot be computed

    >>> loan = Terms(annual_rate=22, periods=12, start="2014-03-24")
    >>> rows = build_schedule(loan, [("2014-03-24", 5000000)])
    >>> [str(value) for value in rows[0]]
    ['1', '2014-04-24', '416667', '91667', '508334', '4583333']
    >>> str(rows[-1].principal)
    '416663'
    """
    with localcontext() as context:
        context.prec = PRECISION
        events = read_events(draws, rate_changes, prepayments)
        return Engine(read_terms(terms), events).run()
