# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

#: lines that a settlement adds to a saving, with the kind of their savings entries
ACCRUALS = {"interest": "interest", "tax": "tax", "penalty": "fee"}


class CoopMemberExitLine(models.Model):
    """One thing that the settlement clears; written by the settlement only."""

    _name = "coop.member.exit.line"
    _description = "Member Settlement Line"
    _order = "exit_id, sequence, id"
    _check_company_auto = True

    exit_id = fields.Many2one(
        "coop.member.exit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="exit_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("saving", "Savings"),
            ("interest", "Interest"),
            ("tax", "Tax on interest"),
            ("penalty", "Early break"),
            ("claim", "Owed to the member"),
            ("debt", "Owed by the member"),
            ("loss", "Part of the loss"),
            ("donation", "Kept by the cooperative"),
            ("transfer", "Given to another member"),
        ],
        required=True,
    )
    name = fields.Char(string="Text", required=True)
    saving_account_id = fields.Many2one(
        "coop.saving.account",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Open item",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    account_id = fields.Many2one(
        "account.account",
        required=True,
        check_company=True,
        ondelete="restrict",
        help="Account that the settlement clears.",
    )
    amount = fields.Monetary(
        required=True, help="Positive is in favour of the member, negative against."
    )
    interest_months = fields.Integer(
        help="Months that the interest is for, when tax tests a month of it."
    )
    has_ended_term = fields.Boolean(
        help="The settlement ended term savings that ran; its reversal resumes them."
    )


class CoopMemberExitPayment(models.Model):
    """What one payee is paid on one day; paid at the counter by a receipt."""

    _name = "coop.member.exit.payment"
    _description = "Refund to a Former Member"
    _inherit = ["coop.guard.mixin"]
    _order = "date_due, id"
    _rec_names_search = ["exit_id.name", "partner_id.name"]
    _check_company_auto = True

    exit_id = fields.Many2one(
        "coop.member.exit",
        string="Settlement",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="exit_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(related="exit_id.member_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Payee",
        required=True,
        index=True,
        ondelete="restrict",
        help="The former member, or an heir.",
    )
    date_due = fields.Date(string="To be paid on", required=True)
    amount = fields.Monetary(required=True)
    paid = fields.Monetary(
        compute="_compute_paid", store=True, help="Paid by posted receipts."
    )
    rest = fields.Monetary(string="Open", compute="_compute_rest", store=True)
    receipt_line_ids = fields.One2many(
        "coop.receipt.line", "exit_payment_id", string="Receipt lines"
    )
    exit_state = fields.Selection(related="exit_id.state", store=True)

    _paid_in_range = models.Constraint(
        "CHECK (amount > 0 AND paid >= 0 AND paid <= amount)",
        "A refund cannot be paid beyond its amount.",
    )

    @api.depends("receipt_line_ids.amount", "receipt_line_ids.receipt_id.state")
    def _compute_paid(self):
        for payment in self:
            payment.paid = sum(
                payment.receipt_line_ids.filtered(
                    lambda line: line.receipt_id.state == "posted"
                ).mapped("amount")
            )

    @api.depends("amount", "paid", "exit_id.state")
    def _compute_rest(self):
        for payment in self:
            settled = payment.exit_id.state == "posted"
            payment.rest = payment.amount - payment.paid if settled else 0.0

    @api.depends("exit_id", "partner_id", "date_due")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = (
                f"{payment.exit_id.name or ''} {payment.partner_id.name}"
                f" {format_date(self.env, payment.date_due)}"
            ).strip()

    def _is_frozen(self):
        return True

    def _lock(self):
        """Let two tellers who pay the same refund wait for each other.

        Drafts of both refer to the refund already, so that core's lock, which does
        not wait and minds references, would refuse both.
        """
        if self:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM coop_member_exit_payment WHERE id = ANY(%s)"
                    " ORDER BY id FOR NO KEY UPDATE",
                    self.ids,
                )
            )

    def action_pay(self):
        """Open a draft voucher that pays what is open of these refunds."""
        if len(self.partner_id) != 1 or not all(self.mapped("rest")):
            raise UserError(
                self.env._("Choose open refunds of one payee to pay with one voucher.")
            )
        receipt = self.env["coop.receipt"].create(
            {
                "company_id": self.company_id.id,
                "direction": "out",
                "partner_id": self.partner_id.id,
                "line_ids": [
                    Command.create(
                        {"exit_payment_id": payment.id, "amount": payment.rest}
                    )
                    for payment in self
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "coop.receipt",
            "res_id": receipt.id,
            "view_mode": "form",
        }
