# SPDX-License-Identifier: AGPL-3.0-or-later
"""Results of a test as typed on a phone: numbers, ND, texts, choices."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.http import request

from ..tools.typed_number import TypedNumber, TypedNumberError, read_typed
from .floor_form import (
    UnclearNumberError,
    get_decimal_sign,
    get_question,
    is_understood,
)

MOST = 100  # characters of a result


def read_answers(form, lines):
    """Return the answers of a test's form, by question.

    :param dict form: texts by ``q_<code>``; ``nd_<code>`` is ticked for not detected
    :param lines: qc.inspection.line that are asked
    :return: {code: text to record}
    :raise UserError: nothing was answered
    :raise UnclearNumberError: a number can be read in two ways that are both plausible
    """
    answers = {}
    for line in lines:
        code = line.code or str(line.test_line.id)
        text = (form.get(f"q_{code}") or "").strip()[:MOST]
        if form.get(f"nd_{code}") and line.allow_nd:
            answers[code] = "ND"
        elif text:
            answers[code] = _read_answer(text, line)
    if not answers:
        raise UserError(request.env._("Type at least one result."))
    return answers


def _read_answer(text, line):
    """Return a result with its number as the tester's language means it.

    What is no number is left as it is: the inspection judges, or refuses, it.
    """
    if line.question_type != "quantitative":
        return text
    minus = "-" if text[0] in "-\N{MINUS SIGN}" else ""
    try:
        typed = read_typed(text[1:] if minus else text, get_decimal_sign())
    except TypedNumberError:
        return text
    if typed.other is None:
        is_plain = "," not in text or "." not in text
        return text if is_plain and text.count(".") < 2 else _write(minus, typed.value)
    readings = [typed.value, typed.other]
    possible = [v for v in readings if _is_plausible(v, minus, line)]
    if len(possible) == 1:
        return _write(minus, possible[0])
    if not is_understood(text):
        signed = TypedNumber(*(Decimal(f"{minus}{v}") for v in readings))
        raise UnclearNumberError(get_question(text, line.name, signed))
    return _write(minus, typed.value)


def _write(minus, value):
    """Return what was understood, so that the tester's language reads the same."""
    return f"{minus}{value:f}".replace(".", get_decimal_sign())


def _is_plausible(value, minus, line):
    if not line.has_plausible:
        return True
    signed = float(-value if minus else value)
    return line.plausible_min <= signed <= line.plausible_max
