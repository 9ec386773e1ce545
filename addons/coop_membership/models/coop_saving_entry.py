# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

ENTRY_KINDS = [
    ("opening", "Opening balance"),
    ("deposit", "Deposit"),
    ("withdrawal", "Withdrawal"),
    ("interest", "Interest"),
    ("tax", "Tax"),
    ("shu", "SHU"),
    ("offset", "Offset"),
    ("fee", "Fee"),
    ("refund", "Refund"),
    ("transfer", "Transfer"),
    ("reversal", "Reversal"),
]


class CoopSavingEntry(models.Model):
    _name = "coop.saving.entry"
    _description = "Savings Entry"
    _inherit = ["coop.guard.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "draft",
        "move_id": False,
        "reversed_entry_id": False,
        "approved_by_id": False,
        "line_no": 0,
    }
    _frozen_fields = (
        "account_id",
        "date",
        "kind",
        "amount",
        "journal_id",
        "counterpart_account_id",
        "due_id",
        "batch_id",
        "receipt_line_id",
        "name",
        "interest_months",
        "transfer_id",
    )

    account_id = fields.Many2one(
        "coop.saving.account",
        string="Savings account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    member_id = fields.Many2one(
        related="account_id.member_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one(
        related="account_id.type_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    kind = fields.Selection(ENTRY_KINDS, required=True, default="deposit")
    amount = fields.Monetary(
        required=True, help="Positive adds to the savings, negative takes from them."
    )
    balance_after = fields.Monetary(
        string="Balance",
        compute="_compute_balance_after",
        help="Balance of the account after this entry, by date and order of entry.",
    )
    name = fields.Char(string="Text", help="What stands in the passbook.")
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        ondelete="restrict",
        help="Cash or bank journal that the money passes, or a general journal.",
    )
    counterpart_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="restrict",
        help="Other side of the entry in a general journal, for instance interest"
        " expense.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        required=True,
        default="draft",
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    due_id = fields.Many2one(
        "coop.saving.due",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Due that it pays.",
    )
    batch_id = fields.Many2one(
        "coop.saving.batch",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    receipt_line_id = fields.Many2one(
        "coop.receipt.line", index="btree_not_null", ondelete="restrict"
    )
    receipt_id = fields.Many2one(
        related="receipt_line_id.receipt_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    reversed_entry_id = fields.Many2one(
        "coop.saving.entry",
        string="Reversal of",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    reversal_ids = fields.One2many(
        "coop.saving.entry", "reversed_entry_id", string="Reversed by"
    )

    _amount_signed = models.Constraint(
        "CHECK (amount != 0"
        " AND (amount < 0"
        " OR kind NOT IN ('withdrawal', 'tax', 'fee', 'refund'))"
        " AND (amount > 0 OR kind NOT IN ('opening', 'deposit', 'interest', 'shu')))",
        "Deposits, opening balances, interest and SHU are positive; withdrawals,"
        " refunds, taxes and fees are negative; nothing is zero.",
    )
    _posted_has_move = models.Constraint(
        "CHECK (state = 'draft' OR move_id IS NOT NULL)",
        "A posted savings entry stands in a journal entry.",
    )
    _reversed_once = models.UniqueIndex(
        "(reversed_entry_id) WHERE reversed_entry_id IS NOT NULL",
        "A savings entry is reversed only once.",
    )
    _passbook_idx = models.Index("(account_id, date, id)")
    _ledger_idx = models.Index("(company_id, type_id, date) WHERE state = 'posted'")

    @api.depends("amount", "date", "state")
    def _compute_balance_after(self):
        self.flush_model(["account_id", "date", "amount", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, balance FROM (
                    SELECT id, SUM(amount) OVER (
                           PARTITION BY account_id ORDER BY date, id) AS balance
                      FROM coop_saving_entry
                     WHERE state = 'posted' AND account_id = ANY(%s)) AS passbook
                 WHERE id = ANY(%s)
                """,
                self.account_id.ids,
                self.ids,
            )
        )
        balances = dict(rows)
        for entry in self:
            entry.balance_after = balances.get(entry.id, 0.0)

    @api.depends("account_id", "date", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            day, kind = format_date(self.env, entry.date), kinds.get(entry.kind)
            entry.display_name = f"{day} {kind} {entry.account_id.display_name}"

    @api.constrains("due_id", "account_id")
    def _check_due(self):
        for entry in self:
            account, due = entry.account_id, entry.due_id
            if due and (due.member_id, due.type_id) != (
                account.member_id,
                account.type_id,
            ):
                raise ValidationError(
                    self.env._(
                        "%(due)s is not owed on the savings account %(account)s."
                        " Choose a due of that member and saving type.",
                        due=due.display_name,
                        account=account.display_name,
                    )
                )

    def _is_frozen(self):
        return self.state == "posted"

    def action_post(self):
        """Post single entries, each with a journal entry of its own.

        Entries of a receipt or a batch are posted by that.
        """
        self.check_access("write")
        for entry in self:
            if entry.state != "draft" or entry._get_document():
                raise UserError(
                    self.env._(
                        "%(entry)s is posted already, or belongs to a receipt, transfer"
                        " or batch that posts it.",
                        entry=entry.display_name,
                    )
                )
        for company, entries in self.grouped("company_id").items():
            vals = [entry._prepare_move_vals() for entry in entries]
            moves = company._coop_create_moves(vals)
            entries._link_moves(dict(zip(entries.ids, moves.ids, strict=True)))
            self._book(SQL("id = ANY(%s)", entries.ids))
            company._coop_post_moves(moves, vals)
        return True

    def _get_document(self):
        """Return what posts and reverses the entry, when it is not the entry itself."""
        self.ensure_one()
        return self.batch_id or self.receipt_line_id or self.transfer_id

    def _prepare_move_vals(self):
        """Return the journal entry of a single savings entry."""
        self.ensure_one()
        company = self.company_id
        journal = self.journal_id or company._coop_savings_journal()
        other = self._get_counterpart_account(journal)
        text = self.name or self.display_name
        return {
            "journal_id": company._coop_ledger_journal(journal).id,
            "date": self.date,
            "ref": text,
            "partner_id": self.member_id.partner_id.id,
            "line_ids": [
                company._coop_line(other, self.amount, text, self.member_id.partner_id),
                company._coop_line(
                    self.type_id.account_id,
                    -self.amount,
                    text,
                    self.member_id.partner_id,
                ),
            ],
        }

    def _get_counterpart_account(self, journal):
        """Return the account on the other side: money, or the one that was chosen."""
        if journal.type in ("cash", "bank"):
            return self.company_id._coop_money_account(journal, self.amount > 0)
        if not self.counterpart_account_id:
            raise UserError(
                self.env._(
                    "%(entry)s: choose a cash or bank journal, or the account on the"
                    " other side of the entry.",
                    entry=self.display_name,
                )
            )
        return self.counterpart_account_id

    def action_reverse(self, date=None, reason=None):
        """Post the mirror of posted entries; a receipt is reversed as a whole.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        :return: the reversing entries
        """
        self.check_access("write")
        for entry in self:
            if entry.state != "posted" or entry._get_document():
                raise UserError(
                    self.env._(
                        "%(entry)s is not posted, or belongs to a receipt, transfer or"
                        " batch that is reversed as a whole.",
                        entry=entry.display_name,
                    )
                )
        reversals = self.browse()
        for company, entries in self.grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            vals = [
                company._coop_mirror_vals(entry.move_id, day, reason)
                for entry in entries
            ]
            moves = company._coop_create_moves(vals)
            reversals |= self._insert_reversals(
                SQL("e.id = ANY(%s)", entries.ids),
                day,
                dict(zip(entries.move_id.ids, moves.ids, strict=True)),
                reason,
            )
            company._coop_post_moves(moves, vals)
        return reversals
