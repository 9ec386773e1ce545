# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.schedule import FinancingError
from .lpdb_facility_month_end import OWING

_logger = logging.getLogger(__name__)


class LpdbFacility(models.Model):
    """Covenants: looked at on any day, recorded at the end of their periods."""

    _inherit = "lpdb.facility"

    covenant_ids = fields.One2many("lpdb.covenant", "facility_id", string="Covenants")
    covenant_test_ids = fields.One2many(
        "lpdb.covenant.test", "facility_id", string="Covenant tests"
    )
    covenant_test_count = fields.Integer(compute="_compute_covenant_state")
    breach_since = fields.Date(
        string="Broken covenant since",
        compute="_compute_covenant_state",
        help="Date of the oldest test that was broken and is not waived today. The"
        " whole debt is current at reporting dates from then on.",
    )
    compliance_user_id = fields.Many2one(
        "res.users",
        string="Responsible for duties",
        check_company=True,
        default=lambda self: self.env.user.filtered("active"),
        help="Reminded of reports and duties, warned of covenants near their limit.",
    )

    @api.depends(
        "covenant_test_ids.outcome",
        "covenant_test_ids.is_live",
        "covenant_test_ids.waiver_date",
        "covenant_test_ids.waiver_until",
    )
    def _compute_covenant_state(self):
        for facility in self:
            tests = facility.covenant_test_ids
            today = facility.company_id._local_date()
            breaches = tests.filtered(lambda t, day=today: t._is_breach_at(day))
            facility.covenant_test_count = len(tests)
            facility.breach_since = min(breaches.mapped("date"), default=False)

    def _warn_of_breach(self):
        """Return what a broken covenant does to the loan, empty without one."""
        self.ensure_one()
        if not self.breach_since:
            return ""
        return self.env._(
            "A covenant was broken on %s and is not waived: the whole debt is current"
            " at reporting dates from then on.",
            format_date(self.env, self.breach_since),
        )

    def _is_current_at(self, day, tested_until=None):
        """Tell whether the lender may ask for the whole debt at the end of a day.

        Because he called it, or a covenant was broken and not waived by then.

        :param date tested_until: last day whose tests count, that day when empty
        """
        self.ensure_one()
        if self.date_called and self.date_called <= day:
            return True
        # who reads the loan sees its whole debt, whatever he may see of its tests
        tests = self.sudo().covenant_test_ids
        return any(test._is_breach_at(day, tested_until) for test in tests)

    def test_covenants(self, date=None):
        """Return what the covenants' tests would say on a day; nothing is recorded.

        Figures are those of the posted entries at the end of the day. See
        ``tools/covenant.py`` for what counts when nothing stands below the line.

        :param str date: ISO date, the local date when empty
        :return: one dict a covenant: covenant_id, facility_id, name, measure, formula,
            date, operator (min, max), limit, numerator, denominator, has_value, value
            (0 without one), outcome (passed, breached, undefined), passed, near, parts
            (list of {side, code, label, amount})
        :rtype: list(dict)
        """
        self.check_access("read")
        cache, result = {}, []
        for facility in self:
            day = facility.company_id._read_day(date)
            result += [
                covenant._figures(day, cache)
                for covenant in facility.covenant_ids
                if not covenant.date_to or day <= covenant.date_to
            ]
        return result

    def action_record_covenants(self, date=None):
        """Record the tests of a reporting date; what is recorded stays.

        :param str date: end of a month, quarter or year (ISO); empty: the last one
            that is not recorded yet
        :return: ids of the ``lpdb.covenant.test`` of that date
        :rtype: list(int)
        :raise UserError: no covenant is tested on that day, the day is not over, or a
            test of other figures is recorded already
        """
        self.check_access("write")
        tests = self.env["lpdb.covenant.test"]
        cache = {}
        for facility in self:
            facility._require("signed", *OWING)
            # two at once must not record the day twice
            facility._lock()
            day = facility._get_recorded_day(date)
            tests |= facility._record_covenants(day, cache)
        return tests.ids

    def _get_recorded_day(self, date):
        """Return the day whose tests are to be recorded."""
        self.ensure_one()
        today = self.company_id._local_date()
        if not date:
            missing = self._get_missing_tests(self.date_signed, today)
            if missing:
                return max(day for _covenant, day in missing)
            coming = list(filter(None, self.covenant_ids.mapped("next_test")))
            raise UserError(
                self.env._(
                    "%(facility)s: no test is missing. The next one is on %(day)s.",
                    facility=self.display_name,
                    day=fields.Date.to_string(min(coming)) if coming else "-",
                )
            )
        day = self.company_id._read_day(date)
        if day > today:
            raise UserError(
                self.env._(
                    "%(facility)s: %(day)s is not over, so its figures are not known."
                    " Look at the covenants without recording them.",
                    facility=self.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        return day

    def _get_missing_tests(self, first, last):
        """Return ``(covenant, day)`` of tests between two days that nobody recorded."""
        known = {
            (test.covenant_id, test.date)
            for test in self.covenant_test_ids
            if test.is_live
        }
        return [
            (covenant, day)
            for covenant in self.covenant_ids
            for day in covenant._test_days(first or last, last)
            if (covenant, day) not in known
        ]

    def _record_covenants(self, day, cache):
        self.ensure_one()
        due = self.covenant_ids.filtered(lambda c: c._test_days(day, day))
        if not due:
            raise UserError(
                self.env._(
                    "%(facility)s: no covenant is tested on %(day)s. Its tests are on"
                    " the last days of their periods from the signing on.",
                    facility=self.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        known = {
            test.covenant_id: test
            for test in self.covenant_test_ids
            if test.is_live and test.date == day
        }
        vals_list = []
        for covenant in due:
            covenant = self.company_id._coop_spoken(covenant)
            figures = covenant._figures(day, cache)
            if covenant in known:
                known[covenant]._check_same(figures)
            else:
                vals_list.append(self._prepare_test_vals(figures))
        # nobody holds a right to write tests; recording does it for him
        tests = self.env["lpdb.covenant.test"].sudo().create(vals_list).sudo(False)
        tests._post_breaches()
        return tests | tests.union(*known.values())

    @api.model
    def _prepare_test_vals(self, figures):
        return {
            "covenant_id": figures["covenant_id"],
            "date": figures["date"],
            "formula": figures["formula"],
            "operator": figures["operator"],
            "limit_value": figures["limit"],
            "numerator": figures["numerator"],
            "denominator": figures["denominator"],
            "has_value": figures["has_value"],
            "value": figures["value"],
            "outcome": figures["outcome"],
            "is_near": figures["near"],
            "parts": figures["parts"],
        }

    def _look_at_covenants(self):
        """Remember on the covenants what a test today would say; return changes.

        :return: covenants that are broken or near their limit now and were not before
        """
        worse = self.env["lpdb.covenant"]
        for figures in self.test_covenants():
            covenant = worse.browse(figures["covenant_id"])
            bad = figures["outcome"] == "breached" or figures["near"]
            if bad and not (covenant.last_outcome == "breached" or covenant.is_near):
                worse |= covenant
            elif figures["outcome"] == "breached" != covenant.last_outcome:
                worse |= covenant
            covenant._write_guarded(
                {
                    "last_date": figures["date"],
                    "last_value": figures["value"],
                    "last_has_value": figures["has_value"],
                    "last_outcome": figures["outcome"],
                    "is_near": figures["near"],
                }
            )
        return worse

    @api.model
    def _cron_look_at_covenants(self):
        """Warn early: look at the covenants of running loans every day."""
        loans = self.search(
            [("state", "in", OWING), ("covenant_ids", "!=", False)], order="company_id"
        )
        for done, loan in enumerate(loans, start=1):
            try:
                with self.env.cr.savepoint():
                    loan._look_at_covenants()._warn()
            except (UserError, FinancingError) as error:
                _logger.warning("Loan %s: covenants not looked at: %s", loan.id, error)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(loans) - done):
                return

    def action_check_covenants(self):
        """Look at the covenants today and remember what a test would say."""
        self.check_access("write")
        self._look_at_covenants()
        return True

    def action_open_covenant_tests(self):
        return self._open("lpdb.covenant.test", self.env._("Covenant tests"))
