# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "account.move"

    kind_move_id = fields.Many2one(
        "account.move",
        string="Paid in kind by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The entry by which goods settled this invoice.",
    )

    def _settle_in_kind(self):
        """Settle the invoices of charges that goods have paid.

        Tax is left open: it is owed in money.
        """
        for move in self:
            charges = move.charge_ids.filtered("is_in_kind")
            if not charges or move.kind_move_id:
                continue
            vals = move._prepare_kind_entry_vals(charges)
            if not vals["line_ids"]:
                # by-products may be worth nothing
                continue
            # who invoices need not have the right to the journal of the settlement
            entry = self.sudo().create(vals)
            day = entry.date
            entry.action_post()
            if entry.date != day:
                raise UserError(
                    self.env._(
                        "The goods that paid %(invoice)s would be booked on %(booked)s,"
                        " because the period of %(day)s is closed. Use a later date.",
                        invoice=move.name,
                        booked=fields.Date.to_string(entry.date),
                        day=fields.Date.to_string(day),
                    )
                )
            move.sudo().kind_move_id = entry
            account = move._get_charge_receivable_lines().account_id[:1]
            lines = (move | entry).line_ids.filtered(
                lambda line, account=account: (
                    line.account_id == account and not line.reconciled
                )
            )
            lines.reconcile()

    def _prepare_kind_entry_vals(self, charges):
        journal = self._get_kind_journal()
        self.company_id._coop_check_open(self.invoice_date, journal)
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "date": self.invoice_date,
            "ref": self.env._("Paid in kind: %s", self.name),
            "line_ids": [
                Command.create(vals)
                for vals in charges._prepare_kind_lines()
                if not self.currency_id.is_zero(vals["balance"])
            ],
        }

    def _get_kind_journal(self):
        company = self.company_id
        journals = self.env["account.journal"].sudo()
        journal = company.sudo().factory_kind_journal_id or journals.search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no miscellaneous journal for payments in kind;"
                    " run the set-up of the cooperative, or choose one on the company.",
                    company=company.name,
                )
            )
        return journal

    def _release_charges(self):
        """A cancelled invoice gives back what settled it."""
        for entry in self.sudo().kind_move_id.filtered(
            lambda move: move.state == "posted" and not move.reversal_move_ids
        ):
            entry._reverse_moves(
                [{"date": entry.date, "ref": self.env._("Reversal: %s", entry.ref)}],
                cancel=True,
            )
        return super()._release_charges()
