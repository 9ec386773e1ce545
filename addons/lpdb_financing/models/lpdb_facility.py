# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

METHODS = [
    ("equal_principal", "Sliding: equal principal"),
    ("annuity", "Annuity: equal instalments"),
    ("flat", "Flat interest"),
    ("bullet", "Principal at the end"),
    ("fixed_instalment", "Agreed instalment"),
    ("fixed_percent", "Agreed percent of principal"),
]
ROUNDING_MODES = [
    ("HALF_UP", "Nearest, half up"),
    ("HALF_EVEN", "Nearest, half to even"),
    ("CEILING", "Up"),
    ("FLOOR", "Down"),
]


class LpdbFacility(models.Model):
    """A loan agreement of the cooperative with a lender, LPDB first of all.

    Every figure is that of the agreement; no rate, tenor or fee is built in.
    """

    _name = "lpdb.facility"
    _description = "Loan Facility"
    _inherit = ["coop.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_agreement desc, id desc"
    _rec_names_search = ["name", "agreement_number", "lender_id.name"]
    _check_company_auto = True
    _guarded_fields = {"state": "draft", "date_signed": False, "schedule_id": False}
    _frozen_fields = (
        "company_id",
        "lender_id",
        "scheme",
        "plafond",
        "annual_rate",
        "periods",
        "date_start",
        "date_first_due",
        "method",
        "unit",
        "every",
        "day_count",
        "principal_every",
        "grace_principal",
        "grace_interest",
        "grace_interest_mode",
        "grace_in_tenor",
        "rounding",
        "rounding_mode",
        "instalment_rounding",
        "instalment_rounding_mode",
        "fixed_instalment",
        "principal_percent",
        "residue",
        "level_on",
        "business_day",
        "interest_follows",
        "opening_date",
        "loan_account_id",
        "current_account_id",
        "accrued_account_id",
    )

    name = fields.Char(required=True, tracking=True, help="How the house calls it.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    lender_id = fields.Many2one(
        "res.partner", required=True, check_company=True, tracking=True
    )
    agreement_number = fields.Char(
        tracking=True, copy=False, help="Number of the loan agreement."
    )
    date_agreement = fields.Date(tracking=True, help="Date of the loan agreement.")
    date_signed = fields.Date(readonly=True, copy=False)
    scheme = fields.Selection(
        [
            ("conventional", "Conventional"),
            ("mudharabah", "Mudharabah"),
            ("musyarakah", "Musyarakah"),
            ("murabahah", "Murabahah"),
        ],
        required=True,
        default="conventional",
        help="Only conventional loans are computed; for the others enter the"
        " schedule of the agreement.",
    )
    accounting_policy = fields.Selection(
        [("nominal", "Nominal value, contract rate")],
        required=True,
        default="nominal",
        help="How the debt is measured; the auditor decides.",
    )
    plafond = fields.Monetary(
        string="Ceiling",
        required=True,
        tracking=True,
        help="Plafond: most that is lent.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signed", "Signed, undrawn"),
            ("active", "Active"),
            ("restructured", "Restructured"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    # terms
    annual_rate = fields.Float(
        string="Rate (% a year)", digits=(8, 4), help="Rate of the agreement."
    )
    periods = fields.Integer(
        string="Instalments", help="Number of periods, grace included unless said."
    )
    date_start = fields.Date(
        string="Runs from",
        help="First day of the schedule; empty: day of the first draw.",
    )
    date_first_due = fields.Date(
        string="First due date", help="Only when the first period is odd."
    )
    method = fields.Selection(METHODS, required=True, default="equal_principal")
    unit = fields.Selection(
        [("month", "Months"), ("week", "Weeks"), ("day", "Days")],
        required=True,
        default="month",
        help="Unit of a period.",
    )
    every = fields.Integer(default=1, required=True, help="Units in one period.")
    day_count = fields.Selection(
        [
            ("period", "Equal periods (1/12)"),
            ("30/360", "30/360"),
            ("actual/365", "Actual/365"),
            ("actual/360", "Actual/360"),
            ("actual/actual", "Actual/actual"),
        ],
        required=True,
        default="period",
        help="How the days of interest are counted.",
    )
    principal_every = fields.Integer(
        default=1, required=True, help="Principal falls due every so many periods."
    )
    grace_principal = fields.Integer(
        string="Grace of principal", help="Masa tenggang: periods without principal."
    )
    grace_interest = fields.Integer(
        string="Grace of interest", help="Periods whose interest is put off or waived."
    )
    grace_interest_mode = fields.Selection(
        [
            ("pay", "Paid as usual"),
            ("defer", "Put off to the end of grace"),
            ("capitalise", "Added to the principal"),
            ("waive", "Waived"),
        ],
        required=True,
        default="pay",
        help="What becomes of the interest during its grace.",
    )
    grace_in_tenor = fields.Boolean(
        string="Grace inside the tenor",
        default=True,
        help="Without it the grace of principal is added to the instalments.",
    )
    rounding = fields.Float(
        digits=(16, 2),
        required=True,
        default=lambda self: self.env.company.amount_unit or 1.0,
        help="Amounts are multiples of this: 1 is Rp1.",
    )
    rounding_mode = fields.Selection(ROUNDING_MODES, required=True, default="HALF_UP")
    instalment_rounding = fields.Float(
        digits=(16, 2),
        help="Unit of the instalment when it differs; 0 is no other unit.",
    )
    instalment_rounding_mode = fields.Selection(
        ROUNDING_MODES, required=True, default="HALF_UP"
    )
    fixed_instalment = fields.Monetary(string="Agreed instalment")
    principal_percent = fields.Float(
        string="Principal (% a period)",
        digits=(8, 4),
        help="Percent of what is drawn that falls due in each period.",
    )
    residue = fields.Selection(
        [
            ("last_principal", "Last principal"),
            ("last_interest", "Last interest"),
            ("extra_row", "A row of its own"),
        ],
        required=True,
        default="last_principal",
        help="Where the difference of rounding goes.",
    )
    level_on = fields.Selection(
        [
            ("exact", "Days of each period"),
            ("period", "Equal periods"),
            ("first_period", "Days of the first period"),
        ],
        required=True,
        default="exact",
        help="On which days an annuity is solved.",
    )
    business_day = fields.Selection(
        [
            ("none", "Stays"),
            ("following", "Next working day"),
            ("modified_following", "Next working day of the month"),
            ("preceding", "Working day before"),
        ],
        required=True,
        default="none",
        string="On a holiday",
        help="Where a due date on Saturday, Sunday or a public holiday goes.",
    )
    interest_follows = fields.Boolean(
        string="Interest follows", help="Interest runs to the moved due date."
    )
    penalty_rate = fields.Float(
        string="Penalty (% a year)",
        digits=(8, 4),
        help="On what is overdue, by the days it is; 0 when the agreement has none.",
    )
    penalty_day_basis = fields.Selection(
        [("360", "360 days"), ("365", "365 days")],
        string="Days of a penalty year",
        required=True,
        default="365",
        help="The penalty of a day is its rate a year over this, as the agreement"
        " says.",
    )
    allocation_order = fields.Selection(
        [
            ("penalty,interest,principal", "Penalty, interest, principal"),
            ("interest,principal,penalty", "Interest, principal, penalty"),
            ("principal,interest,penalty", "Principal, interest, penalty"),
        ],
        required=True,
        default="penalty,interest,principal",
        help="What a payment settles first within an instalment; the oldest"
        " instalment always comes first.",
    )
    principal_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Account for principal",
        help="Bank account of the lender that takes principal.",
    )
    interest_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Account for interest",
        help="Bank account of the lender that takes interest and penalties; a payment"
        " becomes two transfers when it differs from that of principal.",
    )
    fee_ids = fields.One2many("lpdb.fee", "facility_id", string="Fees")
    guarantee_ids = fields.One2many(
        "lpdb.guarantee", "facility_id", string="Collateral and guarantees"
    )
    rate_ids = fields.One2many("lpdb.rate", "facility_id", string="Rate changes")
    draw_ids = fields.One2many("lpdb.draw", "facility_id", string="Draws")
    payment_ids = fields.One2many("lpdb.payment", "facility_id", string="Payments")
    entry_ids = fields.One2many("lpdb.entry", "facility_id", string="Loan ledger")
    schedule_ids = fields.One2many("lpdb.schedule", "facility_id", string="Schedules")
    schedule_id = fields.Many2one(
        "lpdb.schedule",
        string="Schedule in force",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The imported or manual schedule when there is one, else the computed.",
    )
    instalment_ids = fields.One2many(
        related="schedule_id.line_ids", string="Instalments in force"
    )
    note = fields.Html()

    _plafond_positive = models.Constraint(
        "CHECK (plafond > 0)", "The ceiling of a loan is above zero."
    )
    _number_uniq = models.UniqueIndex(
        "(company_id, lender_id, agreement_number) WHERE agreement_number IS NOT NULL",
        "This agreement of the lender is recorded already.",
    )

    def _is_frozen(self):
        return self.state != "draft"

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for facility in self:
            if facility.state != "draft":
                raise UserError(
                    self.env._(
                        "%(facility)s is signed and stays. Close it once it is paid.",
                        facility=facility.display_name,
                    )
                )

    # actions

    def action_sign(self, date=None):
        """Sign drafts: terms are checked and frozen, nothing is booked yet.

        :param str date: day of signing, the agreement's date when empty
        """
        self.check_access("write")
        for facility in self:
            facility._require("draft")
            facility._check_terms()
            facility._check_accounts()
            day = date or facility.date_agreement
            if not day:
                raise UserError(
                    self.env._(
                        "%(facility)s has no date of agreement. Enter it before"
                        " signing.",
                        facility=facility.display_name,
                    )
                )
            day = facility.company_id._read_day(day)
            facility._write_guarded({"state": "signed", "date_signed": day})
        return True

    def action_draw(self, date=None, amount=None, journal_id=None):
        """Draw money, or post the draws that wait as drafts.

        :param str date: ISO date of the receipt of money
        :param float amount: gross amount drawn; empty posts the drafts
        :param int journal_id: bank or cash journal that takes the money
        :return: with an amount the id of the draw, else True, or the form of a new
            draw when there is no draft
        """
        self.ensure_one()
        if amount is None or amount is False:
            drafts = self.draw_ids.filtered(lambda draw: draw.state == "draft")
            if not drafts:
                return self._open("lpdb.draw", self.env._("Draw"), "form")
            return drafts.sorted("date").action_post()
        values = {
            "facility_id": self.id,
            "amount": self._read_amount(amount),
            "date": self.company_id._read_day(date),
            **self._journal_vals(journal_id),
        }
        draw = self.env["lpdb.draw"].create(values)
        draw.action_post()
        return draw.id

    def action_close(self):
        """Close loans that are paid."""
        self.check_access("write")
        for facility in self:
            facility._require("signed", "active", "restructured")
            if not facility.currency_id.is_zero(facility.outstanding):
                raise UserError(
                    self.env._(
                        "%(facility)s is not paid yet: %(amount)s is outstanding.",
                        facility=facility.display_name,
                        amount=facility._format(facility.outstanding),
                    )
                )
            open_rows = facility.schedule_id.line_ids.filtered(
                lambda line: line.rest > 0
            )
            if open_rows:
                raise UserError(
                    self.env._(
                        "%(rows)s: not paid in full. Pay these instalments first, or"
                        " enter the schedule that the lender settled on.",
                        rows=", ".join(open_rows.mapped("display_name")),
                    )
                )
            facility._write_guarded(
                {"state": "closed", "date_closed": facility._last_day()}
            )
        return True

    def _require(self, *states):
        """Refuse an action in any other state."""
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(facility)s is “%(state)s”; this needs “%(needed)s”.",
                    facility=self.display_name,
                    state=labels[self.state],
                    needed=", ".join(labels[state] for state in states),
                )
            )
