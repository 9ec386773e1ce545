# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CoopReceiptLine(models.Model):
    """One thing paid: a due, an invoice, or a saving type (owed ones oldest first)."""

    _name = "coop.receipt.line"
    _description = "Counter Receipt Line"
    _inherit = ["coop.guard.mixin"]
    _order = "receipt_id, sequence, id"
    _check_company_auto = True
    _frozen_fields = (
        "receipt_id",
        "type_id",
        "account_id",
        "due_id",
        "invoice_id",
        "exit_payment_id",
        "amount",
        "sequence",
        "name",
    )

    receipt_id = fields.Many2one(
        "coop.receipt", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="receipt_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(related="receipt_id.member_id")
    partner_id = fields.Many2one(related="receipt_id.partner_id")
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        "coop.saving.type",
        compute="_compute_type_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Saving that is paid in or drawn; of a saving that is owed, the oldest"
        " dues are paid first.",
    )
    account_id = fields.Many2one(
        "coop.saving.account",
        string="Term savings",
        check_company=True,
        index="btree_not_null",
        domain="[('member_id', '=', member_id), ('kind', '=', 'term')]",
        help="Term savings account that is paid in or drawn; other savings have one"
        " account for each type.",
    )
    due_id = fields.Many2one(
        "coop.saving.due",
        check_company=True,
        index="btree_not_null",
        domain="[('member_id', '=', member_id), ('state', '=', 'open')]",
    )
    invoice_id = fields.Many2one(
        "account.move",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'),"
        " ('move_type', 'in', ('out_invoice', 'out_refund', 'in_invoice')),"
        " ('amount_residual', '!=', 0)]",
    )
    name = fields.Char(
        string="Text",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(required=True)
    state = fields.Selection(related="receipt_id.state")
    entry_ids = fields.One2many(
        "coop.saving.entry", "receipt_line_id", string="Savings entries"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "What a receipt line pays is more than nothing."
    )

    @api.depends("due_id", "invoice_id", "account_id")
    def _compute_type_id(self):
        for line in self:
            if line.account_id:
                line.type_id = line.account_id.type_id
            elif line.due_id:
                line.type_id = line.due_id.type_id
            elif line.invoice_id:
                line.type_id = False

    @api.depends("type_id", "due_id", "invoice_id")
    def _compute_name(self):
        for line in self:
            # receipt and passbook are for the member to read
            spoken = line.company_id._coop_spoken(line, line.partner_id)
            if line.invoice_id:
                # a teller may take money for any invoice of his company
                line.name = line.invoice_id.sudo().name
            elif line.due_id:
                month = line.due_id.period.strftime("%m/%Y")
                once = line.due_id.kind == "principal"
                name = spoken.type_id.name
                line.name = name if once else f"{name} {month}"
            else:
                line.name = spoken.type_id.name

    @api.constrains("type_id", "account_id", "receipt_id")
    def _check_account(self):
        for line in self:
            account, member = line.account_id, line.receipt_id.member_id
            own = (account.member_id, account.type_id) == (member, line.type_id)
            if (line.type_id.kind == "term") != bool(account) or (account and not own):
                raise ValidationError(
                    self.env._(
                        "%(receipt)s: term savings, and only they, name an account of"
                        " the member. Open it under Savings, Term savings.",
                        receipt=line.receipt_id.display_name,
                    )
                )

    @api.constrains("type_id", "due_id", "invoice_id", "receipt_id")
    def _check_subject(self):
        for line in self:
            if bool(line.type_id) == bool(line.invoice_id):
                raise ValidationError(
                    self.env._(
                        "Each line of %(receipt)s pays either a saving or an invoice.",
                        receipt=line.receipt_id.display_name,
                    )
                )
            if line.type_id and not line.receipt_id.member_id:
                raise ValidationError(
                    self.env._(
                        "%(receipt)s: %(person)s is no member and has no savings."
                        " Choose the member first.",
                        receipt=line.receipt_id.display_name,
                        person=line.receipt_id.partner_id.display_name,
                    )
                )
            if line.due_id and line.due_id.member_id != line.receipt_id.member_id:
                raise ValidationError(
                    self.env._(
                        "%(due)s is owed by somebody else than the member of"
                        " %(receipt)s.",
                        due=line.due_id.display_name,
                        receipt=line.receipt_id.display_name,
                    )
                )

    def _is_frozen(self):
        return self.receipt_id.state != "draft"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_receipt_draft()
        return lines

    def write(self, vals):
        moved = self.browse()
        if "receipt_id" in vals:
            moved = self.filtered(
                lambda line: line._differs("receipt_id", vals["receipt_id"])
            )
        result = super().write(vals)
        # the rules and the guard saw the old receipt only
        moved.receipt_id.check_access("write")
        moved._check_receipt_draft()
        return result

    def _check_receipt_draft(self):
        """Refuse to add lines to receipts that are posted."""
        posted = self.receipt_id.filtered(lambda receipt: receipt.state != "draft")
        if posted:
            posted[:1]._raise_frozen("line_ids")
