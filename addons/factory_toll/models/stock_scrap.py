# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    @api.onchange("lot_id")
    def _onchange_lot_owner(self):
        """Propose the lot's owner; the guard refuses a scrap under another one."""
        if self.lot_id.owner_id:
            self.owner_id = self.lot_id.owner_id
