# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statements that post savings entries, the same for one and for 100,000.

They run before the journal entry is posted; posting it checks that both agree
(``account.move._check_coop_control``). Accounts are locked in the order of their ids,
so that two runs wait for each other instead of blocking each other; the CHECK of the
accounts has the last word on overdrafts.
"""

from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

#: what there is among entries that are to be posted: money out, parts of dues, term
#: savings, interest or tax (or what reverses it)
Kinds = namedtuple("Kinds", "drawn due term taxed")


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    @api.model
    def _link_moves(self, move_by_entry):
        """Say in which draft journal entry each entry will stand.

        :param dict move_by_entry: ``{entry_id: move_id}``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE coop_saving_entry e SET move_id = v.move
                  FROM unnest(%s::int[], %s::int[]) AS v (entry, move)
                 WHERE e.id = v.entry AND e.state = 'draft'
                """,
                list(move_by_entry),
                list(move_by_entry.values()),
            )
        )
        self.invalidate_model(["move_id"])

    @api.model
    def _book(self, condition, move_id=None):
        """Post the draft entries of a condition: balances, dues, states.

        :param SQL condition: on the columns of ``coop_saving_entry``
        :param int move_id: journal entry of all of them; without it every entry has
            its ``move_id`` already
        """
        self._flush_savings()
        drafts = SQL("(%s) AND state = 'draft'", condition)
        kinds = self._lock_accounts(drafts)
        self._check_membership(drafts)
        if kinds.due:
            self._check_dues(drafts)
        if kinds.drawn:
            self._check_funds(drafts)
            self._check_past_funds(drafts)
        self.env.cr.execute(
            SQL(
                """
                UPDATE coop_saving_account a
                   SET balance = a.balance + s.total,
                       line_count = COALESCE(a.line_count, 0) + s.lines
                  FROM (SELECT account_id, SUM(amount) AS total, COUNT(*) AS lines
                          FROM coop_saving_entry WHERE %s
                      GROUP BY account_id) s
                 WHERE a.id = s.account_id
                """,
                drafts,
            )
        )
        if kinds.due:
            self._book_dues(drafts)
        self.env.cr.execute(
            SQL(
                """
                UPDATE coop_saving_entry e
                   SET state = 'posted', line_no = n.line_no,
                       move_id = COALESCE(%s, e.move_id), write_uid = %s,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM (SELECT d.id, a.line_count - COUNT(*) OVER passbook
                               + ROW_NUMBER() OVER (
                                 PARTITION BY d.account_id ORDER BY d.date, d.id)
                               AS line_no
                          FROM coop_saving_entry d
                          JOIN coop_saving_account a ON a.id = d.account_id
                         WHERE d.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                        WINDOW passbook AS (PARTITION BY d.account_id)) n
                 WHERE e.id = n.id
                """,
                move_id,
                self.env.uid,
                drafts,
            )
        )
        self._after_booking(condition, kinds)
        self._invalidate_savings()

    @api.model
    def _book_dues(self, drafts):
        """Add what the entries pay to their dues."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE coop_saving_due d
                   SET paid = d.paid + s.total,
                       state = CASE WHEN d.state = 'cancelled' THEN 'cancelled'
                                    WHEN d.paid + s.total >= d.amount THEN 'paid'
                                    ELSE 'open' END
                  FROM (SELECT due_id, SUM(amount) AS total
                          FROM coop_saving_entry
                         WHERE due_id IS NOT NULL AND %s
                      GROUP BY due_id) s
                 WHERE d.id = s.due_id
                """,
                drafts,
            )
        )

    @api.model
    def _after_booking(self, condition, kinds):
        """Extend what follows from entries that were just posted.

        :param SQL condition: as of ``_book``
        :param Kinds kinds: what there is among the entries
        """

    @api.model
    def _flush_savings(self):
        """Write what the statements here read and change.

        A journal entry that is being made is written once, when it is posted.
        """
        for model in (
            "coop.member",
            "coop.saving.type",
            "coop.saving.account",
            "coop.saving.due",
            "coop.saving.entry",
        ):
            self.env[model].flush_model()

    @api.model
    def _invalidate_savings(self):
        for model in (
            "coop.saving.entry",
            "coop.saving.account",
            "coop.saving.due",
            "coop.saving.batch",
        ):
            self.env[model].invalidate_model()
        self.env["coop.member"].invalidate_model(
            ["account_ids", "due_ids", "savings_balance", "dues_open"]
        )

    @api.model
    def _lock_accounts(self, drafts):
        """Lock the accounts of entries; a concurrent change makes the call repeat.

        :return: what there is among the entries
        :rtype: Kinds
        """
        [found] = self.env.execute_query(
            SQL(
                """
                WITH locked AS MATERIALIZED (
                    SELECT a.kind, e.drawn, e.due, e.taxed
                      FROM coop_saving_account a
                      JOIN (SELECT d.account_id, bool_or(d.amount < 0) AS drawn,
                                   bool_or(d.due_id IS NOT NULL) AS due,
                                   bool_or(COALESCE(o.kind, d.kind)
                                           IN ('interest', 'tax')) AS taxed
                              FROM coop_saving_entry d
                         LEFT JOIN coop_saving_entry o ON o.id = d.reversed_entry_id
                             WHERE d.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                          GROUP BY d.account_id) e ON e.account_id = a.id
                  ORDER BY a.id FOR UPDATE OF a)
                SELECT bool_or(drawn), bool_or(due), bool_or(kind = 'term'),
                       bool_or(taxed)
                  FROM locked
                """,
                drafts,
            )
        )
        return Kinds(*map(bool, found))

    @api.model
    def _check_membership(self, drafts):
        """Name the members whose membership does not allow the entries.

        What stays while the membership lasts is refunded to leaving members only (what
        is not refunded is kept by their settlement), and
        nobody saves any more who left or was refused; a reversal is always possible.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT e.account_id
                  FROM coop_saving_entry e
                  JOIN coop_member m ON m.id = e.member_id
                  JOIN coop_saving_type t ON t.id = e.type_id
                 WHERE e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                   AND e.reversed_entry_id IS NULL
                   AND (m.state IN ('exited', 'refused')
                        OR (e.kind IN ('withdrawal', 'refund')
                            OR e.kind IN ('transfer', 'offset') AND e.amount < 0)
                           AND t.withdrawable IS NOT TRUE AND t.kind != 'term'
                           AND NOT (m.state = 'exiting'
                                    AND (COALESCE(t.refundable_on_exit, FALSE)
                                         OR e.kind = 'offset'
                                            AND e.exit_id IS NOT NULL)))
              ORDER BY e.account_id LIMIT 20
                """,
                drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "The membership does not allow these entries: %(accounts)s. What"
                    " cannot be drawn while it lasts is refunded after the request to"
                    " exit (UU 25/1992, elucidation of art. 41); who left or was"
                    " refused saves no more.",
                    accounts="; ".join(
                        self.env["coop.saving.account"].browse(account).display_name
                        for [account] in rows
                    ),
                )
            )

    @api.model
    def _check_dues(self, drafts):
        """Name the dues that were cancelled or are paid beyond what is open."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.period,
                       CASE d.state WHEN 'cancelled' THEN 0 ELSE d.amount - d.paid END,
                       s.total
                  FROM coop_saving_due d
                  JOIN (SELECT due_id, SUM(amount) AS total
                          FROM coop_saving_entry
                         WHERE due_id IS NOT NULL AND %s
                      GROUP BY due_id) s ON s.due_id = d.id
                 WHERE s.total > 0
                   AND (d.state = 'cancelled' OR d.paid + s.total > d.amount)
              ORDER BY d.id LIMIT 20
                """,
                drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "More than what is owed: %(dues)s. Dues were paid or cancelled"
                    " meanwhile; prepare again, or take the amount that is open.",
                    dues="; ".join(
                        self.env._(
                            "%(member)s, %(period)s: open %(open)s, asked %(asked)s",
                            member=self.env["coop.saving.due"]
                            .browse(due)
                            .member_id.display_name,
                            period=fields.Date.to_string(period),
                            open=self._format_amount(rest),
                            asked=self._format_amount(total),
                        )
                        for due, period, rest, total in rows
                    ),
                )
            )

    @api.model
    def _check_funds(self, drafts):
        """Name the accounts that the entries would overdraw."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, a.balance - a.blocked_amount, s.total
                  FROM coop_saving_account a
                  JOIN (SELECT account_id, SUM(amount) AS total
                          FROM coop_saving_entry WHERE %s
                      GROUP BY account_id) s ON s.account_id = a.id
                 WHERE a.balance + s.total < a.blocked_amount
              ORDER BY a.id LIMIT 20
                """,
                drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "Not enough savings: %(accounts)s. Draw no more than what is"
                    " available.",
                    accounts="; ".join(
                        self.env._(
                            "%(account)s has %(available)s, asked %(asked)s",
                            account=self.env["coop.saving.account"]
                            .browse(account)
                            .display_name,
                            available=self._format_amount(available),
                            asked=self._format_amount(-total),
                        )
                        for account, available, total in rows
                    ),
                )
            )

    @api.model
    def _check_past_funds(self, drafts):
        """Refuse to draw on a past day what was saved only later."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH drawn AS (
                    SELECT account_id, MIN(date) AS since
                      FROM coop_saving_entry WHERE amount < 0 AND %(drafts)s
                  GROUP BY account_id),
                days AS (
                    SELECT e.account_id, e.date, SUM(SUM(e.amount)) OVER (
                           PARTITION BY e.account_id ORDER BY e.date) AS balance
                      FROM coop_saving_entry e JOIN drawn USING (account_id)
                     WHERE e.state = 'posted' OR (%(drafts)s)
                  GROUP BY e.account_id, e.date)
                SELECT d.account_id, MIN(d.date)
                  FROM days d JOIN drawn USING (account_id)
                 WHERE d.date >= drawn.since AND d.balance < 0
              GROUP BY d.account_id ORDER BY d.account_id LIMIT 20
                """,
                drafts=drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "On the day of the entry the savings were not there yet:"
                    " %(accounts)s. Use a later date.",
                    accounts="; ".join(
                        f"{self.env['coop.saving.account'].browse(account).display_name}"
                        f" ({day})"
                        for account, day in rows
                    ),
                )
            )

    @api.model
    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.env.company.currency_id)

    @api.model
    def _insert_reversals(self, condition, day, move_by_move, reason=None):
        """Insert and book the mirror of posted entries in one statement.

        :param SQL condition: on ``coop_saving_entry`` as ``e``
        :param date day: day of the reversal
        :param dict move_by_move: ``{reversed move_id: reversing move_id}``
        :return: the reversing entries
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO coop_saving_entry (account_id, member_id, type_id,
                       company_id, date, kind, amount, name, journal_id,
                       counterpart_account_id, state, move_id, due_id, batch_id,
                       receipt_line_id, receipt_id, transfer_id, reversed_entry_id,
                       create_uid, write_uid, create_date, write_date)
                SELECT e.account_id, e.member_id, e.type_id,
                       e.company_id, %(day)s, 'reversal', -e.amount,
                       COALESCE(%(reason)s, e.name), e.journal_id,
                       e.counterpart_account_id, 'draft', v.new, e.due_id, e.batch_id,
                       e.receipt_line_id, e.receipt_id, e.transfer_id, e.id,
                       %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM coop_saving_entry e
                  JOIN unnest(%(old)s::int[], %(new)s::int[]) AS v (old, new)
                    ON v.old = e.move_id
                 WHERE e.state = 'posted' AND e.reversed_entry_id IS NULL
                   AND (%(condition)s)
              ORDER BY e.id
                RETURNING id
                """,
                day=day,
                reason=reason or None,
                uid=self.env.uid,
                old=list(move_by_move),
                new=list(move_by_move.values()),
                condition=condition,
            )
        )
        entries = self.browse([row[0] for row in rows])
        self._book(SQL("id = ANY(%s)", entries.ids))
        return entries
