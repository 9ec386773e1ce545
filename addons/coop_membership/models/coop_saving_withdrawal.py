# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits of withdrawals, checked where entries are booked, whatever drew them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CoopSavingType(models.Model):
    _inherit = "coop.saving.type"

    minimum_balance = fields.Monetary(
        help="Stays on the account while the membership lasts."
    )
    withdrawal_limit = fields.Monetary(
        help="What a member draws in a day above it needs the approval of a second"
        " user; 0 is boundless."
    )

    _minimum_positive = models.Constraint(
        "CHECK (minimum_balance >= 0 AND withdrawal_limit >= 0)",
        "Minimum balance and limit cannot be negative.",
    )


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    transfer_id = fields.Many2one(
        "coop.saving.transfer",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    approved_by_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        help="Second user who approved the withdrawal.",
    )

    @api.model
    def _check_funds(self, drafts):
        result = super()._check_funds(drafts)
        self._check_minimum(drafts)
        self._check_limits(drafts)
        return result

    @api.model
    def _check_minimum(self, drafts):
        """Name the accounts that a withdrawal would bring below their minimum."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, t.minimum_balance
                  FROM coop_saving_account a
                  JOIN coop_saving_type t
                    ON t.id = a.type_id AND t.minimum_balance > 0
                  JOIN coop_member m ON m.id = a.member_id AND m.state != 'exiting'
                  JOIN (SELECT account_id, SUM(amount) AS total
                          FROM coop_saving_entry WHERE %s
                      GROUP BY account_id
                        HAVING bool_or(amount < 0 AND kind IN (
                               'withdrawal', 'transfer', 'offset'))) s
                    ON s.account_id = a.id
                 WHERE a.balance + s.total < t.minimum_balance AND s.total < 0
              ORDER BY a.id LIMIT 20
                """,
                drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "The minimum balance stays while the membership lasts:"
                    " %(accounts)s. Draw less.",
                    accounts="; ".join(
                        self.env._(
                            "%(account)s keeps %(minimum)s",
                            account=self.env["coop.saving.account"]
                            .browse(account)
                            .display_name,
                            minimum=self._format_amount(minimum),
                        )
                        for account, minimum in rows
                    ),
                )
            )

    @api.model
    def _check_limits(self, drafts):
        """Name the withdrawals that need a second user; a day counts together.

        Money that stays with the member (transfers to his own savings, his invoices)
        is not limited, nor are runs of the accountant.
        """
        limited = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT d.account_id, d.date
                  FROM coop_saving_entry d
                  JOIN coop_saving_type t
                    ON t.id = d.type_id AND t.withdrawal_limit > 0
                 WHERE d.amount < 0 AND d.batch_id IS NULL
                   AND d.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                """,
                drafts,
            )
        )
        if not limited:
            return
        rows = self.env.execute_query(
            SQL(
                """
                WITH drawn AS (
                    SELECT e.account_id, e.date, e.amount, e.approved_by_id,
                           (e.state = 'draft') AS new
                      FROM unnest(%(accounts)s::int[], %(days)s::date[])
                           AS l (account, day)
                      JOIN coop_saving_entry e
                        ON e.account_id = l.account AND e.date = l.day
                 LEFT JOIN coop_saving_transfer r ON r.id = e.transfer_id
                     WHERE e.amount < 0 AND e.batch_id IS NULL
                       AND (e.kind = 'withdrawal'
                            OR e.kind = 'transfer' AND r.id IS NOT NULL
                               AND r.target_member_id != e.member_id)
                       AND (e.id IN (SELECT id FROM coop_saving_entry WHERE %(drafts)s)
                            OR e.state = 'posted' AND NOT EXISTS (
                               SELECT 1 FROM coop_saving_entry x
                                WHERE x.reversed_entry_id = e.id)))
                SELECT a.id, -SUM(w.amount), MIN(t.withdrawal_limit)
                  FROM drawn w
                  JOIN coop_saving_account a ON a.id = w.account_id
                  JOIN coop_saving_type t ON t.id = a.type_id
              GROUP BY a.id, w.date
                HAVING -SUM(w.amount) > MIN(t.withdrawal_limit)
                   AND bool_or(w.new AND w.approved_by_id IS NULL)
              ORDER BY a.id LIMIT 20
                """,
                accounts=[account for account, _day in limited],
                days=[day for _account, day in limited],
                drafts=drafts,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "A second user has to approve this first: %(accounts)s.",
                    accounts="; ".join(
                        self.env._(
                            "%(account)s draws %(drawn)s in a day, the limit is"
                            " %(limit)s",
                            account=self.env["coop.saving.account"]
                            .browse(account)
                            .display_name,
                            drawn=self._format_amount(drawn),
                            limit=self._format_amount(limit),
                        )
                        for account, drawn, limit in rows
                    ),
                )
            )
