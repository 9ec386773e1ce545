# SPDX-License-Identifier: AGPL-3.0-or-later
"""Goods with which an owner pays: told apart by line, valued apart in the books."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_intake import MONEY_GROUPS
from .stock_lot import OWNER_TOKEN

KIND_FIELDS = {"kind_owner_id", "kind_value"}


class StockMove(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _get_value_from_production(self, quantity, at_date=None):
        """Value what was paid in kind at its worth, the rest at the order's cost."""
        # values are hidden from who closes an order
        lines = self.sudo().move_line_ids.filtered("kind_owner_id")
        if not self.production_id or not lines:
            return super()._get_value_from_production(quantity, at_date)
        paid = sum(lines.mapped("quantity_product_uom"))
        data = super()._get_value_from_production(quantity - paid, at_date)
        worth = sum(lines.mapped("kind_value"))
        text = self.env._(
            "%(worth)s for %(quantity)s %(unit)s paid in kind",
            worth=self.company_currency_id.format(worth),
            quantity=round(paid, 3),
            unit=self.product_id.uom_id.name,
        )
        own = not self.product_id.uom_id.is_zero(quantity - paid)
        return {
            "value": data["value"] + worth,
            "quantity": quantity,
            "description": f"{data['description']}\n{text}" if own else text,
        }


class StockMoveLine(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    kind_owner_id = fields.Many2one(
        "res.partner",
        string="Paid by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The owner in the order who paid for the work with these goods.",
    )
    kind_value = fields.Float(
        "Value in kind",
        digits=(16, 2),
        readonly=True,
        copy=False,
        groups=MONEY_GROUPS,
        help="What these goods were worth to the cooperative when they came out.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        keys = {f"default_{name}" for name in KIND_FIELDS} & self.env.context.keys()
        if keys or any(KIND_FIELDS & vals.keys() for vals in vals_list):
            self._check_kind_by_order()
        return super().create(vals_list)

    def write(self, vals):
        if KIND_FIELDS & vals.keys():
            self._check_kind_by_order()
        return super().write(vals)

    def _get_output_key(self):
        """Return what tells the lines of an output apart: holder, payer and lot."""
        self.ensure_one()
        return self.owner_id, self.kind_owner_id, self.lot_id

    def _check_kind_by_order(self):
        """Only an order, or what takes it apart, says who pays with what."""
        if self.env.context.get("toll_owner_token") is not OWNER_TOKEN:
            raise UserError(
                self.env._(
                    "Who pays in kind is said by the order when its output is recorded;"
                    " it cannot be written."
                )
            )
