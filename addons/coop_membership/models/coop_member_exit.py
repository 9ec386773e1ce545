# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.umkm_base.tools.terbilang import amount_in_words

EXIT_KINDS = [
    ("resignation", "Resignation"),
    ("death", "Death"),
    ("expulsion", "Expulsion"),
    ("ineligible", "No longer eligible"),
]


class CoopMemberExit(models.Model):
    """One document that settles all between a leaving member and the cooperative."""

    _name = "coop.member.exit"
    _description = "Member Settlement"
    _inherit = ["coop.posting.mixin"]
    _order = "date_requested desc, id desc"
    _rec_names_search = ["name", "member_id.number", "partner_id.name"]
    _check_company_auto = True
    _guarded_fields = {
        "name": False,
        "date": False,
        "account_id": False,
    }
    _frozen_fields = (
        "member_id",
        "date_requested",
        "date_refund",
        "instalment_count",
        "interval_months",
        "disposal",
        "receiver_id",
        "loss_total",
        "loss_amount",
        "loss_meeting_id",
        "line_ids",
        "payment_ids",
    )

    name = fields.Char(
        string="Number", copy=False, readonly=True, help="Drawn when it is settled."
    )
    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="member_id.partner_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="member_id.exit_kind")
    reason = fields.Text(related="member_id.exit_reason")
    heir_ids = fields.One2many(related="member_id.heir_ids", readonly=False)
    date_requested = fields.Date(
        string="Requested on",
        required=True,
        default=lambda self: self.env.company._local_date(),
        help="Day of the request, the death or the decision; the refund rule of that"
        " day applies.",
    )
    date = fields.Date(
        string="Settled on",
        readonly=True,
        copy=False,
        help="First day without membership; the settlement is booked on it.",
    )
    disposal = fields.Selection(
        [
            ("refund", "Paid out"),
            ("transfer", "Given to another member"),
            ("donate", "Given to the cooperative"),
        ],
        required=True,
        default="refund",
        tracking=True,
        help="What happens to the savings that remain after debts. A membership itself"
        " cannot be transferred (UU 25/1992 art. 19).",
    )
    receiver_id = fields.Many2one(
        "coop.member",
        string="Receiving member",
        check_company=True,
        index="btree_not_null",
        domain="[('state', 'in', ('active', 'suspended')), ('id', '!=', member_id)]",
    )
    rule_id = fields.Many2one(
        "coop.exit.rule",
        compute="_compute_rule_id",
        store=True,
        precompute=True,
        check_company=True,
        help="Refund rule of the day of the request.",
    )
    date_refund = fields.Date(
        string="Refund from",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Day of the first payment, by the refund rule.",
    )
    instalment_count = fields.Integer(
        string="Instalments",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    interval_months = fields.Integer(
        string="Months between instalments",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    loss_total = fields.Monetary(
        string="Loss to be borne",
        help="Loss that the meeting put on the members together.",
    )
    loss_amount = fields.Monetary(
        string="Member's part of the loss",
        compute="_compute_loss_amount",
        store=True,
        readonly=False,
        help="By the member's principal and mandatory savings in those of all members,"
        " at most his own; may be set otherwise as the meeting decided.",
    )
    loss_meeting_id = fields.Many2one(
        "coop.meeting",
        string="Decision on the loss",
        check_company=True,
        index="btree_not_null",
    )
    line_ids = fields.One2many("coop.member.exit.line", "exit_id", string="Lines")
    payment_ids = fields.One2many(
        "coop.member.exit.payment", "exit_id", string="Payments"
    )
    account_id = fields.Many2one(
        "account.account",
        string="Refund account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Holds what former members are still to be paid and nothing else.",
    )
    amount_due = fields.Monetary(
        string="To be paid",
        compute="_compute_amount_due",
        store=True,
        help="What remains for the member or his heirs.",
    )
    amount_rest = fields.Monetary(
        string="Not paid yet", compute="_compute_amount_rest", store=True
    )
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    state = fields.Selection(
        selection_add=[("posted", "Settled"), ("cancelled", "Cancelled")],
        ondelete={"cancelled": "set default"},
    )
    note = fields.Text()

    _live_uniq = models.UniqueIndex(
        "(member_id) WHERE state IN ('draft', 'posted')",
        "The member has a settlement already.",
    )
    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "A settlement number is never used twice in a company.",
    )
    _terms_valid = models.Constraint(
        "CHECK (instalment_count >= 1 AND interval_months >= 1 AND loss_amount >= 0"
        " AND loss_total >= 0)",
        "There is at least one instalment, and a loss is not negative.",
    )

    @api.depends("date_requested", "company_id")
    def _compute_rule_id(self):
        for record in self:
            record.rule_id = self.env["coop.exit.rule"]._get_rule(
                record.company_id, record.date_requested
            )

    @api.depends("rule_id", "date_requested", "disposal")
    def _compute_terms(self):
        for record in self:
            # nobody is paid, so nobody waits
            rule = record.rule_id if record.disposal == "refund" else record.rule_id[:0]
            record.date_refund = rule._get_refund_date(record.date_requested)
            record.instalment_count = rule.instalment_count or 1
            record.interval_months = rule.interval_months or 1

    @api.depends("loss_total")
    def _compute_loss_amount(self):
        for record in self:
            record.loss_amount = record._get_loss_part()

    @api.depends("line_ids.amount")
    def _compute_amount_due(self):
        for record in self:
            record.amount_due = sum(record.line_ids.mapped("amount"))

    @api.depends("payment_ids.amount", "payment_ids.paid", "state")
    def _compute_amount_rest(self):
        for record in self:
            payments = record.payment_ids
            open_amount = sum(payments.mapped("amount")) - sum(payments.mapped("paid"))
            record.amount_rest = open_amount if record.state == "posted" else 0.0

    @api.depends("amount_due")
    def _compute_amount_in_words(self):
        for record in self:
            words = amount_in_words(record.amount_due)
            record.amount_in_words = words[:1].upper() + words[1:]

    @api.depends("name", "member_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name or self.env._(
                "Settlement of %(member)s", member=record.member_id.display_name
            )

    @api.constrains("disposal", "receiver_id", "member_id")
    def _check_receiver(self):
        for record in self:
            wants = record.disposal == "transfer"
            if wants != bool(record.receiver_id) or (
                record.receiver_id == record.member_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(document)s: choose the other member who receives the"
                        " savings, and only when they are given to a member.",
                        document=record.display_name,
                    )
                )

    @api.constrains("loss_amount", "loss_meeting_id")
    def _check_loss_decided(self):
        for record in self:
            if record.loss_amount and not record.loss_meeting_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s: name the meeting that put a part of the loss"
                        " on the member.",
                        document=record.display_name,
                    )
                )
            own = record._get_own_capital()
            if record.currency_id.compare_amounts(record.loss_amount, own) > 0:
                raise ValidationError(
                    self.env._(
                        "%(document)s: a member bears losses with his principal and"
                        " mandatory savings, %(own)s, and no more.",
                        document=record.display_name,
                        own=record.member_id._format_amount(own),
                    )
                )

    def _get_loss_part(self):
        """Return the member's part of the loss by his own capital, rounded."""
        self.ensure_one()
        if not self.loss_total:
            return 0.0
        sums = self._get_capital_sums()
        own, whole = sums.get(self.member_id, 0.0), sum(sums.values())
        if not whole:
            return 0.0
        part = self.company_id._round_amount(self.loss_total * own / whole)
        return min(part, own)

    def _get_own_capital(self):
        self.ensure_one()
        return self._get_capital_sums(self.member_id).get(self.member_id, 0.0)

    def _get_capital_sums(self, members=None):
        """Return ``{member: principal and mandatory savings}``."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("kind", "in", ("principal", "mandatory")),
        ]
        if members:
            domain.append(("member_id", "in", members.ids))
        return dict(
            self.env["coop.saving.account"]._read_group(
                domain, ["member_id"], ["balance:sum"]
            )
        )
