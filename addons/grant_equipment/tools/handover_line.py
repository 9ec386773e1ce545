"""What a line of a handover (BAST) must satisfy before it may be signed.

Quantities: proposed (usulan), contracted, delivered, accepted, refused. What arrived is
either accepted or refused, nothing else may be signed for (the Bener Meriah case: goods
in the BAST that never arrived). That the other quantities differ from each other
happens in reality; it is named, not forbidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quantities:
    """Quantities of a line, in the unit of the line."""

    proposed: Decimal
    contracted: Decimal
    delivered: Decimal
    accepted: Decimal
    refused: Decimal


def unsignable(quantities: Quantities, per_unit: bool) -> list[str]:
    """Return the codes of what forbids to sign.

    >>> d = Decimal
    >>> unsignable(Quantities(d(10), d(10), d(8), d(9), d(0)), per_unit=True)
    ['unbalanced']
    >>> unsignable(Quantities(d(1), d(1), d("1.5"), d("1.5"), d(0)), per_unit=True)
    ['fraction']
    >>> unsignable(Quantities(d(0), d(0), d(0), d(0), d(0)), per_unit=False)
    ['nothing']

    :param bool per_unit: whether each accepted unit becomes a machine of its own
    """
    found = []
    if quantities.accepted + quantities.refused != quantities.delivered:
        found.append("unbalanced")
    if not quantities.delivered and not quantities.contracted:
        found.append("nothing")
    if per_unit and quantities.accepted != quantities.accepted.to_integral_value():
        found.append("fraction")
    return found


def differences(quantities: Quantities) -> list[str]:
    """Return the codes of what a reader should know, though it may be signed.

    >>> d = Decimal
    >>> differences(Quantities(d(12), d(10), d(8), d(7), d(1)))
    ['contract_differs', 'short', 'refused']
    >>> differences(Quantities(d(0), d(0), d(1), d(1), d(0)))
    []

    A quantity of zero in "proposed" or "contracted" means that it is not known.
    """
    found = []
    if quantities.proposed and quantities.contracted:
        if quantities.proposed != quantities.contracted:
            found.append("contract_differs")
    if quantities.contracted:
        if quantities.delivered < quantities.contracted:
            found.append("short")
        elif quantities.delivered > quantities.contracted:
            found.append("over")
    if quantities.refused:
        found.append("refused")
    return found


def price_ratio(unit_value: Decimal, reference_price: Decimal) -> Decimal | None:
    """Return how many times the reference price a unit is valued at.

    Bener Meriah: an item of Rp150,000 was signed for at Rp4,500,000.

    >>> price_ratio(Decimal(4500000), Decimal(150000))
    Decimal('30')
    >>> price_ratio(Decimal(4500000), Decimal(0)) is None
    True
    """
    if reference_price <= 0:
        return None
    return unit_value / reference_price


def split_serial_numbers(text: str | None) -> list[str]:
    """Return the serial numbers of a text, one a line or parted by comma.

    >>> split_serial_numbers("JH-001, JH-002\\n\\n JH-003")
    ['JH-001', 'JH-002', 'JH-003']
    """
    parts = (text or "").replace(";", "\n").replace(",", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


def repeated(values: Sequence[str]) -> list[str]:
    """Return the values that occur more than once, in order of appearance.

    >>> repeated(["a", "b", "a", "a"])
    ['a']
    """
    seen: set[str] = set()
    twice: list[str] = []
    for value in values:
        if value in seen and value not in twice:
            twice.append(value)
        seen.add(value)
    return twice
