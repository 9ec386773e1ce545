# SPDX-License-Identifier: AGPL-3.0-or-later
"""From transfers to savings entries and one journal entry each."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .coop_saving_transfer import TRADE


class CoopSavingTransfer(models.Model):
    _inherit = "coop.saving.transfer"

    def action_post(self):
        """Post transfers: savings entries, one journal entry, open items matched."""
        self.check_access("write")
        for transfer in self:
            if transfer.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is posted already.", name=transfer.display_name
                    )
                )
            transfer._post()
        return True

    def _post(self):
        self.ensure_one()
        company = self.company_id
        approver = self._get_approver()
        # a teller books what the transfer says without a right to book by hand
        entries = self.sudo()._create_entries()
        if approver:
            entries._write_guarded({"approved_by_id": approver.id})
        vals = [self.sudo()._prepare_move_vals()]
        move = company._coop_create_moves(vals)
        entries._link_moves(dict.fromkeys(entries.ids, move.id))
        entries._book(SQL("id = ANY(%s)", entries.ids))
        company._coop_post_moves(move, vals)
        self._write_guarded({"state": "posted", "move_id": move.id})
        self.sudo()._reconcile()

    def _create_entries(self):
        source, saving = self.source_account_id, self.target_type_id
        base = {
            "date": self.date,
            "journal_id": self.company_id._coop_savings_journal().id,
            "transfer_id": self.id,
        }
        text = self.note or self._get_text()
        vals_list = []
        if source:
            kind = "transfer" if saving else "offset"
            vals_list.append(
                {
                    **base,
                    "account_id": source.id,
                    "kind": kind,
                    "amount": -self.amount,
                    "name": text,
                }
            )
        if saving:
            account = self.target_account_id.id
            if not account:
                key = self.target_member_id.id, saving.id
                account = self.env["coop.saving.account"]._ensure_accounts([key])[key]
            vals_list += [
                {
                    **base,
                    "account_id": account,
                    "kind": "transfer" if source else "offset",
                    "amount": amount,
                    "due_id": due_id,
                    "name": text,
                }
                for due_id, amount in self._spread_over_dues()
            ]
        return self.env["coop.saving.entry"].create(vals_list)

    def _get_text(self):
        member = self.source_account_id.member_id or self.target_member_id
        spoken = self.company_id._coop_spoken(self, member.partner_id)
        target = spoken.target_type_id.name or spoken.invoice_id.name
        source = spoken.source_account_id.type_id.name or spoken.source_bill_id.name
        return f"{source} - {target}"

    def _spread_over_dues(self):
        """Return ``[(due_id or False, amount)]``, the oldest due first."""
        saving, member = self.target_type_id, self.target_member_id
        if not saving._is_owed():
            return [(False, self.amount)]
        self.env.flush_all()
        dues = self.env.execute_query(
            SQL(
                """
                SELECT id, amount - paid FROM coop_saving_due
                 WHERE state = 'open' AND member_id = %s AND type_id = %s
              ORDER BY period, id FOR UPDATE
                """,
                member.id,
                saving.id,
            )
        )
        parts, rest = [], self.amount
        for due_id, is_open in dues:
            paid = self.currency_id.round(min(rest, float(is_open)))
            if paid > 0:
                parts.append((due_id, paid))
                rest = self.currency_id.round(rest - paid)
        if rest > 0:
            raise UserError(
                self.env._(
                    "%(member)s owes %(rest)s less of %(type)s than is transferred."
                    " Lower the amount, or create the dues of later periods first.",
                    member=member.display_name,
                    rest=self.env["coop.saving.entry"]._format_amount(rest),
                    type=saving.name,
                )
            )
        return parts

    def _prepare_move_vals(self):
        company, text = self.company_id, self.note or self._get_text()
        if self.source_account_id:
            debit = self.source_account_id.type_id.account_id
            payer = self.source_account_id.member_id.partner_id
        else:
            debit = self._get_open_lines(self.source_bill_id).account_id[:1]
            payer = self.source_bill_id.commercial_partner_id
        if self.invoice_id:
            credit = self._get_open_lines(self.invoice_id).account_id[:1]
            payee = self.invoice_id.commercial_partner_id
        else:
            credit = self.target_type_id.account_id
            payee = self.target_member_id.partner_id
        return {
            "journal_id": company._coop_savings_journal().id,
            "date": self.date,
            "ref": text,
            "partner_id": payer.id,
            "line_ids": [
                company._coop_line(debit, self.amount, text, payer),
                company._coop_line(credit, -self.amount, text, payee),
            ],
        }

    def _get_open_lines(self, document):
        """Return the open trade lines of a bill or invoice, or refuse the amount."""
        lines = document.line_ids.filtered(
            lambda line: line.account_id.account_type in TRADE and not line.reconciled
        )
        rest = abs(sum(lines.mapped("amount_residual")))
        if self.currency_id.compare_amounts(self.amount, rest) > 0:
            formatted = self.env["coop.saving.entry"]._format_amount
            raise UserError(
                self.env._(
                    "%(document)s has %(rest)s open, not %(amount)s.",
                    document=document.name,
                    rest=formatted(rest),
                    amount=formatted(self.amount),
                )
            )
        return lines

    def _reconcile(self):
        for document in (self.source_bill_id, self.invoice_id):
            open_lines = document.line_ids.filtered(
                lambda line: (
                    line.account_id.account_type in TRADE and not line.reconciled
                )
            )
            for account in open_lines.account_id:
                own = self.move_id.line_ids.filtered(
                    lambda line, account=account: line.account_id == account
                )
                (
                    own + open_lines.filtered(lambda x, a=account: x.account_id == a)
                ).reconcile()

    def action_reverse(self, date=None, reason=None):
        """Reverse posted transfers as a whole: savings, dues, open items.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self._check_posted()
        self.sudo().move_id.line_ids.filtered(
            lambda line: line.account_id.account_type in TRADE
        ).remove_move_reconcile()
        self._book_mirrors(date, reason)
        return True
