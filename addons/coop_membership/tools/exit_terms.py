# SPDX-License-Identifier: AGPL-3.0-or-later
"""When and to whom a leaving member's money is paid.

The law lets the statutes say when savings are refunded (UU 25/1992 art. 41 and its
elucidation name only that they stay while the membership lasts); the terms are data of
the cooperative. Amounts are split exactly: parts always add up to the whole.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal

#: date to which the waiting time is carried
END_OF = ("day", "month", "year")


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, the last day of a shorter month.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def refund_date(requested: date, notice_months: int, end_of: str = "day") -> date:
    """Return the day from which a leaving member is paid.

    :param date requested: day of the request to leave
    :param int notice_months: whole months that the statutes let him wait
    :param str end_of: the wait runs on to the end of that month or year, see END_OF

    Three years to the end of the year, as SuperCoop Berlin (TAP-EXIT-01):

    >>> refund_date(date(2024, 9, 15), 36, "year")
    datetime.date(2027, 12, 31)
    """
    if end_of not in END_OF:
        raise ValueError(f"end_of is one of {END_OF}, not {end_of!r}")
    day = add_months(requested, notice_months)
    if end_of == "year":
        return date(day.year, 12, 31)
    if end_of == "month":
        return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    return day


def split_exactly(
    total: Decimal, weights: Sequence[Decimal], unit: Decimal
) -> list[Decimal]:
    """Split an amount by weights in whole units, the residue to the largest remainders.

    Ties go to the first. The parts add up to ``total`` exactly; what of ``total`` is
    no whole unit stays with the first part.

    >>> split_exactly(Decimal(100), [Decimal(1)] * 3, Decimal(1))
    [Decimal('34'), Decimal('33'), Decimal('33')]
    """
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0 or unit <= 0:
        raise ValueError("weights are not negative, and one of them is positive")
    exact = [total * weight / whole for weight in weights]
    parts = [(value / unit).to_integral_value(ROUND_FLOOR) * unit for value in exact]
    rest = total - sum(parts)
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: int(rest // unit)]:
        parts[n] += unit
    parts[0] += total - sum(parts)
    return parts


def instalments(
    total: Decimal, first: date, count: int, every_months: int, unit: Decimal
) -> list[tuple[date, Decimal]]:
    """Return the days and amounts in which a sum is paid; the last takes the residue.

    >>> instalments(Decimal(100), date(2026, 1, 31), 3, 1, Decimal(1))
    [(datetime.date(2026, 1, 31), Decimal('33')), (datetime.date(2026, 2, 28), \
Decimal('33')), (datetime.date(2026, 3, 31), Decimal('34'))]
    """
    if count < 1:
        raise ValueError("at least one instalment")
    each = (total / count / unit).to_integral_value(ROUND_FLOOR) * unit
    rows = [(add_months(first, n * every_months), each) for n in range(count)]
    rows[-1] = (rows[-1][0], total - each * (count - 1))
    return [row for row in rows if row[1]]


def offset_order(
    savings: Sequence[tuple[int, Decimal]], debts: Decimal
) -> list[tuple[int, Decimal, Decimal]]:
    """Say how much of each saving settles debts and how much is paid out.

    :param savings: ``(key, balance)`` in the order in which they are used
    :param Decimal debts: what the member owes beyond what is owed to him
    :return: ``(key, offset, refund)``

    >>> offset_order([(1, Decimal(50)), (2, Decimal(100))], Decimal(75))
    [(1, Decimal('50'), Decimal('0')), (2, Decimal('25'), Decimal('75'))]
    """
    rows = []
    rest = max(debts, Decimal(0))
    for key, balance in savings:
        used = min(balance, rest)
        rest -= used
        rows.append((key, used, balance - used))
    return rows
