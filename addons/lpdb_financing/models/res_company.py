# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.tools import SQL

#: key: (code, English, Indonesian, account type); codes in the manner of l10n_id
ACCOUNTS = {
    "loan_long": (
        "22110030",
        "Loans from LPDB",
        "Utang LPDB",
        "liability_non_current",
    ),
    "loan_current": (
        "21110030",
        "Current portion of loans from LPDB",
        "Bagian lancar utang LPDB",
        "liability_current",
    ),
    "accrued_interest": (
        "25110200",
        "Accrued interest on loans",
        "Bunga pinjaman yang masih harus dibayar",
        "liability_current",
    ),
    "interest_expense": (
        "81200010",
        "Interest on loans",
        "Beban bunga pinjaman",
        "expense",
    ),
    "penalty_expense": (
        "81200020",
        "Late payment penalties",
        "Beban denda pinjaman",
        "expense",
    ),
    "fee_expense": (
        "81200030",
        "Provision and fees of loans",
        "Beban provisi dan biaya pinjaman",
        "expense",
    ),
    "bank_fee": (
        "81200040",
        "Bank transfer fees of loans",
        "Beban transfer bank pinjaman",
        "expense",
    ),
}
MODULE = "lpdb_financing"


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_setup_cooperative(self):
        """Add the accounts and the hash-locked journal of loans."""
        report = super().action_setup_cooperative()
        # the right to set this company up was checked by the step before
        company = self.sudo().with_company(self)
        for key, (code, english, indonesian, account_type) in ACCOUNTS.items():
            created = not company._coop_account(f"{MODULE}.{key}")
            account = company._coop_ensure_account(
                f"{MODULE}.{key}", code, english, indonesian, account_type
            )
            text = f"{account.with_company(company).code} {account.name}"
            report.append(company._coop_report(text, created))
        created = not company._coop_journal(f"{MODULE}.loans")
        journal = company._coop_ensure_journal(
            f"{MODULE}.loans", "LPDB", "Loans", "Pinjaman", "general"
        )
        report.append(company._coop_report(journal.name, created))
        return report

    def _coop_sub_ledger_rows(self, day):
        """Add what the loans' sub-ledger holds on each of its accounts."""
        rows = super()._coop_sub_ledger_rows(day)
        return rows + self.env.execute_query(
            SQL(
                """
                SELECT control.account_id, COALESCE(SUM(e.amount), 0)
                  FROM (%s) AS control (account_id, company_id)
             LEFT JOIN lpdb_entry e ON e.account_id = control.account_id
                                   AND e.company_id = control.company_id
                                   AND e.date <= %s
                 WHERE control.company_id = %s
              GROUP BY control.account_id
                """,
                self.env["account.move"]._lpdb_control_accounts_sql(),
                day,
                self.id,
            )
        )
