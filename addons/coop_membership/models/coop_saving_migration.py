# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.tools import SQL


class CoopSavingBatch(models.Model):
    _inherit = "coop.saving.batch"

    def _is_migration(self):
        """Tell whether the batch brings what another program booked."""
        self.ensure_one()
        migration = self.company_id._coop_account("opening")
        return bool(migration) and self.counterpart_account_id == migration

    def _withhold_tax(self):
        """The old program withheld the tax of its interest; it comes as rows."""
        if self._is_migration():
            return 0
        return super()._withhold_tax()

    def _check_interest_fresh(self):
        if not self._is_migration():
            return super()._check_interest_fresh()
        return None


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    @api.model
    def _get_migration_accounts(self):
        """Return the accounts that migrations of the user's companies book against."""
        accounts = self.env["account.account"]
        for company in self.env.companies:
            accounts |= company._coop_account("opening")
        return accounts

    def _is_drawn(self):
        """Tell whether term savings that run were drawn by the movements themselves.

        Only a migration brings those; else the term is ended first.
        """
        self.ensure_one()
        return self.term_state == "running" and bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT FROM coop_saving_entry e
                     WHERE e.account_id = %s AND e.state = 'posted'
                       AND e.kind IN ('withdrawal', 'refund', 'transfer', 'offset')
                       AND e.amount < 0
                       AND NOT EXISTS (SELECT FROM coop_saving_entry x
                                        WHERE x.reversed_entry_id = e.id)
                     LIMIT 1
                    """,
                    self.id,
                )
            )
        )
