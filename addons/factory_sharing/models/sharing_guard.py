# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell writes of our own actions from writes of a client.

The proof is an object in the context: no RPC client can send one.
"""

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


def is_by_action(records):
    """Tell whether a write comes from one of our own actions."""
    return records.env.context.get("factory_sharing_action") is PROOF
