# SPDX-License-Identifier: AGPL-3.0-or-later
"""Genealogy of a pooled order: every part comes from every lot put in."""

from odoo import models
from odoo.tools import SQL

from .stock_lot import OWNER_TOKEN


class StockMoveLine(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def write(self, vals):
        """Leave the links of pooled orders to `_link_to_consumed`."""
        if (
            vals.keys() == {"consume_line_ids"}
            and self.env.context.get("toll_link_later") is OWNER_TOKEN
        ):
            linked = self.filtered(
                lambda line: line.move_id.production_id.production_mode != "pooled"
            )
            return super(StockMoveLine, linked).write(vals) if linked else True
        return super().write(vals)

    def _link_to_consumed(self, consumed):
        """Link all lines made to all lines consumed, in one statement.

        200 owners in two products make 80,000 links.
        """
        if not self or not consumed:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO stock_move_line_consume_rel
                       (consume_line_id, produce_line_id)
                SELECT made, taken FROM unnest(%s) made, unnest(%s) taken
                ON CONFLICT DO NOTHING
                """,
                self.ids,
                consumed.ids,
            )
        )
        (self | consumed).invalidate_recordset(["consume_line_ids", "produce_line_ids"])
