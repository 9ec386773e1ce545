# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.tools.sql import create_index

MEMBER_READERS = (
    "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_operator,"
    "umkm_base.umkm_base_group_auditor"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    coop_member_ids = fields.One2many(
        "coop.member", "partner_id", string="Memberships", groups=MEMBER_READERS
    )

    def init(self):
        result = super().init()
        # core's index on the name finds a whole name only; members are looked for by
        # a part of theirs
        if self.env.registry.has_trigram:
            create_index(
                self.env.cr,
                "res_partner_coop_name_trigram",
                self._table,
                ["name gin_trgm_ops"],
                "gin",
            )
        return result
