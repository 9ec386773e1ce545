# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class LpdbFacility(models.Model):
    """Duties under the agreement, in the calendar of obligations."""

    _inherit = "lpdb.facility"

    duty_ids = fields.One2many("lpdb.duty", "facility_id", string="Duties")
    obligation_count = fields.Integer(compute="_compute_obligations")
    obligation_late_count = fields.Integer(compute="_compute_obligations")
    compliance_warning = fields.Text(
        compute="_compute_compliance_warning",
        help="What of the agreement is not kept today: covenants, money to be lent on,"
        " duties, cover.",
    )

    @api.depends_context("uid", "lang")
    @api.depends("breach_since", "onlending_warning", "coverage_shortfall")
    def _compute_compliance_warning(self):
        for facility in self:
            texts = [facility._warn_of_breach(), facility.onlending_warning]
            if facility.obligation_late_count:
                texts.append(
                    self.env._(
                        "Late duties to the lender: %s.", facility.obligation_late_count
                    )
                )
            if facility.is_cover_short:
                texts.append(
                    self.env._(
                        "Collateral and guarantees in force cover %s less than the"
                        " agreement demands.",
                        facility._format(facility.coverage_shortfall),
                    )
                )
            running = facility.state not in ("draft", "closed")
            facility.compliance_warning = (
                "\n".join(filter(None, texts)) if running else False
            )

    def _compute_obligations(self):
        obligations = self.env["umkm.obligation"]
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("date_done", "=", False),
        ]
        rows = obligations.search_read(domain, ["res_id", "date_due"])
        for facility in self:
            today = facility.company_id._local_date()
            due = [row["date_due"] for row in rows if row["res_id"] == facility.id]
            facility.obligation_count = len(due)
            facility.obligation_late_count = sum(day < today for day in due)

    def _write_guarded(self, vals):
        """Keep the calendar with the states and schedules that actions write."""
        result = super()._write_guarded(vals)
        if {"state", "schedule_id"} & vals.keys():
            self._sync_obligations()
        return result

    def action_create_obligations(self):
        """Enter the duties and expiries of a year ahead into the calendar.

        What is there stays as it is, done or moved; calling it again changes nothing.

        :return: number of obligations created
        :rtype: int
        """
        self.check_access("write")
        return self._sync_obligations()

    def _sync_obligations(self):
        """Enter what is missing, drop what a closed or shortened loan asks no more."""
        created = 0
        for facility in self:
            spoken = facility.company_id._coop_spoken(facility)
            created += spoken._sync_duties() + spoken.guarantee_ids._sync_obligation()
        return created

    def _sync_duties(self):
        self.ensure_one()
        obligations = self.env["umkm.obligation"]
        if not self.duty_ids:
            return 0
        today = self.company_id._local_date()
        known = {
            (one.lpdb_duty_id, one.lpdb_period_end, one.lpdb_draw_id.id): one
            for one in obligations.search([("lpdb_duty_id", "in", self.duty_ids.ids)])
        }
        vals_list, wanted = [], set()
        for duty in self.duty_ids:
            for day, draw_id in duty._wanted(today):
                key = (duty, day, draw_id)
                wanted.add(key)
                if key not in known:
                    vals_list.append(duty._prepare_obligation_vals(day, draw_id))
        end = self._duties_end()
        for key, one in known.items():
            over = end and one.lpdb_period_end > end
            undone = one.lpdb_draw_id and one.lpdb_draw_id.state == "reversed"
            if key not in wanted and not one.date_done and (over or undone):
                one.unlink()
        return len(obligations.create(vals_list))

    def _duties_end(self):
        """Return the last day that duties are about: when the loan was paid."""
        self.ensure_one()
        if self.state == "closed":
            return self.date_closed or self.company_id._local_date()
        return self._last_due()

    def _responsible(self):
        """Return who is reminded: named on the loan, else who enters the duty."""
        self.ensure_one()
        user = self.compliance_user_id or self.env.user
        fits = user.active and self.company_id in user.sudo().company_ids
        return user if fits else user.browse()

    def _last_due(self):
        """Return the day of the last instalment, False without a schedule."""
        self.ensure_one()
        return max(self.schedule_id.line_ids.mapped("due"), default=False)

    @api.model
    def _cron_create_obligations(self):
        """Keep the calendars of running loans a year ahead."""
        loans = self.search(
            [
                ("state", "!=", "draft"),
                "|",
                ("duty_ids", "!=", False),
                ("guarantee_ids.date_end", "!=", False),
            ]
        )
        for done, loan in enumerate(loans, start=1):
            try:
                with self.env.cr.savepoint():
                    loan._sync_obligations()
            except UserError as error:
                _logger.warning("Loan %s: calendar not filled: %s", loan.id, error)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(loans) - done):
                return

    def action_open_obligations(self):
        """Open the calendar of the loan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "umkm_base.umkm_obligation_action"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        action["context"] = {
            "default_res_model": self._name,
            "default_res_id": self.id,
            "default_kind": "loan",
            "default_company_id": self.company_id.id,
            "search_default_open": 1,
        }
        return action
