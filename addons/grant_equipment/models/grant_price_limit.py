# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class GrantPriceLimit(models.Model):
    _name = "grant.price.limit"
    _description = "Price Outlier Limit"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"

    date_from = fields.Date(
        required=True, help="The limit applies to handovers from this day on."
    )
    ratio = fields.Float(
        required=True,
        digits=(16, 2),
        help="A unit valued at more than this many times its reference price is marked"
        " as outlier.",
    )
    source = fields.Char(required=True, help="Decision or rule that sets the limit.")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all who have no limit of their own."
    )

    _ratio_positive = models.Constraint(
        "CHECK (ratio > 0)", "The ratio of a price limit is above zero."
    )
    _date_uniq = models.UniqueIndex(
        "(date_from, COALESCE(company_id, 0))",
        "There is a price limit from this day already.",
    )

    @api.model
    def _get_ratio(self, company, date):
        """Return the limit that holds for a company on a day, 0 when none is set.

        The company's own limit goes before the common one.
        """
        limits = self.search(
            [("company_id", "in", [company.id, False]), ("date_from", "<=", date)]
        )
        return (limits.filtered("company_id") or limits)[:1].ratio
