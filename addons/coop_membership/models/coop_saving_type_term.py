# SPDX-License-Identifier: AGPL-3.0-or-later
"""Term savings: an account of its own for each placement, with its terms fixed.

Opened as a draft with its terms, it runs from its first and only deposit (counter or
transfer). At maturity it is paid out to another saving or rolls over; before, it is
broken by the rule of its opening. Interest is posted then, with the tax on it.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.interest import maturity_amount

ROLLOVERS = [
    ("none", "Paid out"),
    ("principal", "Principal rolls over"),
    ("principal_interest", "Principal and interest roll over"),
]


class CoopSavingType(models.Model):
    _inherit = "coop.saving.type"

    term_months = fields.Integer(default=12, help="Term that is proposed, in months.")
    break_rate_reduction = fields.Float(
        string="Early break: rate less",
        digits=(16, 4),
        help="Percent points taken from the interest rate when the member draws before"
        " maturity; interest is then for the days that passed.",
    )
    break_penalty_percent = fields.Float(
        string="Early break: penalty (%)",
        digits=(16, 4),
        help="Percent of the principal kept when the member draws before maturity.",
    )

    _break_in_range = models.Constraint(
        "CHECK (term_months >= 0 AND break_rate_reduction >= 0"
        " AND break_penalty_percent >= 0 AND break_penalty_percent <= 100)",
        "Terms and what an early break costs cannot be negative, nor a penalty above"
        " the principal.",
    )


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"
    term_state = fields.Selection(
        [
            ("running", "Running"),
            ("matured", "Matured"),
            ("closed", "Closed"),
        ],
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Of term savings: empty until they are paid in; matured while the money"
        " waits to be drawn.",
    )
    date_start = fields.Date(
        string="Placed on", readonly=True, copy=False, help="First day of the term."
    )
    date_placed = fields.Date(
        string="Placed before the move",
        help="First day of the running term in the program that the savings come from;"
        " counts only for what a migration brings.",
    )
    date_maturity = fields.Date(
        string="Matures on", readonly=True, copy=False, index="btree_not_null"
    )
    term_months = fields.Integer(
        string="Term (months)",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    term_rate = fields.Float(
        string="Interest (% p.a.)",
        digits=(16, 4),
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Fixed for the term; at a roll-over the rate then in force is taken.",
    )
    compounding_months = fields.Integer(
        string="Compounded every (months)",
        help="0 for simple interest until maturity.",
    )
    rollover = fields.Selection(ROLLOVERS, string="At maturity", default="none")
    payout_type_id = fields.Many2one(
        "coop.saving.type",
        string="Paid to",
        check_company=True,
        domain="[('withdrawable', '=', True), ('kind', '!=', 'term')]",
        help="Saving of the member that gets what is paid out; empty to let it wait on"
        " the account until the member draws it at the counter.",
    )
    break_rate_reduction = fields.Float(
        string="Early break: rate less",
        digits=(16, 4),
        compute="_compute_terms",
        store=True,
        precompute=True,
        readonly=False,
    )
    break_penalty_percent = fields.Float(
        string="Early break: penalty (%)",
        digits=(16, 4),
        compute="_compute_terms",
        store=True,
        precompute=True,
        readonly=False,
    )
    interest_at_maturity = fields.Monetary(
        compute="_compute_interest_at_maturity", help="Gross, before the tax on it."
    )

    _term_positive = models.Constraint(
        "CHECK (kind != 'term' OR term_months > 0)",
        "Term savings last at least one month.",
    )
    _terms_in_range = models.Constraint(
        "CHECK (COALESCE(term_rate, 0) >= 0 AND COALESCE(compounding_months, 0) >= 0"
        " AND COALESCE(break_rate_reduction, 0) >= 0"
        " AND COALESCE(break_penalty_percent, 0) BETWEEN 0 AND 100)",
        "Rate, compounding and the cost of an early break cannot be negative.",
    )

    @api.depends("type_id", "member_id")
    def _compute_terms(self):
        for account in self:
            saving = account.type_id
            term = saving.kind == "term"
            day = account.company_id._local_date() if term else None
            rate = saving._get_rate(day, account.member_id.class_id) if term else None
            account.term_months = saving.term_months if term else 0
            account.term_rate = rate.interest_rate if rate else 0.0
            account.break_rate_reduction = saving.break_rate_reduction if term else 0.0
            account.break_penalty_percent = (
                saving.break_penalty_percent if term else 0.0
            )

    @api.depends("date_maturity")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for account in self.filtered("date_maturity"):
            day = format_date(self.env, account.date_maturity)
            account.display_name = f"{account.display_name} {day}"
        return result

    @api.depends("balance", "term_months", "term_rate", "compounding_months")
    def _compute_interest_at_maturity(self):
        for account in self:
            account.interest_at_maturity = (
                account._get_term_interest() if account.kind == "term" else 0.0
            )

    @api.constrains("payout_type_id", "kind")
    def _check_payout_type(self):
        for account in self.filtered("payout_type_id"):
            target = account.payout_type_id
            if target.kind == "term" or not target.withdrawable:
                raise ValidationError(
                    self.env._(
                        "%(account)s: %(type)s cannot be drawn; pay out to a saving"
                        " that can.",
                        account=account.display_name,
                        type=target.name,
                    )
                )

    def _is_frozen(self):
        return super()._is_frozen() or bool(self.term_state)

    def _get_term_interest(self):
        """Return the gross interest of the whole term on the balance."""
        self.ensure_one()
        if self.term_months <= 0 or not self.balance:
            return 0.0
        worth = maturity_amount(
            to_decimal(self.balance),
            to_decimal(self.term_rate),
            self.term_months,
            self.compounding_months,
        )
        return self.company_id._round_amount(worth - to_decimal(self.balance))

    def _get_break_terms(self, day):
        """Return ``(interest, penalty)`` when the saving is drawn before maturity."""
        self.ensure_one()
        days = max((day - self.date_start).days, 0)
        rate = max(self.term_rate - self.break_rate_reduction, 0.0)
        earned = to_decimal(self.balance) * to_decimal(rate) * days / 36500
        kept = to_decimal(self.balance) * to_decimal(self.break_penalty_percent) / 100
        company = self.company_id
        return company._round_amount(earned), company._round_amount(kept)

    # Start

    @api.model
    def _start_terms(self, condition):
        """Let the term begin of drafts that entries just paid in.

        :param SQL condition: on ``coop_saving_entry``, posted now
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, MIN(e.date), COUNT(*),
                       BOOL_AND(e.counterpart_account_id = ANY(%s))
                  FROM coop_saving_entry e
                  JOIN coop_saving_account a
                    ON a.id = e.account_id AND a.kind = 'term'
                 WHERE e.amount > 0
                   AND e.kind IN ('opening', 'deposit', 'transfer', 'offset')
                   AND e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
              GROUP BY a.id
                """,
                self._get_migration_accounts().ids,
                condition,
            )
        )
        self.invalidate_model()
        for account_id, day, count, moved in rows:
            # the saving begins with the money, whoever may take it
            account = self.sudo().browse(account_id)
            if account.term_state or count > 1:
                raise UserError(
                    self.env._(
                        "%(account)s was paid in already. Open another term savings"
                        " account for more money.",
                        account=account.display_name,
                    )
                )
            day = (moved and account.date_placed) or day
            account._write_guarded(
                {
                    "term_state": "running",
                    "date_start": day,
                    "date_maturity": fields.Date.add(day, months=account.term_months),
                }
            )
            account.flush_recordset()

    def action_break(self, date=None):
        """Draw term savings before maturity, by the rule of their opening.

        Interest at the reduced rate for the days that passed and the penalty are
        posted; what is left goes to the saving of the payout, or waits on the account.

        :param str date: day of the break, the local date when empty
        """
        self.check_access("write")
        for account in self:
            day = fields.Date.to_date(date) or account.company_id._local_date()
            account._check_term_state("running")
            if day >= account.date_maturity or day < account.date_start:
                raise UserError(
                    self.env._(
                        "%(account)s: an early break lies between %(start)s and the"
                        " maturity on %(maturity)s.",
                        account=account.display_name,
                        start=fields.Date.to_string(account.date_start),
                        maturity=fields.Date.to_string(account.date_maturity),
                    )
                )
            earned, penalty = account._get_break_terms(day)
            account._settle(day, earned, penalty, "none")
        return True

    def action_mature(self, date=None):
        """Settle term savings that are due: interest, tax, payout or roll-over.

        :param str date: day until which they are due, the local date when empty
        """
        self.check_access("write")
        for account in self:
            day = fields.Date.to_date(date) or account.company_id._local_date()
            account._check_term_state("running")
            if account.date_maturity > day:
                raise UserError(
                    self.env._(
                        "%(account)s matures on %(day)s. Break it to draw it before.",
                        account=account.display_name,
                        day=fields.Date.to_string(account.date_maturity),
                    )
                )
            earned = account._get_term_interest()
            # who leaves places nothing anew
            leaving = account.member_id.state == "exiting"
            rollover = "none" if leaving else account.rollover
            account._settle(account.date_maturity, earned, 0.0, rollover)
        return True

    def _check_term_state(self, *states):
        for account in self:
            if account.kind != "term" or account.term_state not in states:
                raise UserError(
                    self.env._(
                        "%(account)s is no running term saving.",
                        account=account.display_name,
                    )
                )
