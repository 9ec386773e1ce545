# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.covenant import period_ends

MEASURES = [
    ("current_ratio", "Current ratio"),
    ("debt_to_equity", "Debt to equity"),
    ("debt_service_cover", "Debt service cover"),
    ("custom_ratio", "Ratio of chosen accounts"),
    ("custom_amount", "Amount of chosen accounts"),
]
OPERATORS = [("min", "At least"), ("max", "At most")]
OUTCOMES = [("passed", "Kept"), ("breached", "Broken"), ("undefined", "No ratio")]
ACCOUNT_FIELDS = (
    "numerator_account_ids",
    "denominator_account_ids",
    "added_back_account_ids",
)


class LpdbCovenant(models.Model):
    """A financial covenant of the agreement: a figure, its limit, when it is tested.

    The figures come from posted entries by account type, unless the agreement names
    the accounts. ``lpdb.covenant.test`` keeps what each test said.
    """

    _name = "lpdb.covenant"
    _description = "Loan Covenant"
    _inherit = "lpdb.agreement.line"
    _order = "facility_id, id"
    _check_company_auto = True
    _guarded_fields = {
        "last_date": False,
        "last_value": 0.0,
        "last_has_value": False,
        "last_outcome": False,
        "is_near": False,
    }
    _frozen_fields = (
        "facility_id",
        "measure",
        "operator",
        "limit_value",
        "interval_months",
        "flow_months",
        "service_scope",
        "date_from",
        "is_cured_by_passing",
        *ACCOUNT_FIELDS,
    )

    facility_id = fields.Many2one(
        "lpdb.facility",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What the agreement calls it.",
    )
    measure = fields.Selection(MEASURES, required=True, default="current_ratio")
    operator = fields.Selection(OPERATORS, required=True, default="min")
    limit_value = fields.Float(
        string="Limit",
        digits=(16, 4),
        required=True,
        help="In times for a ratio (1.2 is 120 %), in the currency for an amount.",
    )
    interval_months = fields.Selection(
        [("1", "Month"), ("3", "Quarter"), ("6", "Half-year"), ("12", "Year")],
        string="At the end of each",
        required=True,
        default="12",
        help="When it is tested, counted from the company's financial year.",
    )
    date_from = fields.Date(
        string="First test from",
        help="Period ends before this day are not tested; empty: from the signing.",
    )
    date_to = fields.Date(
        string="Last test until", help="Last day of it, when an addendum ends it."
    )
    flow_months = fields.Integer(
        string="Months of income",
        default=12,
        required=True,
        help="Results and debt service are those of so many months up to the test.",
    )
    service_scope = fields.Selection(
        [("company", "All loans"), ("facility", "This loan")],
        string="Debt service of",
        required=True,
        default="company",
        help="Whose instalments the income has to cover.",
    )
    numerator_account_ids = fields.Many2many(
        "account.account",
        "lpdb_covenant_numerator_rel",
        string="Accounts above the line",
        check_company=True,
        help="Instead of the account types of the formula, when the agreement says so.",
    )
    denominator_account_ids = fields.Many2many(
        "account.account",
        "lpdb_covenant_denominator_rel",
        string="Accounts below the line",
        check_company=True,
        help="Instead of the account types of the formula, when the agreement says so.",
    )
    added_back_account_ids = fields.Many2many(
        "account.account",
        "lpdb_covenant_added_back_rel",
        string="Accounts added back",
        check_company=True,
        help="Expenses that debt service cover leaves out besides depreciation and the"
        " interest of these loans: income tax, interest of other debts.",
    )
    margin_percent = fields.Float(
        string="Warn within (%)",
        digits=(5, 2),
        default=10.0,
        help="A test that is kept by less than this percentage of its limit is shown"
        " as near to it.",
    )
    is_cured_by_passing = fields.Boolean(
        string="Cured by the next test kept",
        help="The agreement says so. Else only the lender's waiver ends a breach.",
    )
    source = fields.Char(string="Clause", help="Article of the agreement.")
    formula = fields.Char(compute="_compute_formula")
    next_test = fields.Date(compute="_compute_next_test")
    last_date = fields.Date(string="Looked at", readonly=True, copy=False)
    last_value = fields.Float(
        string="Stands at", digits=(16, 4), readonly=True, copy=False
    )
    last_has_value = fields.Boolean(
        string="Had a ratio",
        readonly=True,
        copy=False,
        help="Not so when nothing stood below the line.",
    )
    last_outcome = fields.Selection(
        OUTCOMES,
        string="If tested then",
        readonly=True,
        copy=False,
        help="What a test on the day of the last look would say. Nothing is recorded.",
    )
    is_near = fields.Boolean(string="Near its limit", readonly=True, copy=False)
    test_ids = fields.One2many("lpdb.covenant.test", "covenant_id", string="Tests")

    _months_positive = models.Constraint(
        "CHECK (flow_months BETWEEN 1 AND 120)",
        "Income counts over 1 to 120 months.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A covenant cannot end before it begins.",
    )

    @api.depends("measure")
    def _compute_name(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        for covenant in self:
            covenant.name = covenant.name or labels.get(covenant.measure)

    @api.depends("measure", "flow_months", "service_scope", *ACCOUNT_FIELDS)
    @api.depends_context("lang")
    def _compute_formula(self):
        for covenant in self:
            above, below = covenant._formula_sides()
            if covenant.measure == "custom_amount":
                covenant.formula = above
            else:
                covenant.formula = f"{above} ÷ {below}"

    def _formula_sides(self):
        """Return what stands above and below the line, in words."""
        self.ensure_one()
        above, below = {
            "current_ratio": (
                self.env._("current assets (cash, receivables, current, prepaid)"),
                self.env._(
                    "current liabilities (payables, cards, current, and what of the"
                    " loans falls due within 12 months)"
                ),
            ),
            "debt_to_equity": (
                self.env._("all liabilities"),
                self.env._("equity with the result to date"),
            ),
            "debt_service_cover": (
                self.env._(
                    "result of %(months)s months before interest of the loans,"
                    " depreciation and accounts added back",
                    months=self.flow_months,
                ),
                self.env._("principal and interest due in these months"),
            ),
        }.get(self.measure, ("?", "?"))
        # whoever reads the agreement may read which accounts it names
        own = self.sudo().with_company(self.company_id)
        chosen = own.numerator_account_ids, own.denominator_account_ids
        names = [", ".join(accounts.mapped("display_name")) for accounts in chosen]
        return names[0] or above, names[1] or below

    @api.depends("interval_months", "date_from", "date_to", "facility_id.state")
    def _compute_next_test(self):
        for covenant in self:
            today = covenant.company_id._local_date()
            ends = covenant._test_days(today, fields.Date.add(today, months=13))
            covenant.next_test = next(iter(ends), False)

    def _test_days(self, first, last):
        """Return the days from ``first`` to ``last`` on which it is to be tested."""
        self.ensure_one()
        begin = self.date_from or self.facility_id.date_signed
        if not begin or self.facility_id.state == "closed":
            return []
        return list(
            period_ends(
                max(first, begin),
                min(last, self.date_to or last),
                int(self.interval_months),
                int(self.company_id.fiscalyear_last_month or 12),
            )
        )

    @api.constrains("measure", "numerator_account_ids", "denominator_account_ids")
    def _check_accounts(self):
        for covenant in self:
            above = covenant.measure in ("custom_ratio", "custom_amount")
            below = covenant.measure == "custom_ratio"
            if (above and not covenant.numerator_account_ids) or (
                below and not covenant.denominator_account_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(covenant)s: choose the accounts that the agreement names.",
                        covenant=covenant.name,
                    )
                )

    @api.constrains("operator", "limit_value", "measure")
    def _check_limit(self):
        for covenant in self:
            if covenant.measure != "custom_amount" and covenant.limit_value <= 0:
                raise ValidationError(
                    self.env._(
                        "%(covenant)s: the limit of a ratio is above zero. Enter it in"
                        " times: 1.2 is 120 %%.",
                        covenant=covenant.name,
                    )
                )

    def write(self, vals):
        """Keep accounts of a signed agreement, which the guard sees only when added."""
        kept = {
            (covenant, name): covenant[name]
            for name in set(ACCOUNT_FIELDS) & vals.keys()
            for covenant in self
            if covenant._is_frozen()
        }
        result = super().write(vals)
        for (covenant, name), accounts in kept.items():
            if covenant[name] != accounts:
                covenant._raise_frozen(name)
        return result

    def _warn(self):
        """Write the responsible of each loan to do something before the test."""
        for facility, covenants in self.grouped("facility_id").items():
            facility = facility.company_id._coop_spoken(
                facility, facility.compliance_user_id.partner_id
            )
            text = facility.env._(
                "If tested today, these covenants are broken or near their limit:"
                " %(names)s.",
                names=", ".join(covenants.mapped("name")),
            )
            facility.message_post(body=text)
            user = facility._warned_users()[facility.id]
            if user:
                facility.activity_schedule(
                    "mail.mail_activity_data_todo", summary=text, user_id=user.id
                )
