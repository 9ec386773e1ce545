# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class LpdbRate(models.Model):
    _name = "lpdb.rate"
    _description = "Rate Change of a Loan"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, date_from"
    _check_company_auto = True
    _frozen_fields = ("facility_id", "date_from", "annual_rate", "source")

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
    date_from = fields.Date(required=True, help="First day at this rate.")
    annual_rate = fields.Float(string="Rate (% a year)", digits=(8, 4), required=True)
    source = fields.Char(
        string="Letter", required=True, help="Number and date of the lender's letter."
    )

    _one_a_day = models.Constraint(
        "UNIQUE(facility_id, date_from)", "A loan has one rate a day."
    )
    _rate_positive = models.Constraint(
        "CHECK (annual_rate >= 0)", "A rate is not negative."
    )
