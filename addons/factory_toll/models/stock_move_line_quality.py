# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quality block, where stock really moves.

It sits beside the owner guard, on the same three ways to the quant, so that no form,
call, order, delivery, scrap, count or edit takes a blocked lot out of the house.
"""

from odoo import api, models
from odoo.exceptions import UserError

from .quality_token import is_own_write
from .stock_move import HOUSE_USAGES
from .stock_move_line import DONE_FIELDS

PLAN_FIELDS = {"lot_id", "move_id"}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line._is_done())
        done._check_blocked_unchanged()
        (lines - done)._check_failed_not_planned()
        return lines

    def write(self, vals):
        if not DONE_FIELDS & vals.keys():
            return super().write(vals)
        done = self.filtered(lambda line: line._is_done())
        done._check_blocked_unchanged()
        result = super().write(vals)
        # A line may have come under a done move just now.
        done = self.filtered(lambda line: line._is_done())
        done._check_blocked_unchanged()
        if PLAN_FIELDS & vals.keys():
            (self - done)._check_failed_not_planned()
        return result

    def _action_done(self):
        result = super()._action_done()
        lines = self.exists()
        lines._check_quality()
        lines._start_output_inspections()
        return result

    # ---- the block ----------------------------------------------------------------

    def _check_quality(self):
        """Refuse lines that take a blocked lot where it may not go.

        :raise UserError: with document, lot, what blocks it and what to do
        """
        if is_own_write(self):
            return
        lines = self.sudo()
        outputs = lines.filtered(
            lambda line: line.location_id.usage == "production" and line.quantity
        )
        for order in outputs.move_id.production_id:
            order._check_process_tests()
        for line in lines:
            if (
                line.lot_id.is_quality_blocked
                and line.location_id.usage in HOUSE_USAGES
                and line.quantity_product_uom > 0
                and not line._stays_in_house()
            ):
                line._check_disposition()

    def _stays_in_house(self):
        """Tell whether a blocked lot may make this move inside its warehouse."""
        source, target = self.location_id, self.location_dest_id
        if target.usage != "internal" or target.warehouse_id != source.warehouse_id:
            return False
        return target._is_quarantine() or not source._is_quarantine()

    def _check_failed_not_planned(self):
        """Refuse a failed lot when it is named for an order, not only at its end.

        A lot that still waits for its result may be planned: it may pass.
        """
        if is_own_write(self):
            return
        for line in self.sudo():
            order = line.move_id.raw_material_production_id
            lot = line.lot_id
            if (
                order
                and lot.is_quality_blocked
                and lot.quality_state == "failed"
                and lot not in line._get_disposition()._get_lots()
            ):
                line._raise_blocked()

    def _check_disposition(self):
        disposition = self._get_disposition()
        if not disposition or not disposition._covers(self):
            self._raise_blocked()

    def _raise_blocked(self):
        raise UserError(
            self.env._(
                "%(document)s cannot take lot %(lot)s of %(product)s: it %(state)s. "
                "%(advice)s",
                document=self._get_document_name(),
                lot=self.lot_id.name,
                product=self.product_id.display_name,
                state=self.env._("failed its quality test")
                if self.lot_id.quality_state == "failed"
                else self.env._("must pass its quality test first"),
                advice=self.env._(
                    "The factory manager decides about it: rework, downgrade, return, "
                    "destroy or release."
                )
                if self.lot_id.quality_state == "failed"
                else self.env._("Record the result."),
            )
        )

    def _get_disposition(self):
        """Return the disposition whose document this line belongs to."""
        move = self.move_id
        order = move.raw_material_production_id
        return (
            move.scrap_id.disposition_id
            or order.disposition_id
            or self.picking_id.disposition_id
        )

    def _check_blocked_unchanged(self):
        """Refuse to add to or edit what was done with a blocked lot."""
        if is_own_write(self):
            return
        for line in self.sudo():
            if line.lot_id.is_quality_blocked:
                raise UserError(
                    self.env._(
                        "%(document)s is done, and lot %(lot)s of %(product)s is "
                        "blocked by its quality test: what was done with it stands.",
                        document=line._get_document_name(),
                        lot=line.lot_id.name,
                        product=line.product_id.display_name,
                    )
                )

    # ---- tests of what comes out --------------------------------------------------

    def _start_output_inspections(self):
        """Ask for the test of each lot that an order made, once a batch."""
        lines = self.sudo().filtered(
            lambda line: (
                line.lot_id
                and line.move_id.production_id
                and line.location_id.usage == "production"
                and line.location_dest_id.usage in HOUSE_USAGES
            )
        )
        for order in lines.move_id.production_id:
            lots = lines.filtered(
                lambda line, order=order: line.move_id.production_id == order
            ).lot_id
            order._start_lot_inspections(lots)
