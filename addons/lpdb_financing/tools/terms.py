# SPDX-License-Identifier: AGPL-3.0-or-later
"""The terms of an agreement, read and checked before anything is computed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from .errors import InvalidTermsError
from .rounding import MODES, ZERO, to_date, to_decimal, to_rows

CHOICES = {
    "method": (
        "equal_principal",
        "annuity",
        "flat",
        "bullet",
        "fixed_instalment",
        "fixed_percent",
    ),
    "unit": ("month", "week", "day"),
    "day_count": ("period", "30/360", "actual/365", "actual/360", "actual/actual"),
    "grace_interest_mode": ("pay", "defer", "capitalise", "waive"),
    "rounding_mode": MODES,
    "instalment_rounding_mode": MODES,
    "residue": ("last_principal", "last_interest", "extra_row"),
    "level_on": ("exact", "period", "first_period"),
    "business_day": ("none", "following", "modified_following", "preceding"),
}
STRATEGIES = ("reduce_term", "reduce_instalment", "next_instalments")
#: An open-ended fixed instalment that needs more rows than this never ends.
MAX_ROWS = 2400


@dataclass(frozen=True)
class Terms:
    """What the agreement says; ``annual_rate`` in percent.

    :param periods: number of instalments; may be None for ``fixed_instalment``
    :param start: when the schedule starts; a draw may be later
    :param unit, every: a period is ``every`` times ``unit``
    :param first_due: first due date when the first period is odd
    :param principal_every: principal falls due in every n-th period
    :param grace_principal: periods without principal
    :param grace_interest: periods whose interest follows ``grace_interest_mode``
    :param grace_in_tenor: False adds the principal grace to ``periods``
    :param rounding: money unit; None rounds nothing (keeps 12 digits)
    :param instalment_rounding: unit of a level instalment (annuity) or of the
        principal (equal principal, flat)
    :param principal_percent: percent of the drawn amount per principal row
    :param due_dates: the dates of the letter instead of computed ones
    :param interest_follows: interest runs to the shifted due date
    """

    annual_rate: Decimal
    periods: int | None
    start: datetime.date
    method: str = "equal_principal"
    unit: str = "month"
    every: int = 1
    first_due: datetime.date | None = None
    day_count: str = "period"
    principal_every: int = 1
    grace_principal: int = 0
    grace_interest: int = 0
    grace_interest_mode: str = "pay"
    grace_in_tenor: bool = True
    rounding: Decimal | None = Decimal(1)
    rounding_mode: str = "HALF_UP"
    instalment_rounding: Decimal | None = None
    instalment_rounding_mode: str = "HALF_UP"
    fixed_instalment: Decimal | None = None
    principal_percent: Decimal | None = None
    residue: str = "last_principal"
    due_dates: Sequence[datetime.date] | None = None
    level_on: str = "exact"
    smooth_last: bool = False
    business_day: str = "none"
    holidays: Sequence[datetime.date] = ()
    interest_follows: bool = False

    @property
    def is_level(self) -> bool:
        """Whether the method pays one level instalment."""
        return self.method in ("annuity", "fixed_instalment")

    @property
    def rows(self) -> int:
        """Return the number of rows, grace included."""
        if self.periods is None:
            return MAX_ROWS
        return self.periods + (0 if self.grace_in_tenor else self.grace_principal)


def read_terms(terms: Terms) -> Terms:
    """Return the terms with every value read, checked and of its exact type.

    :raise InvalidTermsError: naming the field
    """
    terms = replace(
        terms,
        **_read_numbers(terms),
        **_read_counts(terms),
        **_read_dates(terms),
        **_read_choices(terms),
    )
    _check_method(terms)
    _check_dates(terms)
    _check_grace(terms)
    return terms


def _read_numbers(terms: Terms) -> dict[str, Decimal | None]:
    values: dict[str, Decimal | None] = {
        "annual_rate": to_decimal(terms.annual_rate, "annual_rate")
    }
    if values["annual_rate"] < 0:
        raise InvalidTermsError("annual_rate", "must not be negative")
    for name in (
        "rounding",
        "instalment_rounding",
        "fixed_instalment",
        "principal_percent",
    ):
        value = getattr(terms, name)
        values[name] = None if value is None else to_decimal(value, name)
        if value is not None and values[name] <= 0:
            raise InvalidTermsError(name, "must be above zero")
    return values


def _read_counts(terms: Terms) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    lowest = {"grace_principal": 0, "grace_interest": 0}
    for name in (
        "periods",
        "every",
        "principal_every",
        "grace_principal",
        "grace_interest",
    ):
        value = getattr(terms, name)
        if name == "periods" and value is None:
            values[name] = _periods_of(terms)
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidTermsError(name, f"{value!r} is not a whole number")
        if value < lowest.get(name, 1):
            raise InvalidTermsError(name, f"must be at least {lowest.get(name, 1)}")
        values[name] = value
    if (values["periods"] or 0) > MAX_ROWS:
        raise InvalidTermsError("periods", f"more than {MAX_ROWS} rows")
    return values


def _periods_of(terms: Terms) -> int | None:
    if terms.due_dates:
        return len(to_rows(terms.due_dates, "due_dates"))
    if terms.method == "fixed_instalment":
        return None
    raise InvalidTermsError(
        "periods", "may only be left out with a fixed instalment or due dates"
    )


def _read_dates(terms: Terms) -> dict[str, object]:
    return {
        "start": to_date(terms.start, "start"),
        "first_due": terms.first_due and to_date(terms.first_due, "first_due"),
        "due_dates": terms.due_dates
        and tuple(
            to_date(value, "due_dates")
            for value in to_rows(terms.due_dates, "due_dates")
        ),
        "holidays": frozenset(
            to_date(value, "holidays") for value in to_rows(terms.holidays, "holidays")
        ),
    }


def _read_choices(terms: Terms) -> dict[str, object]:
    for name, allowed in CHOICES.items():
        value = getattr(terms, name)
        if value not in allowed:
            raise InvalidTermsError(name, f"{value!r} is none of {', '.join(allowed)}")
    for field in fields(terms):
        if field.type == "bool" and not isinstance(getattr(terms, field.name), bool):
            raise InvalidTermsError(field.name, "must be True or False")
    return {}


def _check_method(terms: Terms) -> None:
    method = terms.method
    if (terms.fixed_instalment is not None) != (method == "fixed_instalment"):
        raise InvalidTermsError(
            "fixed_instalment", "goes with method fixed_instalment, and only with it"
        )
    if method == "fixed_percent" and terms.principal_percent is None:
        raise InvalidTermsError("principal_percent", "method fixed_percent needs it")
    if terms.principal_percent is not None:
        if method not in ("fixed_percent", "flat"):
            raise InvalidTermsError(
                "principal_percent", f"has no meaning with method {method}"
            )
        if terms.principal_percent > 100:
            raise InvalidTermsError("principal_percent", "is above 100")
    if terms.level_on != "exact" and method != "annuity":
        raise InvalidTermsError("level_on", f"has no meaning with method {method}")
    if terms.smooth_last and method != "annuity":
        raise InvalidTermsError("smooth_last", f"has no meaning with method {method}")
    if terms.instalment_rounding is not None and method not in (
        "annuity",
        "equal_principal",
        "flat",
    ):
        raise InvalidTermsError(
            "instalment_rounding", f"has no meaning with method {method}"
        )


def _check_dates(terms: Terms) -> None:
    if terms.first_due is not None and terms.first_due <= terms.start:
        raise InvalidTermsError("first_due", "must be after start")
    dates = terms.due_dates
    if dates is None:
        return
    if len(dates) != terms.rows:
        raise InvalidTermsError(
            "due_dates", f"{len(dates)} dates for {terms.rows} rows"
        )
    if any(a >= b for a, b in zip((terms.start, *dates), dates, strict=False)):
        raise InvalidTermsError("due_dates", "must rise and lie after start")
    if terms.first_due is not None and terms.first_due != dates[0]:
        raise InvalidTermsError("first_due", "differs from the first of due_dates")


def _check_grace(terms: Terms) -> None:
    for name in ("grace_principal", "grace_interest"):
        if getattr(terms, name) >= terms.rows:
            raise InvalidTermsError(name, "leaves no period to pay in")
    if terms.interest_follows and terms.business_day == "none":
        raise InvalidTermsError("interest_follows", "needs a business_day rule")


@dataclass(frozen=True)
class Events:
    """Draws, rate changes and prepayments, read and sorted.

    :param draws: list of (date, amount), amounts of one day added up
    :param rates: list of (date, annual rate in percent)
    :param prepayments: list of (date, amount, strategy)
    """

    draws: list[tuple[datetime.date, Decimal]]
    rates: list[tuple[datetime.date, Decimal]]
    prepayments: list[tuple[datetime.date, Decimal, str]]


def read_events(draws: Sequence, rate_changes: Sequence, prepayments: Sequence):
    """Read the three lists; the order they come in does not matter.

    :return: :class:`Events`
    :raise InvalidTermsError: naming the list
    """
    summed: dict[datetime.date, Decimal] = {}
    for when, amount in to_rows(draws, "draws", ("date", "amount")):
        day, value = to_date(when, "draws"), to_decimal(amount, "draws")
        if value <= 0:
            raise InvalidTermsError("draws", f"amount {value} of {day} must be above 0")
        summed[day] = summed.get(day, ZERO) + value
    if not summed:
        raise InvalidTermsError("draws", "nothing is drawn")
    rates = {}
    for when, rate in to_rows(rate_changes, "rate_changes", ("date", "rate")):
        day, value = to_date(when, "rate_changes"), to_decimal(rate, "rate_changes")
        if value < 0:
            raise InvalidTermsError(
                "rate_changes", f"rate {value} of {day} is negative"
            )
        if rates.setdefault(day, value) != value:
            raise InvalidTermsError("rate_changes", f"two rates on {day}")
    return Events(
        sorted(summed.items()), sorted(rates.items()), _read_prepayments(prepayments)
    )


def _read_prepayments(prepayments: Sequence) -> list[tuple]:
    rows = []
    parts = ("date", "amount", "strategy")
    for when, amount, strategy in to_rows(prepayments, "prepayments", parts):
        day = to_date(when, "prepayments")
        value = to_decimal(amount, "prepayments")
        if value <= 0:
            raise InvalidTermsError("prepayments", f"{value} of {day} must be above 0")
        if strategy not in STRATEGIES:
            raise InvalidTermsError(
                "prepayments", f"{strategy!r} is none of {', '.join(STRATEGIES)}"
            )
        rows.append((day, value, strategy))
    return sorted(rows)
