# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import exit_terms


class CoopExitRule(models.Model):
    """When a leaving member is paid, as the statutes or a meeting decided."""

    _name = "coop.exit.rule"
    _description = "Refund Rule for Leaving Members"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(
        string="In force from",
        required=True,
        help="Requests from this day on; an earlier request keeps the earlier rule.",
    )
    notice_months = fields.Integer(
        string="Waiting time (months)",
        help="Months from the request to the first payment.",
    )
    end_of = fields.Selection(
        [
            ("day", "To the day"),
            ("month", "To the end of that month"),
            ("year", "To the end of that year"),
        ],
        required=True,
        default="day",
        string="Runs",
    )
    instalment_count = fields.Integer(string="Instalments", required=True, default=1)
    interval_months = fields.Integer(
        string="Months between instalments", required=True, default=1
    )
    meeting_id = fields.Many2one(
        "coop.meeting",
        check_company=True,
        index="btree_not_null",
        help="Meeting that decided it.",
    )
    source = fields.Char(
        required=True, help="Article of the statutes (AD/ART), or the resolution."
    )

    _terms_valid = models.Constraint(
        "CHECK (notice_months >= 0 AND instalment_count >= 1 AND interval_months >= 1)",
        "The waiting time is not negative, and there is at least one instalment.",
    )
    _date_uniq = models.Constraint(
        "UNIQUE (company_id, date_from)",
        "The cooperative has a refund rule from this day already.",
    )

    @api.depends("date_from", "source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            day = format_date(self.env, rule.date_from)
            rule.display_name = f"{day} {rule.source or ''}".strip()

    @api.model
    def _get_rule(self, company, day):
        """Return the rule in force on a day, empty when nothing was decided."""
        return self.search(
            [("company_id", "=", company.id), ("date_from", "<=", day)], limit=1
        )

    def _get_refund_date(self, requested):
        """Return the day of the first payment; without a rule that of the request."""
        if not self:
            return requested
        return exit_terms.refund_date(requested, self.notice_months, self.end_of)
