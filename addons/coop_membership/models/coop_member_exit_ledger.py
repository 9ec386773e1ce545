# SPDX-License-Identifier: AGPL-3.0-or-later
"""The refund account as a control account: its sub-ledger are the settlements.

What former members are still to be paid stands on one account of the company. Every
settlement adds to it, every receipt line that pays a refund takes from it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _coop_control_accounts_sql(self):
        return SQL(
            "%s UNION SELECT account_id, company_id FROM coop_member_exit"
            " WHERE account_id IS NOT NULL",
            super()._coop_control_accounts_sql(),
        )

    @api.model
    def _coop_facts_sql(self):
        return SQL(
            "%s UNION ALL %s", super()._coop_facts_sql(), self._coop_exit_facts_sql()
        )

    @api.model
    def _coop_exit_facts_sql(self):
        """Return SQL of ``(move_id, account_id, amount)`` on refund accounts."""
        return SQL(
            """
            SELECT x.move_id, x.account_id, x.amount_due AS amount
              FROM coop_member_exit x WHERE x.move_id IS NOT NULL
             UNION ALL
            SELECT x.reversal_move_id, x.account_id, -x.amount_due
              FROM coop_member_exit x WHERE x.reversal_move_id IS NOT NULL
             UNION ALL
            SELECT l.move_id, x.account_id, -rl.amount
              FROM coop_receipt_line rl
              JOIN coop_member_exit_payment p ON p.id = rl.exit_payment_id
              JOIN coop_member_exit x ON x.id = p.exit_id
              JOIN account_move_line l ON l.coop_receipt_line_id = rl.id
             WHERE l.parent_state = 'posted'
             UNION ALL
            SELECT m.id, x.account_id, rl.amount
              FROM coop_receipt_line rl
              JOIN coop_member_exit_payment p ON p.id = rl.exit_payment_id
              JOIN coop_member_exit x ON x.id = p.exit_id
              JOIN account_move_line l ON l.coop_receipt_line_id = rl.id
              JOIN account_move m ON m.reversed_entry_id = l.move_id
             WHERE m.state = 'posted'
            """
        )


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    exit_id = fields.Many2one(
        "coop.member.exit",
        string="Settlement",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Settlement of a leaving member that it belongs to.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("exit_id") for vals in vals_list):
            self._raise_guarded(self, "exit_id")
        return super().create(vals_list)

    def write(self, vals):
        if "exit_id" in vals and any(
            entry._differs("exit_id", vals["exit_id"]) for entry in self
        ):
            self._raise_guarded(self[:1], "exit_id")
        return super().write(vals)

    def action_reverse(self, date=None, reason=None):
        settled = self.filtered("exit_id")
        if settled:
            raise UserError(
                self.env._(
                    "%(entry)s belongs to the settlement %(document)s, which is"
                    " reversed as a whole.",
                    entry=settled[:1].display_name,
                    document=settled[:1].exit_id.display_name,
                )
            )
        return super().action_reverse(date, reason)


class CoopReceiptLine(models.Model):
    _inherit = "coop.receipt.line"

    exit_payment_id = fields.Many2one(
        "coop.member.exit.payment",
        string="Refund",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('rest', '>', 0)]",
        help="Refund to a former member or heir that it pays.",
    )

    @api.depends("exit_payment_id")
    def _compute_name(self):
        refunds = self.filtered("exit_payment_id")
        for line in refunds:
            line.name = line.exit_payment_id.display_name
        return super(CoopReceiptLine, self - refunds)._compute_name()

    @api.constrains("type_id", "due_id", "invoice_id", "receipt_id", "exit_payment_id")
    def _check_subject(self):
        refunds = self.filtered("exit_payment_id")
        mixed = refunds.filtered(lambda line: line.type_id or line.invoice_id)
        return super(CoopReceiptLine, self - refunds + mixed)._check_subject()

    def _get_account(self):
        if self.exit_payment_id:
            return self.exit_payment_id.exit_id.account_id
        return super()._get_account()


class CoopReceipt(models.Model):
    _inherit = "coop.receipt"

    def _get_refusal(self):
        """Refuse to pay refunds to others, too much or before they are due."""
        self.line_ids.exit_payment_id._lock()
        for line in self.line_ids.filtered("exit_payment_id"):
            payment = line.exit_payment_id
            same = self.line_ids.filtered(
                lambda other, p=payment: other.exit_payment_id == p
            )
            asked = sum(same.mapped("amount"))
            if self.direction != "out" or payment.partner_id != self.partner_id:
                return self.env._(
                    "%(refund)s is paid out, and to the payee only.",
                    refund=payment.display_name,
                )
            if self.currency_id.compare_amounts(asked, payment.rest) > 0:
                return self.env._(
                    "%(refund)s has %(rest)s open, not %(asked)s.",
                    refund=payment.display_name,
                    rest=payment.member_id._format_amount(payment.rest),
                    asked=payment.member_id._format_amount(asked),
                )
            if self.date < payment.date_due:
                return self.env._(
                    "%(refund)s is not to be paid before %(day)s.",
                    refund=payment.display_name,
                    day=fields.Date.to_string(payment.date_due),
                )
        return super()._get_refusal()


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coop_refund_account(self):
        """Return the account of what former members are still to be paid."""
        self.ensure_one()
        account = self._coop_account("refund")
        if not account:
            self.sudo()._coop_setup_accounts()
            account = self._coop_account("refund")
        return account

    def _coop_setup_sequences(self):
        self._coop_ensure_sequence(
            "exit",
            self.env._("Member settlements"),
            suffix="/KLR/%(roman_month)s/%(year)s",
            padding=4,
            use_date_range=True,
        )
        return super()._coop_setup_sequences()

    def _coop_sub_ledger_rows(self, day):
        return [
            *super()._coop_sub_ledger_rows(day),
            *self.env.execute_query(
                SQL(
                    """
                    SELECT f.account_id, SUM(f.amount)
                      FROM (%s) f JOIN account_move m ON m.id = f.move_id
                     WHERE m.company_id = %s AND m.date <= %s AND m.state = 'posted'
                  GROUP BY f.account_id
                    """,
                    self.env["account.move"]._coop_exit_facts_sql(),
                    self.id,
                    day,
                )
            ),
        ]
