# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from ..tools.bank_match import fingerprint


class AccountStatementImport(models.TransientModel):
    _inherit = "account.statement.import"

    coop_journal_id = fields.Many2one(
        "account.journal",
        string="Bank",
        domain="[('type', '=', 'bank')]",
        default=lambda self: self._default_coop_journal_id(),
        help="Bank journal of the statement; needed when the file does not name the"
        " account.",
    )

    @api.model
    def _default_coop_journal_id(self):
        wanted = self.env.context.get("journal_id")
        journals = self.env["account.journal"]
        return (
            journals.browse(wanted)
            if wanted
            else journals.search(
                [("type", "=", "bank"), ("company_id", "=", self.env.company.id)],
                limit=1,
            )
        )

    def _import_file(self):
        """Import into the chosen journal and find out who paid."""
        journal = self.coop_journal_id
        wizard = self.with_context(journal_id=journal.id) if journal else self
        result = super(AccountStatementImport, wizard)._import_file()
        statements = self.env["account.bank.statement"].browse(result["statement_ids"])
        statements.line_ids.coop_match()
        return result

    def _complete_stmts_vals(self, stmts_vals, journal, account_number):
        """Give lines without a number of the bank a mark, so that they come in once."""
        seen = {}
        for statement in stmts_vals:
            for vals in statement["transactions"]:
                if vals.get("unique_import_id"):
                    continue
                parts = (
                    fields.Date.to_string(vals["date"]),
                    f"{float(vals['amount']):.2f}",
                    vals.get("payment_ref"),
                    vals.get("partner_name"),
                )
                vals["unique_import_id"] = fingerprint(parts, seen.get(parts, 0))
                seen[parts] = seen.get(parts, 0) + 1
        return super()._complete_stmts_vals(stmts_vals, journal, account_number)
