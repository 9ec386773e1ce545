# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class GrantAgreement(models.Model):
    _inherit = "grant.agreement"

    site_id = fields.Many2one(
        "factory.site",
        index="btree_not_null",
        ondelete="restrict",
        help="The shared factory that a management agreement hands to its operator.",
    )
