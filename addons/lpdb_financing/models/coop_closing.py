# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class CoopClosing(models.Model):
    _inherit = "coop.closing"

    def _closing_checks(self):
        """Add the loans: payments posted, instalments paid, interest accrued."""
        last = self._get_last_day()
        closing = self.sudo().with_company(self.company_id)
        return [
            *super()._closing_checks(),
            closing._found(
                "loan_payments",
                self.env._("Loan payments posted"),
                "lpdb.payment",
                [("state", "=", "draft"), ("date", "<=", last)],
            ),
            closing._found(
                "loan_instalments",
                self.env._("Loan instalments of the period paid"),
                "lpdb.instalment",
                [
                    ("schedule_id.state", "=", "active"),
                    # a row of the grace may ask nothing
                    ("rest", ">", 0),
                    ("due", "<=", last),
                ],
            ),
            closing._check_loan_interest(),
            closing._check_loan_current(),
            closing._check_loan_covenants(),
        ]

    def _check_loan_interest(self):
        """Interest that is owed on the last day is in the books of that day."""
        return self._loan_point(
            "loan_interest", self.env._("Interest owed on loans booked"), "interest"
        )

    def _check_loan_current(self):
        """What falls due within 12 months is shown as current on the last day."""
        return self._loan_point(
            "loan_current", self.env._("Current portion of loans booked"), "current"
        )

    def _loan_point(self, code, name, kind):
        """Return the point that is in order when no loan lacks a month-end entry."""
        loans = self.env["lpdb.facility"].search(
            [("company_id", "=", self.company_id.id)]
        )
        missing = loans._get_month_end_gaps(kind, self.date_to)
        return {
            "code": code,
            "name": name,
            "ok": not missing,
            "count": len(missing),
            "model": "lpdb.facility",
            "domain": [("id", "in", missing.ids)],
        }

    def _check_loan_covenants(self):
        """Covenants of loans whose period ends with this one are tested."""
        loans = self.env["lpdb.facility"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("signed", "active", "restructured")),
            ]
        )
        missing = loans.filtered(
            lambda loan: loan._get_missing_tests(self.date_from, self.date_to)
        )
        return {
            "code": "loan_covenants",
            "name": self.env._("Covenants of loans tested"),
            "ok": not missing,
            "count": len(missing),
            "model": "lpdb.facility",
            "domain": [("id", "in", missing.ids)],
        }
