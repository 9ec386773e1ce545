# SPDX-License-Identifier: AGPL-3.0-or-later
"""The number on a sack, and the intake it came with, stand."""

from odoo import models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN


class StockLot(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.lot"

    def write(self, vals):
        if self.env.context.get("toll_owner_token") is not OWNER_TOKEN:
            if "name" in vals:
                self._check_label_stands(vals["name"])
            if "intake_line_id" in vals:
                self._check_intake_line_stands(vals["intake_line_id"])
        return super().write(vals)

    def _check_label_stands(self, name):
        """Refuse another number for a lot that is labelled and has moved."""
        lots = self.sudo().filtered(
            lambda lot: lot.name != name and (lot.owner_id or lot.intake_line_id)
        )
        moved = (
            self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [("lot_id", "in", lots.ids), ("state", "=", "done")], ["lot_id"]
            )
        )
        if moved:
            lot = moved[0][0]
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(owner)s has been moved under this number, which "
                    "is on its sacks and papers: it stands.",
                    lot=lot.name,
                    owner=lot.owner_id.display_name or self.env._("the cooperative"),
                )
            )

    def _check_intake_line_stands(self, line_id):
        for lot in self.sudo():
            if lot.intake_line_id.id != (line_id or False):
                raise UserError(
                    self.env._(
                        "Where lot %(lot)s came from is set when it is weighed in and "
                        "stands. Cancel the intake and weigh it in again.",
                        lot=lot.name,
                    )
                )
