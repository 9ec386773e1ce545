# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts that come from a bank statement, and those that wait for one.

Loaded after the posting, which it extends.
"""

from odoo import Command, models
from odoo.exceptions import UserError


class CoopReceipt(models.Model):
    _inherit = "coop.receipt"

    def _get_outstanding_lines(self):
        """Return the lines on the way to or from the bank that nothing has cleared."""
        self.ensure_one()
        account = self.company_id._coop_money_account(
            self.journal_id, self.direction == "in"
        )
        # tellers post receipts without a right to read journal entries
        return self.sudo().move_id.line_ids.filtered(
            lambda line: line.account_id == account and not line.reconciled
        )

    def _fill_from_payment(self, amount):
        """Spread a payment: the oldest dues, then the oldest invoices, then savings.

        :param float amount: what came in
        """
        self.ensure_one()
        rest, values = amount, []
        dues = self.env["coop.saving.due"].search(
            [("member_id", "=", self.member_id.id), ("state", "=", "open")]
        )
        owed = [("due_id", due, due.rest) for due in dues]
        owed += [
            ("invoice_id", invoice, invoice.amount_residual)
            for invoice in self._get_open_invoices()
        ]
        for field, record, open_amount in owed:
            paid = self.currency_id.round(min(rest, open_amount))
            if paid > 0:
                values.append({field: record.id, "amount": paid})
                rest = self.currency_id.round(rest - paid)
        if rest > 0:
            values.append({"type_id": self._get_rest_type().id, "amount": rest})
        self.line_ids = [Command.create(line) for line in values]

    def _get_rest_type(self):
        """Return the voluntary saving that takes what nothing else was owed for."""
        found = self.env["coop.saving.type"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "voluntary"),
                ("interval_months", "=", 0),
            ],
            limit=1,
        )
        if not found:
            raise UserError(
                self.env._(
                    "%(member)s paid more than is owed, and there is no voluntary"
                    " saving to take it.",
                    member=self.member_id.display_name,
                )
            )
        return found

    def action_reverse(self, date=None, reason=None):
        """Give statement lines back to the list of what is to be explained."""
        self.check_access("write")
        # whoever may reverse the receipt may undo what was booked with it
        lines = (
            self.env["account.bank.statement.line"]
            .sudo()
            .search([("coop_receipt_id", "in", self.ids)])
        )
        reversed_receipts = lines.coop_receipt_id
        lines.action_undo_reconciliation()
        lines.write(
            {"coop_receipt_id": False, "coop_note": self.env._("Receipt was reversed.")}
        )
        result = super().action_reverse(date, reason)
        for receipt in reversed_receipts:
            original = receipt._get_outstanding_lines()
            mirror = receipt.sudo().reversal_move_id.line_ids.filtered(
                lambda line, account=original.account_id: line.account_id == account
            )
            (original | mirror).reconcile()
        return result
