# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _coop_complete_money_accounts(self):
        """Give cash and bank journals the accounts that their chart did not.

        Differences of a cash count go to the journal's profit and loss accounts,
        movements of the bank that nobody has explained yet to its suspense account.
        """
        for journal in self:
            company = journal.company_id
            difference = company._coop_account("cash_difference")
            missing = {
                "profit_account_id": difference,
                "loss_account_id": difference,
                "suspense_account_id": company._coop_account("bank_suspense"),
            }
            if journal.type == "bank":
                missing = {"suspense_account_id": missing["suspense_account_id"]}
            journal.write(
                {
                    field: account.id
                    for field, account in missing.items()
                    if not journal[field]
                }
            )
