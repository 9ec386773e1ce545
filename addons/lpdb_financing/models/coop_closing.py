# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class CoopClosing(models.Model):
    _inherit = "coop.closing"

    def _closing_checks(self):
        """Add the loans: payments posted, instalments of the period paid."""
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
                    ("state", "!=", "paid"),
                    ("due", "<=", last),
                ],
            ),
        ]
