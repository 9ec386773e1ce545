# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models

from .stock_lot import OWNER_TOKEN


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Let core date the moves it has just done.

        It writes the moment at which the transfer was done, which may be a second
        after that of its moves; those stand for everybody else.
        """
        pickings = self.with_context(toll_dating_token=OWNER_TOKEN)
        return super(StockPicking, pickings)._action_done()
