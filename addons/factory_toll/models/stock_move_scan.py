# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """Components that people put in sack by sack."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _is_scanned(self):
        """Tell whether sacks were put in by scanning: then only those go in."""
        self.ensure_one()
        return any(self.move_line_ids.mapped("is_scanned"))

    def _get_scanned_qty(self, lot=None):
        """Return what was scanned, in the product's unit."""
        lines = self.move_line_ids.filtered("is_scanned")
        if lot is not None:
            lines = lines.filtered(lambda line: line.lot_id == lot)
        return sum(lines.mapped("quantity_product_uom"))

    def _get_demand_left(self):
        """Return what is planned and not yet scanned, in the product's unit."""
        self.ensure_one()
        uom = self.product_id.uom_id
        return max(uom.round(self.product_qty - self._get_scanned_qty()), 0.0)

    def _put_in_scanned(self, lot, quantity):
        """Reserve a scanned sack for the move and mark it as put in.

        What Odoo had reserved of other sacks stays until ``_drop_unscanned``.

        :param float quantity: more of the lot, in the product's unit
        """
        self.ensure_one()
        # Core sets the quantities of components anew when a machine starts, except
        # where a person noted them.
        self.manual_consumption = True
        self.move_line_ids.filtered(
            lambda line: line.lot_id == lot and not line.is_scanned
        ).unlink()
        taken = self._update_reserved_quantity(
            quantity,
            self.location_id,
            lot_id=lot,
            owner_id=self.restrict_partner_id or None,
            strict=False,
        )
        if self.product_id.uom_id.compare(taken, quantity) < 0:
            raise UserError(
                self.env._(
                    "Only %(taken)s of %(quantity)s %(unit)s of sack %(lot)s are free.",
                    taken=taken,
                    quantity=quantity,
                    unit=self.product_id.uom_id.name,
                    lot=lot.name,
                )
            )
        lines = self.move_line_ids.filtered(lambda line: line.lot_id == lot)
        lines.write({"is_scanned": True, "picked": True})

    def _check_scanned(self):
        """Refuse to close while planned sacks of an owner were neither put in nor out.

        :raise UserError: naming the sacks
        """
        order = self.raw_material_production_id
        left = order._get_unscanned_lots().filtered(
            lambda lot: order._get_scan_move(lot) == self
        )
        if self.restrict_partner_id and left and self._get_demand_left():
            raise UserError(
                self.env._(
                    "%(order)s: %(lots)s of %(owner)s are planned but not scanned. "
                    "Scan them, or say that they stay out.",
                    order=order.display_name,
                    lots=", ".join(left.mapped("name")),
                    owner=self.restrict_partner_id.display_name,
                )
            )

    def _drop_unscanned(self):
        """Give back what was reserved but not scanned."""
        self.move_line_ids.filtered(lambda line: not line.is_scanned).unlink()


class StockMoveLine(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    is_scanned = fields.Boolean(
        "Scanned",
        copy=False,
        help="Put into the order by the number on its label. Of a component with "
        "scanned lots, only those are consumed.",
    )
