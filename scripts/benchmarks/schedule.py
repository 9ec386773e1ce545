"""A schedule of 360 rows, exact to the rupiah.

Measured: ``build_schedule`` on Rp3,000,000,000 over 30 years, once with the terms that
a facility has when nothing is said, once with what makes the engine work hardest: an
annuity by actual days with its last instalment evened out, due dates moved off weekends
and holidays, three draws, a new rate and a prepayment. Median time of this process on
the processor.

Baseline: a plain loop over the 360 months on numpy arrays of floats, nothing rounded,
no dates; its sum must come within half a rupiah a row of the engine's.

Bound (issue 6): 5 ms.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import types
from collections.abc import Callable, Iterator

import numpy

from scripts.benchmarks.common import clock
from scripts.lib.bench_table import Bound, Result
from scripts.lib.paths import ROOT

ROWS, ROUNDS, QUICK = 360, 200, 20
DEBT, RATE, START = 3_000_000_000, 3, "2026-01-31"
MOST_MS = 5


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of an easy and of a hard schedule."""
    engine = pure_engine()
    laps = clock.Clock(None)
    rounds = QUICK if quick else ROUNDS
    for what, method, build in (
        ("sliding", "equal_principal", easy(engine)),
        ("annuity, days, events", "annuity", hard(engine)),
    ):
        check(build(), method, exact=method == "equal_principal")
        took = milliseconds(laps, rounds, build)
        plain = milliseconds(laps, rounds, lambda m=method: plain_loop(m))
        yield Result(
            f"{what}: {ROWS} rows",
            took,
            "ms",
            plain,
            (Bound("measured", "at most", MOST_MS, "ms"),),
            f"median of {rounds}; baseline: numpy loop, unrounded floats, no dates",
        )


def pure_engine() -> types.ModuleType:
    """Import the engine without Odoo: the addon as a package with a path only."""
    package = types.ModuleType("lpdb_financing")
    package.__path__ = [str(ROOT / "addons" / "lpdb_financing")]
    sys.modules.setdefault("lpdb_financing", package)
    return importlib.import_module("lpdb_financing.tools.schedule")


def easy(engine) -> Callable[[], list]:
    """Give the call that builds a schedule on the usual terms."""
    terms = engine.Terms(RATE, ROWS, START)
    return lambda: engine.build_schedule(terms, [(START, DEBT)])


def hard(engine) -> Callable[[], list]:
    """Give the call that builds a schedule with much happening."""
    terms = engine.Terms(
        RATE,
        ROWS,
        START,
        method="annuity",
        day_count="actual/actual",
        smooth_last=True,
        business_day="modified_following",
        interest_follows=True,
        holidays=[f"{year}-08-17" for year in range(2026, 2057)],
    )
    draws = [(START, DEBT // 2), ("2026-03-10", DEBT // 4), ("2026-07-20", DEBT // 4)]
    rates = [("2030-05-15", RATE + 1)]
    paid = [("2035-02-12", DEBT // 10, "reduce_instalment")]
    return lambda: engine.build_schedule(terms, draws, rates, paid)


def plain_loop(method: str) -> numpy.ndarray:
    """Return the interest of each month by floats, nothing rounded."""
    interest = numpy.empty(ROWS)
    principal = numpy.empty(ROWS)
    rate = RATE / 100 / 12
    level = DEBT * rate / (1 - (1 + rate) ** -ROWS)
    balance = float(DEBT)
    for row in range(ROWS):
        interest[row] = balance * rate
        if method == "annuity":
            principal[row] = level - interest[row]
        else:
            principal[row] = DEBT / ROWS
        balance -= principal[row]
    return interest


def check(rows: list, method: str, *, exact: bool) -> None:
    """Refuse to time what is wrong.

    :raise AssertionError: a debt that is not repaid, interest that floats do not give
    """
    repaid = sum(row.principal for row in rows)
    if len(rows) != ROWS or repaid != DEBT:
        raise AssertionError(f"{len(rows)} rows repay {repaid} of {DEBT}")
    apart = abs(float(sum(row.interest for row in rows)) - plain_loop(method).sum())
    if exact and apart > ROWS / 2:
        raise AssertionError(f"interest is {apart} apart from the plain loop's")


def milliseconds(laps: clock.Clock, rounds: int, function: Callable) -> float:
    """Return the median time on the processor."""
    return statistics.median(lap.cpu for lap in laps.laps(rounds, function)) * 1000
