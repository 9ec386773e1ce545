# SPDX-License-Identifier: AGPL-3.0-or-later
"""From sub-ledgers to the general ledger, and back to compare them.

Other addons with a sub-ledger use the same methods and extend
``_coop_sub_ledger_rows`` (and the two hooks on ``account.move``).
"""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: after this many journal entries in one run PostgreSQL is told how large the tables
#: are; without it a fresh database plans them as empty and the run never ends
ANALYZE_AFTER = 50

#: what core looks up in the partner for invoices; a sub-ledger's entry has none of it
NO_INVOICE = dict.fromkeys(
    (
        "partner_shipping_id",
        "fiscal_position_id",
        "partner_bank_id",
        "invoice_payment_term_id",
        "preferred_payment_method_line_id",
    ),
    False,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coop_savings_journal(self):
        """Return the hash-locked journal of the savings sub-ledger."""
        self.ensure_one()
        journal = self._coop_journal("savings")
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s is not set up as a cooperative yet. Run the set-up"
                    " of the cooperative first.",
                    company=self.display_name,
                )
            )
        return journal

    def _coop_ledger_journal(self, journal):
        """Return the journal in which a sub-ledger's entry for a journal stands.

        Cash and general journals take it themselves when they are hash-locked. A bank
        journal cannot be, since matching its statement lines changes them: its
        receipts stand in the savings journal, against the outstanding account that
        the statement line clears.
        """
        # tellers use the journals without being allowed to configure them
        if journal.sudo().restrict_mode_hash_table and journal.type != "bank":
            return journal
        if journal.type == "cash":
            raise UserError(
                self.env._(
                    "The cash journal %(journal)s is not locked by hash, so savings"
                    " cannot be booked in it. Use the counter's journal, or secure"
                    " this one.",
                    journal=journal.display_name,
                )
            )
        return self._coop_savings_journal()

    def _coop_money_account(self, journal, inbound):
        """Return the account that money in or out of a journal passes.

        :param bool inbound: money comes in
        """
        journal = journal.sudo()
        if journal.type == "cash":
            account = journal.default_account_id
        else:
            lines = (
                journal.inbound_payment_method_line_ids
                if inbound
                else journal.outbound_payment_method_line_ids
            )
            account = lines.payment_account_id[:1]
        if not account:
            raise UserError(
                self.env._(
                    "The journal %(journal)s has no account for money on its way. Set"
                    " the outstanding account of its payment methods.",
                    journal=journal.display_name,
                )
            )
        return account

    def _coop_line(self, account, balance, text, partner=None, **values):
        """Return the command of a journal item, with what spares a query per line."""
        return Command.create(
            {
                "account_id": account.id,
                "balance": balance,
                "amount_currency": balance,
                "currency_id": self.currency_id.id,
                "name": text,
                "partner_id": partner.id if partner else False,
                "tax_ids": [],
                "analytic_distribution": False,
                **values,
            }
        )

    def _coop_check_open(self, day, journal):
        """Refuse a date in a locked period, before the ledger would move it."""
        self.ensure_one()
        locks = self.sudo()._get_violated_lock_dates(day, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "%(day)s lies in a period that is closed: %(locks)s. Use a later"
                    " date, or have the lock date changed.",
                    day=fields.Date.to_string(day),
                    locks=self._format_lock_dates(locks),
                )
            )

    def _coop_create_moves(self, vals_list):
        """Create draft journal entries for a sub-ledger.

        :param vals_list: values of ``account.move``; each date must be open
        """
        self.ensure_one()
        journals = self.env["account.journal"]
        for day, journal_id in {(v["date"], v["journal_id"]) for v in vals_list}:
            self._coop_check_open(day, journals.browse(journal_id))
        # a teller posts through receipts without a right to journal entries
        moves = (
            self.env["account.move"]
            .sudo()
            .with_company(self)
            .with_context(default_move_type="entry", tracking_disable=True)
        )
        vals_list = [{**NO_INVOICE, **vals} for vals in vals_list]
        created = moves.create(vals_list[:ANALYZE_AFTER])
        if len(vals_list) > ANALYZE_AFTER:
            self.env.flush_all()
            self.env.cr.execute("ANALYZE account_move")
            self.env.cr.execute("ANALYZE account_move_line")
            created |= moves.create(vals_list[ANALYZE_AFTER:])
        return created

    def _coop_post_moves(self, moves, vals_list):
        """Post the entries of ``_coop_create_moves`` on exactly their dates."""
        moves.sudo()._post(soft=False)
        for move, vals in zip(moves, vals_list, strict=True):
            if move.date != vals["date"]:
                raise UserError(
                    self.env._(
                        "The journal entry of %(day)s would be booked on %(other)s."
                        " Check the lock dates.",
                        day=fields.Date.to_string(vals["date"]),
                        other=fields.Date.to_string(move.date),
                    )
                )

    def _coop_mirror_vals(self, move, day, reason=None):
        """Return the journal entry that reverses another one on a day."""
        move = move.sudo()
        return {
            "journal_id": move.journal_id.id,
            "date": day,
            "ref": reason
            or self.env._("Reversal of %(name)s", name=move.ref or move.name),
            "partner_id": move.partner_id.id,
            "reversed_entry_id": move.id,
            "line_ids": [
                self._coop_line(
                    line.account_id,
                    -line.balance,
                    line.name,
                    line.partner_id,
                    analytic_distribution=line.analytic_distribution,
                )
                for line in move.line_ids
            ],
        }

    # Ties

    def _coop_check_books_right(self):
        """Refuse whoever may not see the savings of all members of the companies.

        Members in the portal may read their own savings, not the books.
        """
        self.check_access("read")
        entries = self.env["coop.saving.entry"]
        internal = self.env.su or self.env.user._is_internal()
        if not internal or not entries.has_access("read"):
            raise AccessError(
                self.env._(
                    "The books of %(company)s are not open to you; ask the accountant"
                    " or the auditor.",
                    company=", ".join(self.sudo().mapped("display_name")),
                )
            )

    @api.model
    def action_check_ledger(self, date=None, company_id=None):
        """Compare every sub-ledger with its control accounts at the end of a day.

        :param str date: ISO date, the local date when empty
        :param int company_id: the user's current company when empty
        :return: one ``{company_id, account_id, account_code, account_name,
            sub_ledger, ledger, difference}`` per control account; credit is positive
        :rtype: list(dict)
        """
        company = self.browse(company_id) or self[:1] or self.env.company
        company._coop_check_books_right()
        day = fields.Date.to_date(date) or company._local_date()
        self.env.flush_all()
        rows = company._coop_sub_ledger_rows(day)
        account_ids = list({account_id for account_id, _amount in rows})
        ledger = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT account_id, -SUM(balance) FROM account_move_line
                     WHERE company_id = %s AND parent_state = 'posted' AND date <= %s
                       AND account_id = ANY(%s)
                  GROUP BY account_id
                    """,
                    company.id,
                    day,
                    account_ids,
                )
            )
        )
        sums = dict.fromkeys(account_ids, 0.0)
        for account_id, amount in rows:
            sums[account_id] += float(amount)
        # the check names the accounts to whoever may see the cooperative's savings
        accounts = self.env["account.account"].sudo().with_company(company)
        result = []
        for account in accounts.browse(account_ids).sorted("code"):
            booked = float(ledger.get(account.id, 0.0))
            result.append(
                {
                    "company_id": company.id,
                    "account_id": account.id,
                    "account_code": account.code or "",
                    "account_name": account.name,
                    "sub_ledger": company.currency_id.round(sums[account.id]),
                    "ledger": company.currency_id.round(booked),
                    "difference": company.currency_id.round(sums[account.id] - booked),
                }
            )
        return result

    @api.model
    def action_ledger_differences(self, account_id, date=None, company_id=None):
        """Find the journal entries of a control account that its facts do not bear out.

        :param int account_id: a control account
        :param str date: ISO date, entries up to the end of this day; the local date
            when empty
        :param int company_id: the user's current company when empty
        :return: ``{move_id, date, sub_ledger, ledger, difference}`` for each journal
            entry whose two sides differ on that day; credit is positive
        :rtype: list(dict)
        """
        company = self.browse(company_id) or self[:1] or self.env.company
        company._coop_check_books_right()
        day = fields.Date.to_date(date) or company._local_date()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH ledger AS (
                    SELECT move_id, -SUM(balance) AS amount FROM account_move_line
                     WHERE company_id = %(company)s AND account_id = %(account)s
                       AND parent_state = 'posted' AND date <= %(day)s
                  GROUP BY move_id),
                facts AS (%(facts)s),
                sub AS (
                    SELECT f.move_id, SUM(f.amount) AS amount
                      FROM facts f JOIN account_move m ON m.id = f.move_id
                     WHERE f.account_id = %(account)s AND m.company_id = %(company)s
                       AND m.date <= %(day)s
                  GROUP BY f.move_id)
                SELECT m.id, m.date, COALESCE(sub.amount, 0),
                       COALESCE(ledger.amount, 0)
                  FROM ledger FULL JOIN sub USING (move_id)
                  JOIN account_move m ON m.id = move_id
                 WHERE COALESCE(sub.amount, 0) != COALESCE(ledger.amount, 0)
              ORDER BY m.date, m.id
                """,
                company=company.id,
                account=account_id,
                day=day,
                facts=self.env["account.move"]._coop_facts_sql(),
            )
        )
        rows = [*rows, *company._coop_misdated_rows(account_id, day)]
        return [
            {
                "move_id": move_id,
                "date": fields.Date.to_string(booked_on),
                "sub_ledger": float(sub),
                "ledger": float(booked),
                "difference": company.currency_id.round(float(sub - booked)),
            }
            for move_id, booked_on, sub, booked in rows
        ]

    def _coop_misdated_rows(self, account_id, day):
        """Return ``(move_id, date, sub-ledger, ledger)`` of facts of another date.

        Entry and journal entry agree, but stand on two sides of the day.
        """
        self.ensure_one()
        return self.env.execute_query(
            SQL(
                """
                SELECT m.id, m.date,
                       COALESCE(SUM(e.amount) FILTER (WHERE e.date <= %(day)s), 0),
                       COALESCE(SUM(e.amount) FILTER (WHERE m.date <= %(day)s), 0)
                  FROM coop_saving_entry e
                  JOIN coop_saving_type t ON t.id = e.type_id
                  JOIN account_move m ON m.id = e.move_id
                 WHERE e.state = 'posted' AND e.company_id = %(company)s
                   AND t.account_id = %(account)s
                   AND (e.date <= %(day)s) != (m.date <= %(day)s)
              GROUP BY m.id, m.date ORDER BY m.date, m.id
                """,
                day=day,
                company=self.id,
                account=account_id,
            )
        )

    def _coop_sub_ledger_rows(self, day):
        """Return what the sub-ledgers hold on their control accounts.

        Extended by every addon with a sub-ledger of its own.

        :param date day: balances at the end of this day
        :return: list of ``(account_id, amount)``, credit positive; an account may
            come more than once
        """
        self.ensure_one()
        self.env["coop.saving.entry"].check_access("read")
        return self.env.execute_query(
            SQL(
                """
                SELECT t.account_id, COALESCE(SUM(e.amount), 0)
                  FROM coop_saving_type t
             LEFT JOIN coop_saving_entry e
                    ON e.type_id = t.id AND e.state = 'posted' AND e.date <= %s
                 WHERE t.company_id = %s
              GROUP BY t.account_id
                """,
                day,
                self.id,
            )
        )
