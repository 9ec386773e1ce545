# SPDX-License-Identifier: AGPL-3.0-or-later
"""What term savings, interest and fees need in a company."""

from odoo import models

from ..tools.chart import ACCOUNTS


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coop_setup_members(self):
        report = super()._coop_setup_members()
        created = not self._coop_record("coop.saving.type", "type_term")
        record = self._coop_ensure(
            "coop.saving.type",
            "type_term",
            {
                "name": "Term savings",
                "code": "SB",
                "kind": "term",
                "sequence": 40,
                "company_id": self.id,
                "account_id": self._coop_account("term").id,
            },
            {"name": "Simpanan berjangka"},
        )
        report.append(self._coop_report(record.name, created))
        return report

    def _coop_savings_account(self, key):
        """Return an account of the chart's keys, creating it when it is missing.

        A cooperative may have been set up before the account was known.
        """
        self.ensure_one()
        found = self._coop_account(key)
        if found:
            return found
        wanted = next(wanted for wanted in ACCOUNTS if wanted.key == key)
        # whoever pays interest need not be allowed to change the chart
        return self.sudo().with_company(self)._coop_ensure_account(*wanted)
