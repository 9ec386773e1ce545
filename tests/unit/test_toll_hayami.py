# SPDX-License-Identifier: AGPL-3.0-or-later
"""factory_toll/tools/hayami.py against the published tables of hayami.json."""

import json
from pathlib import Path

import pytest
from factory_toll.tools import hayami

ROOT = Path(__file__).parents[2]

VECTORS = {
    vector["id"]: vector
    for vector in json.loads((ROOT / "tests/vectors/hayami.json").read_text())
}
# The vectors' names of inputs and results, and the unit their tolerance is in.
INPUT_NAMES = {
    "output_qty": "output_qty",
    "input_qty": "input_qty",
    "labour_hok": "labour_days",
    "output_price": "output_price",
    "wage_per_hok": "wage_per_day",
    "raw_price": "raw_price",
    "other_input": "other_input_per_unit",
}
RESULT_NAMES = {
    "conversion": ("conversion", "factor"),
    "labour_coef": ("labour_coefficient", "factor"),
    "output_value": ("output_value", "Rp"),
    "value_added": ("value_added", "Rp"),
    "va_ratio_pct": ("value_added_ratio", "pct"),
    "labour_income": ("labour_income", "Rp"),
    "labour_share_pct_of_va": ("labour_share", "pct"),
    "profit": ("profit", "Rp"),
    "profit_pct_of_va": ("profit_ratio_va", "pct"),
    "profit_pct_of_output": ("profit_ratio_output", "pct"),
    "margin": ("margin", "Rp"),
    "margin_labour_pct": ("margin_labour", "pct"),
    "margin_other_input_pct": ("margin_other_input", "pct"),
    "margin_profit_pct": ("margin_profit", "pct"),
}


def _per_unit(**values):
    """Inputs of a table that gives only amounts per unit of raw material."""
    return {
        "output_qty": 1,
        "input_qty": 1,
        "labour_days": 1,
        "output_price": 1,
        "wage_per_day": 0,
        "raw_price": 0,
        "other_input_per_unit": 0,
        **values,
    }


@pytest.mark.parametrize("vector_id", ["HY-TAHU-TEGAL", "HY-KELAPA-KUPAS"])
def test_full_tables(vector_id):
    vector = VECTORS[vector_id]
    inputs = {INPUT_NAMES[key]: value for key, value in vector["inputs"].items()}
    table = hayami.compute(inputs)
    assert set(table) == set(hayami.RESULTS)
    for key, expected in vector["recomputed"].items():
        # Recomputed figures carry 4 digits, 6 for factors.
        assert float(table[RESULT_NAMES[key][0]]) == pytest.approx(expected, abs=6e-5)
    for key, printed in vector["printed"].items():
        name, unit = RESULT_NAMES[key]
        tolerance = vector["suggested_abs_tolerance"][unit]
        assert float(table[name]) == pytest.approx(printed, abs=tolerance), key


def test_rounding_a_factor_on_the_way_moves_the_value_added():
    vector = VECTORS["HY-KELAPA-KUPAS"]
    inputs = {INPUT_NAMES[key]: value for key, value in vector["inputs"].items()}
    gap = vector["printed"]["value_added"] - float(
        hayami.compute(inputs)["value_added"]
    )
    assert gap == pytest.approx(10.7, abs=0.01)


def test_vco_north_sulawesi():
    printed = VECTORS["HY-VCO-SULUT"]["printed"]
    checks = VECTORS["HY-VCO-SULUT"]["checks"]
    table = hayami.compute(
        _per_unit(
            output_price=printed["output_value"],
            raw_price=checks["raw_plus_other"],
            wage_per_day=printed["labour"],
        )
    )
    assert float(table["value_added"]) == pytest.approx(
        printed["value_added"], abs=0.01
    )
    assert float(table["value_added_ratio"]) == pytest.approx(68.18, abs=0.01)
    assert float(table["labour_share"]) == pytest.approx(7.73, abs=0.01)
    assert float(table["profit"]) == pytest.approx(printed["profit"], abs=0.01)
    assert float(table["profit_ratio_va"]) == pytest.approx(92.27, abs=0.01)


def test_carved_table_of_jiken_does_not_add_up():
    printed = VECTORS["HY-MEJA-JIKEN"]["printed"]
    checks = VECTORS["HY-MEJA-JIKEN"]["checks"]
    inputs = _per_unit(
        output_price=printed["price"],
        raw_price=checks["raw_implied_by_margin"],
        labour_days=printed["labour_days"],
        wage_per_day=printed["day_wage"],
    )
    table = hayami.compute(
        {**inputs, "other_input_per_unit": printed["input"] - inputs["raw_price"]}
    )
    assert table["labour_income"] == checks["labour"]
    assert table["value_added"] == checks["va_if_price_minus_input"]
    assert table["value_added"] - printed["value_added"] == checks["missing"]
    # With the inputs that its margin implies, the printed table closes.
    table = hayami.compute(
        {**inputs, "other_input_per_unit": checks["other_implied_by_margin"]}
    )
    assert table["value_added"] == printed["value_added"]
    assert table["profit"] == printed["profit"]
    assert table["margin"] == printed["margin"]


def test_coconut_husk_gives_two_products():
    printed = VECTORS["COCO-SABUT-MINSEL"]["printed"]
    checks = VECTORS["COCO-SABUT-MINSEL"]["checks"]
    table = hayami.compute(
        _per_unit(
            input_qty=printed["sabut_kg"],
            outputs=[
                {"output_qty": printed["fiber_kg"], "price": printed["fiber_price"]},
                {"output_qty": printed["peat_kg"], "price": printed["peat_price"]},
            ],
        )
    )
    assert table["output_value"] == checks["value_per_kg_sabut"]
    loss = (1 - table["conversion"]) * printed["sabut_kg"]
    assert float(loss) == checks["loss_kg"]
    assert float((1 - table["conversion"]) * 100) == checks["loss_pct"]


def test_ginger_of_kutai_kartanegara_yields_a_tenth():
    printed = VECTORS["KUKAR-JAHE-CAPACITY"]["printed"]
    table = hayami.compute(
        _per_unit(
            output_qty=printed["powder_kg"], input_qty=printed["input_t_day"] * 1000
        )
    )
    checks = VECTORS["KUKAR-JAHE-CAPACITY"]["checks"]
    assert float(table["conversion"] * 100) == checks["yield_pct"]


def test_orders_of_batu_bara_are_covered_by_a_tenth():
    """Not a Hayami table: output against order, and growth, as plain ratios."""
    printed = VECTORS["BATUBARA-UTIL"]["printed"]
    checks = VECTORS["BATUBARA-UTIL"]["checks"]
    cover = hayami.compute(_per_unit(output_qty=1, input_qty=printed["order_t_month"]))
    assert float(cover["conversion"] * 100) == checks["order_cover_max_pct"]
    growth = hayami.compute(
        _per_unit(output_qty=1000, input_qty=printed["previous_kg"])
    )
    assert float((growth["conversion"] - 1) * 100) == checks["growth_max_pct"]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("input_qty", 0, "positive"),
        ("input_qty", -1, "positive"),
        ("output_qty", 0, "positive"),
        ("output_price", 0, "positive"),
        ("labour_days", -1, "negative"),
        ("wage_per_day", -0.01, "negative"),
        ("raw_price", "x", "number"),
        ("raw_price", float("nan"), "number"),
        ("other_input_per_unit", None, "missing"),
        ("output_qty", True, "missing"),
    ],
)
def test_wrong_inputs_are_named(field, value, problem):
    with pytest.raises(hayami.HayamiError) as caught:
        hayami.compute(_per_unit(**{field: value}))
    assert (caught.value.field, caught.value.problem) == (field, problem)


def test_no_value_added_is_no_division_by_zero():
    table = hayami.compute(_per_unit(output_price=100, raw_price=100))
    assert table["value_added"] == 0
    assert table["labour_share"] == table["profit_ratio_va"] == 0
    assert table["margin_profit"] == 0
