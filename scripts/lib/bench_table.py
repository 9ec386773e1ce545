"""What a benchmark answers, and how answers are judged and printed; no Odoo needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OPERATORS = {"at most": "<=", "at least": ">="}
HEAD = ("benchmark", "what", "measured", "baseline", "ratio", "bound", "")


@dataclass(frozen=True)
class Bound:
    """A promise: the figure, or its ratio to the baseline, at most or at least so much.

    >>> Bound("ratio", "at least", 0.8).holds(measured=50.0, baseline=100.0)
    False
    >>> str(Bound("measured", "at most", 100, "ms"))
    '<= 100 ms'
    """

    of: str  # measured or ratio
    operator: str  # at most or at least
    limit: float
    unit: str = ""

    def holds(self, measured: float, baseline: float | None) -> bool:
        """Tell whether the promise is kept.

        :raise ValueError: a ratio without a baseline
        """
        value = measured
        if self.of == "ratio":
            if not baseline:
                raise ValueError("a ratio needs a baseline that is not zero")
            value = measured / baseline
        return (
            value <= self.limit if self.operator == "at most" else value >= self.limit
        )

    def __str__(self) -> str:
        unit = "x" if self.of == "ratio" else self.unit
        return f"{OPERATORS[self.operator]} {_figure(self.limit)} {unit}".strip()


@dataclass(frozen=True)
class Result:
    """One figure of a benchmark.

    :param str what: what was measured, short enough for a column
    :param float measured: the figure
    :param str unit: of the figure and its baseline
    :param float baseline: the same by the baseline, None when there is none
    :param tuple bounds: promises, none for a figure that is only shown
    :param str note: what else to know (baseline used, wall time, load)
    """

    what: str
    measured: float
    unit: str
    baseline: float | None = None
    bounds: tuple[Bound, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return the figure over its baseline, None without one."""
        return self.measured / self.baseline if self.baseline else None

    @property
    def verdict(self) -> str:
        """Return ``ok``, ``NOT``, or nothing when nothing was promised."""
        if not self.bounds:
            return ""
        kept = all(bound.holds(self.measured, self.baseline) for bound in self.bounds)
        return "ok" if kept else "NOT"


def missed(results: Iterable[Result]) -> list[Result]:
    """Return the results that break a promise."""
    return [result for result in results if result.verdict == "NOT"]


def table(results: dict[str, Sequence[Result]]) -> str:
    """Return the results as a table of text, notes below it.

    :param dict results: {name of the benchmark: its results}
    """
    rows = [HEAD, *(_row(name, r) for name, rs in results.items() for r in rs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths).rstrip())
    notes = [
        f"{name}, {result.what}: {result.note}"
        for name, each in results.items()
        for result in each
        if result.note
    ]
    return "\n".join([*lines, "", *notes] if notes else lines)


def _row(name: str, result: Result) -> tuple[str, ...]:
    baseline, ratio = result.baseline, result.ratio
    return (
        name,
        result.what,
        f"{_figure(result.measured)} {result.unit}".strip(),
        "-" if baseline is None else f"{_figure(baseline)} {result.unit}".strip(),
        "-" if ratio is None else _figure(ratio),
        ", ".join(map(str, result.bounds)) or "-",
        result.verdict,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column in (2, 3, 4) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _figure(value: float) -> str:
    """Write three digits that count, and whole numbers whole.

    >>> [_figure(value) for value in (0, 0.01234, 1.5, 12.34, 100.0, 12345.6)]
    ['0', '0.0123', '1.5', '12.3', '100', '12,346']
    """
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
