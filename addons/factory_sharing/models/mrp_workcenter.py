# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    site_id = fields.Many2one(
        "factory.site",
        check_company=True,
        index=True,
        help="The shared factory in which the centre stands.",
    )
    equipment_ids = fields.One2many("maintenance.equipment", "workcenter_id")
