# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.schedule import FinancingError, Terms, build_schedule

SIMPLE_TERMS = (
    "method",
    "unit",
    "every",
    "day_count",
    "principal_every",
    "grace_principal",
    "grace_interest",
    "grace_interest_mode",
    "grace_in_tenor",
    "rounding_mode",
    "instalment_rounding_mode",
    "residue",
    "level_on",
    "business_day",
    "interest_follows",
)


class LpdbFacility(models.Model):
    """From the terms of the agreement to a schedule."""

    _inherit = "lpdb.facility"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_rows_untouched(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_rows_untouched(vals)
        return super().write(vals)

    def _check_rows_untouched(self, vals):
        """Refuse rows of a schedule by way of the loan, which would come to nothing."""
        if vals.get("instalment_ids"):
            self._raise_guarded(self[:1], "instalment_ids")

    def _terms(self, start, at=None):
        """Return the agreement as :class:`tools.schedule.Terms`.

        :param date start: first day of the schedule
        :param date at: a past day, whose terms are asked for; else those of today
        """
        self.ensure_one()

        def number(name):
            value = self._term(name, at)
            return to_decimal(value) if value else None

        return Terms(
            annual_rate=number("annual_rate") or Decimal(0),
            periods=self._term("periods", at) or None,
            start=start,
            first_due=self._term("date_first_due", at) or None,
            rounding=number("rounding"),
            instalment_rounding=number("instalment_rounding"),
            fixed_instalment=number("fixed_instalment"),
            principal_percent=number("principal_percent"),
            holidays=self._public_holidays() if self.business_day != "none" else (),
            **{name: self._term(name, at) for name in SIMPLE_TERMS},
        )

    def _decimal(self, amount):
        """Return an amount of money as an exact number."""
        return to_decimal(self.currency_id.round(amount))

    def _public_holidays(self):
        """Return the public holidays of the company's calendar."""
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("company_id", "in", (self.company_id.id, False)),
            ]
        )
        company = self.company_id
        days = set()
        for leave in leaves:
            first = company._local_date(leave.date_from)
            last = company._local_date(leave.date_to)
            length = (last - first).days + 1
            days.update(fields.Date.add(first, days=n) for n in range(length))
        return sorted(days)

    def _agreed_start(self):
        """Return the first day of the schedule of the agreement."""
        self.ensure_one()
        posted = self.draw_ids.filtered(lambda draw: draw.state == "posted")
        return self.date_start or min(
            posted.mapped("date"), default=self.date_agreement
        )

    def _rate_changes(self):
        return [
            (rate.date_from, to_decimal(rate.annual_rate)) for rate in self.rate_ids
        ]

    def _build(self, draws):
        """Return the computed rows, or say which term cannot be computed."""
        self.ensure_one()
        if self.scheme != "conventional":
            raise UserError(
                self.env._(
                    "%(facility)s is no conventional loan: enter or import the"
                    " schedule of the agreement.",
                    facility=self.display_name,
                )
            )
        try:
            return self._rows_of(draws, self._rate_changes(), self._prepayments())
        except FinancingError as error:
            raise UserError(
                self.env._(
                    "%(facility)s: the schedule cannot be computed. %(reason)s",
                    facility=self.display_name,
                    reason=error,
                )
            ) from error

    def _compute_rows(self, draws, rates, prepayments):
        """Return the rows of the terms that hold, from their first day on."""
        start = self._start_date() or min(day for day, _amount in draws)
        return build_schedule(self._terms(start), draws, rates, prepayments)

    def _check_terms(self):
        """Compute a schedule of the whole ceiling, so that bad terms show early."""
        self.ensure_one()
        if self.scheme == "conventional":
            start = self.date_start or self.date_agreement or fields.Date.today()
            self._build([(start, str(self.plafond))])

    def action_compute_schedule(self):
        """Compute the schedule of what is drawn.

        Rows with payments stay as they are; when the rows did not change there is no
        new version. An imported or manual schedule stays in force, and shows how the
        computed one differs.

        :return: id of the schedule in force
        :rtype: int
        """
        self.ensure_one()
        self.check_access("write")
        return self._compute_schedule().id

    def _compute_schedule(self, since=None):
        """Compute the schedule of what is drawn, and return the one in force.

        :param date since: day of what changed it; empty: as the rows tell
        """
        self._require("signed", "active", "restructured")
        draws = self._posted_draws()
        if not draws:
            raise UserError(
                self.env._(
                    "Nothing is drawn of %(facility)s yet, so nothing falls due. Post"
                    " a draw first.",
                    facility=self.display_name,
                )
            )
        rows = self._build(draws)
        current = self.schedule_id
        if current and current.kind != "computed":
            current._compare(rows)
            return current
        if current and current._same_rows(rows):
            return current
        since = since or self._changed_from(rows)
        return self._new_version(rows, since or max(day for day, _amount in draws))

    def _changed_from(self, rows):
        """Return from when computed rows hold beside the schedule in force.

        The first row that differs belongs to the period in which something changed:
        on the day of a change of rate in it, else it counts from its first day.
        """
        lines = {line.n: line for line in self.schedule_id.line_ids}
        changed = [
            row for row in rows if row.n not in lines or not lines[row.n]._equals(row)
        ]
        if not lines or not changed:
            return None
        first = changed[0]
        start = self._bound_of(first.n - 1)
        rates = [day for day, _rate in self._rate_changes()]
        return min((day for day in rates if start <= day <= first.due), default=start)

    def _posted_draws(self):
        return [
            (draw.date, str(draw.amount))
            for draw in self.draw_ids
            if draw.state == "posted"
        ]

    def _reschedule_prepaid(self, day):
        """Compute the schedule with what was paid early on a day."""
        rows = self._build(self._posted_draws())
        self._new_version(rows, day, prepaid_row=self._row_of(day).n)

    def _new_version(self, rows, date_from, prepaid_row=None, restructured=False):
        """Put computed rows in force as a new version that keeps the paid ones.

        :param int prepaid_row: number of the row that takes principal paid early
        :param bool restructured: rows paid in part now ask what was paid of them
        """
        kept = self.schedule_id._settled_rows()
        added = self._capitalised_amounts(rows)
        if not restructured:
            self._check_kept(kept, rows, added, prepaid_row)
        values = [
            {
                **self._row_vals(row),
                "capitalised": added.get(row.n, 0.0),
                "origin_id": old._root().id if old else False,
            }
            for row, old in self._pair(rows, kept)
        ]
        # users hold no right to write instalments of a computed schedule
        schedule = (
            self.env["lpdb.schedule"]
            .sudo()
            .create(
                {
                    "facility_id": self.id,
                    "kind": "computed",
                    "date_from": date_from,
                    "line_ids": [Command.create(vals) for vals in values],
                }
            )
        )
        schedule._put_in_force()
        return schedule

    def _row_vals(self, row):
        return {
            "n": row.n,
            "due": row.due,
            "principal": float(row.principal),
            "interest": float(row.interest),
            "balance": float(row.balance),
        }

    def _pair(self, rows, kept):
        by_number = {line.n: line for line in kept}
        return [(row, by_number.get(row.n)) for row in rows]

    def _check_kept(self, kept, rows, added, prepaid_row=None):
        """Refuse a version that would change a row that is in the books.

        The row that takes principal paid early may only grow beyond what was paid.
        """
        by_number = {row.n: row for row in rows}
        live = self.accrual_line_ids.filtered("is_live").instalment_id
        booked = kept.filtered(lambda line: line._root() in live)
        for line in kept:
            row = by_number.get(line.n)
            same = row and not self.currency_id.compare_amounts(
                line.capitalised if line in booked else 0.0,
                added.get(line.n, 0.0) if line in booked else 0.0,
            )
            if same and (
                line._equals(row) or (line.n == prepaid_row and line._is_within(row))
            ):
                continue
            raise UserError(
                self.env._(
                    "%(facility)s: row %(n)s is paid and would change. Import the"
                    " schedule that the lender sent instead.",
                    facility=self.display_name,
                    n=line.n,
                )
            )
