# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities in the unit that a product is kept in.

Odoo 19 has one precision for all units, the decimal accuracy "Product Unit", and
``uom.uom._compute_quantity`` rounds up to it: 1000.001 kg become 1.001 t.
"""

from odoo.tools import float_round

# Digits of what is weighed (kilograms) and measured (cubic metres).
WEIGHED_DIGITS = 3
MOST_DIGITS = 9


def convert(quantity, uom, own):
    """Return a quantity in a product's own unit, rounded half up."""
    return uom._compute_quantity(quantity, own, rounding_method="HALF-UP")


def get_missing_digits(quantity, uom, own):
    """Return how many digits the own unit needs for what was weighed; 0: it has them.

    It holds a quantity when what it makes of it, turned back, is the same to the gram:
    1000.001 kg are 1.000001 t, which needs six digits.

    :param float quantity: to three digits, in ``uom``
    """
    exact = uom._compute_quantity(quantity, own, round=False)
    digits = uom.env["decimal.precision"].precision_get("Product Unit")
    for more in range(digits, MOST_DIGITS + 1):
        rounded = float_round(exact, precision_digits=more)
        back = own._compute_quantity(rounded, uom, round=False)
        if float_round(back - quantity, precision_digits=WEIGHED_DIGITS) == 0:
            return more if more > digits else 0
    return MOST_DIGITS
