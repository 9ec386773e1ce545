# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    grant_company_ids = fields.One2many(
        "res.company",
        "partner_id",
        string="Companies of this partner",
        help="Companies whose own partner this is: record rules of grants use it to"
        " show a grant to both of its sides.",
    )
    grant_equipment_count = fields.Integer(
        compute="_compute_grant_equipment_count",
        string="Equipment in custody",
    )

    def _compute_grant_equipment_count(self):
        counts = dict(
            self.env["maintenance.equipment"]._read_group(
                [("custodian_id", "in", self.ids)], ["custodian_id"], ["__count"]
            )
        )
        for partner in self:
            partner.grant_equipment_count = counts.get(partner, 0)

    def _get_grant_company(self):
        """Return the company that this partner stands for, empty when there is none."""
        # Which partner is a company's own is no secret, but companies that the user
        # may not enter are hidden from him: only the link is read.
        return self.sudo().commercial_partner_id.grant_company_ids[:1]

    def action_view_grant_equipment(self):
        """Open the machines that this partner holds."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.maintenance_equipment_action"
        )
        return {**action, "domain": [("custodian_id", "in", self.ids)]}
