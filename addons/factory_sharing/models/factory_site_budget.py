# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactorySiteBudget(models.Model):
    _name = "factory.site.budget"
    _description = "Budget Line of a Site"
    _order = "site_id, year, id"

    site_id = fields.Many2one(
        "factory.site", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    name = fields.Char(required=True, help="What the money is for.")
    fund_source = fields.Char(
        help="APBN tugas pembantuan, DAK, APBD, the cooperative itself ..."
    )
    partner_id = fields.Many2one("res.partner", string="Payer")
    year = fields.Integer(string="Budget year")
    currency_id = fields.Many2one(related="site_id.currency_id")
    amount = fields.Monetary(required=True)
    source = fields.Char(help="Where the figure was published or agreed.")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a budget line must be greater than zero."
    )
