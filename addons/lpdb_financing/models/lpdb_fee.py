# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class LpdbFee(models.Model):
    _name = "lpdb.fee"
    _description = "Fee of a Loan"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, id"
    _check_company_auto = True
    _frozen_fields = ("facility_id", "kind", "percent")
    _closed_list = "fee_ids"

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
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("provision", "Provision"),
            ("guarantee", "Guarantee fee (IJP)"),
            ("notary", "Notary"),
            ("other", "Other"),
        ],
        required=True,
        default="provision",
    )
    percent = fields.Float(
        digits=(8, 4),
        help="Percent of each draw that the lender withholds under the agreement.",
    )
    source = fields.Char(help="Article of the agreement that says so.")

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent < 100)",
        "The percentage of a fee lies between 0 and 100.",
    )
