# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields, models
from odoo.exceptions import UserError


class LpdbFacility(models.Model):
    """A loan taken over in mid-life: what was before the books began is settled.

    Draws up to the opening date book nothing; instalments due by then count as paid;
    one entry brings the principal that is left into the books.
    """

    _inherit = "lpdb.facility"

    opening_date = fields.Date(
        string="Taken over on",
        help="Day on which a running loan enters the books: draws and instalments up"
        " to this day happened before. Empty for a new loan.",
    )

    def action_open_balance(self):
        """Settle the rows due by the opening date and book what is left.

        Called by the draws and the lender's schedule; harmless when done already.

        :return: id of the ``lpdb.payment`` that settles the earlier rows, False when
            none was due yet or nothing is to be opened
        """
        self.ensure_one()
        self.check_access("write")
        if not self._awaits_opening():
            return False
        day = self.opening_date
        settled = self.schedule_id.line_ids.filtered(lambda line: line.due <= day)
        drawn = sum(
            amount for when, amount in self._owed_from(self.schedule_id) if when <= day
        )
        left = self.currency_id.round(drawn - sum(settled.mapped("principal")))
        move = self._book_opening(day, left) if left > 0 else self.env["account.move"]
        return self._settle_before(day, settled.sorted("n"), move).id

    def _awaits_opening(self):
        """Tell whether earlier draws stand, but not the opening entry."""
        self.ensure_one()
        return (
            self.opening_date
            and self.schedule_id
            and self.draw_ids.filtered("is_before_opening")
            and not self._is_opened()
        )

    def _is_opened(self):
        return bool(
            self.entry_ids.filtered(lambda entry: entry.kind == "opening")
            or self.payment_ids.filtered("is_opening")
        )

    def _book_opening(self, day, amount):
        company, lender = self.company_id, self.lender_id
        text = self.env._("Opening balance of %s", self.name)
        account = company._coop_account("opening")
        vals = {
            "journal_id": self._loan_journal().id,
            "date": day,
            "ref": text,
            "partner_id": lender.id,
            "line_ids": [
                company._coop_line(account, amount, text, lender),
                company._coop_line(self.loan_account_id, -amount, text, lender),
            ],
        }
        moves = company._coop_create_moves([vals])
        self._create_entries(
            [{"date": day, "kind": "opening", "amount": amount, "move_id": moves.id}]
        )
        company._coop_post_moves(moves, [vals])
        return moves

    def _settle_before(self, day, rows, move):
        """Record what was paid before as one payment that books nothing itself."""
        payments = self.env["lpdb.payment"]
        amount = sum(rows.mapped("payment"))
        if not amount:
            return payments
        # nobody holds a right to write an allocation; posting does it for him
        payment = payments.sudo().create(
            {
                "facility_id": self.id,
                "date": day,
                "amount": amount,
                "penalty_due": 0.0,
                "reference": self.env._("Before %s", fields.Date.to_string(day)),
                "line_ids": [
                    Command.create(
                        {"instalment_id": row.id, "kind": kind, "amount": row[kind]}
                    )
                    for row in rows
                    for kind in ("interest", "principal")
                    if row[kind]
                ],
            }
        )
        payment._write_guarded(
            {"state": "posted", "is_opening": True, "move_id": move.id}
        )
        return payment

    def _check_after_opening(self, day, what):
        """Refuse what lies before the books of the loan begin."""
        self.ensure_one()
        if self.opening_date and day <= self.opening_date:
            raise UserError(
                self.env._(
                    "%(record)s lies before %(facility)s was taken over on %(day)s."
                    " What happened until then is in the opening balance.",
                    record=what.display_name,
                    facility=self.display_name,
                    day=fields.Date.to_string(self.opening_date),
                )
            )
