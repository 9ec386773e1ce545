# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statement lines: who paid, and what the payment settles.

A statement line is an entry of its own (bank against suspense). A receipt books what
was paid against the outstanding account; reconciling both moves the line's other side
there, so that the money stands in the books once.
"""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..tools import bank_match


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    coop_member_id = fields.Many2one(
        "coop.member",
        string="Member",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="Who paid, found by virtual account or member number, or chosen by hand.",
    )
    coop_receipt_id = fields.Many2one(
        "coop.receipt",
        string="Receipt",
        check_company=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the payment settled.",
    )
    coop_note = fields.Char(
        string="Hint",
        readonly=True,
        copy=False,
        help="Why the line was not matched or not booked.",
    )

    _coop_receipt_uniq = models.UniqueIndex(
        "(coop_receipt_id) WHERE coop_receipt_id IS NOT NULL",
        "A receipt is the counterpart of one statement line only.",
    )

    # Who paid

    def coop_match(self):
        """Find the member of incoming lines by virtual account or member number.

        :return: ``{"matched": n, "unknown": n}`` of the lines looked at
        :rtype: dict
        """
        self.check_access("write")
        lines = self.filtered(
            lambda line: (
                line.amount > 0 and not line.is_reconciled and not line.coop_member_id
            )
        )
        matched = 0
        for company, own in lines.grouped("company_id").items():
            matched += own._match_members(company)
        return {"matched": matched, "unknown": len(lines) - matched}

    def _match_members(self, company):
        texts = {line: line._get_payer_text() for line in self}
        words = set().union(*(bank_match.candidates(t) for t in texts.values()))
        accounts, numbers = self._find_payers(company, words)
        matched = 0
        for line, text in texts.items():
            member_id, ambiguous = bank_match.find_payer(text, accounts, numbers)
            if member_id:
                line._set_member(self.env["coop.member"].browse(member_id))
                matched += 1
            elif ambiguous:
                line.coop_note = self.env._("Several members fit; choose one.")
            else:
                line.coop_note = self.env._("Nobody fits; choose who paid.")
        return matched

    def _get_payer_text(self):
        """Return all that the bank says about a line, as one text."""
        self.ensure_one()
        parts = (
            self.payment_ref,
            self.partner_name,
            self.account_number,
            self.ref,
            html2plaintext(self.narration or ""),
        )
        return " / ".join(part for part in parts if part)

    @api.model
    def _find_payers(self, company, words):
        """Return members by virtual account and by number, ``{text: member id}``."""
        found = self.env["coop.member"].search_fetch(
            [
                ("company_id", "=", company.id),
                "|",
                ("virtual_account_key", "in", list(words)),
                ("number", "in", list(words)),
            ],
            ["virtual_account_key", "number"],
        )
        accounts = {
            member.virtual_account_key: member.id
            for member in found
            if member.virtual_account_key
        }
        return accounts, {m.number.upper(): m.id for m in found if m.number}

    def _set_member(self, member):
        self.write(
            {
                "coop_member_id": member.id,
                "partner_id": member.partner_id.id,
                "coop_note": False,
            }
        )

    # What it settles

    def coop_book(self):
        """Book incoming lines of members: dues first, then invoices, then savings.

        A receipt that was posted for the bank journal already is taken instead of a
        new one. Lines that cannot be booked stay, with the reason as a hint.

        :return: ``{"booked": n, "left": n}``
        :rtype: dict
        """
        self.check_access("write")
        booked = 0
        for line in self.sorted(lambda line: (line.date, line.id)):
            try:
                with self.env.cr.savepoint():
                    line._book_member_payment()
                booked += 1
            except UserError as error:
                line.coop_note = str(error.args[0])[:500]
        return {"booked": booked, "left": len(self) - booked}

    def _book_member_payment(self):
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset()
        if self.is_reconciled or self.coop_receipt_id:
            raise UserError(self.env._("It is booked already."))
        if not self.coop_member_id or self.amount <= 0:
            raise UserError(self.env._("Choose the member who paid."))
        receipt = self._find_waiting_receipt() or self._create_receipt()
        self.write({"coop_receipt_id": receipt.id, "coop_note": False})
        self._reconcile_with(receipt._get_outstanding_lines())

    def _find_waiting_receipt(self):
        """Return the oldest posted receipt of this amount that waits for the bank."""
        receipts = self.env["coop.receipt"].search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("partner_id", "=", self.coop_member_id.partner_id.id),
                ("direction", "=", "in"),
                ("state", "=", "posted"),
                ("amount_total", "=", self.amount),
                ("date", "<=", self.date),
            ],
            order="date, id",
        )
        return next(
            (one for one in receipts if one._get_outstanding_lines()), receipts[:0]
        )

    def _create_receipt(self):
        receipts = self.env["coop.receipt"]
        receipt = receipts.create(
            {
                "company_id": self.company_id.id,
                "direction": "in",
                "date": self.date,
                "member_id": self.coop_member_id.id,
                "journal_id": self.journal_id.id,
                "note": self.payment_ref,
            }
        )
        receipt._fill_from_payment(self.amount)
        receipt.action_post()
        return receipt

    def _reconcile_with(self, outstanding):
        """Move the line's other side to the outstanding account and reconcile it."""
        self.ensure_one()
        _liquidity, suspense, other = self._seek_for_lines()
        open_lines = suspense | other
        if len(open_lines) != 1 or len(outstanding) != 1:
            raise UserError(
                self.env._(
                    "%(line)s was worked on already; finish it on the screen of"
                    " reconciliation.",
                    line=self.display_name,
                )
            )
        # the way of the reconciliation screen, without its proposals
        self.move_id.with_context(
            skip_account_move_synchronization=True,
            skip_readonly_check=True,
            skip_invoice_sync=True,
        ).write(
            {
                "line_ids": [
                    Command.update(
                        open_lines.id,
                        {
                            "account_id": outstanding.account_id.id,
                            "partner_id": outstanding.partner_id.id,
                        },
                    )
                ]
            }
        )
        (open_lines | outstanding).reconcile()
        self.reconcile_data = False

    # Buttons

    def action_coop_match(self):
        """Find members and tell how many were found."""
        result = self.coop_match()
        return self._notify(
            self.env._(
                "%(matched)s members found, %(unknown)s payments still unknown.",
                **result,
            )
        )

    def action_coop_book(self):
        """Book payments and tell how many were booked."""
        result = self.coop_book()
        return self._notify(
            self.env._(
                "%(booked)s payments booked, %(left)s left: see the hints.", **result
            )
        )

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # Import

    @api.model
    def coop_import_lines(self, journal_id, rows):
        """Import statement lines once each; lines that came in before are left out.

        :param int journal_id: bank journal
        :param rows: list of ``{date, amount, label}`` and, where the bank tells them,
            ``partner_name``, ``account_number``, ``reference``, ``bank_id`` (the
            bank's own number of the line); ``occurrence`` counts equal lines
        :return: ``{"created": ids, "known": n}``
        :rtype: dict
        """
        journal = self.env["account.journal"].browse(journal_id)
        journal.check_access("read")
        if journal.type != "bank":
            raise UserError(
                self.env._(
                    "%(journal)s is no bank journal.", journal=journal.display_name
                )
            )
        vals_list = [self._prepare_import_vals(journal, row) for row in rows]
        marks = [vals["unique_import_id"] for vals in vals_list]
        known = set(
            self.search([("unique_import_id", "in", marks)]).mapped("unique_import_id")
        )
        new = [vals for vals in vals_list if vals["unique_import_id"] not in known]
        lines = self.create(new)
        return {"created": lines.ids, "known": len(rows) - len(lines)}

    @api.model
    def _prepare_import_vals(self, journal, row):
        mark = row.get("bank_id") or bank_match.fingerprint(
            (
                row["date"],
                f"{row['amount']:.2f}",
                row["label"],
                row.get("partner_name"),
            ),
            row.get("occurrence", 0),
        )
        vals = {
            "journal_id": journal.id,
            "date": row["date"],
            "amount": row["amount"],
            "payment_ref": row["label"],
            "partner_name": row.get("partner_name") or False,
            "account_number": row.get("account_number") or False,
            "ref": row.get("reference") or False,
            "unique_import_id": mark,
        }
        # the same mark as a file that is imported on the screen
        journal._statement_line_import_update_unique_import_id(
            vals, journal.bank_account_id.acc_number
        )
        return vals
