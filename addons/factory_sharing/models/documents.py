# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scans and photos as evidence: who may read the record may read them."""


def adopt(record, documents):
    """Return the documents as the record's own.

    What hangs on no record yet is taken; what belongs to another one stays there and
    is copied.

    :param record: one record, saved
    :param documents: ``ir.attachment``, with the rights of who cites them
    :raise AccessError: the user may not give them
    """
    documents = documents.sudo(False)
    documents.check_access("write")
    place = {"res_model": record._name, "res_id": record.id}
    # sudo: the user may give them, as was looked at, and need not write the record
    loose = documents.sudo().filtered(lambda one: not one.res_id)
    loose.write(place)
    return loose | (documents.sudo() - loose).copy({**place, "res_field": False})
