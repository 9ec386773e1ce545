# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures on the members: how many, of which sex and class, and the legal minimum."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date


class CoopFoundingMinimum(models.Model):
    """Fewest founders that the law asks for; a warning, as it binds at the founding."""

    _name = "coop.founding.minimum"
    _description = "Founding Minimum of a Cooperative"
    _order = "level, date_from desc"

    level = fields.Selection(
        [("primary", "Primary"), ("secondary", "Secondary")], required=True
    )
    date_from = fields.Date(string="In force from", required=True)
    minimum = fields.Integer(required=True)
    source = fields.Char(required=True)

    _date_uniq = models.Constraint(
        "UNIQUE (level, date_from)", "There is a minimum from this day already."
    )

    @api.depends("level", "date_from", "minimum")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            day = format_date(self.env, record.date_from)
            record.display_name = f"{record.level} {day}: {record.minimum}"

    @api.model
    def _get_minimum(self, level, day):
        return self.search(
            [("level", "=", level), ("date_from", "<=", day)],
            order="date_from desc",
            limit=1,
        )


class CoopMember(models.Model):
    _inherit = "coop.member"

    @api.model
    def get_member_figures(self, date=None, company_id=None):
        """Count the members of a cooperative at the end of a day.

        :param str date: ISO date, the local date when empty
        :param int company_id: the user's current company when empty
        :return: ``{date, total, male, female, unknown, joined, left, minimum,
            warning, groups, group_warning}``; joined and left count from 1 January
            of the year; groups are today's, ``[{name, members}]``
        :rtype: dict
        """
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if not self.env.su and (
            company not in self.env.user.company_ids
            or not self.env.user._is_internal()
            or not self.has_access("read")
        ):
            raise AccessError(self.env._("These members are not open to you."))
        day = fields.Date.to_date(date) or company._local_date()
        self.env.flush_all()
        [row] = self.env.execute_query_dict(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE stays) AS total,
                       COUNT(*) FILTER (WHERE stays AND gender = 'male') AS male,
                       COUNT(*) FILTER (WHERE stays AND gender = 'female') AS female,
                       COUNT(*) FILTER (WHERE stays AND gender IS NULL) AS unknown,
                       COUNT(*) FILTER (WHERE date_joined >= %(start)s) AS joined,
                       COUNT(*) FILTER (WHERE date_exited > %(start)s
                                          AND date_exited <= %(day)s) AS left_count
                  FROM (SELECT m.date_joined, m.date_exited, p.gender,
                               m.date_exited IS NULL OR m.date_exited > %(day)s AS stays
                          FROM coop_member m JOIN res_partner p ON p.id = m.partner_id
                         WHERE m.company_id = %(company)s AND m.date_joined <= %(day)s
                           AND m.state IN ('active', 'suspended', 'exiting', 'exited')
                       ) AS members
                """,
                start=day.replace(month=1, day=1),
                day=day,
                company=company.id,
            )
        )
        row["left"] = row.pop("left_count")
        return {
            "date": fields.Date.to_string(day),
            **row,
            **self._get_minimum_figures(company, row["total"]),
            **self._get_group_figures(company),
        }

    @api.model
    def _get_minimum_figures(self, company, total):
        # company data are open to whoever counts its members
        company = company.sudo()
        rule = self.env["coop.founding.minimum"]._get_minimum(
            company.coop_level or "primary",
            company.legal_entity_date or company._local_date(),
        )
        warning = ""
        if total < rule.minimum:
            warning = self.env._(
                "%(company)s has %(total)s members; at its founding the law asked for"
                " %(minimum)s (%(law)s).",
                company=company.name,
                total=total,
                minimum=rule.minimum,
                law=rule.source,
            )
        return {"minimum": rule.minimum, "warning": warning}
