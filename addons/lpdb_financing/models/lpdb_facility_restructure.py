# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.schedule import Row
from .lpdb_restructuring import NEW_TERMS


class LpdbFacility(models.Model):
    """A loan whose terms were changed for what is left of it."""

    _inherit = "lpdb.facility"

    restructuring_ids = fields.One2many(
        "lpdb.restructuring", "facility_id", string="Restructurings"
    )

    def action_restructure(self, date=None, values=None):
        """Replace the terms of what is left from a day on.

        :param str date: first day (ISO) of the new terms, the local date when empty
        :param dict values: fields of ``lpdb.restructuring``: ``periods`` is needed;
            ``annual_rate``, ``method``, ``principal_every``, ``grace_principal``,
            ``grace_interest`` and ``grace_interest_mode`` are those of the agreement
            when missing, grace being 0; ``arrears_mode`` in first_row, capitalise,
            waive; ``date_first_due``; ``source``
        :return: id of the ``lpdb.restructuring`` in force; without values the form of a
            new one
        :raise UserError: naming what cannot be restructured or computed
        """
        self.ensure_one()
        if not values:
            action = self._open("lpdb.restructuring", self.env._("Restructure"), "form")
            action["context"].update(
                default_annual_rate=self.annual_rate,
                default_method=self.method,
                default_principal_every=self.principal_every,
            )
            return action
        if not isinstance(values, dict):
            raise UserError(
                self.env._(
                    "%(facility)s: the new terms must be named, such as periods = 24.",
                    facility=self.display_name,
                )
            )
        known = {*NEW_TERMS, "arrears_mode", "date_first_due", "source"}
        unknown = values.keys() - known
        if unknown:
            raise UserError(
                self.env._(
                    "%(facility)s: a restructuring has no %(names)s. It has:"
                    " %(known)s.",
                    facility=self.display_name,
                    names=", ".join(sorted(unknown)),
                    known=", ".join(sorted(known)),
                )
            )
        vals = {
            "annual_rate": self.annual_rate,
            "method": self.method,
            "principal_every": self.principal_every,
            **values,
            "facility_id": self.id,
            "date": self.company_id._read_day(date),
        }
        try:
            record = self.env["lpdb.restructuring"].create(vals)
        except (ValueError, TypeError) as error:
            # what the fields cannot read: a word for a number, an unknown choice
            raise UserError(
                self.env._(
                    "%(facility)s: these new terms cannot be read. %(reason)s",
                    facility=self.display_name,
                    reason=error,
                )
            ) from error
        record.action_post()
        return record.id

    def _restructuring(self, at=None):
        """Return the restructuring whose terms hold, if any.

        :param date at: a past day, whose terms are asked for; else those of today
        """
        self.ensure_one()
        posted = self.restructuring_ids.filtered(
            lambda r: r.state == "posted" and (not at or r.date <= at)
        )
        return posted.sorted(lambda r: (r.date, r.id))[-1:]

    def _is_restructured_after(self, day):
        restructured = self._restructuring()
        return bool(restructured) and restructured.date > day

    def _term(self, name, at=None):
        """Return a term as it holds: of the restructuring, else the agreement."""
        restructured = self._restructuring(at)
        if restructured and name in (*NEW_TERMS, "date_first_due"):
            return restructured[name]
        return self[name]

    def _start_date(self, at=None):
        """Return the first day of the terms that hold."""
        restructured = self._restructuring(at)
        return restructured.date if restructured else self._agreed_start()

    def _row_offset(self, at=None):
        """Return how many rows stand before the terms that hold."""
        return self._restructuring(at).kept_rows

    def _arrears_ahead(self, day, at=None):
        """Return interest from before the new terms that no row has asked by a day."""
        restructured = self._restructuring(at)
        if restructured.arrears_mode != "first_row" or day < restructured.date:
            return 0.0
        first = self._version_at(at).line_ids.filtered(
            lambda line: line.n == restructured.kept_rows + 1
        )
        return restructured.arrears if first and first.due > day else 0.0

    def _rows_of(self, draws, rates, prepayments):
        """Return all rows: those before the terms that hold, and theirs."""
        restructured = self._restructuring()
        if not restructured:
            return self._compute_rows(draws, rates, prepayments)
        begin = restructured.date
        rows = self._compute_rows(
            self._draws_of_terms(draws),
            [row for row in rates if row[0] > begin],
            [row for row in prepayments if row[0] > begin],
        )
        offset = restructured.kept_rows
        rows = [row._replace(n=row.n + offset) for row in rows]
        if restructured.arrears_mode == "first_row" and rows:
            first, arrears = rows[0], self._decimal(restructured.arrears)
            rows[0] = first._replace(
                interest=first.interest + arrears, payment=first.payment + arrears
            )
        return [*self._rows_kept(restructured), *rows]

    def _rows_kept(self, restructured):
        """Return the rows before the new terms, each asking what was paid of it."""
        rows = []
        for line in restructured._kept_rows():
            principal = self._decimal(line.paid_principal)
            interest = self._decimal(line.paid_interest)
            rows.append(
                Row(
                    line.n,
                    line.due,
                    principal,
                    interest,
                    principal + interest,
                    self._decimal(line.balance + line.principal) - principal,
                )
            )
        return rows

    def _owed_from(self, schedule):
        """Return what a schedule has to repay: ``[(date, amount)]``.

        That is what was drawn, interest that a restructuring added, and what the rows
        of the schedule add.
        """
        added = self.entry_ids.filtered(
            lambda entry: entry.kind == "capitalised" and not entry.accrual_id
        )
        draws = self.draw_ids.filtered(lambda draw: draw.state == "posted")
        rows = schedule.line_ids.filtered("capitalised")
        return [
            *((row.date, row.amount) for row in (*draws, *added)),
            *((row.due, row.capitalised) for row in rows),
        ]

    def _to_repay(self, schedule):
        """Return the sum of what a schedule has to repay."""
        owed = self._owed_from(schedule)
        return self.currency_id.round(sum(amount for _day, amount in owed))

    def _check_no_restructuring_after(self, record):
        """Refuse to take back what new terms were computed on."""
        for restructured in self._restructuring():
            if record.date <= restructured.date:
                raise UserError(
                    self.env._(
                        "%(record)s lies before the restructuring of %(date)s, which is"
                        " computed on it, and stays.",
                        record=record.display_name,
                        date=fields.Date.to_string(restructured.date),
                    )
                )
