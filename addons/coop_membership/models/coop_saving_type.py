# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("principal", "Principal"),
    ("mandatory", "Mandatory"),
    ("voluntary", "Voluntary"),
    ("term", "Term"),
    ("other", "Other"),
]
#: a control account may be own capital or a debt to the members, never a trade account
CONTROL_ACCOUNT_TYPES = ("equity", "liability_current", "liability_non_current")


class CoopSavingType(models.Model):
    _name = "coop.saving.type"
    _description = "Saving Type"
    _inherit = ["coop.guard.mixin"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True
    _frozen_fields = ("company_id", "kind", "account_id")

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short code, used in imports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="voluntary",
        help="Simpanan pokok and simpanan wajib are own capital (UU 25/1992 art. 41)"
        " and stay until the member leaves; simpanan sukarela and berjangka are debts"
        " of the cooperative to its members.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Control account",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain=f"[('account_type', 'in', {CONTROL_ACCOUNT_TYPES})]",
        help="Holds the sum of the members' savings of this type and nothing else.",
    )
    interval_months = fields.Integer(
        string="Due every (months)",
        help="1 for a monthly due, 12 for a yearly one; 0 when it is owed once"
        " (principal) or never (voluntary).",
    )
    interest_basis = fields.Selection(
        [
            ("daily", "Daily balance"),
            ("lowest", "Lowest balance"),
            ("closing", "Closing balance"),
        ],
        help="Balance that bears interest; empty when the type bears none.",
    )
    capital_weight = fields.Float(
        default=0.0,
        help="Weight in the capital share of the SHU (jasa modal); 0 counts nothing.",
    )
    withdrawable = fields.Boolean(
        help="A member may draw it whenever he wants, within the balance."
    )
    refundable_on_exit = fields.Boolean(
        default=True, help="Paid back when the membership ends."
    )
    rate_ids = fields.One2many("coop.saving.rate", "type_id", string="Amounts")
    entry_count = fields.Integer(compute="_compute_entry_count")

    _code_uniq = models.Constraint(
        "UNIQUE (company_id, code)",
        "The cooperative has a saving type with this code already.",
    )
    _account_uniq = models.Constraint(
        "UNIQUE (company_id, account_id)",
        "Each saving type has a control account of its own; this one is taken.",
    )
    _interval_positive = models.Constraint(
        "CHECK (interval_months >= 0)", "An interval of months cannot be negative."
    )
    _weight_positive = models.Constraint(
        "CHECK (capital_weight >= 0)", "A capital weight cannot be negative."
    )

    def _compute_entry_count(self):
        counts = dict(
            self.env["coop.saving.entry"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for saving in self:
            saving.entry_count = counts.get(saving._origin, 0)

    def _is_frozen(self):
        # whoever sees no entries of the company must not unfreeze the type by it
        return bool(
            self.env["coop.saving.account"]
            .sudo()
            .search_count([("type_id", "=", self.id)], limit=1)
        )

    @api.constrains("account_id", "company_id")
    def _check_account(self):
        for saving in self:
            # a saving type's own check may read any account of its company
            account = saving.account_id.sudo()
            if account.account_type not in CONTROL_ACCOUNT_TYPES or account.reconcile:
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot be the control account of %(type)s: take an"
                        " equity or liability account that is neither payable nor"
                        " reconcilable.",
                        account=account.display_name,
                        type=saving.name,
                    )
                )
            if (
                self.env["account.move.line"]
                .sudo()
                .search_count(
                    [
                        ("account_id", "=", account.id),
                        ("company_id", "=", saving.company_id.id),
                        ("parent_state", "=", "posted"),
                        ("move_id.coop_saving_entry_ids", "=", False),
                    ],
                    limit=1,
                )
            ):
                raise ValidationError(
                    self.env._(
                        "%(account)s holds entries that are not members' savings. Take"
                        " an account that was never used for %(type)s.",
                        account=account.display_name,
                        type=saving.name,
                    )
                )

    def _is_owed(self):
        """Tell whether members owe it by dated dues; the rest is voluntary."""
        self.ensure_one()
        return self.kind == "principal" or self.interval_months > 0

    def _get_rate(self, day, member_class=None):
        """Return the amount in force on a day, that of the class before the general.

        :rtype: coop.saving.rate, empty when nothing is decided
        """
        self.ensure_one()
        rates = self.rate_ids.filtered(
            lambda rate: (
                rate.date_from <= day
                and (not rate.class_id or rate.class_id == member_class)
            )
        )
        return rates.sorted(lambda rate: (bool(rate.class_id), rate.date_from))[-1:]

    def action_create_dues(self, date=None):
        """Record what members owe for the period in which a day lies.

        One statement for all members; what exists already stays as it is. Nothing is
        booked until money comes.

        :param str date: a day of the period, the local date when empty; members who
            joined until then owe, at the rate in force on the period's last day
        :return: number of dues created
        :rtype: int
        """
        types = self or self.search([("company_id", "=", self.env.company.id)])
        types.check_access("write")
        count = 0
        for company, owed in types.filtered("active").grouped("company_id").items():
            day = fields.Date.to_date(date) or company._local_date()
            owed = owed.filtered(lambda saving: saving._is_owed())
            owed._check_decided(day)
            count += self.env["coop.saving.due"]._create_for_members(owed, day)
        return count

    def _check_decided(self, day):
        for saving in self:
            if not saving.rate_ids.filtered(
                lambda rate, s=saving: rate.date_from <= s._get_period(day)[1]
            ):
                raise UserError(
                    self.env._(
                        "%(type)s has no amount in force on %(day)s. Record the amount"
                        " that the members' meeting decided, with its first day.",
                        type=saving.name,
                        day=fields.Date.to_string(day),
                    )
                )

    def _get_period(self, day):
        """Return first and last day of the period in which a day lies.

        Periods of several months are counted from January.
        """
        self.ensure_one()
        months = self.interval_months or 1
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        last = fields.Date.add(first, months=months, days=-1)
        return first, last

    @api.model
    def action_check_ledger(self, date=None, company_id=None):
        """Compare savings and ledger; see the method of the same name on the company.

        :param str date: ISO date, the local date when empty
        :param int company_id: the user's current company when empty
        """
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        return company.action_check_ledger(date, company_id=company.id)
