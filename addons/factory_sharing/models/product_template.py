# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    licence_type_ids = fields.Many2many(
        "umkm.licence.type",
        string="Licences needed",
        help="What may be asked for this product wherever it is made: P-IRT or MD,"
        " halal, NKV. A site lists it for itself, as PIRT holds for one place.",
    )
