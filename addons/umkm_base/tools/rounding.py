"""Rounding of money to a unit, half up, without the traps of binary fractions.

Commercial rounding (half away from zero) is what Indonesian statements, LPDB schedules
and cooperatives use; Python's ``round`` takes halves to even and works on the binary
value (``round(2.675, 2)`` is 2.67).
"""

from decimal import ROUND_HALF_UP, Context, Decimal

#: a float holds 15 decimal digits safely; what stands behind them is noise
FLOAT_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
WIDE = Context(prec=40, rounding=ROUND_HALF_UP)


def to_decimal(amount: Decimal | float | str) -> Decimal:
    """Return an amount as exact decimal, a float without its binary noise.

    >>> to_decimal(0.1 + 0.2)
    Decimal('0.3')
    >>> to_decimal(1234.4999999999998)
    Decimal('1234.5')

    :param amount: Decimal, whole number and text are taken as they stand
    :raise ValueError: when it is no finite number
    """
    exact = Decimal(str(amount))
    if not exact.is_finite():
        raise ValueError(f"amount {amount} is not a number")
    if isinstance(amount, float) and abs(exact) < 10**15:
        exact = FLOAT_DIGITS.plus(exact)
        return exact.normalize() if exact != exact.to_integral_value() else exact
    return exact


def round_to_unit(
    amount: Decimal | float | str, unit: Decimal | float | str = 1
) -> Decimal:
    """Round half up (away from zero) to a multiple of ``unit``.

    >>> round_to_unit(2.5), round_to_unit(-2.5)
    (Decimal('3'), Decimal('-3'))
    >>> round_to_unit(1250, 100)
    Decimal('1300')
    >>> round_to_unit(2.675, "0.01")
    Decimal('2.68')

    :param unit: positive; 1 is Rp1, 100 is Rp100
    :raise ValueError: when the unit is not positive
    """
    step = to_decimal(unit)
    if step <= 0:
        raise ValueError(f"unit {unit} is not positive")
    steps = WIDE.divide(to_decimal(amount), step).to_integral_value(ROUND_HALF_UP)
    return (steps * step).quantize(step) if step < 1 else steps * step
