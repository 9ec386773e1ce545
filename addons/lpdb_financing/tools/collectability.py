# SPDX-License-Identifier: AGPL-3.0-or-later
"""Days past due, and the class that a table gives them.

One rule, that of vector FRP-08: the due date is day 1 while the instalment is not
fully paid, a partial payment stops nothing, and the day of full payment counts 0.
Every question is asked at the end of a day; so the last day of a month's notice
counts as passed, as the due date counts as a day past due.

Tables by letters follow the demands (Surat Tagihan) of the lender instead of days:
PMK 201/PMK.06/2010, changed by PMK 69/PMK.06/2014, gives a class to what is unpaid
one month after the first, second and third letter, or is handed to the state's
committee for receivables (PUPN).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from .day_count import add_months
from .errors import InvalidTermsError
from .rounding import to_date, to_rows

#: how a caller names a class: its label, or a record's id
Class = TypeVar("Class")
#: a table of classes by days
Scheme = Sequence[tuple[int, Class]] | Mapping[int, Class]


def dpd(due: object, as_of: object, paid: object = None) -> int:
    """Return the days past due of one instalment.

    :param due: due date
    :param as_of: day at whose end the question is asked
    :param paid: day of full payment, True when fully paid, None or False when not
    :return: 0 or more

    >>> dpd("2024-10-05", "2024-10-08"), dpd("2024-10-05", "2024-10-09", "2024-10-09")
    (4, 0)
    """
    if paid is True:
        return 0
    day = to_date(as_of, "as_of")
    if paid and day >= to_date(paid, "paid"):
        return 0
    return max((day - to_date(due, "due")).days + 1, 0)


def collectability(dpd: int, scheme: Scheme) -> Class:
    """Return the class of a number of days past due.

    :param int dpd: days past due
    :param scheme: (from this many days, class) in any order, or ``{days: class}``; the
        tables of a lender are data (``lpdb.collectability``), not names in code
    :return: class of the highest limit that the days reach
    :raise InvalidTermsError: naming the argument

    >>> bank = [(0, "1"), (1, "2"), (91, "3"), (121, "4"), (181, "5")]
    >>> [collectability(days, bank) for days in (0, 1, 90, 91, 120, 121, 180, 181)]
    ['1', '2', '2', '3', '3', '4', '4', '5']
    >>> collectability(91, dict(bank))
    '3'
    """
    days = _to_days(dpd, "dpd")
    reached = [line for line in _read_scheme(scheme) if line[0] <= days]
    if not reached:
        raise InvalidTermsError("scheme", f"has no class for {days} days")
    return max(reached, key=lambda line: line[0])[1]


def _read_scheme(scheme: Scheme) -> list[tuple[int, Class]]:
    """Read a table of classes by days.

    :return: list of (from this many days, class)
    """
    if isinstance(scheme, Mapping):
        scheme = list(scheme.items())
    try:
        rows = to_rows(scheme, "scheme", ("days", "class"))
    except InvalidTermsError as error:
        raise InvalidTermsError(
            "scheme",
            f"{error.reason}; a scheme is a list of (from this many days, class), such"
            " as [(0, 'current'), (91, 'doubtful')]",
        ) from None
    return [(_to_days(limit, "scheme"), klass) for limit, klass in rows]


def _to_days(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidTermsError(field, f"{value!r} is not a whole number of days")
    return value


def next_fall(
    due: object, as_of: object, scheme: Scheme
) -> tuple[datetime.date, Class] | None:
    """Return when the class falls next while nothing is paid.

    :param due: due date of the oldest instalment that is not fully paid; it may lie
        ahead
    :param as_of: day at whose end the question is asked
    :param scheme: (from this many days, class) in any order, or ``{days: class}``
    :return: (first day of the worse class, that class), None when there is no worse

    >>> bank = [(0, "1"), (1, "2"), (91, "3")]
    >>> next_fall("2024-01-01", "2024-01-20", bank)
    (datetime.date(2024, 3, 31), '3')
    >>> next_fall("2024-01-01", "2024-04-20", bank) is None
    True
    """
    first, day = to_date(due, "due"), to_date(as_of, "as_of")
    falls = [
        (first + datetime.timedelta(days=limit - 1), limit, klass)
        for limit, klass in _read_scheme(scheme)
        if limit > 0
    ]
    ahead = [fall for fall in falls if fall[0] > day]
    if not ahead:
        return None
    when, _limit, klass = min(ahead, key=lambda fall: fall[:2])
    return when, klass


def letter_falls(
    letters: Iterable[tuple[int, object]],
    scheme: Sequence[tuple[int, int, Class]],
    oldest_due: object,
) -> list[tuple[datetime.date, int, Class]]:
    """Return when each letter that is still unpaid gives its class.

    A letter counts while an instalment that was due on its day is not fully paid.

    :param Iterable letters: (1, 2 or 3; date of the letter)
    :param Sequence scheme: (number of the letter, months of notice, class)
    :param oldest_due: due date of the oldest instalment that is not fully paid
    :return: (first day of the class, number of the letter, class), in time order
    """
    if not oldest_due:
        return []
    unpaid_since = to_date(oldest_due, "oldest_due")
    steps = {number: (months, klass) for number, months, klass in scheme if number}
    falls = []
    for number, date in letters:
        day = to_date(date, "letters")
        if number in steps and unpaid_since <= day:
            months, klass = steps[number]
            falls.append((add_months(day, months), number, klass))
    return sorted(falls, key=lambda fall: fall[:2])


def letter_collectability(
    letters: Iterable[tuple[int, object]],
    as_of: object,
    scheme: Sequence[tuple[int, int, Class]],
    oldest_due: object = None,
    handed_over: bool = False,
) -> Class:
    """Return the class that the lender's letters give.

    :param Iterable letters: (1, 2 or 3; date of the letter); letters after the day
        asked do not count
    :param as_of: day at whose end the question is asked
    :param Sequence scheme: (number of the letter, months of notice, class); number 0
        is the class without a letter
    :param oldest_due: due date of the oldest instalment that is not fully paid; without
        one no letter counts
    :param bool handed_over: the debt is with PUPN, which gives the last class
    :return: class of the highest letter whose notice has passed

    >>> state = [(0, 0, "1"), (1, 1, "2"), (2, 1, "3"), (3, 1, "4")]
    >>> one = [(1, "2024-01-31")]
    >>> [letter_collectability(one, day, state, "2024-01-10")
    ...  for day in ("2024-02-28", "2024-02-29")]
    ['1', '2']
    >>> letter_collectability(one, "2024-05-01", state, "2024-02-10")
    '1'
    >>> letter_collectability((), "2024-05-01", state, handed_over=True)
    '4'
    """
    by_number = {number: klass for number, _months, klass in scheme}
    if 0 not in by_number:
        raise InvalidTermsError("scheme", "has no class without a letter")
    if handed_over:
        return by_number[max(by_number)]
    day = to_date(as_of, "as_of")
    passed = [
        number
        for when, number, _klass in letter_falls(letters, scheme, oldest_due)
        if when <= day
    ]
    return by_number[max(passed, default=0)]


def next_letter_fall(
    letters: Iterable[tuple[int, object]],
    as_of: object,
    scheme: Sequence[tuple[int, int, Class]],
    oldest_due: object = None,
) -> tuple[datetime.date, Class] | None:
    """Return when the class falls next by the letters that came until a day.

    :return: (first day of the worse class, that class), None when no notice runs

    >>> state = [(0, 0, "1"), (1, 1, "2"), (2, 1, "3"), (3, 1, "4")]
    >>> next_letter_fall([(1, "2024-01-31")], "2024-02-10", state, "2024-01-10")
    (datetime.date(2024, 2, 29), '2')
    """
    day = to_date(as_of, "as_of")
    known = [(n, date) for n, date in letters if to_date(date, "letters") <= day]
    falls = letter_falls(known, scheme, oldest_due)
    reached = max((number for when, number, _klass in falls if when <= day), default=0)
    for when, number, klass in falls:
        if when > day and number > reached:
            return when, klass
    return None
