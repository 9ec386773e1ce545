# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is to be withheld from interest, computed for all members at once."""

from odoo import api, fields, models
from odoo.tools import SQL, date_utils


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    interest_months = fields.Integer(
        default=1, help="Months that the interest is for, when tax tests a month of it."
    )

    @api.model
    def _tax_sql(self, condition, company, day):
        """Return SQL of ``(account_id, member_id, type_id, tax)`` to withhold.

        The tax of a member's month is that on all his interest in it, of all accounts,
        less what was withheld in it already; it is spread over the accounts in
        proportion to their interest, exact in total.

        :param SQL condition: on ``coop_saving_entry``: the interest that is paid now
        :param date day: day of the payment
        """
        run = SQL(
            """
            SELECT id, account_id, member_id, type_id, amount,
                   amount / GREATEST(interest_months, 1) AS monthly
              FROM coop_saving_entry
             WHERE kind = 'interest' AND state = 'draft' AND (%s)
            """,
            condition,
        )
        return self._tax_of_run_sql(run, company, day)

    @api.model
    def _tax_of_run_sql(self, run, company, day):
        """Return SQL as ``_tax_sql``, for interest that need not be entries yet.

        :param SQL run: ``(id, account_id, member_id, type_id, amount, monthly)``
        """
        first = date_utils.start_of(day, "month")
        rules = self.env["coop.saving.tax"]
        person = rules._get_in_force("person", day)
        entity = rules._get_in_force("company", day)
        return SQL(
            """
            WITH run AS (%(run)s),
            paid AS (
                SELECT e.member_id,
                       SUM(e.amount) FILTER (WHERE e.kind = 'interest') AS gross,
                       SUM(e.amount / GREATEST(e.interest_months, 1))
                           FILTER (WHERE e.kind = 'interest') AS monthly,
                       -SUM(e.amount) FILTER (WHERE e.kind = 'tax') AS tax
                  FROM coop_saving_entry e
                 WHERE e.company_id = %(company)s AND e.state = 'posted'
                   AND e.member_id IN (SELECT member_id FROM run)
                   AND e.date BETWEEN %(first)s AND %(last)s
                   AND e.kind IN ('interest', 'tax')
                   AND NOT EXISTS (SELECT 1 FROM coop_saving_entry x
                                    WHERE x.reversed_entry_id = e.id)
              GROUP BY e.member_id),
            months AS (
                SELECT r.member_id, SUM(r.amount) AS now,
                       SUM(r.amount) + COALESCE(MIN(p.gross), 0) AS gross,
                       SUM(r.monthly) + COALESCE(MIN(p.monthly), 0) AS monthly,
                       COALESCE(MIN(p.tax), 0) AS withheld
                  FROM run r LEFT JOIN paid p ON p.member_id = r.member_id
              GROUP BY r.member_id),
            taxes AS (
                SELECT m.member_id, m.now,
                       GREATEST(0, CASE
                           WHEN CASE law.basis WHEN 'payment' THEN m.gross
                                               ELSE m.monthly END > law.threshold
                           THEN round(m.gross * law.rate / 100 / %(unit)s::numeric)
                                * %(unit)s::numeric
                           ELSE 0 END - m.withheld) AS tax
                  FROM months m
                  JOIN coop_member c ON c.id = m.member_id
                  JOIN res_partner p ON p.id = c.partner_id
                  JOIN (VALUES (FALSE, %(person_threshold)s::numeric,
                                %(person_rate)s::numeric, %(person_basis)s),
                               (TRUE, %(entity_threshold)s::numeric,
                                %(entity_rate)s::numeric, %(entity_basis)s))
                       AS law (entity, threshold, rate, basis)
                    ON law.entity = COALESCE(p.is_company, FALSE))
            SELECT account_id, member_id, type_id,
                   (round(tax * upto / now / %(unit)s::numeric)
                    - round(tax * (upto - amount) / now / %(unit)s::numeric))
                   * %(unit)s::numeric AS tax
              FROM (SELECT r.account_id, r.member_id, r.type_id, r.amount, t.tax, t.now,
                           SUM(r.amount) OVER (
                               PARTITION BY r.member_id ORDER BY r.account_id, r.id
                           ) AS upto
                      FROM run r JOIN taxes t ON t.member_id = r.member_id
                     WHERE t.tax > 0) AS spread
            """,
            run=run,
            company=company.id,
            first=first,
            last=date_utils.end_of(day, "month"),
            unit=str(company.amount_unit or 1.0),
            person_threshold=str(person.threshold),
            person_rate=str(person.rate),
            person_basis=person.test_basis,
            entity_threshold=str(entity.threshold),
            entity_rate=str(entity.rate),
            entity_basis=entity.test_basis,
        )
