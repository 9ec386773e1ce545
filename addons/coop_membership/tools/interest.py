# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interest on savings: what a rupiah saved on a day earns until the end of a period.

Interest is linear in what moves, so a run over all members needs one factor for each
day (``growth``) or month (``month_weights``) and one statement in the database; this
module gives the factors, and ``interest`` the same for one account, to check it.

Days: money counts from the day on which it comes to the day before it goes, so the
balance at the end of each day bears that day's interest. Compounding: ``none`` is
simple interest until it is posted, ``daily`` and ``monthly`` add it to what bears
interest at the end of each day or calendar month although it is not posted yet.

Nothing is rounded; whoever posts rounds. Checked with vectors FIN-SAV-01, FIN-SAV-02
and FIN-FD-01 (apache/fineract) in ``tests/vectors/savings.json``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext

DAY = timedelta(days=1)
ZERO = Decimal(0)
PRECISION = Context(prec=40)
BASES = ("daily", "lowest", "closing")
DAY_COUNTS = ("actual/365", "actual/360", "actual/actual", "30/360")
COMPOUNDINGS = ("none", "daily", "monthly")
#: months of a posting period, 0 is a day
RHYTHMS = {"daily": 0, "monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}

#: (first day in force, percent a year)
Rates = Sequence[tuple[date, Decimal]]
#: (day, signed amount)
Movements = Iterable[tuple[date, Decimal]]


class InterestError(ValueError):
    """Terms that cannot be computed."""


def _check(value: str, known: Iterable[str], name: str) -> None:
    if value not in known:
        raise InterestError(f"{name} {value!r} is none of {', '.join(known)}")


def rate_on(rates: Rates, day: date) -> Decimal:
    """Return the percent a year in force on a day, 0 before the first.

    >>> rate_on([(date(2026, 1, 1), Decimal(3)), (date(2026, 7, 1), Decimal(4))],
    ...         date(2026, 6, 30))
    Decimal('3')
    """
    known = [(since, rate) for since, rate in rates if since <= day]
    return max(known)[1] if known else ZERO


def year_part(day: date, day_count: str) -> Decimal:
    """Return the part of a year that one day is.

    ``actual/actual`` divides by the days of its calendar year; in ``30/360`` each
    calendar month is 1/12, spread evenly over its days.

    >>> year_part(date(2024, 2, 1), "30/360") * 29 * 12 == 1
    True
    """
    _check(day_count, DAY_COUNTS, "day count")
    with localcontext(PRECISION):
        if day_count == "30/360":
            return Decimal(1) / (12 * calendar.monthrange(day.year, day.month)[1])
        if day_count == "actual/actual":
            return Decimal(1) / (366 if calendar.isleap(day.year) else 365)
        return Decimal(1) / int(day_count.rpartition("/")[2])


def _day_rates(
    first: date, last: date, rates: Rates, day_count: str
) -> list[tuple[date, Decimal]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        (day, rate_on(rates, day) / 100 * year_part(day, day_count)) for day in days
    ]


def growth(
    first: date,
    last: date,
    rates: Rates,
    day_count: str = "actual/365",
    compounding: str = "none",
) -> dict[date, Decimal]:
    """Return what one rupiah saved on each day earns until the end of ``last``.

    The interest of an account is the sum of ``amount * growth[day]`` over its
    movements, with the opening balance as a movement of the first day.

    :param rates: list of (first day in force, percent a year)
    :return: ``{day: factor}``
    """
    _check(compounding, COMPOUNDINGS, "compounding")
    result: dict[date, Decimal] = {}
    with localcontext(PRECISION):
        capitalised = simple = ZERO
        for day, rate in reversed(_day_rates(first, last, rates, day_count)):
            ends = compounding == "daily" or (
                compounding == "monthly" and (day + DAY).day == 1
            )
            if ends:
                capitalised, simple = (1 + capitalised) * (1 + simple) - 1, ZERO
            simple += rate
            result[day] = (1 + capitalised) * (1 + simple) - 1
    return result


def months(first: date, last: date) -> list[tuple[date, date]]:
    """Return the calendar months of a period, cut at its ends."""
    result, start = [], first
    while start <= last:
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        result.append((start, min(end, last)))
        start = end + DAY
    return result


def month_weights(
    first: date,
    last: date,
    rates: Rates,
    day_count: str = "actual/365",
    compounding: str = "none",
) -> list[tuple[date, date, Decimal]]:
    """Return what one rupiah of each month's balance earns until the end of ``last``.

    For the bases ``lowest`` and ``closing``, which know one balance a month.

    :return: list of (first day, last day, factor)
    """
    _check(compounding, COMPOUNDINGS, "compounding")
    result = []
    with localcontext(PRECISION):
        after = Decimal(1)
        for start, end in reversed(months(first, last)):
            rate = sum(
                (rate for _day, rate in _day_rates(start, end, rates, day_count)), ZERO
            )
            result.append((start, end, rate * after))
            if compounding != "none":
                after *= 1 + rate
    return result[::-1]


def interest(
    movements: Movements,
    first: date,
    last: date,
    rates: Rates,
    basis: str = "daily",
    day_count: str = "actual/365",
    compounding: str = "none",
) -> Decimal:
    """Return the interest of one account for a period, not rounded.

    ``lowest`` takes the lowest balance at the end of a day in each month, from the day
    on which the account got its first money, for the days from there; ``closing`` the
    balance at the end of the month, for the whole month.

    >>> round(interest([(date(2013, 12, 1), Decimal(1000))], date(2013, 4, 1),
    ...       date(2014, 3, 31), [(date(2013, 1, 1), Decimal(10))],
    ...       compounding="daily"), 4)
    Decimal('33.7016')

    :param movements: (day, signed amount), from the first money of the account on
    """
    _check(basis, BASES, "basis")
    moves = sorted((day, amount) for day, amount in movements if day <= last)
    if not moves:
        return ZERO
    with localcontext(PRECISION):
        if basis == "daily":
            earns = growth(first, last, rates, day_count, compounding)
            return sum((amount * earns[max(day, first)] for day, amount in moves), ZERO)
        opened, total = moves[0][0], ZERO
        for start, end, weight in month_weights(
            first, last, rates, day_count, compounding
        ):
            begin = max(start, opened)
            if begin > end:
                continue
            balance, part = _balance_on(moves, end), Decimal(1)
            if basis == "lowest":
                days = [begin] + [day for day, _amount in moves if begin < day <= end]
                balance = min(_balance_on(moves, day) for day in days)
                part = Decimal((end - begin).days + 1) / ((end - start).days + 1)
            total += balance * weight * part
        return total


def _balance_on(moves: Iterable[tuple[date, Decimal]], day: date) -> Decimal:
    return sum((amount for moved, amount in moves if moved <= day), ZERO)


def maturity_amount(
    principal: Decimal, rate: Decimal, term_months: int, compounding_months: int = 0
) -> Decimal:
    """Return what a term saving is worth at its maturity, not rounded.

    ``P * (1 + r * c / 12) ** (t / c)``; without compounding ``P * (1 + r * t / 12)``.
    A last part shorter than ``c`` months earns simple interest.

    >>> maturity_amount(Decimal(100), Decimal(5), 12, 6).normalize()
    Decimal('105.0625')

    :param rate: percent a year
    """
    step = compounding_months or term_months
    if term_months <= 0 or step <= 0:
        raise InterestError("a term has at least one month")
    whole, rest = divmod(term_months, step)
    with localcontext(PRECISION):
        per_month = rate / 100 / 12
        worth = principal * (1 + per_month * step) ** whole
        return worth * (1 + per_month * rest) if rest else worth


def posting_period(day: date, rhythm: str, year_start: int = 1) -> tuple[date, date]:
    """Return first and last day of the posting period in which a day lies.

    >>> posting_period(date(2014, 2, 3), "annual", 4)
    (datetime.date(2013, 4, 1), datetime.date(2014, 3, 31))

    :param int year_start: month in which periods are counted from
    """
    _check(rhythm, RHYTHMS, "posting")
    length = RHYTHMS[rhythm]
    if not length:
        return day, day
    index = day.year * 12 + day.month - 1
    begin = index - (index - (year_start - 1)) % length
    first = date(begin // 12, begin % 12 + 1, 1)
    end = begin + length
    return first, date(end // 12, end % 12 + 1, 1) - DAY


def posting_date(last: date, rhythm: str) -> date:
    """Return the day on which a period's interest is posted.

    A month's interest stands on its last day; a day's, on the next one, since the
    balance at its end is known only then (FIN-SAV-01 and FIN-SAV-02).
    """
    _check(rhythm, RHYTHMS, "posting")
    return last + DAY if rhythm == "daily" else last
