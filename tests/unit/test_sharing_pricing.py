# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prices of metered facts: cited tariffs, the rule of choice, properties."""

import doctest
from datetime import datetime
from decimal import Decimal

import pytest
from factory_sharing.tools import pricing as p
from factory_sharing.tools.pricing_errors import UnsupportedError
from hypothesis import given
from hypothesis import strategies as st

D = Decimal

GRINDING = p.Line(1, "service", "kg", D(3000), product=7)


def use(used, unit="kg", charge_type="service", **values):
    return p.Request(charge_type, unit, D(used), **values)


def test_doctests():
    assert doctest.testmod(p).failed == 0


@pytest.mark.parametrize(
    ("line", "request_", "amount"),
    [
        # Grinding of herbs and spices, Rp3,000/kg (putriananurani.com, 24 Mar 2015)
        (GRINDING, use("12.5", product=7), 37_500),
        # Hard materials Rp3,500 to 4,000/kg (same source)
        (
            p.Line(2, "service", "kg", D(4000), material_class="hard"),
            use(10, material_class="hard"),
            40_000,
        ),
        # Ginger distillation, Rp150,000 a batch of 100 kg (bandrekdaunsirsak, 2013);
        # a begun batch counts whole: 250 kg are 3 batches
        (
            p.Line(
                3,
                "service",
                "batch",
                D(150_000),
                batch_quantity=D(100),
                batch_unit="kg",
            ),
            use(250),
            450_000,
        ),
        # Sawing, UPT Kayu Bojonegoro, Rp150,000/m3 (jatim.antaranews 107566)
        (p.Line(4, "service", "m3", D(150_000)), use("1.75", "m3"), 262_500),
        # Sawing, Gunungkidul, Rp176,250/m3: 0.333 m3 = 58,691.25, half up 58,691
        (p.Line(5, "service", "m3", D(176_250)), use("0.333", "m3"), 58_691),
    ],
)
def test_cited_tariffs(line, request_, amount):
    assert p.quote([line], request_).amount == amount


def test_most_specific_line_wins_by_the_stated_order():
    base = p.Line(1, "time", "hour", D(10))
    centre = p.Line(2, "time", "hour", D(20), workcenter=5)
    others = p.Line(3, "time", "hour", D(30), material_class="wet", audience="member")
    request = use(1, "hour", "time", workcenter=5, material_class="wet", is_member=True)
    for lines in ([base, centre, others], [others, centre, base]):
        assert p.choose(lines, request).key == 2
    assert p.choose([base, others], request).key == 3


def test_member_and_non_member_lines():
    member = p.Line(1, "time", "hour", D(15_000), audience="member")
    other = p.Line(2, "time", "hour", D(25_000), audience="non_member")
    lines = [member, other]
    assert p.quote(lines, use(2, "hour", "time", is_member=True)).amount == 30_000
    assert p.quote(lines, use(2, "hour", "time")).amount == 50_000


def test_lines_that_name_the_same_are_refused():
    twin = p.Line(9, "service", "kg", D(1), product=7)
    with pytest.raises(p.AmbiguousLineError, match="1, 9"):
        p.choose([GRINDING, twin], use(1, product=7))


def test_no_line_is_refused():
    with pytest.raises(p.NoLineError, match="hour"):
        p.choose([GRINDING], use(1, "hour", "time"))


def test_greater_of_booked_and_used():
    line = p.Line(1, "time", "hour", D(20_000), basis="greater")
    assert p.quote([line], use(3, "hour", "time", booked=D(4))).amount == 80_000
    assert p.quote([line], use(5, "hour", "time", booked=D(4))).amount == 100_000
    assert p.quote([line], use(3, "hour", "time")).amount == 60_000


def test_booked_basis_needs_a_booking():
    line = p.Line(1, "no_show", "hour", D(20_000), basis="booked")
    with pytest.raises(UnsupportedError):
        p.quote([line], use(0, "hour", "no_show"))
    assert p.quote([line], use(0, "hour", "no_show", booked=D(2))).amount == 40_000


def test_minimum_setup_fee_and_cap():
    line = p.Line(
        1, "time", "hour", D(100), minimum=D(250), setup_fee=D(40), cap=D(900)
    )
    # 1 h = 100, raised to 250, plus 40
    assert p.quote([line], use(1, "hour", "time")).amount == 290
    # 5 h = 500, plus 40
    assert p.quote([line], use(5, "hour", "time")).amount == 540
    # 10 h = 1000, plus 40, capped
    result = p.quote([line], use(10, "hour", "time"))
    assert (result.amount, result.cap_applied) == (900, True)
    # nothing used costs nothing, not the minimum
    assert p.quote([line], use(0, "hour", "time")).amount == 0


def test_time_band_takes_the_whole_use_or_refuses():
    day = p.Line(1, "time", "hour", D(20_000))
    night = p.Line(
        2, "time", "hour", D(12_000), band=p.Band(hour_from=D(18), hour_to=D(24))
    )
    lines = [day, night]

    def at(first, last):
        return use(
            last - first,
            "hour",
            "time",
            start=datetime(2026, 4, 1, first),
            end=datetime(2026, 4, 1, last),
        )

    assert p.quote(lines, at(8, 10)).key == 1
    assert p.quote(lines, at(18, 20)).key == 2
    with pytest.raises(UnsupportedError, match="crosses"):
        p.quote(lines, at(17, 19))
    with pytest.raises(UnsupportedError, match="start"):
        p.quote(lines, use(2, "hour", "time"))


def test_band_edge_between_hours_is_a_full_second():
    # 7:20 and 16:40 as a form keeps them, in hours
    band = p.Band(hour_from=D("7.333333"), hour_to=D("16.666667"))
    opens, closes = datetime(2026, 4, 1, 7, 20), datetime(2026, 4, 1, 16, 40)
    assert band.covers(opens, closes)
    assert not band.covers(datetime(2026, 4, 1, 6), opens)
    assert not band.covers(closes, datetime(2026, 4, 1, 18))
    assert not band.covers(closes, closes)


def test_band_of_weekdays():
    weekend = p.Band(weekdays=frozenset({5, 6}))
    saturday, monday = datetime(2026, 4, 4, 8), datetime(2026, 4, 6, 8)
    assert weekend.covers(saturday, saturday.replace(hour=17))
    assert not weekend.covers(monday, monday.replace(hour=17))
    # Saturday to Sunday stays inside although it passes midnight
    assert weekend.covers(saturday, datetime(2026, 4, 5, 3))


@pytest.mark.parametrize(
    "values",
    [
        {"unit": "percent_output"},
        {"charge_type": "rent"},
        {"price": D(-1)},
        {"tiers": ((D(10), D(5)), (D(10), D(4)))},
        {"batch_quantity": D(100)},
        {"audience": "non_member", "member_class": 3},
    ],
)
def test_lines_that_are_not_defined_are_refused(values):
    line = p.Line(**{"key": 1, "charge_type": "service", "unit": "kg", "price": D(1)})
    with pytest.raises(UnsupportedError):
        p.check_line(p.Line(**{**line.__dict__, **values}))


def test_unit_that_is_not_defined_is_refused():
    with pytest.raises(UnsupportedError, match="furlong"):
        p.quote([GRINDING], use(1, "furlong"))


def in_kind(**values):
    return p.Line(
        **{
            **{"key": 1, "charge_type": "service", "unit": "percent_output"},
            **{"price": D(0), "percent": D(10), **values},
        }
    )


def test_percent_of_output_is_taken_to_the_gram():
    """A tenth of 12.345 kg is 1.2345 kg, 1.235 half up; at 40,000 it is 49,400."""
    price = p.quote([in_kind()], use("12.345", "percent_output", unit_value=D(40_000)))
    assert (price.quantity, price.unit_price) == (D("1.235"), D(40_000))
    assert (price.amount, price.percent) == (D(49_400), D(10))


def test_value_that_the_tariff_states_goes_before_that_of_the_day():
    line = in_kind(price=D(50_000))
    price = p.price(line, use(10, "percent_output", unit_value=D(40_000)))
    assert price.amount == D(50_000)
    assert p.price(line, use(10, "percent_output")).amount == D(50_000)


def test_percent_of_output_without_any_value_is_refused():
    with pytest.raises(UnsupportedError, match="value"):
        p.price(in_kind(), use(10, "percent_output"))


@pytest.mark.parametrize(
    "values",
    [
        {"percent": None},
        {"percent": D(0)},
        {"percent": D(100)},
        {"unit": "kg"},
        {"minimum": D(1)},
        {"setup_fee": D(1)},
        {"cap": D(1)},
        {"tiers": ((D(1), D(1)),)},
        {"basis": "booked"},
        {"charge_type": "time"},
    ],
)
def test_line_in_kind_says_a_percent_and_a_value_only(values):
    with pytest.raises(UnsupportedError):
        p.check_line(in_kind(**values))


BAGS = p.Line(1, "consumable", "piece", D(0), markup=D(20))


def test_consumables_at_cost_plus_markup():
    """60 bags that cost 450 each, 20 % on top: 60 x 540 = 32,400."""
    price = p.quote([BAGS], use(60, "piece", "consumable", unit_value=D(450)))
    assert (price.unit_price, price.amount) == (D(540), D(32_400))
    with pytest.raises(UnsupportedError, match="cost"):
        p.quote([BAGS], use(60, "piece", "consumable"))


@pytest.mark.parametrize(
    "values",
    [{"price": D(1)}, {"markup": D(-1)}, {"charge_type": "service"}],
)
def test_line_at_cost_says_a_markup_only(values):
    with pytest.raises(UnsupportedError):
        p.check_line(p.Line(**{**BAGS.__dict__, **values}))


amounts = st.decimals(0, 10**7, places=2)
quantities = st.decimals(0, 10**5, places=3)
steps = st.lists(st.tuples(st.decimals(1, 10**4, places=1), amounts), max_size=4)


@given(quantity=quantities, price=amounts, tiers=steps)
def test_slices_add_up_to_the_quantity(quantity, price, tiers):
    tiers = sorted(dict(tiers).items())
    slices = p.slice_quantity(quantity, price, tiers)
    assert sum(part for part, *_rest in slices) == quantity
    assert all(part >= 0 for part, *_rest in slices)


@given(one=quantities, two=quantities, price=amounts, minimum=amounts, fee=amounts)
def test_more_use_never_costs_less(one, two, price, minimum, fee):
    line = p.Line(1, "time", "hour", price, minimum=minimum, setup_fee=fee)
    low, high = sorted((one, two))
    assert (
        p.price(line, use(low, "hour", "time")).amount
        <= p.price(line, use(high, "hour", "time")).amount
    )


@given(quantity=quantities, price=amounts, unit=st.sampled_from([1, 10, 100, 500]))
def test_amount_is_a_multiple_of_the_unit_and_near(quantity, price, unit):
    line = p.Line(1, "service", "kg", price)
    result = p.price(line, use(quantity), D(unit))
    assert result.amount % unit == 0
    assert abs(result.amount - quantity * price) * 2 <= unit


@given(st.permutations(range(4)))
def test_order_of_lines_does_not_matter(order):
    lines = [
        p.Line(0, "time", "hour", D(1)),
        p.Line(1, "time", "hour", D(2), audience="member"),
        p.Line(2, "time", "hour", D(3), member_class=4),
        p.Line(3, "time", "hour", D(4), workcenter=1, audience="non_member"),
    ]
    request = use(1, "hour", "time", is_member=True, member_class=4, workcenter=1)
    assert p.choose([lines[i] for i in order], request).key == 2
