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
    product_id = fields.Many2one(
        "product.product",
        string="Product made",
        index="btree_not_null",
        check_company=True,
        help="The one product that it covers; empty when it covers all of the site.",
    )
