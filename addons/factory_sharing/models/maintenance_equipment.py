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

    is_title_elsewhere = fields.Boolean(
        compute="_compute_is_title_elsewhere",
        search="_search_is_title_elsewhere",
        string="Title not with the operator",
        help="Somebody else than the operator of the site owns the machine, or the"
        " title is still in transfer: it is used in custody and is no asset of his.",
    )

    @api.depends("owner_id", "title_state", "site_id.company_id")
    def _compute_is_title_elsewhere(self):
        for equipment in self:
            operator = equipment.sudo().site_id.company_id.partner_id
            owner = equipment.owner_id.commercial_partner_id
            equipment.is_title_elsewhere = bool(equipment.site_id) and (
                bool(owner and owner != operator)
                or equipment.title_state in ("government", "in_transfer")
            )

    def _search_is_title_elsewhere(self, operator, value):
        if operator != "in":
            return NotImplemented
        machines = self.search([("site_id", "!=", False)])
        found = machines.filtered("is_title_elsewhere")
        return [("id", "in", found.ids)]
