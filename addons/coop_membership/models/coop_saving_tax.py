# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.saving_tax import tax_of_month, tax_to_withhold

PARTNER_KINDS = [("person", "Person"), ("company", "Company or cooperative")]


class CoopSavingTax(models.Model):
    """Law on the tax on savings interest, dated; the same for all cooperatives."""

    _name = "coop.saving.tax"
    _description = "Tax on Savings Interest"
    _order = "partner_kind, date_from desc"
    _rec_name = "date_from"

    date_from = fields.Date(required=True, string="In force from")
    partner_kind = fields.Selection(
        PARTNER_KINDS, string="Member is a", required=True, default="person"
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.ref("base.IDR")
    )
    threshold = fields.Monetary(
        help="Interest of a member in a month, over all his accounts, that bears no"
        " tax, itself included. Above it the whole gross is taxed, not the excess."
    )
    rate = fields.Float(
        string="Rate (%)", digits=(16, 4), help="Percent of the gross interest."
    )
    test_basis = fields.Selection(
        [
            ("payment", "What is paid in the month"),
            ("equivalent", "Its monthly equivalent"),
        ],
        required=True,
        default="payment",
        help="What is compared with the threshold when interest is paid for several"
        " months at once: all of it, or its part of a month (an author's opinion,"
        " not a ruling). The tax is on the whole gross in both cases.",
    )
    source = fields.Char(required=True, help="Law and article.")

    _date_uniq = models.Constraint(
        "UNIQUE(partner_kind, date_from)", "There is a rule from that date on already."
    )
    _in_range = models.Constraint(
        "CHECK(threshold >= 0 AND rate >= 0 AND rate <= 100)",
        "A threshold is not negative, and a rate lies between 0 and 100 percent.",
    )

    @api.depends("partner_kind", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["partner_kind"]._description_selection(self.env))
        for tax in self:
            kind = labels.get(tax.partner_kind, "")
            tax.display_name = f"{kind} ({format_date(self.env, tax.date_from)})"

    @api.model
    def _get_in_force(self, partner_kind, day):
        """Return the rule of a day, or refuse to go on without one."""
        rule = self.search(
            [("partner_kind", "=", partner_kind), ("date_from", "<=", day)],
            order="date_from desc",
            limit=1,
        )
        if not rule:
            labels = dict(self._fields["partner_kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "There is no rule for the tax on savings interest of a"
                    " %(kind)s on %(day)s. Record it under Configuration, Cooperative,"
                    " Tax on savings interest.",
                    kind=labels.get(partner_kind, partner_kind),
                    day=fields.Date.to_string(day),
                )
            )
        return rule

    @api.model
    def compute_tax(self, partner_kind, gross, date, withheld=0.0, months=1):
        """Return the tax on the interest of a member in a month.

        :param str partner_kind: person or company
        :param float gross: all interest of the member in the month, of all accounts
        :param str date: a day of the month
        :param float withheld: what was withheld in the month already
        :param int months: months that the interest is for, for the rule's test basis
        :return: what is to be withheld now, rounded to the company's amount unit
        :rtype: float
        :raise UserError: when no rule is in force on the day
        """
        day = fields.Date.to_date(date) or self.env.company._local_date()
        rule = self._get_in_force(partner_kind, day)
        amount = to_decimal(gross)
        tested = None
        if rule.test_basis == "equivalent":
            tested = amount / max(int(months), 1)
        due = tax_of_month(
            amount,
            to_decimal(rule.threshold),
            to_decimal(rule.rate),
            to_decimal(self.env.company.amount_unit or 1.0),
            tested,
        )
        return float(tax_to_withhold(due, to_decimal(withheld) or Decimal(0)))
