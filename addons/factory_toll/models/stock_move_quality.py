# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models

from .quality_token import is_own_write
from .stock_move import DOCUMENT_FIELDS


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        """A done move of a blocked lot is neither undone nor given away."""
        changed = [name for name in DOCUMENT_FIELDS if name in vals]
        if changed and not is_own_write(self):
            for move in self.sudo().filtered(lambda move: move.state == "done"):
                if any(move[name] != self._to_value(name, vals) for name in changed):
                    move.move_line_ids._check_blocked_unchanged()
        return super().write(vals)

    def _to_value(self, name, vals):
        field = self._fields[name]
        return field.convert_to_record(
            field.convert_to_cache(vals[name], self, validate=False), self
        )
