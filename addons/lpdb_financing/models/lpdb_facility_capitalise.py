# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class LpdbFacility(models.Model):
    """Interest that becomes principal on the due dates of the grace of interest.

    It is no draw: the ceiling and what is left of it do not feel it. Month-end books
    it, and so does a payment that comes before month-end.
    """

    _inherit = "lpdb.facility"

    def _capital_day(self, line):
        """Return the day on which the interest of a row becomes principal."""
        if line.schedule_id.kind == "computed":
            # the due date may have been moved off a holiday, the interest date is not
            return self._bound_of(line.n)
        return line.due

    def _uncapitalised(self, day=None):
        """Return the interest to become principal that is not booked yet.

        :param date day: up to this day; all of it when empty
        :return: list of (day, instalment)
        """
        self.ensure_one()
        rows = self.schedule_id.line_ids.filtered("capitalised")
        if not rows:
            return []
        live = self.accrual_line_ids.filtered("is_live")
        booked = live.instalment_id
        found = []
        for row in rows.sorted("n"):
            when = self._capital_day(row)
            if self.opening_date and when <= self.opening_date:
                continue
            if row._root() not in booked and (not day or when <= day):
                found.append((when, row))
        return found

    def _book_capitalised(self, day):
        """Book the interest that became principal by a day, each on its own day.

        :return: the ``lpdb.accrual`` made
        """
        # one query for the many loans that have no such interest
        rows = self.env["lpdb.instalment"].search(
            [("schedule_id", "in", self.schedule_id.ids), ("capitalised", ">", 0)]
        )
        by_day = defaultdict(dict)
        for facility in rows.facility_id:
            for when, row in facility._uncapitalised(day):
                by_day[facility.company_id, when][facility] = row
        made = self.env["lpdb.accrual"]
        for (company, when), found in sorted(
            by_day.items(), key=lambda item: (item[0][0].id, item[0][1])
        ):
            made |= self._post_month_end(
                company,
                "capitalised",
                when,
                {facility: row.capitalised for facility, row in found.items()},
                {facility: row._root().id for facility, row in found.items()},
            )
        return made

    def _capitalised_amounts(self, rows):
        """Return what of the interest each computed row adds to the principal.

        What the balance gains beyond draws is interest that was added.

        :param rows: list of :class:`tools.schedule.Row`, all of the schedule
        :return: ``{row number: amount}``
        """
        self.ensure_one()
        restructured = self._restructuring()
        amounts = {
            line.n: line.capitalised
            for line in (restructured._kept_rows() if restructured else ())
        }
        if self._term("grace_interest_mode") != "capitalise":
            return amounts
        draws = self._draws_of_terms(self._posted_draws())
        grid, offset = self._grid(), self._row_offset()
        balance, since = 0, None
        for row in rows:
            if row.n <= offset:
                continue
            grid.extend(row.n - offset)
            until = grid.bounds[row.n - offset]
            drawn = sum(
                self._decimal(float(amount))
                for when, amount in draws
                if when <= until and (since is None or when > since)
            )
            amounts[row.n] = float(row.balance + row.principal - balance - drawn)
            balance, since = row.balance, until
        return amounts

    def _draws_of_terms(self, draws, at=None):
        """Return the draws that the terms in force start from."""
        restructured = self._restructuring(at)
        if not restructured:
            return draws
        begin = restructured.date
        later = [row for row in draws if row[0] > begin]
        return [(begin, str(restructured.principal)), *later]

    def _to_capitalise(self, day):
        """Return the sum of interest that became principal by a day, not booked."""
        return sum(row.capitalised for _when, row in self._uncapitalised(day))

    def _check_capitalised_after(self, record):
        """Refuse to take back a draw whose interest became principal."""
        lines = self.accrual_line_ids.filtered(
            lambda line: line.is_live and line.kind == "capitalised"
        )
        for line in lines.sorted("date", reverse=True):
            if line.date > record.date:
                raise UserError(
                    self.env._(
                        "%(record)s: interest of it became principal on %(day)s. Take"
                        " that month-end entry back first.",
                        record=record.display_name,
                        day=fields.Date.to_string(line.date),
                    )
                )
