# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactorySiteCopy(models.TransientModel):
    _name = "factory.site.copy"
    _description = "Copy a Site as Template"

    def _default_company_id(self):
        """Return the company of those who can make no site without an operator."""
        anywhere = self.env.user.has_group("umkm_base.umkm_base_group_integrator")
        return not anywhere and self.env.company

    site_id = fields.Many2one(
        "factory.site", string="Template", required=True, readonly=True
    )
    name = fields.Char(string="Name of the new site", required=True)
    code = fields.Char(help="Short name on documents; made from the template if empty.")
    region_id = fields.Many2one("umkm.region", required=True)
    company_id = fields.Many2one(
        "res.company",
        string="Operator",
        default=lambda self: self._default_company_id(),
        help="Cooperative that will run it; empty while there is none. Work centres and"
        " tariffs are copied only with an operator, whose they will be.",
    )

    def action_copy(self):
        """Make the new site and open it."""
        self.ensure_one()
        site_id = self.site_id.action_copy_as_template(
            self.name, self.code, self.region_id.id, self.company_id.id
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "factory.site",
            "res_id": site_id,
            "view_mode": "form",
        }
