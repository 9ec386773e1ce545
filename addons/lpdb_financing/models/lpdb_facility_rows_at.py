# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.tools import SQL


class LpdbFacility(models.Model):
    """What of each instalment was open at the end of any day, also a past one."""

    _inherit = "lpdb.facility"

    def _past(self, day):
        """Return a day that is over, or None: then what is in force now counts."""
        return day if day < self.company_id._local_date() else None

    def _looked_back(self, day):
        """Return a day on which nobody can settle the loan any more, or None.

        Draws, payments or new terms came after it, or the loan is closed: then the
        pay-off is what it was on that day. Else it is what a payment costs that is
        entered late, on the schedule in force.
        """
        self.ensure_one()
        later = self.entry_ids.filtered(
            lambda entry: entry.date > day and entry._moves_principal()
        )
        is_over = later or self.state == "closed" or self._is_restructured_after(day)
        return self._past(day) if is_over else None

    def _version_at(self, day=None):
        """Return the schedule that held on a day, as :meth:`_rows_at_sql` does.

        :param date day: without a day that is over, the schedule in force
        """
        self.ensure_one()
        if not day or not self._past(day):
            return self.schedule_id
        versions = self.schedule_ids.filtered("version").sorted("version")
        begun = versions.filtered(lambda version: version.date_from <= day)
        return begun[-1:] or versions[:1]

    def _rows_at_sql(self, day):
        """Return the query of all rows of the schedules that held on a day.

        The version that held is the newest that began by the day, today and later the
        one in force. What was paid counts by the number of the row, which its copies
        in later versions keep. Loans that were not drawn by the day, not taken over
        yet, or closed have no row.

        :return: query of (facility_id, id, n, due, principal, interest), the amounts
            less what was paid by the end of the day
        :rtype: SQL
        """
        current = [
            loans.ids
            for company, loans in self.grouped("company_id").items()
            if day >= company._local_date()
        ]
        return SQL(
            """
            WITH loan AS (
                SELECT f.id, f.id = ANY(%(current)s) AS is_current
                  FROM lpdb_facility f
                 WHERE f.id = ANY(%(ids)s)
                   AND (f.opening_date IS NULL OR f.opening_date <= %(day)s)
                   AND (f.date_closed IS NULL OR f.date_closed > %(day)s)
                   AND EXISTS (
                       SELECT FROM lpdb_draw d
                        WHERE d.facility_id = f.id AND d.date <= %(day)s
                          AND (d.state = 'posted' OR d.state = 'reversed'
                               AND d.reversal_date > %(day)s))
            ), version AS (
                SELECT DISTINCT ON (s.facility_id) s.id, s.facility_id
                  FROM lpdb_schedule s JOIN loan ON loan.id = s.facility_id
                 WHERE s.version > 0
              ORDER BY s.facility_id, loan.is_current AND s.state <> 'active',
                       s.date_from > %(day)s,
                       CASE WHEN s.date_from <= %(day)s THEN -s.version
                            ELSE s.version END
            ), paid AS (
                SELECT p.facility_id, i.n,
                       SUM(l.amount) FILTER (WHERE l.kind = 'principal') AS principal,
                       SUM(l.amount) FILTER (WHERE l.kind = 'interest') AS interest
                  FROM lpdb_payment p
                  JOIN loan ON loan.id = p.facility_id
                  JOIN lpdb_payment_line l ON l.payment_id = p.id
                  JOIN lpdb_instalment i ON i.id = l.instalment_id
                 WHERE p.date <= %(day)s
                   AND (p.state = 'posted' OR p.state = 'reversed'
                        AND p.reversal_date > %(day)s)
              GROUP BY p.facility_id, i.n
            )
            SELECT v.facility_id, i.id, i.n, i.due,
                   i.principal - COALESCE(paid.principal, 0) AS principal,
                   -- a settlement may pay interest on arrears that no row asks
                   GREATEST(i.interest - COALESCE(paid.interest, 0), 0) AS interest
              FROM version v
              JOIN lpdb_instalment i ON i.schedule_id = v.id
         LEFT JOIN paid ON paid.facility_id = v.facility_id AND paid.n = i.n
            """,
            ids=self.ids,
            current=[number for ids in current for number in ids],
            day=day,
        )

    def _scheduled_until(self, day, last):
        """Return the open principal of the rows that fall due by another day.

        :param date day: at its end it is looked at
        :param date last: last due date that counts
        :return: ``{facility id: amount}``
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT facility_id, SUM(principal) FROM (%(rows)s) AS row
                 WHERE due <= %(last)s GROUP BY facility_id
                """,
                rows=self._rows_at_sql(day),
                last=last,
            )
        )
        return {facility: float(amount) for facility, amount in rows}

    def _position_at(self, day):
        """Return what of each loan is overdue at the end of a day, and what comes.

        A due date counts as day 1 past due, as in :mod:`tools.collectability`.

        :return: ``{facility id: {"oldest_due", "overdue", "next_due", "next_amount"}}``
            with dates or False; loans without an open row are missing
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH open AS (
                    SELECT * FROM (%(rows)s) AS row
                     WHERE row.principal > 0 OR row.interest > 0
                ), sums AS (
                    SELECT facility_id,
                           MIN(due) FILTER (WHERE due <= %(day)s) AS oldest_due,
                           SUM(GREATEST(principal, 0) + interest)
                           FILTER (WHERE due <= %(day)s) AS overdue,
                           MIN(due) FILTER (WHERE due > %(day)s) AS next_due
                      FROM open GROUP BY facility_id
                )
                SELECT s.facility_id, s.oldest_due, s.overdue, s.next_due,
                       (SELECT SUM(GREATEST(o.principal, 0) + o.interest) FROM open o
                         WHERE o.facility_id = s.facility_id AND o.due = s.next_due)
                       AS next_amount
                  FROM sums s
                """,
                rows=self._rows_at_sql(day),
                day=day,
            )
        )
        return {
            row["facility_id"]: {
                "oldest_due": row["oldest_due"] or False,
                "overdue": float(row["overdue"] or 0),
                "next_due": row["next_due"] or False,
                "next_amount": float(row["next_amount"] or 0),
            }
            for row in rows
        }
