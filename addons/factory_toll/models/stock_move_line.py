# SPDX-License-Identifier: AGPL-3.0-or-later
"""The owner guard, where stock really moves.

Stock changes hands in three places of core's ``stock.move.line`` only:
``_action_done``, ``create`` of a line in a done move, and ``write`` on a done line.
All three end here, so it does not matter how a line came to be: by reservation, by
hand, over RPC, by scan, backorder, split, scrap, unbuild, return or count.
"""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from .stock_lot import HOUSE_USAGES, OWNER_TOKEN

# What a done line says about the stock it moved.
DONE_FIELDS = {
    "location_dest_id",
    "location_id",
    "lot_id",
    "lot_name",
    "move_id",
    "owner_id",
    "package_id",
    "product_id",
    "product_uom_id",
    "quant_id",
    "quantity",
    "result_package_id",
}
# What it says about when; the state is a stored copy of the move's.
STANDING_FIELDS = {*DONE_FIELDS, "date", "state"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # Core: set null, which makes a done line the cooperative's.
    owner_id = fields.Many2one(ondelete="restrict")

    # ---- who may ------------------------------------------------------------------

    def _check_access(self, operation):
        """Leave lines to who may move stock: core gives them to every user."""
        result = super()._check_access(operation)
        if result or operation == "read" or self.env["stock.move"].has_access("write"):
            return result
        error = self.env["ir.model.access"]._make_access_error
        return self, partial(error, self._name, operation)

    # ---- the three ways to the quant ----------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line._is_done())
        if done:
            done._check_done_unchanged()
            done._check_owner()
        return lines

    def write(self, vals):
        if not STANDING_FIELDS & vals.keys() or self._is_dated_with_move(vals):
            return super().write(vals)
        done = self.filtered(lambda line: line._is_done())
        done._check_done_unchanged()
        result = super().write(vals)
        if vals.keys() == {"date"}:
            return result
        # A line may have come under a done move, or under an owner, just now.
        done = self.filtered(lambda line: line._is_done())
        done._check_done_unchanged()
        done._check_owner()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        self._check_not_moved()

    def _is_dated_with_move(self, vals):
        """Tell whether this is core's or our own dating of a done move."""
        token = self.env.context.get("toll_dating_token")
        return vals.keys() == {"date"} and token is OWNER_TOKEN

    def _is_done(self):
        """Tell whether the line's stock has moved.

        The line's own state is a stored copy that a client can overwrite; core's
        ``write`` moves stock by the state of the move.
        """
        self.ensure_one()
        return "done" in (self.state, self.move_id.state)

    def _action_done(self):
        self._lock_owned_quants()
        result = super()._action_done()
        self.exists()._check_owner()
        return result

    def _lock_owned_quants(self):
        """Let a second order on the same lot wait, fail and be tried again.

        Core skips a quant that another transaction holds and makes a second, negative
        one; under REPEATABLE READ both orders would find the stock covered.
        """
        lines = self.filtered(
            lambda line: (
                line._is_foreign_owned() and line.location_id.usage in HOUSE_USAGES
            )
        )
        if not lines:
            return
        self.env["stock.quant"].flush_model()
        self.env.execute_query(
            SQL(
                """
                SELECT id FROM stock_quant
                WHERE product_id IN %s AND location_id IN %s AND owner_id IN %s
                  AND (lot_id IS NULL OR lot_id = ANY(%s))
                ORDER BY id FOR UPDATE
                """,
                tuple(lines.product_id.ids),
                tuple(lines.location_id.ids),
                tuple(lines.owner_id.ids),
                lines.lot_id.ids,
            )
        )
