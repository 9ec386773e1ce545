# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


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
        shares = super().create(vals_list)
        shares._check_not_frozen()
        return shares

    def write(self, vals):
        if set(vals) & {"partner_id", "graded_qty", "production_id"}:
            self._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        for order in self.production_id:
            if order.state not in ("draft", False) and not order._is_writing_shares():
                raise UserError(
                    self.env._(
                        "The shares of %(order)s are frozen since it was confirmed. "
                        "Cancel it and make a new order to change them.",
                        order=order.display_name,
                    )
                )
