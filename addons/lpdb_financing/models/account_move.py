# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError
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

    def copy_data(self, default=None):
        self._check_no_loan_document()
        return super().copy_data(default)

    def button_draft(self):
        self._check_no_loan_document()
        return super().button_draft()

    def button_cancel(self):
        self._check_no_loan_document()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_no_loan_document()
        return super()._reverse_moves(default_values_list, cancel)

    def _check_no_loan_document(self):
        """Refuse to copy or undo an entry that a loan's document stands behind.

        An entry of interest alone touches no control account, so that nothing else
        would keep it beside its document.
        """
        if not self:
            return
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT move_id, model, id FROM (%s) AS document
                 WHERE move_id = ANY(%s) ORDER BY move_id, priority LIMIT 1
                """,
                self._lpdb_documents_sql(),
                self.ids,
            )
        )
        for move_id, model, record_id in found:
            raise UserError(
                self.env._(
                    "%(move)s is the journal entry of “%(document)s” and stays with it."
                    " Open that record and use its own button to reverse it or to take"
                    " it back.",
                    move=self.browse(move_id).sudo().display_name,
                    document=self.env[model].sudo().browse(record_id).display_name,
                )
            )

    @api.model
    def _lpdb_documents_sql(self):
        """Return the query of (move_id, model, id, priority) of the loans' documents.

        The opening balance has no document but the loan itself.
        """
        return SQL(
            """
            SELECT unnest(ARRAY[move_id, reversal_move_id]) AS move_id,
                   'lpdb.draw' AS model, id, 1 AS priority FROM lpdb_draw
             UNION ALL
            SELECT unnest(ARRAY[move_id, reversal_move_id]),
                   'lpdb.payment', id, 1 FROM lpdb_payment
             UNION ALL
            SELECT unnest(ARRAY[move_id, reversal_move_id]),
                   'lpdb.restructuring', id, 1 FROM lpdb_restructuring
             UNION ALL
            SELECT unnest(ARRAY[move_id, reversal_move_id]),
                   'lpdb.accrual', id, 1 FROM lpdb_accrual
             UNION ALL
            SELECT account_move_id, 'lpdb.accrual', lpdb_accrual_id, 1
              FROM account_move_lpdb_accrual_rel
             UNION ALL
            SELECT move_id, 'lpdb.facility', facility_id, 2 FROM lpdb_entry
            """
        )
