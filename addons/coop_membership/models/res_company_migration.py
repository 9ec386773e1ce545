# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a migration over RPC asks the server, beside what it loads."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def get_migration_state(self, company_id, date=None):
        """Say where a migration books and what stands on the accounts so far.

        Everything that comes from another program is booked against one account; when
        members' savings, open items and the trial balance are all in, it is zero.

        :param int company_id: company that the user may see the books of
        :param str date: ISO date, balances at its end; the local date when empty
        :return: ``{account_id, account_code, balance, journal_id, accounts}``, where
            ``accounts`` is ``{code: {id, balance, kind}}`` of all the company's
            accounts; debit is positive; ``kind`` in control, trade, migration, other
        :rtype: dict
        """
        company = self.browse(company_id)
        company._coop_check_books_right()
        day = fields.Date.to_date(date) or company._local_date()
        migration = company._coop_account("opening")
        journal = company._coop_journal("migration")
        if not migration or not journal:
            raise UserError(
                self.env._(
                    "%(company)s is not set up as a cooperative yet, or was set up"
                    " before migrations were known. Run the set-up of the cooperative.",
                    company=company.display_name,
                )
            )
        accounts = company._coop_migration_accounts(day, migration)
        return {
            "account_id": migration.id,
            "account_code": migration.with_company(company).code,
            "balance": accounts[migration.with_company(company).code]["balance"],
            "journal_id": journal.id,
            "accounts": accounts,
        }

    def _coop_migration_accounts(self, day, migration):
        self.ensure_one()
        self.env.flush_all()
        balances = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT account_id, SUM(balance) FROM account_move_line
                     WHERE company_id = %s AND parent_state = 'posted' AND date <= %s
                  GROUP BY account_id
                    """,
                    self.id,
                    day,
                )
            )
        )
        accounts = (
            self.env["account.account"]
            .with_company(self)
            .search([("company_ids", "in", self.ids)])
        )
        control = accounts._get_coop_control()
        return {
            account.code: {
                "id": account.id,
                "balance": float(balances.get(account.id, 0.0)),
                "kind": self._coop_migration_kind(account, control, migration),
            }
            for account in accounts
        }

    def _coop_migration_kind(self, account, control, migration):
        if account == migration:
            return "migration"
        if account in control:
            return "control"
        if account.account_type in ("asset_receivable", "liability_payable"):
            return "trade"
        return "other"
