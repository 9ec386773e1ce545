# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.ageing import BUCKETS, NO_DATE, NOT_DUE, bucket, penalties
from ..tools.collectability import dpd

AMOUNTS = ("principal", "interest", "penalty", "total")


class LpdbFacility(models.Model):
    """Ageing of what all loans owe, as of any day."""

    _inherit = "lpdb.facility"

    @api.model
    def ageing_at(self, date=None, facility_ids=None):
        """Return what is overdue and what is not due yet at the end of a day.

        A loan has one row for each overdue instalment, one for all that is not due yet
        (its interest is what those instalments will ask) and, when the schedule does
        not cover the debt, one without a due date; so the principal of a loan's rows
        is its outstanding principal of that day. A due date counts as day 1.

        :param str date: ISO date, the company's local date when empty
        :param list(int) facility_ids: these loans only, else all that the user sees
        :return: ``{"date", "rows", "totals"}``. A row is ``{"facility_id", "facility",
            "lender_id", "lender", "company_id", "currency_id", "instalment_id", "n",
            "due", "days", "bucket", "principal", "interest", "penalty", "total"}``,
            where ``instalment_id`` and ``n`` are 0 and ``due`` the next due date when
            it stands for several. ``totals`` has a row for each bucket in order:
            00_not_due, 01_30, 31_60, 61_90, 91_over, 99_no_date
        :rtype: dict
        """
        domain = [("state", "!=", "draft")]
        if facility_ids is not None:
            domain.append(("id", "in", facility_ids))
        rows = []
        for company, loans in self.search(domain).grouped("company_id").items():
            day = company._read_day(date)
            rows += loans._ageing_rows(day)
        keys = [NOT_DUE, *(key for _first, key in BUCKETS), NO_DATE]
        totals = {key: {"bucket": key, **dict.fromkeys(AMOUNTS, 0.0)} for key in keys}
        for row in rows:
            for name in AMOUNTS:
                totals[row["bucket"]][name] += row[name]
        day = self.env.company._read_day(date)
        return {
            "date": fields.Date.to_string(day),
            "rows": rows,
            "totals": list(totals.values()),
        }

    def _ageing_rows(self, day):
        """Return the rows of the ageing list of loans of one company."""
        if not self:
            return []
        self.env.flush_all()
        overdue, coming = self._ageing_overdue(day), self._ageing_coming(day)
        owed = self._outstanding_by_loan(day)
        charged = self._penalty_charged_until(day)
        rows = []
        for facility in self:
            late = overdue.get(facility.id, [])
            own = facility._ageing_late_rows(late, day, charged.get(facility.id))
            next_due, principal, interest = coming.get(facility.id, (False, 0, 0))
            scheduled = float(principal) + sum(row["principal"] for row in own)
            rest = facility.currency_id.round(owed.get(facility, 0.0) - scheduled)
            if rest < 0 < principal:
                # rows to come also repay interest that is not added to the debt yet
                principal, rest = float(principal) + rest, 0.0
            if principal or interest:
                own.append(facility._ageing_row(NOT_DUE, next_due, principal, interest))
            if rest:
                own.append(facility._ageing_row(NO_DATE, False, rest, 0.0))
            rows += own
        return rows

    def _ageing_late_rows(self, late, day, charged_until):
        """Return a row for each overdue instalment, with the penalty so far."""
        self.ensure_one()
        asked = penalties(
            [(due, principal + interest) for _id, _n, due, principal, interest in late],
            day,
            to_decimal(self.penalty_rate),
            int(self.penalty_day_basis),
            charged_until,
            to_decimal(self.rounding or 1),
        )
        rows = []
        for (line, n, due, principal, interest), penalty in zip(
            late, asked, strict=True
        ):
            days = dpd(due, day)
            row = self._ageing_row(bucket(days), due, principal, interest, penalty)
            rows.append({**row, "instalment_id": line, "n": n, "days": days})
        return rows

    def _ageing_row(self, key, due, principal, interest, penalty=0):
        self.ensure_one()
        amounts = [
            self.currency_id.round(float(amount))
            for amount in (principal, interest, penalty)
        ]
        return {
            "facility_id": self.id,
            "facility": self.name,
            "lender_id": self.lender_id.id,
            "lender": self.lender_id.name,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "instalment_id": 0,
            "n": 0,
            "due": fields.Date.to_string(due) or "",
            "days": 0,
            "bucket": key,
            **dict(zip(AMOUNTS, (*amounts, sum(amounts)), strict=True)),
        }

    def _ageing_overdue(self, day):
        """Return open rows due by a day.

        :return: ``{facility id: [(instalment id, n, due, principal, interest)]}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT facility_id, id, n, due, GREATEST(principal, 0), interest
                  FROM (%(rows)s) AS row
                 WHERE due <= %(day)s AND (principal > 0 OR interest > 0)
              ORDER BY facility_id, due, n
                """,
                rows=self._rows_at_sql(day),
                day=day,
            )
        )
        result = {}
        for facility, *row in rows:
            result.setdefault(facility, []).append(row)
        return result

    def _ageing_coming(self, day):
        """Return what falls due after a day.

        What was paid early stands in a later row's number, so single rows may be
        below zero; their sum is right.

        :return: ``{facility id: (next due date, principal, interest)}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT facility_id,
                       MIN(due) FILTER (WHERE principal > 0 OR interest > 0),
                       SUM(principal), SUM(interest)
                  FROM (%(rows)s) AS row
                 WHERE due > %(day)s
              GROUP BY facility_id
                """,
                rows=self._rows_at_sql(day),
                day=day,
            )
        )
        return {facility: row for facility, *row in rows}

    def _penalty_charged_until(self, day):
        """Return the day of each loan's last payment that bore a penalty."""
        payments = self.env["lpdb.payment"]
        posted = [
            ("facility_id", "in", self.ids),
            ("date", "<=", day),
            ("penalty", ">", 0),
            "|",
            ("state", "=", "posted"),
            "&",
            ("state", "=", "reversed"),
            ("reversal_date", ">", day),
        ]
        groups = payments._read_group(posted, ["facility_id"], ["date:max"])
        return {facility.id: last for facility, last in groups}
