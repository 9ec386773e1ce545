# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class FactoryValueAdded(models.Model):
    _inherit = "factory.value.added"

    site_id = fields.Many2one(
        "factory.site",
        check_company=True,
        index=True,
        help="The house whose orders are counted; empty for the whole company.",
    )

    @api.depends("site_id")
    def _compute_place_key(self):
        for record in self:
            record.place_key = record.site_id.id or 0

    def _get_order_domain(self):
        domain = super()._get_order_domain()
        if self.site_id:
            domain.append(("site_id", "=", self.site_id.id))
        return domain
