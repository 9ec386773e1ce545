# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class LpdbDrawUse(models.Model):
    """One use of drawn money, with its proof: what monitoring asks for first."""

    _name = "lpdb.draw.use"
    _description = "Use of Loan Funds"
    _inherit = "coop.guard.mixin"
    _order = "draw_id, date, id"
    _check_company_auto = True

    draw_id = fields.Many2one(
        "lpdb.draw", required=True, index=True, ondelete="restrict", check_company=True
    )
    facility_id = fields.Many2one(related="draw_id.facility_id", store=True, index=True)
    company_id = fields.Many2one(related="draw_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    name = fields.Char(string="Used for", required=True)
    kind = fields.Selection(
        [
            ("investment", "Investment"),
            ("working_capital", "Working capital"),
            ("on_lending", "Lent to members"),
            ("other", "Other"),
        ],
        required=True,
        default="investment",
    )
    partner_id = fields.Many2one("res.partner", string="Paid to", check_company=True)
    amount = fields.Monetary(required=True)
    proof_ids = fields.Many2many("ir.attachment", help="Invoice, receipt, photo.")
    proof_number = fields.Char(help="Number of the invoice or receipt.")
    is_proven = fields.Boolean(
        string="Proven", compute="_compute_is_proven", store=True
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A use of funds is above zero."
    )

    @api.constrains("draw_id", "amount")
    def _check_draw(self):
        reversed_draws = self.draw_id.filtered(lambda draw: draw.state == "reversed")
        if reversed_draws:
            raise UserError(
                self.env._(
                    "%(draw)s is reversed: its money was not used. Enter the use on the"
                    " draw that paid for it.",
                    draw=reversed_draws[:1].display_name,
                )
            )
        self.draw_id._check_use()

    @api.depends("proof_ids", "proof_number")
    def _compute_is_proven(self):
        for use in self:
            use.is_proven = bool(use.proof_ids or use.proof_number)

    def write(self, vals):
        result = super().write(vals)
        if "draw_id" in vals:
            # the rules saw the old draw only
            self.draw_id.check_access("write")
        return result
