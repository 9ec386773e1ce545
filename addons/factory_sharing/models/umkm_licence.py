# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class UmkmLicence(models.Model):
    _inherit = "umkm.licence"

    site_id = fields.Many2one(
        "factory.site",
        index="btree_not_null",
        ondelete="restrict",
        help="The shared factory that the licence holds for.",
    )
