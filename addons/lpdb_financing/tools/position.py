# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is outstanding from day to day, and the interest that it costs.

A draw, prepayment or rate on a due date acts from the next period; inside a period
it splits the interest, and each part is rounded.
"""

from __future__ import annotations

import bisect
import datetime
from decimal import Decimal

from .day_count import ONE_DAY, Grid
from .errors import InvalidTermsError
from .rounding import ONE, ZERO, rounder
from .terms import Events, Terms

HUNDRED = Decimal(100)


class Position:
    """Balance of a loan moving through its periods; base of the engine."""

    def __init__(self, terms: Terms, events: Events) -> None:
        self.terms = terms
        self.events = events
        #: Rounds to the money unit of the terms.
        self.round_money = rounder(terms.rounding, terms.rounding_mode)
        self.grid = Grid(terms)
        if terms.periods is not None:
            self.grid.extend(terms.rows)
        self.rate_dates = [day for day, _rate in events.rates]
        self.balance = self.drawn = ZERO
        #: Prepaid principal that still stands in for later instalments.
        self.advance = ZERO
        #: How far the balance is below what it would be without the prepayments that
        #: leave the instalment as it is, and what that saves in the running period.
        self.ahead = self.saved = ZERO
        #: Part of an agreed instalment or percent that smaller instalments left.
        self.scale = ONE
        self.is_prepaid = False
        #: Whether the instalment, and the interest spread, must be solved again.
        self.solve_due = self.spread_due = True
        self.next_draw = self.next_prepayment = 0
        self._last_event = max(
            row[0] for row in (*events.draws, *events.rates, *events.prepayments)
        )
        self._check_events()

    def _check_events(self) -> None:
        start = self.terms.start
        end = None
        if self.terms.periods is not None:
            end = self.grid.bounds[self.terms.rows]
        for name in ("draws", "prepayments"):
            for day, *_rest in getattr(self.events, name):
                is_early = day < start or (name == "prepayments" and day == start)
                if is_early or (end and day >= end):
                    raise InvalidTermsError(
                        name, f"{day} lies outside the schedule ({start} to {end})"
                    )

    def rate_at(self, day: datetime.date) -> Decimal:
        """Return the rate in force on a day, as a fraction of one."""
        position = bisect.bisect_right(self.rate_dates, day)
        rate = self.terms.annual_rate
        if position:
            rate = self.events.rates[position - 1][1]
        return rate / HUNDRED

    def rate_in(self, k: int) -> Decimal:
        """Return the rate in force at the end of period k."""
        return self.rate_at(self.grid.bounds[k] - ONE_DAY)

    def _change_rate(self) -> None:
        """Ask for what hangs on the rate to be solved again; principal does not."""
        self.spread_due = True
        self.solve_due = self.solve_due or self.terms.method == "annuity"

    def draw_until(self, day: datetime.date) -> None:
        """Take in the draws up to a day, that day included."""
        draws = self.events.draws
        while self.next_draw < len(draws) and draws[self.next_draw][0] <= day:
            amount = draws[self.next_draw][1]
            self.balance += amount
            if self.scale != ONE:
                grown = self.scale * self.drawn + amount
                self.scale = grown / (self.drawn + amount)
            self.drawn += amount
            self.next_draw += 1
            self.solve_due = self.spread_due = True

    @property
    def has_draws_left(self) -> bool:
        """Whether money is still to come."""
        return self.next_draw < len(self.events.draws)

    def prepay_on(self, day: datetime.date) -> Decimal:
        """Take in the prepayments of a day, beyond what is due then."""
        paid = ZERO
        rows = self.events.prepayments
        while self.next_prepayment < len(rows) and rows[self.next_prepayment][0] <= day:
            due, amount, strategy = rows[self.next_prepayment]
            if amount > self.balance:
                raise InvalidTermsError(
                    "prepayments",
                    f"{amount} on {due} is more than the {self.balance} outstanding",
                )
            if strategy == "reduce_instalment":
                self.scale *= ONE - amount / (self.balance + self.ahead)
                self.solve_due = True
            else:
                self.ahead += amount
                self.advance += amount if strategy == "next_instalments" else ZERO
            self.balance -= amount
            paid += amount
            self.next_prepayment += 1
            self.is_prepaid = True
        return paid

    def _splits(self, k: int) -> list[datetime.date]:
        """Return the days inside period k on which something changes, rising."""
        start, end = self.grid.bounds[k - 1], self.grid.bounds[k]
        if start >= self._last_event:
            return []
        days: set[datetime.date] = set()
        for rows in (self.events.draws, self.events.rates, self.events.prepayments):
            if rows and rows[-1][0] > start:
                days.update(row[0] for row in rows if start < row[0] < end)
        return sorted(days)

    def run_period(self, k: int) -> tuple[Decimal, Decimal, Decimal]:
        """Move through period k, up to but without its instalment.

        :return: interest rounded by part, exact interest, principal prepaid inside
        """
        start, end = self.grid.bounds[k - 1], self.grid.bounds[k]
        if start in self.rate_dates:
            self._change_rate()
        rounded = exact = prepaid = self.saved = ZERO
        for stop in [*self._splits(k), end]:
            base = self.drawn if self.terms.method == "flat" else self.balance
            factor = self.rate_at(start) * self.grid.part(k, start, stop)
            part = base * factor
            if self.ahead:
                self.saved += self.ahead * factor
            rounded += self.round_money(part)
            exact += part
            if stop != end:
                self.draw_until(stop)
                prepaid += self.prepay_on(stop)
                if stop in self.rate_dates:
                    self._change_rate()
            start = stop
        return rounded, exact, prepaid
