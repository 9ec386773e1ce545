# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .sharing_guard import by_action, is_by_action, refuse_computed, without_defaults

TERMS = {
    *("site_id", "company_id", "date_from", "date_to", "date_ended"),
    *("allowed_by_id", "reason", "user_id"),
}


class FactorySiteTrial(models.Model):
    _name = "factory.site.trial"
    _description = "Trial Run of a Site"
    _order = "date_from desc, id desc"
    _rec_name = "reason"

    site_id = fields.Many2one(
        "factory.site", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    allowed_by_id = fields.Many2one(
        "res.partner",
        required=True,
        string="Allowed by",
        help="The person or office that answers for production before readiness.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True, help="Why production runs before readiness.")
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date(required=True, help="Last day of the trial, included.")
    date_ended = fields.Date(
        readonly=True,
        copy=False,
        help="Last day, where the trial was ended before its time.",
    )
    production_ids = fields.One2many("mrp.production", "trial_id", string="Orders")
    booking_ids = fields.One2many("factory.booking", "trial_id", string="Bookings")

    _dates_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A trial ends on or after the day it starts."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self = refuse_computed(self, vals_list)
        if any(vals.get("date_ended") for vals in vals_list):
            raise UserError(self.env._("A trial is ended once it runs, not before."))
        trials = super(
            FactorySiteTrial, without_defaults(self, ("user_id", "date_ended"))
        ).create([{**vals, "user_id": self.env.uid} for vals in vals_list])
        for trial in trials:
            trial.site_id.message_post(
                body=self.env._(
                    "Trial from %(start)s to %(end)s allowed by %(who)s: %(reason)s",
                    start=trial.date_from,
                    end=trial.date_to,
                    who=trial.allowed_by_id.display_name,
                    reason=trial.reason,
                )
            )
        return trials

    def write(self, vals):
        if TERMS & vals.keys() and not is_by_action(self):
            raise UserError(
                self.env._(
                    "The terms of the trial of site %(site)s stay as they were allowed;"
                    " end it and record another one.",
                    site=self[:1].site_id.display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for trial in self:
            raise UserError(
                self.env._(
                    "The trial of site %(site)s is on record and cannot be deleted; end"
                    " it instead.",
                    site=trial.site_id.display_name,
                )
            )

    def action_end(self, date=None):
        """End the trial before its time.

        :param date: last day, ISO; the site's today when empty
        :return: True
        """
        for trial in self:
            day = fields.Date.to_date(date) or trial.site_id._local_date()
            last = trial.date_ended or trial.date_to
            if not trial.date_from <= day <= last:
                raise UserError(
                    self.env._(
                        "The trial of site %(site)s runs from %(start)s to %(end)s;"
                        " %(day)s lies outside.",
                        site=trial.site_id.display_name,
                        start=trial.date_from,
                        end=last,
                        day=day,
                    )
                )
            by_action(trial).date_ended = day
        return True
