# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    coop_saving_entry_ids = fields.One2many(
        "coop.saving.entry",
        "move_id",
        string="Savings entries",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
    )

    @api.constrains("state")
    def _check_coop_control_state(self):
        self._check_coop_control()

    def _check_coop_control(self):
        """Refuse journal entries that their sub-ledger does not bear out.

        Every control account of a posted entry holds exactly what the sub-ledger has
        posted with that entry; an entry with posted facts cannot leave the books.
        """
        self.env.flush_all()
        wrong = self.env.execute_query(
            SQL(
                """
                WITH control AS (%(accounts)s),
                ledger AS (
                    SELECT l.move_id, l.account_id, -SUM(l.balance) AS amount
                      FROM account_move_line l
                      JOIN control c ON c.account_id = l.account_id
                                    AND c.company_id = l.company_id
                     WHERE l.move_id = ANY(%(moves)s) AND l.parent_state = 'posted'
                  GROUP BY l.move_id, l.account_id),
                sub AS (
                    SELECT move_id, account_id, SUM(amount) AS amount
                      FROM (%(facts)s) AS facts
                     WHERE move_id = ANY(%(moves)s)
                  GROUP BY move_id, account_id)
                SELECT move_id, account_id
                  FROM ledger FULL JOIN sub USING (move_id, account_id)
                 WHERE COALESCE(ledger.amount, 0) != COALESCE(sub.amount, 0)
              ORDER BY move_id LIMIT 1
                """,
                accounts=self._coop_control_accounts_sql(),
                facts=self._coop_facts_sql(),
                moves=self.ids,
            )
        )
        if wrong:
            move_id, account_id = wrong[0]
            raise UserError(
                self.env._(
                    "%(account)s is a control account: what stands on it comes only"
                    " from its sub-ledger, and posted facts stay. %(move)s would break"
                    " that. Use receipts, savings entries or their reversal.",
                    account=self.env["account.account"]
                    .sudo()
                    .browse(account_id)
                    .display_name,
                    move=self.browse(move_id).sudo().display_name,
                )
            )

    @api.model
    def _coop_control_accounts_sql(self):
        """Return SQL of ``(account_id, company_id)``: accounts only sub-ledgers use.

        Other addons add theirs with UNION.
        """
        return SQL("SELECT account_id, company_id FROM coop_saving_type")

    @api.model
    def _coop_facts_sql(self):
        """Return SQL of ``(move_id, account_id, amount)``: posted facts, credit > 0.

        Other addons add theirs with UNION ALL.
        """
        return SQL(
            """
            SELECT e.move_id, t.account_id, e.amount
              FROM coop_saving_entry e JOIN coop_saving_type t ON t.id = e.type_id
             WHERE e.state = 'posted'
            """
        )

    def _reconcile_coop_receipts(self):
        """Reconcile what receipts paid with the invoices they paid."""
        paid = self.sudo().line_ids.filtered(
            lambda line: line.coop_receipt_line_id.invoice_id
        )
        for line in paid:
            open_lines = line.coop_receipt_line_id._get_invoice_lines().filtered(
                lambda other, line=line: other.account_id == line.account_id
            )
            (line + open_lines).reconcile()

    def _unreconcile_coop_receipts(self):
        """Open the invoices again that receipts paid."""
        self.sudo().line_ids.filtered(
            lambda line: line.coop_receipt_line_id.invoice_id
        ).remove_move_reconcile()
