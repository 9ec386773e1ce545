# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class LpdbFacility(models.Model):
    """What a loan costs, charged to the site that it finances.

    The site and its loan share an analytic account and nothing else: neither addon
    knows the other. Only lines of profit and loss carry it, from posting on; a later
    change leaves what is posted as it is, and a reversal mirrors what was posted.
    """

    _inherit = "lpdb.facility"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Site financed",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Analytic account of the site: interest, penalties and fees of the loan"
        " are charged to it from now on. What is posted stays where it is.",
    )

    def _analytic_of(self, account):
        """Return the analytic account of a line, none on the balance sheet."""
        self.ensure_one()
        if account.internal_group in ("expense", "income"):
            return self.analytic_account_id
        return self.env["account.analytic.account"]

    def _analytic_vals(self, account):
        """Return the value of a journal item on an account."""
        site = self._analytic_of(account)
        return {"analytic_distribution": site._lpdb_distribution()}
