# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class LpdbTransactionMixin(models.AbstractModel):
    """Money that moves under a loan: what a draw and a payment have in common.

    Their facts stand in the loan's sub-ledger, on a field named in ``_entry_field``.
    """

    _name = "lpdb.transaction.mixin"
    _description = "Transaction of a Loan"
    _inherit = ["coop.posting.mixin"]
    _guarded_fields = {"reversal_date": False}
    #: field of ``lpdb.entry`` that names the document
    _entry_field = None
    #: amounts that somebody enters
    _money_fields = ()

    facility_id = fields.Many2one(
        "lpdb.facility", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
    )
    reversal_date = fields.Date(string="Reversed on", readonly=True, copy=False)
    is_ahead = fields.Boolean(
        string="Dated ahead",
        compute="_compute_is_ahead",
        help="A draft whose day is still to come where the cooperative is.",
    )

    @api.depends("date", "state", "company_id")
    def _compute_is_ahead(self):
        for record in self:
            today = (record.company_id or self.env.company)._local_date()
            record.is_ahead = bool(
                record.state == "draft" and record.date and record.date > today
            )

    @api.depends("facility_id")
    def _compute_journal_id(self):
        for record in self:
            record.journal_id = record.facility_id._default_bank_journal()

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(["facility_id", *self._money_fields])
        for vals in vals_list:
            known = {**defaults, **vals}
            facility = self.env["lpdb.facility"].browse(known.get("facility_id"))
            self._check_money(known, facility)
        return super().create(vals_list)

    def write(self, vals):
        for record in self:
            record._check_money(vals, record.facility_id)
        return super().write(vals)

    def _check_money(self, vals, facility):
        """Refuse an amount that the ledger would round; the field would round it too.

        :param dict vals: what is about to be written
        :param facility: loan whose currency counts
        """
        for name in self._money_fields:
            if not vals.get(name):
                continue
            _value, reason = facility._judge_amount(vals[name])
            if reason:
                raise ValidationError(
                    self.env._(
                        "%(record)s: “%(field)s” %(amount)s %(reason)s.",
                        record=self.display_name or facility.display_name or "",
                        field=self._fields[name]._description_string(self.env),
                        amount=vals[name],
                        reason=reason,
                    )
                )

    def _stood_at(self, day):
        """Tell whether it was in the books at the end of a day, reversed later or not.

        Its own date is not looked at.
        """
        self.ensure_one()
        return self.state == "posted" or bool(
            self.reversal_date and self.reversal_date > day
        )

    def _reverse(self, date, reason):
        """Mirror the journal entry and the sub-ledger rows of a draw or payment."""
        self.ensure_one()
        day = self.company_id._read_day(date)
        if day < self.date:
            raise UserError(
                self.env._(
                    "%(record)s cannot be reversed on %(day)s, before it happened.",
                    record=self.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        self._release_statement_lines()
        self._book_mirrors(day, reason)
        # what never reached the bank, or does so no more, is even with its mirror
        original = self._get_outstanding_lines(self.sudo().move_id)
        mirror = self._get_outstanding_lines(self.sudo().reversal_move_id)
        (original | mirror).reconcile()

    def _get_outstanding_lines(self, move):
        """Return the lines on the way to or from the bank that nothing has cleared."""
        accounts = self._money_accounts()
        return move.line_ids.filtered(
            lambda line: (
                line.account_id in accounts
                and line.account_id.reconcile
                and not line.reconciled
            )
        )

    def _money_accounts(self):
        """Return the accounts that money of this journal passes before the bank."""
        # whoever may reverse a document need not be allowed to see the bank
        journal = self.journal_id.sudo()
        lines = (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        )
        return lines.payment_account_id

    def _release_statement_lines(self):
        """Give statement lines back to the list of what is to be explained."""
        self.ensure_one()
        accounts = self._money_accounts()
        # whoever may reverse the document may undo what was booked with it
        booked = self.sudo().move_id.line_ids.filtered(
            lambda line: line.account_id in accounts
        )
        parts = booked.matched_debit_ids | booked.matched_credit_ids
        others = parts.debit_move_id | parts.credit_move_id
        statement = (others - booked).move_id.statement_line_id
        statement.action_undo_reconciliation()
        booked.remove_move_reconcile()

    def _prepare_reversed_vals(self, move):
        vals = super()._prepare_reversed_vals(move)
        return {**vals, "reversal_date": move.date}

    def _mirror_facts(self, day, move_by_move, reason):
        field = self._entry_field
        for record in self:
            facility = record.facility_id
            facility._create_entries(
                [
                    {
                        "date": day,
                        "kind": "reversal",
                        "amount": -entry.amount,
                        "move_id": move_by_move[entry.move_id.id],
                        field: record.id,
                        "reversed_entry_id": entry.id,
                    }
                    for entry in facility.entry_ids
                    if entry[field] == record
                ]
            )
