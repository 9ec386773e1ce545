# SPDX-License-Identifier: AGPL-3.0-or-later
"""Row by row: which principal and interest fall due.

A new draw or rate solves the instalment again from the row in which it acts.
"""

from __future__ import annotations

import bisect
import datetime
from decimal import Decimal
from typing import NamedTuple

from .errors import InvalidTermsError
from .level import smooth_level, solve_level
from .position import HUNDRED, Position
from .rounding import ONE, ZERO, round_to
from .terms import MAX_ROWS, Events, Terms


class Row(NamedTuple):
    """One instalment; ``balance`` is after it and after a draw of the same day."""

    n: int
    due: datetime.date
    principal: Decimal
    interest: Decimal
    payment: Decimal
    balance: Decimal


class Engine(Position):
    """Computes one schedule; called by :func:`schedule.build_schedule`."""

    def __init__(self, terms: Terms, events: Events) -> None:
        super().__init__(terms, events)
        self.last = terms.rows
        #: Level instalment (annuity, fixed instalment) or level principal.
        self.level = ZERO
        #: Interest of a row of a flat loan.
        self.spread = self.spread_so_far = ZERO
        self.deferred = ZERO
        #: Interest exact to date: what the periods cost, what the rows ask.
        self.accrued = self.asked = ZERO
        self.charged = ZERO
        self._all_principal_rows: list[int] = []

    def run(self) -> list[Row]:
        """Return all rows."""
        self.draw_until(self.terms.start)
        rows: list[Row] = []
        for k in range(1, self.last + 1):
            self.grid.extend(k)
            rows.append(self._run_row(k))
            if self._is_over():
                return rows
            if k == MAX_ROWS and self.terms.periods is None:
                raise InvalidTermsError(
                    "fixed_instalment",
                    f"{self.level} leaves a debt after {MAX_ROWS} instalments",
                )
        if self.balance:
            rows.append(self._extra_row(self.last + 1))
        return rows

    def _is_over(self) -> bool:
        if self.balance or self.has_draws_left or self.deferred:
            return False
        return self.terms.method != "flat" or self.is_prepaid

    # -- which rows -------------------------------------------------------------

    def _is_principal_row(self, k: int) -> bool:
        terms = self.terms
        if k >= self.last and terms.periods is not None:
            return True
        if terms.method == "bullet":
            return False
        after = k - terms.grace_principal
        return after > 0 and after % terms.principal_every == 0

    def _principal_rows(self, k: int) -> list[int]:
        if not self._all_principal_rows:
            rows = range(1, self.last + 1)
            self._all_principal_rows = [j for j in rows if self._is_principal_row(j)]
        return self._all_principal_rows[
            bisect.bisect_left(self._all_principal_rows, k) :
        ]

    def _in_grace(self, k: int) -> str | None:
        """Return the mode of the interest grace that period k is in."""
        mode = self.terms.grace_interest_mode
        return mode if k <= self.terms.grace_interest and mode != "pay" else None

    # -- one row ----------------------------------------------------------------

    def _run_row(self, k: int) -> Row:
        interest, exact, prepaid = self.run_period(k)
        self.accrued += exact
        if self.terms.method == "flat":
            interest, exact = self._flat_interest(k, exact)
        self.asked += exact
        own, own_exact, late = self._apply_grace(k, interest, exact)
        if self.solve_due and self._is_principal_row(k):
            self._solve(k, own_exact)
        principal = self._principal(k, own)
        own = self._settle_last_interest(k, principal, own)
        self.balance -= principal
        self.charged += own
        end = self.grid.bounds[k]
        principal += prepaid + self.prepay_on(end)
        if (
            not self.balance
            and not self.has_draws_left
            and k > self.terms.grace_interest
        ):
            late += self.deferred
            self.deferred = ZERO
        self.draw_until(end)
        interest = own + late
        payment = principal + interest
        return Row(k, self.grid.dues[k], principal, interest, payment, self.balance)

    def _apply_grace(self, k: int, interest: Decimal, exact: Decimal):
        """Return the row's own interest, the same exact, and deferred interest due."""
        mode = self._in_grace(k)
        if mode is None:
            late, self.deferred = self.deferred, ZERO
            return interest, exact, late
        if mode == "defer":
            self.deferred += interest
            self.charged += interest
        elif mode == "capitalise":
            self.balance += interest
            self.ahead += self.round_money(self.saved)
            self.solve_due = True
        if mode != "defer":
            self.asked -= exact
        return ZERO, ZERO, ZERO

    def _principal(self, k: int, interest: Decimal) -> Decimal:
        """Return the principal of row k, before prepayments of its day."""
        terms = self.terms
        if not self._is_principal_row(k):
            return ZERO
        is_residue_apart = terms.residue == "extra_row" and (
            terms.method in ("annuity", "equal_principal")
            or (terms.method == "flat" and terms.principal_percent is None)
        )
        is_last = k >= self.last and terms.periods is not None
        if is_last and not is_residue_apart:
            return self.balance
        amount = self.level
        if terms.is_level:
            amount -= interest
            self.ahead += self.round_money(self.saved)
            if amount < 0 and self.level == terms.fixed_instalment:
                raise InvalidTermsError(
                    "fixed_instalment",
                    f"{self.level} does not cover the interest {interest} of row {k}",
                )
        amount = min(max(amount, ZERO), self.balance)
        used = min(self.advance, amount)
        self.advance -= used
        self.ahead -= used
        return amount - used

    def _settle_last_interest(self, k: int, principal: Decimal, own: Decimal):
        """Put the residue into the interest of the row that ends the loan."""
        if self.terms.residue != "last_interest" or self.has_draws_left:
            return own
        is_last = k == self.last or (principal == self.balance and self._may_end())
        if not is_last or self._in_grace(k) or self.is_prepaid:
            return own
        if self.terms.method == "annuity":
            return max(self.level - principal, ZERO)
        return max(self.round_money(self.asked) - self.charged, ZERO)

    def _may_end(self) -> bool:
        return self.terms.method != "flat"

    def _extra_row(self, k: int) -> Row:
        """Return the row that pays the residue, one period after the last."""
        self.grid.extend(k)
        interest = ZERO
        if self.terms.method != "flat":
            part = self.balance * self.rate_in(k) * self.grid.whole(k)
            interest = self.round_money(part)
        principal, self.balance = self.balance, ZERO
        return Row(
            k, self.grid.dues[k], principal, interest, principal + interest, ZERO
        )

    # -- instalments ------------------------------------------------------------

    def _flat_interest(self, k: int, exact: Decimal) -> tuple[Decimal, Decimal]:
        """Spread the interest of the whole term evenly over the rows left."""
        if self.spread_due:
            yearly = self.drawn * self.rate_in(k)
            later = [self.grid.whole(j) for j in range(k + 1, self.last + 1)]
            total = self.accrued + yearly * sum(later, ZERO) - self.spread_so_far
            # what earlier rows asked is not paid back when the rate falls
            self.spread = max(total / (self.last - k + 1), ZERO)
            self.spread_due = False
        self.spread_so_far += self.spread
        return self.round_money(self.spread), self.spread

    def _solve(self, k: int, interest: Decimal) -> None:
        """Find the level instalment or level principal from row k on.

        Prepayments that leave the instalment as it is count as if they still stood.
        """
        terms = self.terms
        self.solve_due = False
        if terms.method == "annuity":
            self._solve_annuity(k, interest)
        elif terms.method == "fixed_instalment":
            self.level = terms.fixed_instalment
            if self.scale != ONE:
                self.level = self.round_money(self.level * self.scale)
        elif terms.principal_percent is not None:
            base = self.drawn * self.scale
            self.level = self.round_money(base * terms.principal_percent / HUNDRED)
        elif terms.method in ("equal_principal", "flat"):
            share = (self.balance + self.ahead) / len(self._principal_rows(k))
            self.level = self._round_instalment(share)

    def _round_instalment(self, value: Decimal) -> Decimal:
        if self.terms.instalment_rounding is None:
            return self.round_money(value)
        return round_to(
            value, self.terms.instalment_rounding, self.terms.instalment_rounding_mode
        )

    def _solve_annuity(self, k: int, interest: Decimal) -> None:
        rows = self._principal_rows(k)
        factors = self._level_factors(k, rows)
        balance = self.balance + self.ahead
        interest += ZERO if self._in_grace(k) else self.saved
        if self.terms.level_on != "exact":
            interest = balance * factors[0]
        self.level = self._round_instalment(
            solve_level(balance + interest, factors[1:])
        )
        unit = self.terms.instalment_rounding or self.terms.rounding
        if self.terms.smooth_last and unit is not None:
            self.level = smooth_level(
                self.level,
                len(rows),
                unit,
                lambda value: round_to(value, unit, self.terms.rounding_mode),
                lambda level: self._last_instalment(level, interest, factors),
            )

    def _level_factors(self, k: int, rows: list[int]) -> list[Decimal]:
        """Return the interest factor of each principal row from k on."""
        terms = self.terms
        rate = self.rate_in(k)
        if terms.level_on == "period":
            return [rate * self.grid.regular] * len(rows)
        if terms.level_on == "first_period":
            return [rate * self.grid.whole(k)] * len(rows)
        parts = self.grid.wholes(rows)
        if k > terms.grace_interest:
            return [rate * part for part in parts]
        free = ("defer", "waive")
        return [
            ZERO if self._in_grace(j) in free else rate * part
            for j, part in zip(rows, parts, strict=True)
        ]

    def _last_instalment(
        self, level: Decimal, interest: Decimal, factors: list[Decimal]
    ) -> Decimal:
        """Return the last instalment that a level leads to, nothing else happening."""
        money = self.round_money
        balance = self.balance + self.ahead + money(interest)
        for factor in factors[1:]:
            balance -= level
            balance += money(balance * factor)
        return balance
