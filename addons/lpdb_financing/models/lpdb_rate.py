# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class LpdbRate(models.Model):
    """A rate that holds from a day on, by a letter of the lender.

    On a running loan it makes a new version of the computed schedule at once. Nothing
    of it changes later, but a rate that no paid row uses can be withdrawn.
    """

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

    @api.depends("annual_rate", "date_from")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = self.env._(
                "%(rate)s %% from %(day)s",
                rate=f"{rate.annual_rate:g}",
                day=fields.Date.to_string(rate.date_from) or "",
            )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._enter()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if "facility_id" in vals:
            self._enter()
        return result

    def unlink(self):
        withdrawn = [
            (rate.facility_id, rate.display_name, rate.source) for rate in self
        ]
        facilities = self.facility_id
        result = super().unlink()
        for facility, rate, letter in withdrawn:
            if facility.state != "draft":
                facility.message_post(
                    body=self.env._(
                        "The rate of %(rate)s (%(letter)s) was withdrawn.",
                        rate=rate,
                        letter=letter,
                    )
                )
        self._reschedule(facilities)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_frozen(self):
        for rate in self:
            rate._check_day()

    def _enter(self):
        """Let new rates act on loans that run already."""
        for rate in self:
            rate._check_day()
            rate._check_span()
        self._reschedule(self.facility_id)

    @api.model
    def _reschedule(self, facilities):
        """Compute the schedules in force with the rates that are recorded now."""
        for facility in facilities:
            schedule = facility.schedule_id
            if not schedule or facility.scheme != "conventional":
                continue
            facility._compute_schedule()
            if schedule.kind != "computed":
                facility.message_post(
                    body=self.env._(
                        "The rates changed, but the lender's schedule stays in force;"
                        " its rows show what the rates would give. Enter the schedule"
                        " that the lender sends for the new rate."
                    )
                )

    def _check_day(self):
        """Refuse a rate that rows in the books were, or should have been, made of."""
        self.ensure_one()
        facility = self.facility_id
        facility._require("draft", "signed", "active", "restructured")
        facility._lock()
        schedule = facility.schedule_id
        if schedule.kind != "computed":
            return
        changed = facility._restructuring()
        if changed and self.date_from <= changed.date:
            raise UserError(
                self.env._(
                    "%(facility)s: the rate from %(day)s lies before the new terms of"
                    " %(date)s, which have their own rate. Choose a later day.",
                    facility=facility.display_name,
                    day=fields.Date.to_string(self.date_from),
                    date=fields.Date.to_string(changed.date),
                )
            )
        last = schedule._settled_rows().sorted("n")[-1:]
        bound = last and facility._bound_of(last.n)
        if last and self.date_from < bound:
            raise UserError(
                self.env._(
                    "%(facility)s: row %(n)s is paid and would change with the rate"
                    " from %(day)s. Enter the rate from %(bound)s on, or import the"
                    " schedule that the lender sent.",
                    facility=facility.display_name,
                    n=last.n,
                    day=fields.Date.to_string(self.date_from),
                    bound=fields.Date.to_string(bound),
                )
            )

    def _check_span(self):
        """Refuse a rate from a day on which the schedule does not run."""
        self.ensure_one()
        facility = self.facility_id
        if not facility.schedule_id:
            return
        first = facility._agreed_start()
        last = max(facility.schedule_id.line_ids.mapped("due"))
        if not first <= self.date_from < last:
            raise UserError(
                self.env._(
                    "%(facility)s: “%(field)s” %(day)s lies outside the schedule, which"
                    " runs from %(first)s to %(last)s.",
                    facility=facility.display_name,
                    field=self._fields["date_from"]._description_string(self.env),
                    day=fields.Date.to_string(self.date_from),
                    first=fields.Date.to_string(first),
                    last=fields.Date.to_string(last),
                )
            )
