# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryMaterialClass(models.Model):
    _name = "factory.material.class"
    _description = "Material Class"
    _order = "name, id"

    code = fields.Char(required=True, help="Short name that loads use: hard, wet ...")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A material class with this code exists already."
    )
