# SPDX-License-Identifier: AGPL-3.0-or-later
"""From receipts to savings entries and one journal entry each."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

#: who may save: approved persons pay the principal saving, leaving ones nothing
SAVER_STATES = ("approved", "active", "suspended")


class CoopReceipt(models.Model):
    _inherit = "coop.receipt"

    def action_post(self):
        """Post receipts: numbers, savings entries, one journal entry each."""
        self.check_access("write")
        for company, receipts in self.sorted("id").grouped("company_id").items():
            receipts = receipts.with_company(company)
            receipts._check_postable()
            receipts._post(company)
        return True

    def _post(self, company):
        # a teller books what the receipt says without a right to book by hand
        lines_of_entries = self.sudo()._create_entries()
        vals = [receipt.sudo()._prepare_move_vals(lines_of_entries) for receipt in self]
        moves = company._coop_create_moves(vals)
        move_of = dict(zip(self.ids, moves.ids, strict=True))
        entries = self.env["coop.saving.entry"].sudo()
        for found in lines_of_entries.values():
            entries |= found
        if len(moves) > 1:
            entries._link_moves(
                {entry.id: move_of[entry.receipt_id.id] for entry in entries}
            )
        if entries:
            one = moves.id if len(moves) == 1 else None
            entries._book(SQL("id = ANY(%s)", entries.ids), one)
        company._coop_post_moves(moves, vals)
        for receipt in self:
            receipt._write_guarded(
                {
                    "name": receipt._draw_number(),
                    "state": "posted",
                    "move_id": move_of[receipt.id],
                }
            )
        moves._reconcile_coop_receipts()

    def _check_postable(self):
        """Refuse receipts that are not drafts, are empty or whose member may not."""
        for receipt in self:
            reason = receipt._get_refusal()
            if reason:
                raise UserError(
                    self.env._(
                        "%(receipt)s: %(reason)s",
                        receipt=receipt.display_name,
                        reason=reason,
                    )
                )

    def _get_refusal(self):
        self.ensure_one()
        member = self.member_id
        if self.state != "draft":
            return self.env._("it is posted already.")
        if not self.line_ids:
            return self.env._("it has no lines; enter what is paid.")
        if self.journal_id.type not in ("cash", "bank"):
            return self.env._("choose a cash or bank journal.")
        currency = self.journal_id.currency_id or self.currency_id
        if currency != self.currency_id:
            return self.env._("the journal is kept in another currency.")
        saves = self.direction == "in" and self.line_ids.type_id
        if saves and member.state not in SAVER_STATES:
            return self.env._(
                "%(member)s cannot save in this state; approve the application first.",
                member=member.display_name,
            )
        if member and member.partner_id != self.partner_id:
            return self.env._("the person is not the member.")
        return None

    def _draw_number(self):
        self.ensure_one()
        key = "receipt" if self.direction == "in" else "payment"
        return self.company_id._coop_next_number(key, self.date)

    def _create_entries(self):
        """Create the draft savings entries of the receipts.

        :rtype: {receipt line id: coop.saving.entry}
        """
        saving_lines = self.line_ids.filtered("type_id")
        accounts = self.env["coop.saving.account"]._ensure_accounts(
            (line.receipt_id.member_id.id, line.type_id.id)
            for line in saving_lines
            if not line.account_id
        )
        open_dues = saving_lines._lock_open_dues()
        vals_list = []
        for line in saving_lines:
            account = (
                line.account_id.id
                or (accounts[line.receipt_id.member_id.id, line.type_id.id])
            )
            for kind, due_id, amount in line._split(open_dues):
                vals_list.append(
                    line._prepare_entry_vals(account, kind, due_id, amount)
                )
        entries = self.env["coop.saving.entry"].create(vals_list)
        return entries.grouped(lambda entry: entry.receipt_line_id.id)

    def _prepare_move_vals(self, entries_of_lines):
        """Return the journal entry of a receipt."""
        self.ensure_one()
        company = self.company_id
        sign = 1 if self.direction == "in" else -1
        money = company._coop_money_account(self.journal_id, sign > 0)
        partner = self.partner_id
        text = self.note or ", ".join(dict.fromkeys(self.line_ids.mapped("name")))
        lines = [company._coop_line(money, sign * self.amount_total, text, partner)]
        for line in self.line_ids:
            lines.append(
                company._coop_line(
                    line._get_account(),
                    -sign * line.amount,
                    line.name,
                    partner,
                    coop_receipt_line_id=line.id,
                )
            )
        return {
            "journal_id": company._coop_ledger_journal(self.journal_id).id,
            "date": self.date,
            "ref": text,
            "partner_id": partner.id,
            "line_ids": lines,
        }

    def action_reverse(self, date=None, reason=None):
        """Reverse posted receipts as a whole: ledger, savings, dues, invoices.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self._check_posted()
        self.sudo().move_id._unreconcile_coop_receipts()
        self._book_mirrors(date, reason)
        return True


class CoopReceiptLine(models.Model):
    _inherit = "coop.receipt.line"

    def _lock_open_dues(self):
        """Return the open dues of the lines' members, locked, the oldest first.

        :rtype: {(member_id, type_id): list of [due_id, open amount]}
        """
        result = {}
        if not self:
            return result
        self.env["coop.saving.due"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT member_id, type_id, id, amount - paid
                  FROM coop_saving_due
                 WHERE state = 'open' AND member_id = ANY(%s) AND type_id = ANY(%s)
              ORDER BY period, id FOR UPDATE
                """,
                self.receipt_id.member_id.ids,
                self.type_id.ids,
            )
        )
        for member_id, type_id, due_id, rest in rows:
            result.setdefault((member_id, type_id), []).append([due_id, float(rest)])
        return result

    def _split(self, open_dues):
        """Return the savings entries of a line as ``(kind, due_id, amount)``.

        What is paid is taken off ``open_dues``, so that the next line goes on.
        """
        self.ensure_one()
        if self.receipt_id.direction == "out":
            return [(self._get_out_kind(), False, -self.amount)]
        if not self.type_id._is_owed():
            return [("deposit", False, self.amount)]
        dues = open_dues.get((self.receipt_id.member_id.id, self.type_id.id), [])
        parts, rest = [], self.amount
        for due in dues:
            if self.due_id and due[0] != self.due_id.id:
                continue
            paid = self.currency_id.round(min(rest, due[1]))
            if paid > 0:
                parts.append(("deposit", due[0], paid))
                due[1] -= paid
                rest = self.currency_id.round(rest - paid)
        if rest > 0:
            raise UserError(
                self.env._(
                    "%(receipt)s: %(amount)s of %(type)s is more than %(member)s owes."
                    " Create the dues of later periods first, or pay it as a voluntary"
                    " saving.",
                    receipt=self.receipt_id.display_name,
                    amount=formatLang(self.env, rest, currency_obj=self.currency_id),
                    type=self.name,
                    member=self.receipt_id.member_id.display_name,
                )
            )
        return parts

    def _get_out_kind(self):
        """Return the kind of an entry of money out, or refuse it."""
        member = self.receipt_id.member_id
        if member.state == "exiting" and self.type_id.refundable_on_exit:
            return "refund"
        if self.type_id.withdrawable or self.account_id:
            return "withdrawal"
        raise UserError(
            self.env._(
                "%(type)s of %(member)s cannot be drawn while the membership lasts"
                " (UU 25/1992, elucidation of art. 41). Record the request to exit"
                " first.",
                type=self.type_id.name,
                member=member.display_name,
            )
        )

    def _prepare_entry_vals(self, account_id, kind, due_id, amount):
        receipt = self.receipt_id
        return {
            "account_id": account_id,
            "date": receipt.date,
            "kind": kind,
            "amount": amount,
            "name": receipt.note or self.name,
            "journal_id": receipt.journal_id.id,
            "due_id": due_id,
            "receipt_line_id": self.id,
        }

    def _get_account(self):
        """Return the account on which the line is booked; other addons add theirs."""
        self.ensure_one()
        if self.invoice_id:
            return self._get_invoice_account()
        return self.type_id.account_id

    def _get_invoice_lines(self):
        """Return the open trade lines of the invoice that is paid."""
        self.ensure_one()
        return self.invoice_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type
                in ("asset_receivable", "liability_payable")
                and not line.reconciled
            )
        )

    def _get_invoice_account(self):
        """Return the trade account to book a payment on, or refuse the payment."""
        open_lines = self._get_invoice_lines()
        rest = sum(open_lines.mapped("amount_residual"))
        if self.receipt_id.direction == "out":
            rest = -rest
        payer = self.receipt_id.partner_id.commercial_partner_id
        of_payer = self.invoice_id.commercial_partner_id == payer
        if not of_payer or self.currency_id.compare_amounts(self.amount, rest) > 0:
            raise UserError(
                self.env._(
                    "%(receipt)s: %(invoice)s has %(rest)s open for this person, not"
                    " %(amount)s.",
                    receipt=self.receipt_id.display_name,
                    invoice=self.invoice_id.name,
                    rest=formatLang(
                        self.env,
                        max(rest, 0) if of_payer else 0,
                        currency_obj=self.currency_id,
                    ),
                    amount=formatLang(
                        self.env, self.amount, currency_obj=self.currency_id
                    ),
                )
            )
        return open_lines.account_id[:1]
