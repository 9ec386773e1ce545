# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN


class FactoryProductionShare(models.Model):
    _name = "factory.production.share"
    _description = "Owner's Share in a Production Order"
    _order = "production_id, partner_id, id"
    _check_company_auto = True
    _rec_name = "partner_id"

    production_id = fields.Many2one(
        "mrp.production", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="production_id.company_id", store=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True)
    graded_qty = fields.Float(
        "Graded quantity (kg)",
        digits=(16, 3),
        required=True,
        help="Kilograms put in, each counted by the share factor of its grade.",
    )
    percent = fields.Float(
        compute="_compute_percent",
        store=True,
        digits=(9, 6),
        help="Part of the order's outputs and charges that is this owner's.",
    )

    _owner_uniq = models.Constraint(
        "UNIQUE (production_id, partner_id)",
        "An owner has one share in an order.",
    )
    _graded_qty_positive = models.Constraint(
        "CHECK (graded_qty > 0)", "A share needs a quantity above zero."
    )

    @api.depends("graded_qty", "production_id.share_ids.graded_qty")
    def _compute_percent(self):
        for share in self:
            whole = sum(share.production_id.share_ids.mapped("graded_qty"))
            share.percent = share.graded_qty / whole * 100 if whole else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["mrp.production"].browse(
            [vals["production_id"] for vals in vals_list if vals.get("production_id")]
        )
        self._check_by_order(orders)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_order(self.production_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_order(self):
        self._check_by_order(self.production_id)

    def _check_by_order(self, orders):
        """Only the order itself writes shares, when it is confirmed or split.

        The state of the order does not matter: a client can write that too.
        """
        if self.env.context.get("toll_owner_token") is not OWNER_TOKEN:
            raise UserError(
                self.env._(
                    "The shares of %(order)s are taken from the lots put in and frozen "
                    "when it is confirmed. Choose other lots before that; afterwards "
                    "cancel the order and make a new one.",
                    order=orders[:1].display_name or self.env._("an order"),
                )
            )
