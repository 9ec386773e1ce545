# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the floor's forms share: numbers as people type them, and once only."""

import re
import secrets

from werkzeug.exceptions import BadRequest

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.factory_booking.controllers.floor import FLASH
from odoo.addons.factory_booking.controllers.form import attempt
from odoo.addons.umkm_base.tools.terbilang import number_in_words

from ..tools.typed_number import TypedNumberError, read_typed

TYPED = "factory_floor_typed"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
BETWEEN = "|"
# what is the page's own, not typed by anybody
OWN_FIELDS = {"csrf_token", "once", "understood"}


def new_key():
    """Return the key that makes a form act once only."""
    return secrets.token_urlsafe(15)


class UnclearNumberError(UserError):
    """A number that can be read in two ways; the page asks which is meant."""

    def __init__(self, question):
        self.question = question
        super().__init__(
            request.env._(
                "%(label)s: %(text)s can be read in two ways. Look at what was"
                " understood.",
                label=question["label"],
                text=question["text"],
            )
        )


def submit(back, action, typed):
    """Do what a form asks for, once, and go to the page that shows it.

    Refused: back to the form, which shows why and what was typed. Unclear: back to the
    form, which shows how a number was understood and asks.

    :param str back: address of the form
    :param action: function without arguments that returns the address to go to
    :param dict typed: what the form sent, with its key under ``once``
    """
    key = typed.get("once") or ""
    if not KEY.fullmatch(key):
        raise BadRequest()
    requests = request.env["factory.floor.request"]
    asked = {}

    def act():
        try:
            return requests._do_once(key, action)
        except UnclearNumberError as unclear:
            asked.update(unclear.question)
            raise

    address, refusal = attempt(act)
    if refusal:
        request.session[FLASH] = refusal
        kept = {
            name: text
            for name, text in typed.items()
            if name not in OWN_FIELDS and isinstance(text, str)
        }
        if asked:
            asked["form"] = request.httprequest.path
        request.session[TYPED] = {
            "at": back.partition("?")[0],
            "typed": kept,
            "asked": asked,
        }
        address = f"{back}#asked" if asked else back
    return request.redirect(address, code=303)


def render_form(template, values):
    """Render a page of forms: what was typed before, what was said of it.

    Never kept by the browser: a form acts once, by the key that it was rendered with.
    """
    typed, asked = _pop_typed()
    values = {
        "typed": typed,
        "asked": asked,
        "flash": request.session.pop(FLASH, None),
        "new_key": new_key,
        "format_quantity": format_quantity,
        "plain_quantity": plain_quantity,
        **values,
    }
    response = request.render(template, values)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pop_typed():
    """Return what was typed into this page's form before it was refused.

    :return: pair of {name: text} and of how an unclear number was understood (see
        ``get_question``, empty when there is none)
    """
    kept = request.session.pop(TYPED, None) or {}
    same = kept.get("at") == request.httprequest.path
    return (kept["typed"], kept["asked"]) if same else ({}, {})


def read_number(text, label, *, default=None):
    """Return a quantity as typed on a phone or read from a scale.

    The language of the user decides what comma and point mean, see
    ``tools/typed_number.py``. What the other convention reads differently (1.250) is
    asked about, once for each text in a form.

    :param str label: name of the field, for the refusal
    :param default: returned for an empty text; without it, empty is refused
    :raise UserError: when it is no such number
    :raise UnclearNumberError: when it can be read in two ways and nobody was asked yet
    """
    if not (text or "").strip() and default is not None:
        return default
    try:
        typed = read_typed(text, get_decimal_sign())
    except TypedNumberError as error:
        raise UserError(
            request.env._(
                "%(label)s: %(text)s is no quantity. Type it as 40 or 40,5, grams at"
                " most.",
                label=label,
                text=f"“{(text or '')[:20]}”",
            )
        ) from error
    if typed.other is not None and not is_understood(text):
        raise UnclearNumberError(get_question(text, label, typed))
    return float(typed.value)


def is_understood(text):
    """Tell whether this form said yes to how a text was understood."""
    agreed = request.params.get("understood") or ""
    return text.strip() in agreed.split(BETWEEN)


def get_question(text, label, typed):
    """Return what the page shows of an unclear number.

    :return: {"label", "text": as typed, "value": without groups, "words": spelled out
        in Indonesian, "other": the other reading, "agreed": what the form sends with a
        yes}
    """
    agreed = request.params.get("understood") or ""
    is_indonesian = (request.env.lang or "").startswith("id")
    return {
        "label": str(label),
        "text": text.strip(),
        "value": f"{typed.value:f}",
        "words": number_in_words(int(typed.value)) if is_indonesian else "",
        "other": plain_quantity(float(typed.other)),
        "agreed": BETWEEN.join(filter(None, [agreed, text.strip()])),
    }


def get_decimal_sign():
    """Return the decimal sign of the user's language."""
    lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
    return lang.decimal_point or "."


def format_quantity(quantity):
    """Write a quantity in the user's language, without zeros behind."""
    lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
    sign = lang.decimal_point or "."
    written = f"{quantity:,.3f}".rstrip("0").rstrip(".")
    whole, _dot, part = written.partition(".")
    whole = whole.replace(",", lang.thousands_sep or "")
    return f"{whole}{sign}{part}" if part else whole


def plain_quantity(quantity):
    """Write a quantity for an input: no groups of thousands."""
    written = f"{quantity:.3f}".rstrip("0").rstrip(".")
    return written.replace(".", get_decimal_sign())
