# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

TRADE = ("asset_receivable", "liability_payable")


class CoopSavingTransfer(models.Model):
    """Money that moves without cash: between savings, or against open items.

    From a savings account, or from a bill that the cooperative owes the member; to a
    saving (of a saving that is owed, the oldest dues first) or to an open invoice.
    """

    _name = "coop.saving.transfer"
    _description = "Savings Transfer or Offset"
    _inherit = ["coop.posting.mixin", "coop.approval.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "approved_by_id": False,
        "approved_content": False,
    }
    _frozen_fields = (
        "company_id",
        "date",
        "source_account_id",
        "source_bill_id",
        "target_member_id",
        "target_type_id",
        "target_account_id",
        "invoice_id",
        "amount",
        "note",
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    source_account_id = fields.Many2one(
        "coop.saving.account",
        string="From savings",
        check_company=True,
        index="btree_not_null",
        domain="[('company_id', '=', company_id), ('balance', '>', 0)]",
    )
    source_bill_id = fields.Many2one(
        "account.move",
        string="From bill",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '=', 'posted'), ('amount_residual', '>', 0),"
        " ('move_type', 'in', ('in_invoice', 'out_refund'))]",
        help="What the cooperative owes the member, for instance for goods it bought.",
    )
    target_member_id = fields.Many2one(
        "coop.member",
        string="To member",
        compute="_compute_target_member_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
    )
    target_type_id = fields.Many2one(
        "coop.saving.type",
        string="To saving",
        check_company=True,
        help="Of a saving that is owed, the oldest dues are paid first.",
    )
    target_account_id = fields.Many2one(
        "coop.saving.account",
        string="To term savings",
        check_company=True,
        index="btree_not_null",
        domain="[('kind', '=', 'term'), ('member_id', '=', target_member_id)]",
        help="Term savings account that is paid in.",
    )
    invoice_id = fields.Many2one(
        "account.move",
        string="To invoice",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '=', 'posted'), ('amount_residual', '>', 0),"
        " ('move_type', '=', 'out_invoice')]",
    )
    amount = fields.Monetary(required=True)
    note = fields.Char(string="Text", help="What stands in the passbook.")
    entry_ids = fields.One2many(
        "coop.saving.entry", "transfer_id", string="Savings entries"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "What is transferred is more than nothing."
    )
    _one_source = models.Constraint(
        "CHECK (num_nonnulls(source_account_id, source_bill_id) = 1)",
        "A transfer comes either from savings or from a bill.",
    )
    _one_target = models.Constraint(
        "CHECK (num_nonnulls(target_type_id, invoice_id) = 1)",
        "A transfer goes either to a saving or to an invoice.",
    )

    @api.depends("source_account_id", "invoice_id")
    def _compute_target_member_id(self):
        for transfer in self:
            transfer.target_member_id = (
                transfer.target_member_id or transfer.source_account_id.member_id
            )

    @api.depends("source_account_id", "source_bill_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for transfer in self:
            source = transfer.source_account_id or transfer.source_bill_id.sudo()
            day = format_date(self.env, transfer.date)
            transfer.display_name = f"{source.display_name or ''} {day}"

    @api.constrains(
        "source_account_id",
        "source_bill_id",
        "target_member_id",
        "target_type_id",
        "target_account_id",
        "invoice_id",
    )
    def _check_subject(self):
        for transfer in self:
            problem = transfer._get_subject_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(transfer)s: %(problem)s",
                        transfer=transfer.display_name,
                        problem=problem,
                    )
                )

    def _get_subject_problem(self):
        self.ensure_one()
        member, saving = self.target_member_id, self.target_type_id
        owner = self.source_account_id.member_id.partner_id
        if self.source_bill_id:
            # a teller may offset what the cooperative owes the member
            owner = self.source_bill_id.sudo().commercial_partner_id
        if saving and not member:
            return self.env._("choose the member who gets the saving.")
        if self.source_bill_id and saving and member.partner_id != owner:
            return self.env._("the bill is owed to somebody else than the member.")
        if self.invoice_id.sudo().commercial_partner_id not in (
            owner.commercial_partner_id,
            self.env["res.partner"],
        ):
            return self.env._("the invoice is somebody else's.")
        term = self.target_account_id
        if saving and (saving.kind == "term") != bool(term):
            return self.env._("term savings go to an account of their own; choose it.")
        if term and (term.member_id, term.type_id) != (member, saving):
            return self.env._("the term savings account is another one's.")
        if (
            saving
            and self.source_account_id
            and self.source_account_id == (self._get_target_account())
        ):
            return self.env._("source and target are the same account.")
        return None

    def _get_target_account(self):
        """Return the savings account that gets the money, when it exists already."""
        self.ensure_one()
        return self.target_account_id or self.target_member_id.account_ids.filtered(
            lambda account: (
                account.type_id == self.target_type_id and account.kind != "term"
            )
        )

    def _get_approval_content(self):
        self.ensure_one()
        target = self.target_member_id.id, self.target_type_id.id, self.invoice_id.id
        return f"{self.source_account_id.id} {target} {self.date} {self.amount}"
