# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _coop_control_accounts_sql(self):
        """Add the accounts of signed loans: only their sub-ledger books there."""
        return SQL(
            "%s UNION %s",
            super()._coop_control_accounts_sql(),
            self._lpdb_control_accounts_sql(),
        )

    @api.model
    def _lpdb_control_accounts_sql(self):
        """Return the query of (account_id, company_id) of the loans' sub-ledger."""
        return SQL(
            """
            SELECT account_id, company_id FROM lpdb_facility,
                   LATERAL (VALUES (loan_account_id), (current_account_id),
                                   (accrued_account_id)) AS carrier (account_id)
             WHERE state != 'draft' AND account_id IS NOT NULL
             UNION
            SELECT account_id, company_id FROM lpdb_entry
            """
        )

    @api.model
    def _coop_facts_sql(self):
        """Add the entries of the loans' sub-ledger."""
        return SQL(
            "%s UNION ALL SELECT move_id, account_id, amount FROM lpdb_entry",
            super()._coop_facts_sql(),
        )
