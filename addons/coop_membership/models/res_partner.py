# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

MEMBER_READERS = (
    "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_operator,"
    "umkm_base.umkm_base_group_auditor"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    coop_member_ids = fields.One2many(
        "coop.member", "partner_id", string="Memberships", groups=MEMBER_READERS
    )
