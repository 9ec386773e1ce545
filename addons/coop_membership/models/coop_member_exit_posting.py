# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a settlement to savings entries, one journal entry and refunds to pay."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import exit_terms
from .coop_member_exit_line import ACCRUALS


class CoopMemberExit(models.Model):
    _inherit = "coop.member.exit"

    def action_post(self, date=None):
        """Settle and end the memberships; the same as ``action_exit`` of the member.

        :param str date: first day without membership, the local date when empty
        """
        self._check_draft()
        return self.member_id.action_exit(date)

    def action_cancel(self):
        """Drop drafts; the members stay in the state in which they are."""
        self.check_access("write")
        self._check_draft()
        self._write_guarded({"state": "cancelled"})
        return True

    def _settle(self, day):
        """Book the settlements on a day; the caller checked who may decide."""
        for record in self:
            company = record.company_id
            # what is owed is that of the day
            record._write_guarded({"date": day})
            record.action_compute()
            record._check_covered()
            splits = record._split_savings()
            record._add_disposal_lines(splits)
            if record.amount_due and record._pays_heirs():
                self.env["coop.member.heir"]._check_complete(record.member_id)
            record._write_guarded(
                {
                    "name": company._coop_next_number("exit", day),
                    "account_id": company._coop_refund_account().id,
                }
            )
            if record.line_ids:
                record._book(splits)
            # the flag first: payments read the document's state
            record._write_guarded({"state": "posted"})
            self.env["coop.member.exit.payment"].create(record._prepare_payment_vals())

    def _check_covered(self):
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_due, 0) < 0:
            raise UserError(
                self.env._(
                    "%(member)s still owes %(amount)s after all savings are set off"
                    " (%(items)s). Take it at the counter first, or correct the"
                    " invoices.",
                    member=self.member_id.display_name,
                    amount=self.member_id._format_amount(-self.amount_due),
                    items=", ".join(
                        f"{line.name} {self.member_id._format_amount(-line.amount)}"
                        for line in self.line_ids
                        if line.amount < 0
                    ),
                )
            )

    def _split_savings(self):
        """Return ``[(line, offset, rest)]`` of the savings lines.

        What is not refunded is set off in full against the line that keeps it.
        """
        self.ensure_one()
        savings = self.line_ids.filtered(lambda line: line.kind == "saving")
        kept = savings.filtered(
            lambda line: (
                not (
                    line.saving_account_id.type_id.refundable_on_exit
                    or line.saving_account_id.type_id.withdrawable
                )
            )
        )
        others = self.line_ids - savings
        owed = -sum(
            line.amount
            for line in others
            if line.kind not in ("donation", "transfer", *ACCRUALS)
        )
        worth = {
            line: line.amount + sum(self._get_accruals(line).mapped("amount"))
            for line in savings
        }
        rows = exit_terms.offset_order(
            [(line.id, Decimal(str(worth[line]))) for line in savings - kept],
            Decimal(str(self.currency_id.round(owed))),
        )
        browse = self.env["coop.member.exit.line"].browse
        result = [(line, worth[line], 0.0) for line in kept]
        return result + [
            (browse(n), float(used), float(rest)) for n, used, rest in rows
        ]

    def _add_disposal_lines(self, splits):
        """Add the lines by which the rest of the savings goes to somebody else."""
        self.ensure_one()
        if self.disposal == "refund":
            return
        vals_list = []
        for line, _offset, rest in splits:
            if not rest:
                continue
            vals = {"exit_id": self.id, "sequence": line.sequence + 1}
            if self.disposal == "donate":
                text = self.env._("%(saving)s, given", saving=line.name)
                vals_list.append({**vals, **self._prepare_donation_vals(text, rest)})
                continue
            saving = self._get_receiving_type(line)
            vals_list.append(
                {
                    **vals,
                    "kind": "transfer",
                    "saving_account_id": line.saving_account_id.id,
                    "account_id": saving.account_id.id,
                    "name": self.env._(
                        "%(saving)s to %(member)s",
                        saving=line.name,
                        member=self.receiver_id.display_name,
                    ),
                    "amount": -rest,
                }
            )
        self.env["coop.member.exit.line"].create(vals_list)

    def _get_receiving_type(self, line):
        """Return the saving of the receiver that gets the rest of a line."""
        account = line.saving_account_id
        if account.kind != "term":
            return account.type_id
        saving = account.payout_type_id or self.env["coop.saving.type"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "voluntary"),
                ("withdrawable", "=", True),
            ],
            limit=1,
        )
        if not saving:
            raise UserError(
                self.env._(
                    "%(account)s: choose the saving that it is paid to, which the"
                    " other member gets.",
                    account=account.display_name,
                )
            )
        return saving

    def _book(self, splits):
        """Post the savings entries and the journal entry, clear the open items."""
        self.ensure_one()
        company = self.company_id
        vals = self._prepare_move_vals()
        move = company._coop_create_moves([vals])
        self._write_guarded({"move_id": move.id})
        self._end_terms()
        entries = self.env["coop.saving.entry"].create(self._prepare_entry_vals(splits))
        entries._link_moves(dict.fromkeys(entries.ids, move.id))
        if entries:
            entries._book(SQL("id = ANY(%s)", entries.ids))
        company._coop_post_moves(move, [vals])
        self._clear_open_items()

    def _prepare_move_vals(self):
        self.ensure_one()
        company, partner = self.company_id, self.partner_id
        text = self.env._(
            "Settlement %(number)s of %(member)s",
            number=self.name,
            member=self.member_id.display_name,
        )
        lines = [
            company._coop_line(line.account_id, line.amount, line.name, partner)
            for line in self.line_ids
            if line.amount
        ]
        due = self.currency_id.round(self.amount_due)
        if due:
            lines.append(company._coop_line(self.account_id, -due, text, partner))
        return {
            "journal_id": company._coop_savings_journal().id,
            "date": self.date,
            "ref": text,
            "partner_id": partner.id,
            "line_ids": lines,
        }

    def _prepare_entry_vals(self, splits):
        """Return the values of the savings entries, those of a receiver included."""
        self.ensure_one()
        kind = {"refund": "refund", "donate": "offset", "transfer": "transfer"}
        receivers = {}
        if self.disposal == "transfer":
            receivers = self.env["coop.saving.account"]._ensure_accounts(
                (self.receiver_id.id, self._get_receiving_type(line).id)
                for line, _offset, rest in splits
                if rest
            )
        vals_list = self._prepare_accrual_entry_vals()
        for line, offset, rest in splits:
            account = line.saving_account_id
            if offset:
                vals_list.append(self._entry_vals(account.id, "offset", -offset))
            if rest:
                vals = self._entry_vals(account.id, kind[self.disposal], -rest)
                vals_list.append(vals)
            if rest and receivers:
                receiver = receivers[
                    self.receiver_id.id, self._get_receiving_type(line).id
                ]
                vals_list.append(self._entry_vals(receiver, "transfer", rest))
        return vals_list

    def _entry_vals(self, account_id, kind, amount):
        return {
            "account_id": account_id,
            "date": self.date,
            "kind": kind,
            "amount": amount,
            "name": self.env._("Settlement %(number)s", number=self.name),
            "exit_id": self.id,
        }

    def _clear_open_items(self):
        """Reconcile each open item with its line of the journal entry."""
        unused = self.move_id.line_ids.sorted("id")
        for line in self.line_ids.filtered("move_line_id"):
            mine = unused.filtered(
                lambda item, line=line: (
                    item.account_id == line.account_id
                    and not item.reconciled
                    and not self.currency_id.compare_amounts(item.balance, line.amount)
                )
            )[:1]
            unused -= mine
            (mine | line.move_line_id).reconcile()

    def action_reverse(self, date=None, reason=None):
        """Undo settlements of which nothing was paid out: the members leave again.

        Dues that lapsed stay cancelled; what was set off is open again.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self.member_id._check_decider()
        for record in self:
            if record.state != "posted" or any(record.payment_ids.mapped("paid")):
                raise UserError(
                    self.env._(
                        "%(document)s is not settled, or refunds of it are paid."
                        " Reverse their vouchers first.",
                        document=record.display_name,
                    )
                )
        # whoever decides on memberships may undo what he settled
        for record in self.sudo():
            if record.move_id:
                record._reverse_move(date, reason)
            else:
                record._write_guarded({"state": "reversed"})
            record.member_id._write_guarded({"state": "exiting", "date_exited": False})
        return True

    def _reverse_move(self, date, reason):
        items = self.line_ids.move_line_id
        cleared = self.move_id.line_ids.filtered(
            lambda item: item.account_id in items.account_id
        )
        cleared.remove_move_reconcile()
        self._book_mirrors(date, reason)
        # what the mirror booked on trade accounts clears the entry that it undoes
        for account in cleared.account_id:
            (self.move_id | self.reversal_move_id).line_ids.filtered(
                lambda item, a=account: item.account_id == a and not item.reconciled
            ).reconcile()

    def _mirror_facts(self, day, move_by_move, reason):
        result = super()._mirror_facts(day, move_by_move, reason)
        self._resume_terms()
        return result
