# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _get_coop_control(self):
        """Return those of these accounts that are control accounts of a sub-ledger."""
        if not self.ids:
            return self.browse()
        self.env["coop.saving.type"].flush_model(["account_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT account_id FROM (%s) AS control"
                " WHERE account_id = ANY(%s)",
                self.env["account.move"]._coop_control_accounts_sql(),
                self.ids,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.constrains("account_type", "reconcile", "company_ids", "active")
    def _check_coop_control(self):
        for account in self._get_coop_control():
            if account.reconcile or not account.active:
                raise UserError(
                    self.env._(
                        "%(account)s is a control account of a sub-ledger: it stays"
                        " active and cannot be reconciled.",
                        account=account.display_name,
                    )
                )
            self.env["coop.saving.type"].sudo().search(
                [("account_id", "=", account.id)]
            )._check_account()
