# SPDX-License-Identifier: AGPL-3.0-or-later
"""factory_toll/tools/quality.py against the printed limits of quality.json."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from factory_toll.tools.quality import (
    ImplausibleResultError,
    LimitError,
    Limits,
    Reading,
    ResultFormatError,
    check_limits,
    check_plausible,
    passes,
    read_result,
    text_passes,
)

PATH = Path(__file__).parents[1] / "vectors/quality.json"
VECTORS = json.loads(PATH.read_text())
LABS = {vector["id"]: vector for vector in VECTORS["lab_results"]}
STEP = Decimal("0.00001")


def _limits_of(key, value):
    """Read a printed limit: [low, high], or one end named by the key."""
    if isinstance(value, list):
        low, high = (Decimal(str(end)) for end in value)
        return Limits(low, high)
    end = Decimal(str(value))
    return Limits(low=end) if "_min" in key else Limits(high=end)


def _number_cases():
    for standard in VECTORS["quality_limits"]:
        for key, value in standard["limits"].items():
            if not isinstance(value, str):
                yield pytest.param(_limits_of(key, value), id=f"{standard['id']}-{key}")


@pytest.mark.parametrize("limits", list(_number_cases()))
def test_ends_of_printed_limits_pass_and_a_step_beyond_fails(limits):
    for end, outward in ((limits.low, -STEP), (limits.high, STEP)):
        if end is not None:
            assert passes(Reading(end), limits)
            assert not passes(Reading(end + outward), limits)
            assert passes(Reading(end - outward), limits)


def test_one_sided_limit_is_open_on_the_other_side():
    assert passes(Reading(Decimal(1000)), Limits(low=Decimal(30)))
    assert passes(Reading(Decimal(-1000)), Limits(high=Decimal(8)))


def test_patchouli_alcohol_of_aceh():
    # LAB-NILAM-PA: 31.115 and 44.0 % against a minimum of 30 %
    vector = LABS["LAB-NILAM-PA"]
    limits = Limits(low=Decimal(30))
    results = [
        passes(Reading(Decimal(str(v))), limits) for v in vector["values"]["PA_pct"]
    ]
    assert results == vector["result"] == [True, True]


def test_refractive_index_printed_as_density_is_implausible():
    # LAB-NILAM-AKPRIND: 1.4897 cannot be the density of an oil, nor does it pass
    value = Decimal(str(LABS["LAB-NILAM-AKPRIND"]["values"]["density"]))
    limits = Limits(
        Decimal("0.95"), Decimal("0.975"), Decimal("0.8"), Decimal("1.1"), False
    )
    assert not passes(Reading(value), limits)
    with pytest.raises(ImplausibleResultError):
        check_plausible(value, limits)


def test_a_bad_but_possible_value_is_plausible():
    limits = Limits(None, Decimal(12), Decimal(0), Decimal(100))
    check_plausible(Decimal("14.2"), limits)
    assert not passes(Reading(Decimal("14.2")), limits)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(high=Decimal(25), allow_not_detected=True), True),
        (Limits(Decimal(0), Decimal("0.7"), allow_not_detected=True), True),
        (Limits(low=Decimal(30), allow_not_detected=True), False),
        (Limits(high=Decimal(25)), False),
    ],
)
def test_not_detected(limits, expected):
    assert passes(read_result("ND"), limits) is expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("\u221248", "-48"),
        (",5", ".5"),
    ],
)
def test_numbers_as_written(text, value):
    assert read_result(text) == Reading(Decimal(value))


@pytest.mark.parametrize("text", ["", "abc", "1.000,5", "12 %", "nan", "inf", "1e3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ResultFormatError):
        read_result(text)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(Decimal(5), Decimal(4)),
        Limits(None, Decimal(12), Decimal(0), Decimal(10)),
        Limits(Decimal(-65), Decimal(-48), Decimal(-60), Decimal(0)),
        Limits(None, None, Decimal(1), Decimal(1)),
    ],
)
def test_contradicting_limits_are_refused(limits):
    with pytest.raises(LimitError):
        check_limits(limits)


def test_text():
    # SNI-NILAM: kelarutan_etanol90 is printed as "1:10 jernih"
    printed = VECTORS["quality_limits"][0]["limits"]["kelarutan_etanol90"]
    assert text_passes("1:10  Jernih", printed)
    assert not text_passes("1:10 keruh", printed)
    assert not text_passes("  ", "")
