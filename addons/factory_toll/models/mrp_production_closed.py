# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a closed order says stands: it is not reopened, deleted or given other lots."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_order_company(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals:
            self._check_state_stands(vals["state"])
        made = {}
        if "lot_producing_ids" in vals:
            made = {order: order._get_lots_made() for order in self}
        result = super().write(vals)
        for order, lots in made.items():
            order._check_lots_made(lots)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        self._check_not_moved()

    def _check_not_moved(self):
        """Core asks the state, and the database deletes the moves with the order."""
        for order in self:
            if order._has_moved():
                raise UserError(
                    self.env._(
                        "%(order)s has moved %(products)s and cannot be deleted: the "
                        "stock would no longer tell where that went. To undo it, take "
                        "the product apart (unbuild).",
                        order=order.display_name,
                        products=order._get_moved_names(),
                    )
                )

    def _check_state_stands(self, state):
        """Refuse to call an order open or cancelled whose goods have moved.

        Core computes the state and writes only "done" once stock has moved.
        """
        for order in self:
            if state not in ("done", order.state) and order._has_moved():
                raise UserError(
                    self.env._(
                        "%(order)s has moved %(products)s: its state stands. To undo "
                        "it, take the product apart (unbuild) and make a new order.",
                        order=order.display_name,
                        products=order._get_moved_names(),
                    )
                )

    def _check_order_company(self, vals_list):
        """Core asks for a number before it asks for the right."""
        for vals in vals_list:
            company_id = vals.get("company_id")
            if company_id and company_id not in self.env.companies.ids:
                raise AccessError(
                    self.env._(
                        "You work for %(companies)s: an order cannot be made for "
                        "another company. Leave the company out, or choose one of "
                        "yours.",
                        companies=", ".join(self.env.companies.mapped("name")),
                    )
                )

    def _get_lots_made(self):
        """Return the lots that a toll or pooled order made; None while it is open."""
        self.ensure_one()
        if self.production_mode == "own" or not self._is_recorded():
            return None
        return self.sudo().lot_producing_ids

    def _check_lots_made(self, lots):
        if lots is not None and lots != self.sudo().lot_producing_ids:
            raise UserError(
                self.env._(
                    "%(order)s is closed: it made lot %(lots)s, and that stands.",
                    order=self.display_name,
                    lots=", ".join(lots.mapped("name")) or "-",
                )
            )

    def _get_done_moves(self):
        """Return what went in and came out, as stock tells it; no scrap."""
        # sudo: what moved counts, whether or not who asks may see it
        moves = self.sudo().move_raw_ids | self.sudo().move_finished_ids
        return moves.filtered(lambda move: move.state == "done" and not move.scrap_id)

    def _has_moved(self):
        self.ensure_one()
        return bool(self._get_done_moves())

    def _get_moved_names(self):
        return ", ".join(self._get_done_moves().product_id.mapped("display_name"))
