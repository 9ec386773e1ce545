# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.http import request

DIGITS = 9  # what PostgreSQL takes as an integer


def number(text):
    """Return a whole number from a form, 0 when it is none or far too large."""
    text = str(text)
    plain = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if plain else 0


def attempt(action):
    """Do what a form asks for; nothing stays written when it is refused.

    A refusal of the database is read after the whole transaction is rolled back: only
    then the other booking can be seen, and the free times offered are really free.

    :param action: function without arguments
    :return: pair of what the function returned, and why it was refused (empty text
        when it was not)
    """
    cr = request.env.cr
    try:
        with cr.savepoint():
            return action(), ""
    except UserError as error:
        # a session keeps text, not a translation still to be done
        return None, str(error.args[0])
    except IntegrityError as error:
        cr.rollback()
        request.env.transaction.reset()
        model = _get_model(error.diag.table_name)
        if model is None:
            raise
        return None, model._sql_error_to_message(error)


def _get_model(table):
    """Return the model that a table belongs to, None when there is none."""
    for name, model in request.env.registry.items():
        if model._table == table and model._auto and not model._abstract:
            return request.env[name]
    return None
