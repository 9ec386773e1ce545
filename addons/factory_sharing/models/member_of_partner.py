# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find the membership of many records' partners with one query per company and day."""


def assign_members(records, date_field):
    """Set ``member_id`` of records from partner, company and a day.

    :param records: records with ``partner_id``, ``company_id`` and ``member_id``
    :param date_field: function that returns the day of a record
    """
    members = records.env["coop.member"]
    records.member_id = False
    known = records.filtered(lambda record: record.partner_id and record.company_id)
    groups = known.grouped(lambda r: (r.company_id._origin, date_field(r)))
    for (company, day), group in groups.items():
        found = members._get_members_by_partner(group.partner_id._origin, company, day)
        for record in group:
            record.member_id = found.get(record.partner_id._origin.id, False)
