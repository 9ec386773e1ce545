# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .sharing_guard import by_action, is_by_action, without_defaults


class AccountMove(models.Model):
    _inherit = "account.move"

    charge_ids = fields.One2many("factory.charge", "move_id", string="Charges")

    def button_cancel(self):
        """Free the charges of a cancelled invoice."""
        result = super().button_cancel()
        self._release_charges()
        return result

    def unlink(self):
        self._release_charges()
        return super().unlink()

    def _get_charge_receivable_lines(self):
        """Return the lines of these invoices that the customers owe."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _get_charge_payments(self):
        """Return what was settled of these invoices, and when.

        Credit notes that these invoices contain themselves settle nothing.

        :return: list of ``(date, amount)``, in company currency
        """
        lines = self._get_charge_receivable_lines()
        debits = lines.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id not in lines
        )
        credits = lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id not in lines
        )
        return [(partial.max_date, partial.amount) for partial in debits] + [
            (partial.max_date, -partial.amount) for partial in credits
        ]

    def _check_charge_day(self):
        """Refuse invoices that the ledger moved to another day than asked."""
        for move in self:
            if move.date != move.invoice_date:
                raise UserError(
                    self.env._(
                        "The invoice of %(partner)s for %(day)s would be booked on"
                        " %(booked)s, because its period is closed. Use a later date.",
                        partner=move.partner_id.display_name,
                        day=fields.Date.to_string(move.invoice_date),
                        booked=fields.Date.to_string(move.date),
                    )
                )

    def _release_charges(self):
        """Let the charges of these invoices be invoiced again.

        Whoever may cancel or delete the invoice may do this; the charge itself stays.
        """
        charges = self.sudo().charge_ids
        by_action(charges).write({"state": "posted", "move_id": False})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    charge_id = fields.Many2one(
        "factory.charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The charge that this line invoices.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Let only our own invoices say that a line invoices a charge."""
        if is_by_action(self):
            return super().create(vals_list)
        charges = {vals["charge_id"] for vals in vals_list if vals.get("charge_id")}
        for charge in self.charge_id.browse(charges):
            self._raise_charged(charge)
        lines = without_defaults(self, ("charge_id",))
        return super(AccountMoveLine, lines).create(vals_list)

    def write(self, vals):
        if "charge_id" in vals:
            self._check_charge_kept(vals["charge_id"])
        changed = {"price_unit", "quantity", "discount"} & vals.keys()
        if changed:
            for line in self.filtered("charge_id"):
                if any(line[name] != vals[name] for name in changed):
                    line._raise_charged(line.charge_id)
        return super().write(vals)

    def _check_charge_kept(self, charge_id):
        """Refuse to take a line from its charge, or to give a charge to a line."""
        for line in self:
            if line.charge_id.id != (charge_id or False):
                line._raise_charged(line.charge_id or line.charge_id.browse(charge_id))

    def _raise_charged(self, charge):
        raise UserError(
            self.env._(
                "The line of charge %(charge)s invoices what was posted;"
                " reverse the charge instead of editing the line.",
                charge=charge.sudo().name,
            )
        )
