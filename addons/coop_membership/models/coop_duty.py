# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.umkm_base.models.umkm_obligation import KINDS

from ..tools import duty

#: what the law or the decision says; a change of it is to be verified again
LEGAL_FIELDS = frozenset(
    {
        "rule",
        "interval_months",
        "months_after",
        "day",
        "only_taxable",
        "date_from",
        "date_to",
    }
)


class CoopDuty(models.Model):
    """A duty that comes back, by law or decision: the calendar is made from it.

    General duties come with the addon and are to be verified. A cooperative that reads
    one otherwise makes its own version, which replaces the general one from its first
    period on.
    """

    _name = "coop.duty"
    _description = "Recurring Duty"
    _inherit = ["coop.guard.mixin"]
    _check_company_auto = True
    _guarded_fields = {"verified_on": False, "verified_by_id": False}
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
    general_id = fields.Many2one(
        "coop.duty",
        string="Replaces",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("company_id", "=", False)],
        help="General duty that this one replaces for the cooperative, from its first"
        " period on.",
    )
    verified_on = fields.Date(
        readonly=True,
        copy=False,
        help="Day on which somebody compared it with its source; empty: please verify"
        " before you rely on it.",
    )
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _day_of_month = models.Constraint(
        "CHECK (day BETWEEN 1 AND 31 AND months_after >= 0 AND remind_days >= 0)",
        "A duty is due on a day from 1 to 31 of a month after its period.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A duty cannot end before it begins.",
    )

    @api.constrains("general_id", "company_id")
    def _check_general(self):
        for own in self.filtered("general_id"):
            if not own.company_id or own.general_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(duty)s: only the duty of one cooperative replaces another,"
                        " which is then a general one.",
                        duty=own.name,
                    )
                )

    def write(self, vals):
        legal = LEGAL_FIELDS & vals.keys()
        moved = {"months_after", "day"} & legal
        planned = self._get_planned_obligations() if moved else {}
        result = super().write(vals)
        if legal:
            self.filtered("verified_on")._write_guarded(
                {"verified_on": False, "verified_by_id": False}
            )
        for one, obligations in planned.items():
            for obligation in obligations:
                obligation.date_due = one._get_due_day(obligation.coop_period_end)
        return result

    def _get_due_day(self, last):
        return duty.due_day(last, self.months_after, self.day)

    def _get_planned_obligations(self):
        """Return what is open in calendars as computed, ``{duty: obligations}``."""
        result = {}
        for obligation in self.env["umkm.obligation"].search(
            [("coop_duty_id", "in", self.ids), ("date_done", "=", False)]
        ):
            one = obligation.coop_duty_id
            # what somebody moved stays where he put it
            if obligation.date_due == one._get_due_day(obligation.coop_period_end):
                result[one] = result.get(one, obligation.browse()) | obligation
        return result

    def action_adopt(self):
        """Make the current cooperative's own version of general duties, to be changed.

        It is in force from this year's first period on.
        """
        company = self.env.company
        own = self.browse()
        for general in self:
            if general.company_id:
                raise UserError(
                    self.env._(
                        "%(duty)s is the own duty of %(company)s already; change it.",
                        duty=general.name,
                        company=general.company_id.name,
                    )
                )
            first = company._local_date().replace(month=1, day=1)
            own |= general.copy(
                {
                    "company_id": company.id,
                    "general_id": general.id,
                    "date_from": max(general.date_from, first),
                }
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coop_membership.coop_duty_action"
        )
        action["domain"] = [("id", "in", own.ids)]
        if len(own) == 1:
            action.update(res_id=own.id, views=[(False, "form")], domain=[])
        return action

    def action_verify(self):
        """Record that one compared the duty with its source, today."""
        self.check_access("write")
        self._write_guarded(
            {
                "verified_on": self.env.company._local_date(),
                "verified_by_id": self.env.uid,
            }
        )
        return True

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
        self._drop_replaced(company)
        entered = obligations.search(
            [("company_id", "=", company.id), ("coop_duty_id", "!=", False)],
            order="date_due",
        )
        known = {(one.coop_duty_id.id, one.coop_period_end) for one in entered}
        replaced = self._get_replaced(company)
        # who did it last does it next
        persons = {one.coop_duty_id.id: one.responsible_id.id for one in entered}
        vals_list = [
            one._prepare_obligation_vals(company, last, persons.get(one.id))
            for one in duties
            for _first, last in duty.periods(year, int(one.interval_months))
            if one._applies(company, last)
            and (one.id, last) not in known
            and (one.general_id.id, last) not in known
            and (one.id not in replaced or last < replaced[one.id])
        ]
        return len(obligations.create(vals_list))

    @api.model
    def _get_replaced(self, company):
        """Return from when own versions replace general duties, ``{id: first day}``."""
        own = self.search(
            [("company_id", "=", company.id), ("general_id", "!=", False)]
        )
        return {
            general.id: min(versions.mapped("date_from"))
            for general, versions in own.grouped("general_id").items()
        }

    @api.model
    def _drop_replaced(self, company):
        """Take general duties that are replaced and still open out of the calendar."""
        for general, day in self._get_replaced(company).items():
            self.env["umkm.obligation"].search(
                [
                    ("company_id", "=", company.id),
                    ("coop_duty_id", "=", general),
                    ("coop_period_end", ">=", day),
                    ("date_done", "=", False),
                ]
            ).unlink()

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
            "date_due": self._get_due_day(last),
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
