# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class MrpWorkcenterProductivity(models.Model):
    _inherit = "mrp.workcenter.productivity"

    def button_block(self):
        """A centre that core blocks is out of order: its time is kept, too."""
        result = super().button_block()
        self.workcenter_id._break_as_blocked(self)
        return result
