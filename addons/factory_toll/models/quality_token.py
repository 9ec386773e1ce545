# SPDX-License-Identifier: AGPL-3.0-or-later
"""How our own code says that it, and no client, writes a quality fact."""

# Passed in the context by our own code only: a client cannot send this object.
QUALITY_TOKEN = object()


def is_own_write(records):
    """Tell whether an action of ours writes, not a client."""
    return records.env.context.get("factory_quality_token") is QUALITY_TOKEN


def own(records):
    """Return the records for writing what only actions may write."""
    return records.with_context(factory_quality_token=QUALITY_TOKEN)
