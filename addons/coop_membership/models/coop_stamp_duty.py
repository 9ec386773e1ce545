# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopStampDuty(models.Model):
    """Law on the stamp duty of papers that state an amount of money, dated."""

    _name = "coop.stamp.duty"
    _description = "Stamp Duty"
    _order = "date_from desc"
    _rec_name = "date_from"

    date_from = fields.Date(required=True, string="In force from")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.IDR")
    )
    threshold = fields.Monetary(help="Papers up to this amount bear no duty.")
    amount = fields.Monetary(string="Duty", required=True)
    savings_exempt = fields.Boolean(
        default=True,
        help="Papers of a cooperative on money saved or drawn bear no duty.",
    )
    source = fields.Char(required=True, help="Law and article.")

    _date_uniq = models.Constraint(
        "UNIQUE(date_from)", "There is a stamp duty from that date on already."
    )
    _not_negative = models.Constraint(
        "CHECK(threshold >= 0 AND amount >= 0)", "A duty cannot be negative."
    )

    @api.model
    def compute_duty(self, amount, date, savings=0.0):
        """Return the duty on a paper.

        :param float amount: money that it states, other than savings
        :param str date: day of the paper
        :param float savings: money saved or drawn that it states
        :return: duty, 0 when none is due or no law is recorded for the day
        :rtype: float
        """
        duty = self.search(
            [("date_from", "<=", fields.Date.to_date(date))],
            order="date_from desc",
            limit=1,
        )
        stated = amount if duty.savings_exempt else amount + savings
        return duty.amount if duty and stated > duty.threshold else 0.0
