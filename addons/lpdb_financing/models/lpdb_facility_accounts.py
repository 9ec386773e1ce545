# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MODULE = "lpdb_financing"
LIABILITIES = ("liability_non_current", "liability_current")
EXPENSES = ("expense", "expense_direct_cost", "expense_other")


class LpdbFacility(models.Model):
    """Accounts and journal of a loan, proposed by the set-up of the cooperative."""

    _inherit = "lpdb.facility"

    loan_account_id = fields.Many2one(
        "account.account",
        string="Loan account",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
        domain=f"[('account_type', 'in', {LIABILITIES})]",
        help="Control account of the debt: only draws and payments book on it.",
    )
    current_account_id = fields.Many2one(
        "account.account",
        string="Current portion",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('account_type', '=', 'liability_current')]",
        help="Control account of the principal due within 12 months after a reporting"
        " date; the reclassification of month-end books on it.",
    )
    accrued_account_id = fields.Many2one(
        "account.account",
        string="Accrued interest",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('account_type', '=', 'liability_current')]",
        help="Control account of interest that is owed but not paid at a reporting"
        " date; only the accrual of month-end books on it.",
    )
    interest_account_id = fields.Many2one(
        "account.account",
        string="Interest expense",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        domain=f"[('account_type', 'in', {EXPENSES})]",
    )
    penalty_account_id = fields.Many2one(
        "account.account",
        string="Penalty expense",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        domain=f"[('account_type', 'in', {EXPENSES})]",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        string="Fee expense",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        help="Fees that the lender withholds from a draw.",
    )
    bank_fee_account_id = fields.Many2one(
        "account.account",
        string="Bank fees",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
        domain=f"[('account_type', 'in', {EXPENSES})]",
    )

    @api.depends("company_id")
    def _compute_accounts(self):
        keys = {
            "loan_account_id": "loan_long",
            "current_account_id": "loan_current",
            "accrued_account_id": "accrued_interest",
            "interest_account_id": "interest_expense",
            "penalty_account_id": "penalty_expense",
            "fee_account_id": "fee_expense",
            "bank_fee_account_id": "bank_fee",
        }
        for facility in self:
            company = facility.company_id
            for field, key in keys.items():
                if facility[field] and company in facility[field].company_ids:
                    continue
                facility[field] = company and company._coop_account(f"{MODULE}.{key}")

    @api.constrains("loan_account_id", "current_account_id", "accrued_account_id")
    def _check_loan_account(self):
        for facility in self:
            accounts = (
                facility.loan_account_id
                | facility.current_account_id
                | facility.accrued_account_id
            )
            for account in accounts:
                if account.account_type in LIABILITIES and not account.reconcile:
                    continue
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot carry %(facility)s: take a liability that"
                        " is neither a payable nor reconciled.",
                        account=account.display_name,
                        facility=facility.display_name,
                    )
                )

    def _loan_journal(self):
        """Return the hash-locked journal of loans."""
        self.ensure_one()
        journal = self.company_id._coop_journal(f"{MODULE}.loans")
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no journal of loans yet. Run the set-up of the"
                    " cooperative first.",
                    company=self.company_id.display_name,
                )
            )
        return journal

    def _check_accounts(self):
        """Refuse to sign without accounts, or on one that others have used."""
        self.ensure_one()
        self._loan_journal()
        needed = (
            "loan_account_id",
            "current_account_id",
            "accrued_account_id",
            "interest_account_id",
            "penalty_account_id",
            "fee_account_id",
            "bank_fee_account_id",
        )
        missing = [self._fields[name].string for name in needed if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(facility)s lacks accounts: %(accounts)s. Run the set-up of the"
                    " cooperative or choose them.",
                    facility=self.display_name,
                    accounts=", ".join(missing),
                )
            )
        others = self.env["account.move.line"].search_count(
            [
                ("account_id", "=", self.loan_account_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
            ],
            limit=1,
        )
        sharing = self.search_count(
            [
                ("loan_account_id", "=", self.loan_account_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "draft"),
            ],
            limit=1,
        )
        if others and not sharing:
            raise UserError(
                self.env._(
                    "%(account)s has journal items that belong to no loan. Choose an"
                    " account of its own for %(facility)s.",
                    account=self.loan_account_id.display_name,
                    facility=self.display_name,
                )
            )
