# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Work centre",
        index="btree_not_null",
        tracking=True,
        help="The centre whose work the machine does. The machine may belong to the"
        " register of another company, for instance of the giving dinas.",
    )
    site_id = fields.Many2one(
        "factory.site",
        compute="_compute_site_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        help="Where the machine stands; that of its work centre.",
    )

    @api.depends("workcenter_id")
    def _compute_site_id(self):
        for equipment in self:
            equipment.site_id = equipment.workcenter_id.site_id or equipment.site_id
