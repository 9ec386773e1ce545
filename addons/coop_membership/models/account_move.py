# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class AccountMove(models.Model):
    _inherit = "account.move"

    coop_saving_entry_ids = fields.One2many(
        "coop.saving.entry",
        "move_id",
        string="Savings entries",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
    )

    def _message_log_batch(
        self,
        bodies,
        subject=False,
        author_id=None,
        email_from=None,
        message_type="notification",
        partner_ids=False,
        attachment_ids=False,
        tracking_value_ids=False,
    ):
        """Leave out core's note on every entry that it was secured by its hash.

        A sub-ledger's entries all are, at once; the hash itself stands in the entry.
        """
        if self.env.context.get("tracking_disable"):
            return self.env["mail.message"]
        return super()._message_log_batch(
            bodies,
            subject=subject,
            author_id=author_id,
            email_from=email_from,
            message_type=message_type,
            partner_ids=partner_ids,
            attachment_ids=attachment_ids,
            tracking_value_ids=tracking_value_ids,
        )

    @api.constrains("state")
    def _check_coop_control_state(self):
        self._get_coop_booked()._check_coop_control()

    def _get_coop_booked(self):
        """Return the entries that are in the books, or have been."""
        return self.filtered(lambda move: move.state != "draft" or move.posted_before)

    def _check_coop_control(self):
        """Refuse journal entries that their sub-ledger does not bear out.

        Every control account of a posted entry holds exactly what the sub-ledger has
        posted with that entry; an entry with posted facts cannot leave the books.
        """
        if not self:
            return
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

    @api.constrains("state", "date")
    def _check_coop_cash_state(self):
        self._get_coop_booked()._check_coop_cash_days()

    def _check_coop_cash_days(self):
        """Refuse entries that would change the cash of a day already counted.

        In a company that asks for it, a cash journal's entries need an open day too.
        """
        if not self:
            return
        self.env.flush_all()
        # whoever counts waits for entries under way; they fail once he has counted
        self.env.execute_query(
            SQL(
                """
                SELECT d.id FROM coop_cash_day d
                 WHERE d.state = 'open' AND d.journal_id IN (
                       SELECT j.id FROM account_journal j
                         JOIN account_move_line l ON l.account_id = j.default_account_id
                        WHERE l.move_id = ANY(%s))
              ORDER BY d.id FOR SHARE
                """,
                self.ids,
            )
        )
        refused = self.env.execute_query(
            SQL(
                """
                SELECT m.id, j.id, closed.id
                  FROM account_move m
                  JOIN account_move_line l ON l.move_id = m.id
                  JOIN account_journal j ON j.default_account_id = l.account_id
                   AND j.company_id = m.company_id AND j.type = 'cash'
                  JOIN res_company c ON c.id = m.company_id
             LEFT JOIN coop_cash_day closed ON closed.journal_id = j.id
                   AND closed.state != 'open' AND closed.date >= m.date
                 WHERE m.id = ANY(%s) AND (m.state = 'posted' OR m.posted_before)
                   AND NOT EXISTS (SELECT FROM coop_cash_day d
                                    WHERE d.difference_move_id = m.id)
                   AND (closed.id IS NOT NULL OR (
                        c.cash_day_required AND m.journal_id = j.id
                        AND m.state = 'posted'
                        AND NOT EXISTS (SELECT FROM coop_cash_day d
                                         WHERE d.journal_id = j.id
                                           AND d.state = 'open' AND d.date = m.date)))
              ORDER BY m.id, closed.date LIMIT 1
                """,
                self.ids,
            )
        )
        for move_id, journal_id, day_id in refused:
            self.browse(move_id)._raise_cash_day(journal_id, day_id)
        days = self.env["coop.cash.day"]
        days.invalidate_model(
            ["amount_in", "amount_out", "expected_amount", "difference_amount"]
        )

    def _raise_cash_day(self, journal_id, day_id):
        self.ensure_one()
        move = self.sudo()
        if day_id:
            raise UserError(
                self.env._(
                    "%(move)s of %(date)s would change the cash of %(day)s, which is"
                    " counted already. Use a later date.",
                    move=move.display_name,
                    date=format_date(self.env, move.date),
                    day=self.env["coop.cash.day"].sudo().browse(day_id).display_name,
                )
            )
        journal = self.env["account.journal"].sudo().browse(journal_id)
        raise UserError(
            self.env._(
                "%(journal)s has no open cash day %(date)s. Open it first, then post.",
                journal=journal.name,
                date=format_date(self.env, move.date),
            )
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
