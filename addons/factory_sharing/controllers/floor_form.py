# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the floor's forms share: numbers as people type them, and once only."""

import re
import secrets

from werkzeug.exceptions import BadRequest

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.factory_booking.controllers.floor import FLASH
from odoo.addons.factory_booking.controllers.form import attempt

TYPED = "factory_floor_typed"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
NUMBER = re.compile(r"[0-9]{1,9}([.][0-9]{1,3})?")
# what is the page's own, not typed by anybody
OWN_FIELDS = {"csrf_token", "once"}


def new_key():
    """Return the key that makes a form act once only."""
    return secrets.token_urlsafe(15)


def submit(back, action, typed):
    """Do what a form asks for, once, and go to the page that shows it.

    Refused: back to the form, which shows why and what was typed.

    :param str back: address of the form
    :param action: function without arguments that returns the address to go to
    :param dict typed: what the form sent, with its key under ``once``
    """
    key = typed.get("once") or ""
    if not KEY.fullmatch(key):
        raise BadRequest()
    requests = request.env["factory.floor.request"]
    address, refusal = attempt(lambda: requests._do_once(key, action))
    if refusal:
        request.session[FLASH] = refusal
        kept = {
            name: text
            for name, text in typed.items()
            if name not in OWN_FIELDS and isinstance(text, str)
        }
        request.session[TYPED] = {"at": back.partition("?")[0], "typed": kept}
        address = back
    return request.redirect(address, code=303)


def pop_typed():
    """Return what was typed into this page's form before it was refused."""
    kept = request.session.pop(TYPED, None) or {}
    same = kept.get("at") == request.httprequest.path
    return kept["typed"] if same else {}


def read_number(text, label, *, default=None):
    """Return a quantity as typed on a phone or read from a scale.

    Comma and point both stand for the decimal sign. One of them followed by exactly
    three digits is grams, as scales show it: 1.250 is one kilogram and a quarter.
    With both, the last is the decimal sign and the other groups thousands.

    :param str label: name of the field, for the refusal
    :param default: returned for an empty text; without it, empty is refused
    :raise UserError: when it is no such number
    """
    plain = (text or "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if not plain and default is not None:
        return default
    if "," in plain and "." in plain:
        group = min(",.", key=plain.rfind)
        plain = plain.replace(group, "")
    plain = plain.replace(",", ".")
    if not NUMBER.fullmatch(plain):
        raise UserError(
            request.env._(
                "%(label)s: %(text)s is no quantity. Type it as 40 or 40,5, grams at"
                " most.",
                label=label,
                text=f"“{(text or '')[:20]}”",
            )
        )
    return float(plain)


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
    lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
    written = f"{quantity:.3f}".rstrip("0").rstrip(".")
    return written.replace(".", lang.decimal_point or ".")
