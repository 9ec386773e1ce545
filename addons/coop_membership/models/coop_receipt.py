# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.terbilang import amount_in_words


class CoopReceipt(models.Model):
    _name = "coop.receipt"
    _description = "Counter Receipt"
    _inherit = ["coop.posting.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "partner_id.name", "member_id.number"]
    _check_company_auto = True
    _guarded_fields = {
        "name": False,
        "approved_by_id": False,
        "approved_content": False,
    }
    _frozen_fields = (
        "company_id",
        "direction",
        "date",
        "member_id",
        "partner_id",
        "journal_id",
        "line_ids",
        "collector_id",
    )

    name = fields.Char(
        string="Number", copy=False, readonly=True, help="Drawn when it is posted."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    direction = fields.Selection(
        [("in", "Money in"), ("out", "Money out")], required=True, default="in"
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
    )
    member_id = fields.Many2one(
        "coop.member",
        check_company=True,
        index="btree_not_null",
        help="Empty for a customer who is no member and pays an invoice.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Cash or bank",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank'))]",
    )
    line_ids = fields.One2many("coop.receipt.line", "receipt_id", string="Lines")
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amount_total", store=True
    )
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    note = fields.Char(string="Remark")
    entry_ids = fields.One2many(
        "coop.saving.entry", "receipt_id", string="Savings entries"
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "A receipt number is never used twice in a company.",
    )

    @api.depends("member_id")
    def _compute_partner_id(self):
        for receipt in self:
            receipt.partner_id = receipt.member_id.partner_id or receipt.partner_id

    @api.depends("company_id")
    def _compute_journal_id(self):
        for receipt in self:
            if receipt.journal_id.company_id != receipt.company_id:
                receipt.journal_id = receipt.company_id._coop_journal("counter")

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for receipt in self:
            receipt.amount_total = sum(receipt.line_ids.mapped("amount"))

    @api.depends("amount_total")
    def _compute_amount_in_words(self):
        for receipt in self:
            # Indonesian whatever the user's language: the paper is for the member
            words = amount_in_words(receipt.amount_total)
            receipt.amount_in_words = words[:1].upper() + words[1:]

    @api.depends("name", "partner_id.name")
    def _compute_display_name(self):
        for receipt in self:
            receipt.display_name = receipt.name or self.env._(
                "Draft receipt %(person)s", person=receipt.partner_id.name or ""
            )

    @api.model_create_multi
    def create(self, vals_list):
        # a teller follows no receipt; who made it and when stands in the record
        quiet = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        receipts = super(CoopReceipt, quiet).create(vals_list)
        return receipts.with_env(self.env)

    def action_propose(self):
        """Fill draft receipts with all that the person owes: dues, then invoices."""
        for receipt in self:
            if receipt.state != "draft" or receipt.direction != "in":
                raise UserError(
                    self.env._(
                        "%(receipt)s: proposals are for drafts of money in.",
                        receipt=receipt.display_name,
                    )
                )
            known_dues = receipt.line_ids.due_id
            known_invoices = receipt.line_ids.invoice_id
            dues = self.env["coop.saving.due"].search(
                [("member_id", "=", receipt.member_id.id), ("state", "=", "open")]
            )
            values = [
                {"due_id": due.id, "amount": due.rest} for due in dues - known_dues
            ] + [
                {"invoice_id": invoice.id, "amount": invoice.amount_residual}
                for invoice in receipt._get_open_invoices() - known_invoices
            ]
            receipt.line_ids = [Command.create(line) for line in values]
        return True

    def _get_open_invoices(self):
        """Return the person's open invoices, the oldest first."""
        self.ensure_one()
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                (
                    "commercial_partner_id",
                    "=",
                    self.partner_id.commercial_partner_id.id,
                ),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
            ],
            order="invoice_date_due, id",
        )
