# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class FactorySite(models.Model):
    """By which standards a site works, in which version and since when."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    quality_adoption_ids = fields.One2many(
        "factory.quality.adoption",
        compute="_compute_quality_adoption_ids",
        string="Standards",
        help="Adoptions of the site's warehouse, also ended ones.",
    )
    quality_standard_count = fields.Integer(
        "Standards in force", compute="_compute_quality_standard_count"
    )

    @api.depends("warehouse_id")
    def _compute_quality_adoption_ids(self):
        adoptions = self.env["factory.quality.adoption"]
        if not adoptions.has_access("read"):
            self.quality_adoption_ids = adoptions
            return
        found = adoptions.search([("warehouse_id", "in", self.warehouse_id.ids)])
        by_warehouse = found.grouped("warehouse_id")
        for site in self:
            mine = by_warehouse.get(site.warehouse_id, adoptions)
            site.quality_adoption_ids = mine if site.warehouse_id else adoptions

    @api.depends("quality_adoption_ids")
    def _compute_quality_standard_count(self):
        for site in self:
            in_force = site.quality_adoption_ids.filtered(
                lambda adoption: adoption.state == "in_force"
            )
            site.quality_standard_count = len(in_force.standard_id)

    def action_adopt_standard(self):
        """Open a new adoption for the site's warehouse."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adopt a standard"),
            "res_model": "factory.quality.adoption",
            "view_mode": "form",
            "target": "new",
            "context": {"default_warehouse_id": self.warehouse_id.id},
        }
