# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.constrains("state", "date")
    def _check_coop_cash_state(self):
        self._check_coop_cash_days()

    def _check_coop_cash_days(self):
        """Refuse entries that would change the cash of a day already counted.

        In a company that asks for it, a cash journal's entries need an open day too.
        """
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
                    date=move.date,
                    day=self.env["coop.cash.day"].sudo().browse(day_id).display_name,
                )
            )
        journal = self.env["account.journal"].sudo().browse(journal_id)
        raise UserError(
            self.env._(
                "%(journal)s has no open cash day %(date)s. Open it first, then post.",
                journal=journal.name,
                date=move.date,
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        if "account_id" in vals:
            # what leaves a cash account changes the day that it was counted on
            self.filtered(
                lambda line: (
                    line.parent_state == "posted"
                    and line.account_id.account_type == "asset_cash"
                    and line.account_id.id != vals["account_id"]
                )
            ).move_id._check_coop_cash_days()
        return super().write(vals)

    @api.constrains("account_id", "balance", "move_id")
    def _check_coop_cash_line(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        if posted:
            posted.move_id._check_coop_cash_days()
