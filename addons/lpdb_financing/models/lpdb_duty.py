# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from odoo.addons.umkm_base.models.umkm_obligation import KINDS

from ..tools.covenant import period_ends

#: how far ahead the calendar is filled
AHEAD_MONTHS = 12
#: what moves the due day of an obligation that nobody moved
TIMING = {"days_after", "date_from", "date_to", "name", "trigger", "interval_months"}


class LpdbDuty(models.Model):
    """A duty under the agreement: the calendar of obligations is made from it.

    Reports, members' meeting, audit, insurance, on-lending report. Obligations are
    entered for a year ahead until the loan ends; what somebody did or moved stays.
    """

    _name = "lpdb.duty"
    _description = "Duty under a Loan"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, id"
    _check_company_auto = True
    _frozen_fields = ("facility_id",)

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
    name = fields.Char(string="Duty", required=True)
    kind = fields.Selection(KINDS, required=True, default="report")
    trigger = fields.Selection(
        [
            ("period", "End of each period"),
            ("draw", "Each draw"),
            ("signing", "Signing, once"),
        ],
        string="Runs from",
        required=True,
        default="period",
    )
    interval_months = fields.Selection(
        [("1", "Month"), ("3", "Quarter"), ("6", "Half-year"), ("12", "Year")],
        string="For each",
        default="3",
        help="Counted from the company's financial year.",
    )
    days_after = fields.Integer(
        required=True, default=30, help="Days after that day by which it is due."
    )
    date_from = fields.Date(
        default=lambda self: self.env.company._local_date(),
        help="Periods that end before this day are not asked for.",
    )
    date_to = fields.Date(
        help="Last period: the one that ends on this day or before; empty: as long as"
        " the loan runs."
    )
    remind_days = fields.Integer(default=7, help="Days before the due date.")
    source = fields.Char(string="Clause", help="Article of the agreement.")
    responsible_id = fields.Many2one(
        "res.users", help="Empty: who is responsible for the duties of the loan."
    )
    obligation_ids = fields.One2many("umkm.obligation", "lpdb_duty_id")

    _days_positive = models.Constraint(
        "CHECK (days_after >= 0 AND remind_days >= 0)",
        "The days of a duty are not negative.",
    )
    _period_known = models.Constraint(
        "CHECK (trigger <> 'period' OR interval_months IS NOT NULL)",
        "Say for which periods the duty comes back.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A duty cannot end before it begins.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        duties = super().create(vals_list)
        duties.facility_id._sync_obligations()
        return duties

    def write(self, vals):
        if TIMING & vals.keys():
            planned = self._get_planned()
            result = super().write(vals)
            # what nobody moved or did is computed again
            planned.unlink()
            self.facility_id._sync_obligations()
            return result
        return super().write(vals)

    def _get_planned(self):
        """Return the open obligations that stand where they were computed."""
        return self.obligation_ids.filtered(
            lambda o: (
                not o.date_done
                and o.date_due == o.lpdb_duty_id._due_day(o.lpdb_period_end)
            )
        )

    def _due_day(self, day):
        return fields.Date.add(day, days=self.days_after)

    def _wanted(self, today):
        """Return what is to be done, ``{(day it is about, draw id or False)}``."""
        self.ensure_one()
        facility = self.facility_id
        if facility.state not in ("signed", "active", "restructured"):
            return set()
        if self.trigger == "signing":
            return {(facility.date_signed, False)}
        first = self.date_from or facility.date_signed
        last = self.date_to or fields.Date.add(today, months=AHEAD_MONTHS)
        if self.trigger == "draw":
            return {
                (draw.date, draw.id)
                for draw in facility.draw_ids
                if draw.state == "posted" and first <= draw.date <= last
            }
        last = min(
            last,
            fields.Date.add(today, months=AHEAD_MONTHS),
            facility._last_due() or last,
        )
        year_end = int(self.company_id.fiscalyear_last_month or 12)
        months = int(self.interval_months)
        return {
            (day, False)
            for day in period_ends(
                max(first, facility.date_signed), last, months, year_end
            )
        }

    def _period_name(self, day):
        """Return the period as people write it: 03/2026, Q1 2026, S1 2026, 2026."""
        if self.trigger != "period":
            return fields.Date.to_string(day)
        return {
            "1": f"{day.month:02d}/{day.year}",
            "3": f"Q{(day.month + 2) // 3} {day.year}",
            "6": f"S{(day.month + 5) // 6} {day.year}",
            "12": f"{day.year}",
        }[self.interval_months]

    def _prepare_obligation_vals(self, day, draw_id):
        self.ensure_one()
        facility = self.facility_id
        user = self.responsible_id or facility._responsible()
        return {
            "name": f"{self.name} {self._period_name(day)} ({facility.name})",
            "kind": self.kind,
            "rule": self.source or facility.agreement_number,
            "company_id": self.company_id.id,
            "date_due": self._due_day(day),
            "remind_days": self.remind_days,
            "responsible_id": user.id,
            "res_model": facility._name,
            "res_id": facility.id,
            "lpdb_duty_id": self.id,
            "lpdb_period_end": day,
            "lpdb_draw_id": draw_id,
        }
