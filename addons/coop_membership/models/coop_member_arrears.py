# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suspension for arrears: proposed to the board by dated rules, never done alone."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date


class CoopArrearsRule(models.Model):
    _name = "coop.arrears.rule"
    _description = "Rule on Suspension for Arrears"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(string="In force from", required=True)
    overdue_count = fields.Integer(
        string="Overdue dues",
        required=True,
        default=3,
        help="From so many dues on, past their day and not paid in full, the"
        " suspension is proposed.",
    )
    meeting_id = fields.Many2one(
        "coop.meeting", check_company=True, index="btree_not_null"
    )
    source = fields.Char(
        required=True, help="Article of the statutes (AD/ART), or the resolution."
    )

    _count_positive = models.Constraint(
        "CHECK (overdue_count > 0)", "At least one due is overdue."
    )
    _date_uniq = models.Constraint(
        "UNIQUE (company_id, date_from)",
        "The cooperative has a rule on arrears from this day already.",
    )

    @api.depends("date_from", "source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            day = format_date(self.env, rule.date_from)
            rule.display_name = f"{day} {rule.source or ''}".strip()

    @api.model
    def _cron_propose_suspensions(self):
        """Propose to suspend members in arrears, once for each member."""
        for [company] in self._read_group([], ["company_id"]):
            members = company._coop_spoken(self.env["coop.member"])
            members.with_company(company)._propose_suspensions(company)


class CoopMember(models.Model):
    _inherit = "coop.member"

    def _get_arrears(self, company, day):
        """Return active members whose overdue dues reach the rule of the day.

        :rtype: list of (member id, number of dues, open amount)
        """
        rule = self.env["coop.arrears.rule"].search(
            [("company_id", "=", company.id), ("date_from", "<=", day)], limit=1
        )
        if not rule:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT m.id, COUNT(*), SUM(d.amount - d.paid)
                  FROM coop_saving_due d JOIN coop_member m ON m.id = d.member_id
                 WHERE d.company_id = %s AND d.state = 'open' AND d.date_due < %s
                   AND m.state = 'active'
              GROUP BY m.id HAVING COUNT(*) >= %s
              ORDER BY m.id
                """,
                company.id,
                day,
                rule.overdue_count,
            )
        )

    def _propose_suspensions(self, company):
        rows = self._get_arrears(company, company._local_date())
        kind = self.env.ref("coop_membership.mail_activity_type_arrears")
        members = self.browse(member_id for member_id, _count, _sum in rows)
        known = members.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        told = set(known.mapped("res_id"))
        decider = self._get_decider(company)
        for member_id, count, amount in rows:
            if member_id not in told:
                member = self.browse(member_id)
                member.activity_schedule(
                    activity_type_id=kind.id,
                    user_id=decider.id,
                    summary=self.env._(
                        "%(count)s dues overdue, %(amount)s: suspend?",
                        count=count,
                        amount=member._format_amount(float(amount)),
                    ),
                )

    @api.model
    def _get_decider(self, company):
        """Return the first accountant of a company, to whom proposals go."""
        group = self.env.ref("umkm_base.umkm_base_group_accountant")
        # a cron asks, and looks for users only
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", group.ids),
                    ("company_ids", "in", company.ids),
                    ("share", "=", False),
                ],
                order="id desc",
                limit=1,
            )
            or self.env.user
        )
