# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, models
from odoo.exceptions import UserError


class LpdbPayment(models.Model):
    """From a payment to its allocation, its journal entry and the loan ledger."""

    _inherit = "lpdb.payment"

    def action_post(self):
        """Post payments: allocate, book, and settle instalments."""
        self.check_access("write")
        for payment in self.sorted(lambda payment: (payment.date, payment.id)):
            payment._check_postable()
            payment._post()
        return True

    def action_reverse(self, date=None, reason=None):
        """Reverse posted payments; their instalments are open again.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self._check_posted()
        for payment in self:
            facility = payment.facility_id
            payment._reverse(date, reason)
            if facility.state == "closed":
                # it owes again
                facility._write_guarded({"state": "active"})
        return True

    def _check_postable(self):
        self.ensure_one()
        facility = self.facility_id
        facility._require("active", "restructured")
        # two payments at once must not settle the same instalment
        facility._lock()
        reason = None
        if self.state != "draft":
            reason = self.env._("it is posted already.")
        elif not self.journal_id:
            reason = self.env._("choose the bank or cash journal that pays.")
        elif not facility.schedule_id:
            reason = self.env._("the loan has no schedule yet.")
        elif self.date < min(
            facility.draw_ids.filtered(lambda d: d.state == "posted").mapped("date"),
            default=self.date,
        ):
            reason = self.env._("it lies before the money was drawn.")
        if reason:
            raise UserError(
                self.env._(
                    "%(record)s: %(reason)s", record=self.display_name, reason=reason
                )
            )

    def _allocate(self):
        """Return what the payment settles, the oldest instalment first.

        Overdue and due rows come first, then the next one that falls due.

        :return: list of ``{instalment_id, kind, amount}``
        """
        self.ensure_one()
        facility, currency = self.facility_id, self.currency_id
        order = facility.allocation_order.split(",")
        rest, penalty = self.amount, self.penalty_due
        rows = facility.schedule_id.line_ids.sorted("n")
        rows = rows.filtered(lambda line: line.rest > 0)
        due = rows.filtered(lambda line: line.due <= self.date)
        values = []
        for line in due or rows[:1]:
            owed = {
                "penalty": penalty,
                "interest": line.interest - line.paid_interest,
                "principal": line.principal - line.paid_principal,
            }
            for kind in order:
                part = currency.round(min(rest, owed[kind]))
                if part <= 0:
                    continue
                values.append(
                    {"instalment_id": line._root().id, "kind": kind, "amount": part}
                )
                rest = currency.round(rest - part)
                if kind == "penalty":
                    penalty = currency.round(penalty - part)
        if rest > 0:
            raise UserError(
                self.env._(
                    "%(payment)s: %(rest)s of it is more than what falls due. Pay the"
                    " instalments that are due, or the next one.",
                    payment=self.display_name,
                    rest=facility._format(rest),
                )
            )
        return values

    def _post(self):
        facility, company = self.facility_id, self.company_id
        # the allocation is written by posting alone, nobody holds a right to it
        self.sudo()._write_guarded(
            {"line_ids": [Command.create(values) for values in self._allocate()]}
        )
        owed = min(facility._outstanding_at(self.date), facility.outstanding)
        if self.currency_id.compare_amounts(self.principal, owed) > 0:
            raise UserError(
                self.env._(
                    "%(payment)s repays %(principal)s of principal, but %(owed)s is"
                    " outstanding on that day. Use a later date or a smaller amount.",
                    payment=self.display_name,
                    principal=facility._format(self.principal),
                    owed=facility._format(owed),
                )
            )
        vals = [self._prepare_move_vals()]
        moves = company._coop_create_moves(vals)
        if self.principal:
            facility._create_entries(
                [
                    {
                        "date": self.date,
                        "kind": "principal",
                        "amount": -self.principal,
                        "move_id": moves.id,
                        "payment_id": self.id,
                    }
                ]
            )
        company._coop_post_moves(moves, vals)
        self._write_guarded({"state": "posted", "move_id": moves.id})

    def _transfers(self):
        """Return the money lines: two when interest goes to an account of its own.

        :return: list of ``(label, amount)``, so that each statement line finds its own
        """
        self.ensure_one()
        facility = self.facility_id
        first, second = facility.principal_bank_id, facility.interest_bank_id
        charges = self.interest + self.penalty
        if not first or not second or first == second:
            return [(first.acc_number or second.acc_number, self.amount)]
        return [
            (bank.acc_number, amount)
            for bank, amount in ((first, self.principal), (second, charges))
            if amount
        ]

    def _prepare_move_vals(self):
        """Return the journal entry of the payment."""
        self.ensure_one()
        facility, company = self.facility_id, self.company_id
        lender = facility.lender_id
        text = self.env._("Instalment of %(name)s", name=facility.name)
        parts = [
            (facility.loan_account_id, self.principal, self.env._("Principal")),
            (facility.interest_account_id, self.interest, self.env._("Interest")),
            (facility.penalty_account_id, self.penalty, self.env._("Penalty")),
            (facility.bank_fee_account_id, self.bank_fee, self.env._("Bank fee")),
        ]
        lines = [
            company._coop_line(account, amount, f"{text}: {label}", lender)
            for account, amount, label in parts
            if amount
        ]
        money = company._coop_money_account(self.journal_id, False)
        for number, amount in self._transfers():
            label = f"{text} {number}" if number else text
            lines.append(company._coop_line(money, -amount, label, lender))
        if self.bank_fee:
            label = f"{text}: {self.env._('Bank fee')}"
            lines.append(company._coop_line(money, -self.bank_fee, label))
        return {
            "journal_id": facility._loan_journal().id,
            "date": self.date,
            "ref": self.reference or text,
            "partner_id": lender.id,
            "line_ids": lines,
        }
