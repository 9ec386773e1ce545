"""Size class of an enterprise: micro, small, medium, large.

PP 7/2021 article 35 sorts by capital (without land and buildings) when a business is
set up or registered and by annual sales otherwise; a class reaches up to and including
its maximum. The maxima are data (``umkm.scale.threshold``), not part of this code.
"""

from collections.abc import Iterable
from decimal import Decimal

SCALES = ("micro", "small", "medium", "large")


def choose_criterion(capital: Decimal | None, sales: Decimal | None) -> str:
    """Return the criterion that applies: sales where they are known, else capital.

    >>> choose_criterion(Decimal("5e8"), None), choose_criterion(None, Decimal(0))
    ('capital', 'sales')
    """
    return "capital" if sales is None and capital is not None else "sales"


def scale_of(
    thresholds: Iterable[tuple[str, Decimal | None]], amount: Decimal
) -> str | None:
    """Return the smallest class whose maximum is not exceeded.

    >>> art35 = [("micro", Decimal("1e9")), ("small", Decimal("5e9")), ("large", None)]
    >>> scale_of(art35, Decimal("1000000000")), scale_of(art35, Decimal("1000000001"))
    ('micro', 'small')
    >>> scale_of(art35, Decimal("6e9"))
    'large'

    :param thresholds: (class, maximum); a maximum of None is boundless
    :return: class, None when no class reaches that far
    :raise ValueError: when the amount is negative
    """
    if amount < 0:
        raise ValueError(f"amount {amount} is negative")
    bounded = sorted(
        thresholds, key=lambda pair: (pair[1] is None, pair[1] or Decimal(0))
    )
    for scale, maximum in bounded:
        if maximum is None or amount <= maximum:
            return scale
    return None


def movement(previous: str | None, current: str | None) -> str | None:
    """Tell whether an enterprise rose (naik kelas), fell or stayed.

    >>> movement("micro", "small"), movement("small", "micro")
    ('up', 'down')
    >>> movement("micro", "micro")
    'same'
    """
    if previous not in SCALES or current not in SCALES:
        return None
    step = SCALES.index(current) - SCALES.index(previous)
    return "up" if step > 0 else "down" if step < 0 else "same"
