# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting, handing over and reopening a cash day."""

from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError


class CoopCashDay(models.Model):
    _inherit = "coop.cash.day"

    def action_count(self, counts=None):
        """Sign the count and hand the cash over; the next user receives it.

        :param dict counts: ``{denomination code: number of pieces}``, for instance
            ``{"N100000": 12, "C500": 3}``; when empty the lines of the form count
        """
        for day in self:
            day._lock("open", self.env._("counted"))
            if counts:
                day._enter_counts(counts)
            day._write_guarded(
                {
                    "state": "counted",
                    "counted_by_id": self.env.uid,
                    "counted_at": fields.Datetime.now(),
                    "expected_at_count": day.expected_amount,
                }
            )
        return True

    def _enter_counts(self, counts):
        self.ensure_one()
        lines = {line.denomination_id.code: line for line in self.count_line_ids}
        unknown = sorted(set(counts) - set(lines))
        if unknown:
            raise UserError(
                self.env._(
                    "%(day)s: there is no note or coin %(codes)s. Known are %(known)s.",
                    day=self.display_name,
                    codes=", ".join(unknown),
                    known=", ".join(lines),
                )
            )
        for code, line in lines.items():
            line.quantity = counts.get(code, 0)

    def action_recount(self):
        """Take the signature back, as long as nobody has received the cash."""
        for day in self:
            day._lock("counted", self.env._("counted again"))
            day._write_guarded(
                {
                    "state": "open",
                    "counted_by_id": False,
                    "counted_at": False,
                    "expected_at_count": 0.0,
                }
            )
        return True

    def action_close(self, reason=None):
        """Receive the cash: a second user signs, and the difference is posted.

        :param str reason: explanation of the difference, instead of the field
        """
        for day in self:
            day._lock("counted", self.env._("received"))
            day._check_hand_over()
            if reason:
                day._write_guarded({"difference_reason": reason})
            difference = day.difference_amount
            if not day.currency_id.is_zero(difference):
                day._check_explained()
                day._post_difference(difference)
            day._write_guarded(
                {
                    "state": "closed",
                    "closed_by_id": self.env.uid,
                    "closed_at": fields.Datetime.now(),
                }
            )
            # the next day is inserted before a pending update would be sent
            day.flush_recordset()
        return True

    def _check_hand_over(self):
        self.ensure_one()
        if self.counted_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "%(day)s was counted by %(user)s; somebody else has to check and"
                    " receive the cash.",
                    day=self.display_name,
                    user=self.counted_by_id.name,
                )
            )
        if self.currency_id.compare_amounts(
            self.expected_amount, self.expected_at_count
        ):
            raise UserError(
                self.env._(
                    "Since %(day)s was counted, entries were posted for it. Count the"
                    " cash again.",
                    day=self.display_name,
                )
            )

    def _check_explained(self):
        self.ensure_one()
        if not (self.difference_reason or "").strip():
            raise UserError(
                self.env._(
                    "%(day)s differs by %(amount)s. Write down the explanation before"
                    " it is closed.",
                    day=self.display_name,
                    amount=self.currency_id.format(self.difference_amount),
                )
            )

    def _post_difference(self, difference):
        """Post too much or too little cash on the journal's difference account."""
        self.ensure_one()
        vals = [self._prepare_difference_vals(difference)]
        company = self.company_id
        moves = company._coop_create_moves(vals)
        # the entry has to be known before it is posted into a counted day
        self._write_guarded({"difference_move_id": moves.id})
        company._coop_post_moves(moves, vals)

    def _prepare_difference_vals(self, difference):
        self.ensure_one()
        company = self.company_id
        # tellers use the journals without being allowed to configure them
        journal = self.journal_id.sudo()
        other = (
            (journal.profit_account_id if difference > 0 else journal.loss_account_id)
            or company._coop_account("cash_difference")
        ).sudo()
        if not other:
            raise UserError(
                self.env._(
                    "%(journal)s has no account for cash differences. Set its profit"
                    " and loss accounts, or run the set-up of the cooperative.",
                    journal=journal.display_name,
                )
            )
        text = self.env._(
            "Cash difference of %(day)s: %(reason)s",
            day=self.display_name,
            reason=self.difference_reason,
        )
        return {
            "journal_id": journal.id,
            "date": self.date,
            "ref": text,
            "line_ids": [
                company._coop_line(journal.default_account_id, difference, text),
                company._coop_line(other, -difference, text),
            ],
        }

    def action_reopen(self, reason=None):
        """Count a closed day again, as long as no later day was opened.

        :param str reason: why, instead of the field on the form
        """
        if not self.env.user.has_group("umkm_base.umkm_base_group_accountant"):
            raise AccessError(
                self.env._("Only the accountant reopens a cash day that is closed.")
            )
        for day in self:
            day._lock("closed", self.env._("reopened"))
            text = (reason or day.reopen_reason or "").strip()
            day._check_reopen(text)
            move = day.difference_move_id
            day._write_guarded(
                {
                    "state": "open",
                    "counted_by_id": False,
                    "counted_at": False,
                    "closed_by_id": False,
                    "closed_at": False,
                    "expected_at_count": 0.0,
                    "difference_move_id": False,
                    "reopen_reason": False,
                }
            )
            if move:
                vals = [day.company_id._coop_mirror_vals(move, day.date, text)]
                mirror = day.company_id._coop_create_moves(vals)
                day.company_id._coop_post_moves(mirror, vals)
            day.message_post(body=self.env._("Reopened: %(reason)s", reason=text))
        return True

    def _check_reopen(self, reason):
        self.ensure_one()
        if not reason:
            raise UserError(
                self.env._(
                    "%(day)s: write down why it is reopened.", day=self.display_name
                )
            )
        later = self.search(
            [("journal_id", "=", self.journal_id.id), ("date", ">", self.date)], limit=1
        )
        if later:
            raise UserError(
                self.env._(
                    "%(day)s cannot be reopened: %(later)s follows it. Correct it with"
                    " an entry of today.",
                    day=self.display_name,
                    later=later.display_name,
                )
            )
        self.company_id._coop_check_open(self.date, self.journal_id)

    def _lock(self, state, done):
        """Lock the day and refuse an action that its state does not allow."""
        self.ensure_one()
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody is just posting or counting in %(day)s. Try again in a"
                    " moment.",
                    day=self.display_name,
                )
            ) from error
        self.invalidate_recordset()
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(day)s is %(state)s; only a day that is %(wanted)s can be"
                    " %(done)s.",
                    day=self.display_name,
                    state=labels[self.state],
                    wanted=labels[state],
                    done=done,
                )
            )

    def action_open_movements(self):
        """Show the ledger items of the drawer since the day before."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Movements of %(day)s", day=self.display_name),
            "res_model": "account.move.line",
            "view_mode": "list",
            "views": [[False, "list"]],
            "domain": [
                ("account_id", "=", self.sudo().account_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">", fields.Date.to_string(self.date_previous)),
                ("date", "<=", fields.Date.to_string(self.date)),
            ],
            "context": {"create": False},
        }
