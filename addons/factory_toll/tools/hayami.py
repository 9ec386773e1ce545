# SPDX-License-Identifier: AGPL-3.0-or-later
"""Value added of processing by the Hayami method.

Source: Y. Hayami, T. Kawagoe, Y. Morooka, M. Siregar, "Agricultural Marketing and
Processing in Upland Java: A Perspective from a Sunda Village", CGPRT Centre, Bogor,
1987. All results are per unit (kg) of raw material; ratios are percent. Nothing is
rounded on the way: a conversion rounded to two digits moves the value added by about
1 percent.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

INPUTS = (
    "output_qty",
    "input_qty",
    "labour_days",
    "output_price",
    "wage_per_day",
    "raw_price",
    "other_input_per_unit",
)
RESULTS = (
    "conversion",
    "labour_coefficient",
    "output_value",
    "value_added",
    "value_added_ratio",
    "labour_income",
    "labour_share",
    "profit",
    "profit_ratio_va",
    "profit_ratio_output",
    "margin",
    "margin_labour",
    "margin_other_input",
    "margin_profit",
)
HUNDRED = Decimal(100)


class HayamiError(ValueError):
    """An input is missing, no number, or outside what the method can use.

    :param str field: name of the input
    :param str problem: missing, number, positive or negative
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def _number(values: Mapping[str, Any], field: str) -> Decimal:
    value = values.get(field)
    if value is None or isinstance(value, bool):
        raise HayamiError(field, "missing")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise HayamiError(field, "number") from error
    if not number.is_finite():
        raise HayamiError(field, "number")
    return number


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return ``part`` in percent of ``whole``; 0 when there is nothing to share."""
    return part / whole * HUNDRED if whole else Decimal(0)


def _outputs(values: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """Return quantity and value of the output, joint products summed."""
    products = values.get("outputs") or [
        {"output_qty": values.get("output_qty"), "price": values.get("output_price")}
    ]
    quantity = worth = Decimal(0)
    for product in products:
        product_qty = _number(product, "output_qty")
        price = _number({"output_price": product.get("price")}, "output_price")
        if product_qty <= 0:
            raise HayamiError("output_qty", "positive")
        if price <= 0:
            raise HayamiError("output_price", "positive")
        quantity += product_qty
        worth += product_qty * price
    return quantity, worth


def compute(values: Mapping[str, Any]) -> dict[str, Decimal]:
    """Compute the Hayami table.

    :param values: the keys of INPUTS: ``output_qty`` and ``input_qty`` in kg for the
        period or process, ``labour_days`` (HOK), prices and wage in rupiah,
        ``other_input_per_unit`` in rupiah per kg of raw material. Several products of
        one raw material: ``outputs``, a list of {output_qty, price}, in place of
        ``output_qty`` and ``output_price``
    :return: the keys of RESULTS
    :raise HayamiError: when an input is missing, no number or not allowed: quantities
        and the output price must be above zero, the others not below

    >>> table = compute({"output_qty": 150, "input_qty": 1500, "labour_days": 15,
    ...     "output_price": 100000, "wage_per_day": 120000, "raw_price": 6000,
    ...     "other_input_per_unit": 1000})
    >>> table["conversion"], table["value_added"], table["labour_income"]
    (Decimal('0.1'), Decimal('3000'), Decimal('1200.00'))
    >>> compute({"output_qty": 1, "input_qty": 0})  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    factory_toll.tools.hayami.HayamiError: input_qty: positive
    """
    input_qty = _number(values, "input_qty")
    if input_qty <= 0:
        raise HayamiError("input_qty", "positive")
    output_qty, output_worth = _outputs(values)
    costs = {}
    for field in ("labour_days", "wage_per_day", "raw_price", "other_input_per_unit"):
        costs[field] = _number(values, field)
        if costs[field] < 0:
            raise HayamiError(field, "negative")
    output_value = output_worth / input_qty
    value_added = output_value - costs["raw_price"] - costs["other_input_per_unit"]
    labour_coefficient = costs["labour_days"] / input_qty
    labour_income = labour_coefficient * costs["wage_per_day"]
    profit = value_added - labour_income
    margin = output_value - costs["raw_price"]
    return {
        "conversion": output_qty / input_qty,
        "labour_coefficient": labour_coefficient,
        "output_value": output_value,
        "value_added": value_added,
        "value_added_ratio": _percent(value_added, output_value),
        "labour_income": labour_income,
        "labour_share": _percent(labour_income, value_added),
        "profit": profit,
        "profit_ratio_va": _percent(profit, value_added),
        "profit_ratio_output": _percent(profit, output_value),
        "margin": margin,
        "margin_labour": _percent(labour_income, margin),
        "margin_other_input": _percent(costs["other_input_per_unit"], margin),
        "margin_profit": _percent(profit, margin),
    }
