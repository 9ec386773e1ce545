# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
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
            facility._check_after_opening(payment.date, payment)
            facility._check_no_restructuring_after(payment)
            payment._reverse(date, reason)
            if facility.state == "closed":
                facility._reopen()
            if payment.settlement_policy:
                facility._undo_end(payment)
            elif payment.prepaid:
                facility._compute_schedule(payment.reversal_date)
        return True

    def _check_postable(self):
        self.ensure_one()
        facility = self.facility_id
        facility._require("active", "restructured")
        facility._check_after_opening(self.date, self)
        # two payments at once must not settle the same instalment
        facility._lock()
        facility._book_capitalised(self.date)
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

    def _split(self, rows, rest, penalty):
        """Split an amount over rows in the order of the agreement, row by row.

        :param rows: open rows, the oldest first
        :return: list of ``{instalment_id, kind, amount}``, and what is left
        """
        self.ensure_one()
        currency = self.currency_id
        order = self.facility_id.allocation_order.split(",")
        values = []
        for line in rows:
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
        return values, rest

    def _allocate(self):
        """Write what the payment settles: due rows first, then what is beyond."""
        if self.settlement_policy:
            self._check_settlement()
        values, rest = self._allocate_due()
        difference = self.currency_id.round(self.penalty_due - self._penalty_by_terms())
        self._add_lines(values)
        # the rows count as paid from here on, also in a new version
        self._write_guarded({"state": "posted", "penalty_difference": difference})
        if self.settlement_policy:
            self._book_settlement(rest)
        elif rest > 0 and self.prepayment_strategy:
            self._book_prepaid(rest)
        elif rest > 0:
            raise UserError(
                self.env._(
                    "%(payment)s: %(rest)s of it is more than what falls due. Pay the"
                    " instalments that are due, or the next one, or say what the rest"
                    " makes smaller.",
                    payment=self.display_name,
                    rest=self.facility_id._format(rest),
                )
            )

    def _post(self):
        facility, company = self.facility_id, self.company_id
        self._allocate()
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
        self._write_guarded({"move_id": moves.id})
        if self.settlement_policy:
            facility.action_close()
            facility._write_guarded({"is_settled_early": True})

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
            company._coop_line(
                account,
                amount,
                f"{text}: {label}",
                lender,
                **facility._analytic_vals(account),
            )
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
