# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.models.umkm_obligation import KINDS

from ..tools import duty


class CoopDuty(models.Model):
    """A duty that comes back, by law or decision: the calendar is made from it."""

    _name = "coop.duty"
    _description = "Recurring Duty"
    _order = "kind, interval_months, name, date_from"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="report")
    rule = fields.Char(
        required=True, help="Law or decision that demands it, with its article."
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: every cooperative has the duty; else this one alone.",
    )
    interval_months = fields.Selection(
        [("1", "Month"), ("3", "Quarter"), ("6", "Half-year"), ("12", "Year")],
        string="For each",
        required=True,
        default="1",
    )
    months_after = fields.Integer(
        required=True,
        default=1,
        help="Months after the month in which the period ends; 0 is that month.",
    )
    day = fields.Integer(
        required=True, default=31, help="Day of the month; 31 is its last day."
    )
    remind_days = fields.Integer(default=7, help="Days before the due date.")
    only_taxable = fields.Boolean(
        string="Only PKP", help="Only for companies that charge VAT."
    )
    date_from = fields.Date(
        required=True, help="First period: the one that ends on this day or later."
    )
    date_to = fields.Date(help="Last period: the one that ends on this day or before.")
    active = fields.Boolean(default=True)

    _day_of_month = models.Constraint(
        "CHECK (day BETWEEN 1 AND 31 AND months_after >= 0 AND remind_days >= 0)",
        "A duty is due on a day from 1 to 31 of a month after its period.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A duty cannot end before it begins.",
    )

    @api.model
    def action_create_obligations(self, year=None, company_id=None):
        """Enter the due days of a year into the calendar of a cooperative.

        What is there already stays as it is, done or moved.

        :param int year: year of the periods, the current one when empty
        :param int company_id: the user's current company when empty
        :return: number of obligations created
        :rtype: int
        """
        company = self.env["res.company"].browse(company_id) or self.env.company
        if not self.env.su and company not in self.env.user.company_ids:
            raise UserError(
                self.env._("Choose one of your own companies for the calendar.")
            )
        year = year or company._local_date().year
        return self._create_for(company, int(year))

    def _create_for(self, company, year):
        obligations = self.env["umkm.obligation"]
        duties = self or self.search([("company_id", "in", (False, company.id))])
        entered = obligations.search(
            [("company_id", "=", company.id), ("coop_duty_id", "!=", False)],
            order="date_due",
        )
        known = {(one.coop_duty_id.id, one.coop_period_end) for one in entered}
        # who did it last does it next
        persons = {one.coop_duty_id.id: one.responsible_id.id for one in entered}
        vals_list = [
            one._prepare_obligation_vals(company, last, persons.get(one.id))
            for one in duties
            for _first, last in duty.periods(year, int(one.interval_months))
            if one._applies(company, last) and (one.id, last) not in known
        ]
        return len(obligations.create(vals_list))

    def _applies(self, company, last):
        """Tell whether a company has the duty for the period that ends on a day."""
        self.ensure_one()
        return (
            self.date_from <= last
            and (not self.date_to or last <= self.date_to)
            and (not self.only_taxable or company.is_taxable_enterprise)
        )

    def _prepare_obligation_vals(self, company, last, responsible=None):
        self.ensure_one()
        user = self.env.user
        if not responsible and user.active and company in user.company_ids:
            responsible = user.id
        period = {
            "1": f"{last.month:02d}/{last.year}",
            "3": f"Q{(last.month + 2) // 3} {last.year}",
            "6": f"S{(last.month + 5) // 6} {last.year}",
            "12": f"{last.year}",
        }[self.interval_months]
        return {
            "name": f"{self.name} {period}",
            "kind": self.kind,
            "rule": self.rule,
            "company_id": company.id,
            "date_due": duty.due_day(last, self.months_after, self.day),
            "remind_days": self.remind_days,
            "responsible_id": responsible or False,
            "coop_duty_id": self.id,
            "coop_period_end": last,
            "res_model": "res.company",
            "res_id": company.id,
        }

    @api.model
    def _cron_create_obligations(self):
        """Enter this year's and, from October, next year's days of each cooperative."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        for company in companies.filtered(lambda one: one._coop_journal("savings")):
            today = company._local_date()
            for year in {today.year, fields.Date.add(today, months=3).year}:
                company._coop_spoken(self)._create_for(company, year)


class UmkmObligation(models.Model):
    _inherit = "umkm.obligation"

    coop_duty_id = fields.Many2one(
        "coop.duty",
        string="Recurring duty",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    coop_period_end = fields.Date(
        string="Period until",
        readonly=True,
        copy=False,
        help="Last day of the month, quarter or year that it is about.",
    )

    _coop_duty_once = models.UniqueIndex(
        "(company_id, coop_duty_id, coop_period_end) WHERE coop_duty_id IS NOT NULL",
        "This duty stands in the calendar for this period already.",
    )
