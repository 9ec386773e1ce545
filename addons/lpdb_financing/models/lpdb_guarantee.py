# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class LpdbGuarantee(models.Model):
    _name = "lpdb.guarantee"
    _description = "Collateral or Guarantee of a Loan"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, id"
    _check_company_auto = True
    _frozen_fields = ("facility_id", "name", "kind", "partner_id", "amount")

    facility_id = fields.Many2one(
        "lpdb.facility",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(string="Description", required=True)
    kind = fields.Selection(
        [
            ("asset", "Asset collateral"),
            ("fiduciary", "Fiduciary on receivables"),
            ("personal", "Personal guarantee"),
            ("company", "Guarantee company"),
        ],
        required=True,
        default="asset",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Guarantor",
        check_company=True,
        help="Owner of the asset, or who guarantees.",
    )
    number = fields.Char(help="Certificate, deed or guarantee letter.")
    amount = fields.Monetary(string="Value", help="Value that the lender accepted.")
    date_end = fields.Date(string="Valid until")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The value of a guarantee is not negative."
    )
