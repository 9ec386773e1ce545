# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class UmkmIndicator(models.Model):
    _name = "umkm.indicator"
    _description = "Indicator"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit of measure",
        help="Unit of the values, where it is one that can be converted.",
    )
    unit = fields.Char(
        translate=True,
        help="Unit in words where no unit of measure fits: %, Rp, people.",
    )
    direction = fields.Selection(
        [("up", "More is better"), ("down", "Less is better"), ("none", "Neither")],
        required=True,
        default="up",
    )
    description = fields.Text(translate=True, help="How the value is measured.")
    source = fields.Char(help="Regulation, agreement or programme that asks for it.")
    value_ids = fields.One2many("umkm.indicator.value", "indicator_id")
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "An indicator with this code exists already."
    )
