# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryValueAdded(models.Model):
    _inherit = "factory.value.added"

    site_id = fields.Many2one("factory.site", check_company=True, index=True)
