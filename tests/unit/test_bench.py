"""The benchmarks' own judgement: bounds, the table, the exit code."""

import doctest
import importlib
import os
from datetime import timedelta
from itertools import pairwise

import pytest

from scripts.benchmarks.common import bookings, clock
from scripts.lib import bench, bench_table
from scripts.lib.bench_table import Bound, Result
from scripts.lib.console import CommandError

FAST = Bound("measured", "at most", 50, "ms")
CHEAP = Bound("ratio", "at most", 0.1)
RATE = Bound("ratio", "at least", 0.8)


@pytest.mark.parametrize(
    ("bound", "measured", "baseline", "kept"),
    [
        (FAST, 50.0, None, True),
        (FAST, 50.1, None, False),
        (CHEAP, 10.0, 100.0, True),
        (CHEAP, 10.1, 100.0, False),
        (RATE, 80.0, 100.0, True),
        (RATE, 79.9, 100.0, False),
    ],
)
def test_bound_is_kept_up_to_its_limit(bound, measured, baseline, kept):
    assert bound.holds(measured, baseline) is kept


@pytest.mark.parametrize("baseline", [None, 0])
def test_ratio_without_baseline_is_an_error(baseline):
    with pytest.raises(ValueError, match="baseline"):
        CHEAP.holds(1.0, baseline)


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [((), ""), ((FAST,), "ok"), ((FAST, CHEAP), "NOT"), ((CHEAP,), "NOT")],
)
def test_verdict_needs_all_bounds(bounds, verdict):
    # 40 ms is below 50 ms, but 0.4 of the baseline
    assert Result("x", 40.0, "ms", 100.0, bounds).verdict == verdict


def test_table_shows_figures_bounds_and_notes():
    results = {
        "slots": [Result("dense", 7.0, "ms", 1400.0, (CHEAP,), "core is the baseline")],
        "race": [Result("overlaps", 3, "pairs", bounds=(FAST,))],
    }
    lines = bench_table.table(results).splitlines()
    assert lines[0].split() == [*"benchmark what measured baseline ratio bound".split()]
    assert lines[2].split() == [
        *("slots", "dense", "7", "ms", "1,400", "ms", "0.005", "<=", "0.1", "x", "ok")
    ]
    assert lines[3].split() == [
        *("race", "overlaps", "3", "pairs", "-", "-", "<=", "50", "ms", "ok")
    ]
    assert lines[-1] == "slots, dense: core is the baseline"


KEPT = Result("kept", 1.0, "ms", bounds=(FAST,))
MISSED = Result("missed", 51.0, "ms", bounds=(FAST,))
SHOWN = Result("shown", 9999.0, "ms")


@pytest.mark.parametrize(
    ("results", "failed", "code"),
    [
        ([KEPT, SHOWN], [], 0),
        ([KEPT, MISSED], [], 1),
        ([KEPT], ["other"], 1),
        ([SHOWN], [], 1),  # nothing was promised, so nothing was shown
        ([], ["bench"], 1),
    ],
)
def test_exit_code(results, failed, code, capsys):
    assert bench.conclude({"bench": results}, failed) == code
    said = capsys.readouterr().out
    assert ("NOT kept: bench, missed" in said) is (MISSED in results)
    assert all(f"FAILED: {name}" in said for name in failed)


def test_unknown_benchmark_names_those_there_are():
    with pytest.raises(CommandError, match="no benchmark nonsense") as error:
        bench.main(["nonsense"])
    assert "next_slots" in error.value.remedy


@pytest.mark.parametrize(
    ("argv", "quick"), [([], False), (["--full"], False), (["--quick"], True)]
)
def test_sizes_are_full_unless_told_otherwise(argv, quick):
    assert bench.arguments(argv).quick is quick


def test_each_benchmark_says_what_it_measures():
    assert bench.names()
    for name in bench.names():
        module = importlib.import_module(f"scripts.benchmarks.{name}")
        assert bench.purpose(name).endswith(".")
        assert "Measured:" in module.__doc__
        assert "Baseline:" in module.__doc__
        assert "Bound (issue" in module.__doc__
        assert callable(module.measure)


def test_percentile_is_a_value_that_was_measured():
    assert clock.percentile([30, 10, 20], 95) == 30
    assert clock.percentile(range(1, 21), 95) == 19  # 19 of 20 are 95 %


def test_cpu_seconds_grow_with_work_only():
    begun = clock.cpu_seconds([os.getpid()])
    sum(range(5_000_000))  # many ticks of the kernel, which counts at each
    assert clock.cpu_seconds([os.getpid()]) > begun
    assert clock.cpu_seconds([]) == 0


def test_dense_blocks_keep_to_the_hours_and_never_touch():
    blocks = list(bookings.dense_blocks(200, 50, 10, bookings.OFFICE, 5))
    assert len(blocks) == 200
    # eight hours a day and five days a week, an hour each: five weeks
    assert blocks[-1][1] == bookings.MONDAY + timedelta(days=32, hours=16, minutes=50)
    assert all(before[1] < after[0] for before, after in pairwise(blocks))
    assert {start.hour for start, _end in blocks} == {*range(8, 12), *range(13, 17)}


@pytest.mark.parametrize("module", [bench_table, clock, bookings])
def test_examples_hold(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
