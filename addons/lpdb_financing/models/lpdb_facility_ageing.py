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
        paid, settled = self._paid_of_rows(day), self._penalty_paid_until(day)
        rows = []
        for facility in self:
            late = overdue.get(facility.id, [])
            own = facility._ageing_late_rows(
                late, day, paid.get(facility.id, {}), settled.get(facility.id, 0.0)
            )
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

    def _ageing_late_rows(self, late, day, paid, settled):
        """Return a row for each overdue instalment, with the penalty so far.

        One that was paid late stays as long as its penalty is owed.

        :param dict paid: ``{row number: [(day, amount)]}``
        :param float settled: penalty that was paid
        """
        self.ensure_one()
        rows = []
        for _line, n, due, principal, interest in late:
            parts = paid.get(n, [])
            asked = principal + interest + sum(amount for _day, amount in parts)
            # what was paid before the loan was taken over counts as paid in time
            parts = [(when or due, amount) for when, amount in parts]
            rows.append((due, asked, parts))
        asked = penalties(
            rows,
            day,
            to_decimal(self.penalty_rate),
            int(self.penalty_day_basis),
            to_decimal(self.currency_id.round(settled)),
            to_decimal(self.rounding or 1),
        )
        rows = []
        for (line, n, due, principal, interest), penalty in zip(
            late, asked, strict=True
        ):
            if not principal and not interest and not penalty:
                continue
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
        """Return open rows due by a day, and paid ones that may bear a penalty.

        :return: ``{facility id: [(instalment id, n, due, principal, interest)]}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT facility_id, id, n, due, GREATEST(principal, 0), interest
                  FROM (%(rows)s) AS row
                 WHERE due <= %(day)s
                   AND (principal > 0 OR interest > 0
                        OR facility_id = ANY(%(with_penalty)s))
              ORDER BY facility_id, due, n
                """,
                rows=self._rows_at_sql(day),
                day=day,
                with_penalty=self.filtered("penalty_rate").ids,
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

    def _paid_of_rows(self, day):
        """Return what was paid by a day of the rows of loans that ask a penalty.

        :return: ``{facility id: {row number: [(day or None, amount)]}}``, None for what
            was paid before the loan was taken over
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.facility_id, i.n,
                       CASE WHEN NOT COALESCE(p.is_opening, FALSE) THEN p.date END,
                       SUM(l.amount)
                  FROM lpdb_payment p
                  JOIN lpdb_payment_line l ON l.payment_id = p.id
                  JOIN lpdb_instalment i ON i.id = l.instalment_id
                 WHERE p.facility_id = ANY(%(loans)s) AND l.kind <> 'penalty'
                   AND p.date <= %(day)s
                   AND (p.state = 'posted' OR p.state = 'reversed'
                        AND p.reversal_date > %(day)s)
              GROUP BY p.facility_id, i.n, p.id
                """,
                loans=self.filtered("penalty_rate").ids,
                day=day,
            )
        )
        result = {}
        for facility, n, when, amount in rows:
            result.setdefault(facility, {}).setdefault(n, []).append((when, amount))
        return result

    def _penalty_paid_until(self, day):
        """Return the penalty paid by a day: ``{facility id: amount}``.

        Less what the lender asked beside the terms.
        """
        payments = self.env["lpdb.payment"]
        posted = [
            ("facility_id", "in", self.ids),
            ("date", "<=", day),
            "|",
            ("state", "=", "posted"),
            "&",
            ("state", "=", "reversed"),
            ("reversal_date", ">", day),
        ]
        groups = payments._read_group(
            posted, ["facility_id"], ["penalty:sum", "penalty_difference:sum"]
        )
        return {loan.id: paid - beside for loan, paid, beside in groups}
