# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models

from ..tools.accrual import share_of
from ..tools.rounding import round_to


class LpdbFacility(models.Model):
    """Interest of the period that runs: by the terms, or by the lender's rows.

    By the terms it runs on what really stands out, also on arrears, but is no more than
    the row of the period asks: that is what the lender bills on the due date. By the
    lender's schedule it is the part of the row's own interest for the days gone by.
    """

    _inherit = "lpdb.facility"

    def _has_lenders_rows(self, at=None):
        """Tell whether the schedule of a day is the lender's, not computed."""
        return self._version_at(at).kind != "computed"

    def _period_start(self, running, at=None):
        """Return the day from which the interest of a row runs."""
        if not self._has_lenders_rows(at):
            return self._bound_of(running.n - 1, at)
        before = running.schedule_id.line_ids.filtered(lambda row: row.n < running.n)
        return before.sorted("n")[-1:].due or self._agreed_start()

    def _interest_begun(self, fallen, running, day, at=None):
        """Return the interest of the running period to a day.

        :param fallen: rows that are due
        :param running: the next one
        """
        if self.scheme != "conventional":
            return 0.0
        if self._has_lenders_rows(at):
            return self._interest_of_rows(fallen, running, day, at)
        ran = self._interest_running(fallen, day, at)
        most = running.interest - self._arrears_ahead(day, at)
        if 0 < most < ran and day <= self._bound_of(running.n, at):
            return most
        return ran

    def _interest_of_rows(self, fallen, running, day, at=None):
        """Return what of the interest of the lender's next row belongs to days gone by.

        A row that asks none is free of it, unless interest is put off or rows before it
        asked some: then its days belong to the next row that does.
        """
        asked = fallen.filtered(lambda row: row.interest or row.capitalised)[-1:]
        mode, row = self._term("grace_interest_mode", at), running
        if mode == "defer" or (mode == "pay" and asked):
            later = running.schedule_id.line_ids.sorted("n") - fallen
            row = later.filtered(lambda row: row.interest or row.capitalised)[:1]
        else:
            asked = fallen[-1:]
        since, arrears = asked.due or self._agreed_start(), 0.0
        restructured = self._restructuring(at)
        if restructured and row.n == restructured.kept_rows + 1:
            # the row asks interest from before the new terms too, owed in full
            since = max(since, restructured.date)
            arrears = self._arrears_ahead(day, at)
        if not row or since >= day:
            return 0.0
        interest = self._decimal(max(row.interest + row.capitalised - arrears, 0.0))
        share = share_of(self.day_count, since, max(row.due, day), day)
        terms = self._terms(self._start_date(at), at)
        return float(round_to(interest * share, terms.rounding, terms.rounding_mode))
