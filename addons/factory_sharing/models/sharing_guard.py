# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell writes of our own actions from writes of a client.

The proof is an object in the context: no RPC client can send one.
"""

from odoo.exceptions import UserError

PROOF = object()


def by_action(records):
    """Return the records with leave to write what only actions may write."""
    return records.with_context(factory_sharing_action=PROOF)


def without_defaults(records, names):
    """Return the records without defaults that a client gives in the context.

    :param names: fields that a client may not fill
    """
    keys = {f"default_{name}" for name in names}
    context = records.env.context
    kept = {key: value for key, value in context.items() if key not in keys}
    # pylint: disable-next=context-overridden  # keys are to go, not to be added
    return records.with_context(kept)


def refuse_computed(records, vals_list, names=None):
    """Refuse values for what is computed: the ORM takes them from an RPC client.

    :param names: fields that are computed; all stored ones without inverse when empty
    :return: the records, without defaults for these fields in the context
    :raise UserError: naming the fields
    """
    if names is None:
        names = {
            name
            for name, field in records._fields.items()
            if field.store and field.readonly and (field.compute or field.related)
        }
    given = sorted({name for vals in vals_list for name in names & vals.keys()})
    if given:
        fields_get = records.fields_get(given, ["string"])
        raise UserError(
            records.env._(
                "%(fields)s: this follows from other data and cannot be written.",
                fields=", ".join(fields_get[name]["string"] for name in given),
            )
        )
    return without_defaults(records, names)


def is_by_action(records):
    """Tell whether a write comes from one of our own actions."""
    return records.env.context.get("factory_sharing_action") is PROOF
