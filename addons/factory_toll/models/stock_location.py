# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _is_quarantine(self):
        """Tell whether the location is, or lies in, a warehouse's quarantine."""
        self.ensure_one()
        quarantine = self.sudo().warehouse_id.quarantine_location_id
        return bool(quarantine) and self.parent_path.startswith(quarantine.parent_path)
