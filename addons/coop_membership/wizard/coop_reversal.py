# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models


class CoopReversal(models.TransientModel):
    """Ask for the day and the reason before a posted document is taken back."""

    _name = "coop.reversal"
    _description = "Reverse a Document"

    document_ref = fields.Reference(
        [
            ("coop.receipt", "Receipt"),
            ("coop.saving.entry", "Savings entry"),
            ("coop.saving.transfer", "Transfer"),
            ("coop.saving.batch", "Batch"),
            ("coop.member.exit", "Settlement"),
        ],
        string="Document",
        required=True,
        default=lambda self: self._default_document_ref(),
    )
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Day on which the mirror entry is booked: today, or the next day of the"
        " cash journal that is not counted yet.",
    )
    reason = fields.Char(
        required=True, help="Why it is taken back; stands on the mirror entry."
    )

    @api.model
    def _default_document_ref(self):
        context = self.env.context
        model, record = context.get("active_model"), context.get("active_id")
        known = dict(self._fields["document_ref"].selection)
        return f"{model},{record}" if model in known and record else False

    @api.depends("document_ref")
    def _compute_date(self):
        for wizard in self:
            document = wizard.document_ref
            company = document.company_id if document else self.env.company
            day = company._local_date()
            wizard.date = wizard._get_day_not_counted(day) if document else day

    def _get_day_not_counted(self, day):
        """Return the first day from ``day`` on that the cash of the document is open.

        :rtype: date
        """
        document = self.document_ref
        document.check_access("read")
        # sudo: whoever may reverse need not read the entry that it mirrors
        accounts = document.sudo().move_id.line_ids.account_id
        days = self.env["coop.cash.day"].sudo()
        days = days.search(
            [
                ("journal_id.default_account_id", "in", accounts.ids),
                ("company_id", "=", document.company_id.id),
                ("date", ">=", day),
            ]
        )
        counted = days.filtered(lambda sheet: sheet.state != "open").mapped("date")
        if not counted:
            return day
        last = max(counted)
        later = [sheet.date for sheet in days if sheet.date > last]
        return min(later, default=last + timedelta(days=1))

    def action_reverse(self):
        """Reverse the document on the day, for the reason given.

        :raise UserError: when the document is not posted, or the day is closed
        """
        self.ensure_one()
        self.document_ref.action_reverse(fields.Date.to_string(self.date), self.reason)
        return {"type": "ir.actions.act_window_close"}
