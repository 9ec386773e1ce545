# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryGrade(models.Model):
    _name = "factory.grade"
    _description = "Material Grade"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    share_factor = fields.Float(
        default=1.0,
        digits=(6, 3),
        required=True,
        help="What a kilogram of this grade counts in a pooled order: 1 for the full "
        "kilogram, 0.8 when the house agreed to count 800 grams.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: the grade is used by every company."
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (code, company_id)",
        "A grade with this code exists already.",
    )
    _share_factor_positive = models.Constraint(
        "CHECK (share_factor > 0)", "The share factor of a grade must be above zero."
    )
