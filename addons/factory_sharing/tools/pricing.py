"""Price one metered fact with the lines of a tariff.

Method, in three steps:

1. `choose` takes the lines that fit the request and lets the most specific one win.
   Dimensions weigh in this order, each one more than all that follow it together:
   work centre, service product, material class, member class, member or non-member,
   time band. Two lines that name the same dimensions are a mistake of the tariff and
   raise, they are never resolved by chance.
2. The quantity charged is what was used, what was booked, or the greater of the two.
3. The amount is the quantity at the line's price (by slices where it has tiers), at
   least the minimum, plus the set-up fee, at most the cap, rounded half up.

The dimensions are those of NEMO-billing's rates (category, time, item, effective date)
with its minimum, service fee, tiers and caps; "the greater of booked and used" is the
practice of shared instruments at universities, batches that of ginger distillers.
A use that is only partly inside a time band is refused, not split.

Two lines are priced otherwise. One in kind takes a percent of the output, to the gram,
and counts it at its value: the line's price, else that of the day (mills and presses
that keep every tenth kilogram). One at cost plus a markup takes what the house's
consumables cost it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from .pricing_band import Band
from .pricing_errors import (
    AmbiguousLineError,
    NoLineError,
    UnsupportedError,
)

CHARGE_TYPES = ("time", "setup", "service", "consumable", "cancellation", "no_show")
UNITS = ("hour", "day", "kg", "m3", "kwh", "batch", "piece", "head", "percent_output")
IN_KIND = "percent_output"
GRAM = Decimal("0.001")
AUDIENCES = ("all", "member", "non_member")
BASES = ("used", "booked", "greater")


@dataclass(frozen=True)
class Line:
    """One line of a tariff; a dimension left at None holds for everything.

    :param key: what the caller knows the line by
    :param price: per ``unit``, in currency
    :param tiers: ``((from_quantity, price), ...)`` above the first slice, ascending
    :param minimum: least amount for the quantity, before the set-up fee
    :param cap: greatest amount, set-up fee included; None for no cap
    :param batch_quantity: what one batch holds, in ``batch_unit``; a begun batch
        counts whole. None when batches are counted by the one who measures.
    :param percent: part of the output that pays, for unit ``percent_output`` only;
        ``price`` is then the value of one unit of it, 0 for that of the day
    :param markup: percent on top of the cost; ``price`` is then 0
    """

    key: int
    charge_type: str
    unit: str
    price: Decimal
    workcenter: int | None = None
    product: int | None = None
    material_class: str | None = None
    member_class: int | None = None
    audience: str = "all"
    band: Band | None = None
    basis: str = "used"
    minimum: Decimal = Decimal(0)
    setup_fee: Decimal = Decimal(0)
    cap: Decimal | None = None
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()
    batch_quantity: Decimal | None = None
    batch_unit: str | None = None
    percent: Decimal | None = None
    markup: Decimal | None = None

    @property
    def rank(self) -> tuple[bool, ...]:
        """Say which dimensions the line names, the weightiest first."""
        return (
            self.workcenter is not None,
            self.product is not None,
            self.material_class is not None,
            self.member_class is not None,
            self.audience != "all",
            self.band is not None,
        )


@dataclass(frozen=True)
class Request:
    """A metered fact to be priced.

    :param used: quantity used, in ``unit``
    :param booked: quantity booked, in ``unit``; None when nothing was booked
    :param start: local start of the use, needed where a line has a time band
    :param unit_value: what one unit of the output is worth that day, or of the
        consumable cost; needed by lines in kind and at cost
    """

    charge_type: str
    unit: str
    used: Decimal
    booked: Decimal | None = None
    workcenter: int | None = None
    product: int | None = None
    material_class: str | None = None
    member_class: int | None = None
    is_member: bool = False
    start: datetime | None = None
    end: datetime | None = None
    unit_value: Decimal | None = None


@dataclass(frozen=True)
class Price:
    """Result: what is charged and how it came about.

    ``slices`` holds ``((quantity, price, amount), ...)``, unrounded. In kind,
    ``quantity`` is what is paid with, ``percent`` of what came out.
    """

    key: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    slices: tuple[tuple[Decimal, Decimal, Decimal], ...]
    setup_fee: Decimal
    minimum_applied: bool
    cap_applied: bool
    percent: Decimal | None = None


def check_line(line: Line) -> None:
    """Refuse a line whose figures contradict each other.

    :raise UnsupportedError: naming the field
    """
    for value, allowed, label in (
        (line.charge_type, CHARGE_TYPES, "charge type"),
        (line.unit, UNITS, "unit"),
        (line.audience, AUDIENCES, "audience"),
        (line.basis, BASES, "basis"),
    ):
        if value not in allowed:
            raise UnsupportedError("not_defined", field=label, value=value)
    for value, label in (
        (line.price, "price"),
        (line.minimum, "minimum"),
        (line.setup_fee, "set-up fee"),
        (line.cap or Decimal(0), "cap"),
    ):
        if value < 0:
            raise UnsupportedError("negative", field=label)
    if line.audience == "non_member" and line.member_class is not None:
        raise UnsupportedError("non_member_class")
    starts = [start for start, _price in line.tiers]
    if starts != sorted(set(starts)) or any(start <= 0 for start in starts):
        raise UnsupportedError("tiers")
    if line.unit != "batch" and line.batch_quantity is not None:
        raise UnsupportedError("batch_only")
    if line.batch_quantity is not None and line.batch_quantity <= 0:
        raise UnsupportedError("batch_empty")
    _check_special(line)


def _check_special(line: Line) -> None:
    """Refuse a line in kind, or at cost, that also says something else."""
    extra = line.minimum or line.setup_fee or line.cap is not None or line.tiers
    if (line.unit == IN_KIND) != (line.percent is not None):
        raise UnsupportedError("percent_missing")
    if line.percent is not None:
        if not 0 < line.percent < 100:
            raise UnsupportedError("percent_range")
        if extra or line.basis != "used" or line.charge_type != "service":
            raise UnsupportedError("percent_only")
    if line.markup is not None:
        if line.charge_type != "consumable" or line.unit == IN_KIND:
            raise UnsupportedError("markup_consumable")
        if line.price or line.tiers or line.markup < 0:
            raise UnsupportedError("markup_only")


def _unit_fits(line: Line, request: Request) -> bool:
    if line.unit == request.unit:
        return line.batch_quantity is None or request.unit == "batch"
    return line.batch_quantity is not None and line.batch_unit == request.unit


def fits(line: Line, request: Request) -> bool:
    """Tell whether a line holds for a request, its time band left aside."""
    if line.charge_type != request.charge_type or not _unit_fits(line, request):
        return False
    for wanted, given in (
        (line.workcenter, request.workcenter),
        (line.product, request.product),
        (line.material_class, request.material_class),
        (line.member_class, request.member_class),
    ):
        if wanted is not None and wanted != given:
            return False
    if line.audience == "member" and not request.is_member:
        return False
    return line.audience != "non_member" or not request.is_member


def choose(lines: Iterable[Line], request: Request) -> Line:
    """Return the most specific line that fits.

    >>> grind = Line(1, "service", "kg", Decimal(3000))
    >>> hard = Line(2, "service", "kg", Decimal(4000), material_class="hard")
    >>> choose([grind, hard], Request("service", "kg", Decimal(1))).key
    1
    >>> choose([grind, hard],
    ...        Request("service", "kg", Decimal(1), material_class="hard")).key
    2

    :raise NoLineError: when none fits
    :raise AmbiguousLineError: when two name the same dimensions
    """
    fitting = [line for line in lines if fits(line, request)]
    for rank in sorted({line.rank for line in fitting}, reverse=True):
        winners = [
            line
            for line in fitting
            if line.rank == rank
            and (line.band is None or line.band.covers(request.start, request.end))
        ]
        if len(winners) > 1:
            keys = ", ".join(str(line.key) for line in winners)
            raise AmbiguousLineError("ambiguous", lines=keys)
        if winners:
            return winners[0]
    raise NoLineError("no_line", charge_type=request.charge_type, unit=request.unit)


def charged_quantity(line: Line, request: Request) -> Decimal:
    """Return the quantity charged, in the unit of the line.

    >>> line = Line(1, "time", "hour", Decimal(20000), basis="greater")
    >>> charged_quantity(line, Request("time", "hour", Decimal(3), Decimal(4)))
    Decimal('4')

    :raise UnsupportedError: for a negative quantity, or a basis on no booking
    """
    if request.used < 0 or (request.booked or 0) < 0:
        raise UnsupportedError("negative", field="quantity")
    if line.basis == "used":
        quantity = request.used
    elif line.basis == "booked":
        if request.booked is None:
            raise UnsupportedError("not_booked")
        quantity = request.booked
    else:
        quantity = max(request.used, request.booked or Decimal(0))
    if line.unit == "batch" and request.unit != "batch":
        batches = quantity / line.batch_quantity
        return batches.to_integral_value(rounding=ROUND_CEILING)
    return quantity


def slice_quantity(
    quantity: Decimal, price: Decimal, tiers: Sequence[tuple[Decimal, Decimal]]
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Cut a quantity at the tiers; each slice has its own price.

    >>> slice_quantity(Decimal(120), Decimal(3000), [(Decimal(100), Decimal(2500))])
    [(Decimal('100'), Decimal('3000'), Decimal('300000')), (Decimal('20'), Decimal('2500'), Decimal('50000'))]

    :return: list of (quantity, price, amount), unrounded
    """  # noqa: E501 - a doctest's result stands on one line
    steps = [(Decimal(0), price), *tiers]
    slices = []
    for index, (start, rate) in enumerate(steps):
        stop = steps[index + 1][0] if index + 1 < len(steps) else quantity
        part = min(quantity, stop) - start
        if part > 0 or (index == 0 and not quantity):
            slices.append((part, rate, part * rate))
    return slices


def round_amount(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up (away from zero) to the smallest amount that is charged.

    >>> round_amount(Decimal("1250.5"), Decimal(1))
    Decimal('1251')
    """
    if unit <= 0:
        raise UnsupportedError("not_defined", field="amount unit", value=unit)
    return (amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def price(line: Line, request: Request, amount_unit: Decimal = Decimal(1)) -> Price:
    """Price a request with a given line.

    ``amount = min(cap, max(minimum, sum of slices) + set-up fee)``; nothing used and
    nothing booked costs nothing.

    >>> line = Line(1, "service", "batch", Decimal(150000),
    ...             batch_quantity=Decimal(100), batch_unit="kg")
    >>> price(line, Request("service", "kg", Decimal(250))).amount
    Decimal('450000')

    :param Decimal amount_unit: smallest amount, 1 is Rp1
    """
    check_line(line)
    quantity = charged_quantity(line, request)
    if line.percent is not None:
        return _price_in_kind(line, request, quantity, amount_unit)
    if line.markup is not None:
        line = replace(line, price=_get_cost(request) * (1 + line.markup / 100))
    slices = slice_quantity(quantity, line.price, line.tiers)
    variable = sum((amount for *_rest, amount in slices), Decimal(0))
    setup_fee = line.setup_fee if quantity else Decimal(0)
    minimum_applied = bool(quantity) and variable < line.minimum
    amount = (line.minimum if minimum_applied else variable) + setup_fee
    cap_applied = line.cap is not None and amount > line.cap
    if cap_applied:
        amount = line.cap
    return Price(
        key=line.key,
        quantity=quantity,
        unit=line.unit,
        unit_price=line.price,
        amount=round_amount(amount, amount_unit),
        slices=tuple(slices),
        setup_fee=setup_fee,
        minimum_applied=minimum_applied,
        cap_applied=cap_applied,
    )


def _price_in_kind(
    line: Line, request: Request, output: Decimal, amount_unit: Decimal
) -> Price:
    """Price a percent of an output: to the gram, at the value of the goods.

    >>> line = Line(1, "service", "percent_output", Decimal(0), percent=Decimal(10))
    >>> use = Request("service", "percent_output", Decimal("2.005"),
    ...               unit_value=Decimal(40000))
    >>> result = price(line, use)
    >>> result.quantity, result.amount
    (Decimal('0.201'), Decimal('8040'))
    """
    paid = round_amount(output * line.percent / 100, GRAM)
    worth = line.price or _get_cost(request)
    return Price(
        key=line.key,
        quantity=paid,
        unit=line.unit,
        unit_price=worth,
        amount=round_amount(paid * worth, amount_unit),
        slices=((paid, worth, paid * worth),),
        setup_fee=Decimal(0),
        minimum_applied=False,
        cap_applied=False,
        percent=line.percent,
    )


def _get_cost(request: Request) -> Decimal:
    if request.unit_value is None:
        raise UnsupportedError("no_value")
    return request.unit_value


def quote(
    lines: Iterable[Line], request: Request, amount_unit: Decimal = Decimal(1)
) -> Price:
    """Choose the line and price the request with it."""
    if request.charge_type not in CHARGE_TYPES:
        raise UnsupportedError(
            "not_defined", field="charge type", value=request.charge_type
        )
    if request.unit not in UNITS:
        raise UnsupportedError("not_defined", field="unit", value=request.unit)
    return price(choose(lines, request), request, amount_unit)
