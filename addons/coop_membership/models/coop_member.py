# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .coop_member_exit import EXIT_KINDS

STATES = [
    ("applied", "Applied"),
    ("approved", "Approved"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("exiting", "Exiting"),
    ("exited", "Exited"),
    ("refused", "Refused"),
]
#: states in which a person stands in the register as a member
MEMBER_STATES = ("active", "suspended", "exiting")
MONEY_GROUPS = (
    "umkm_base.umkm_base_group_teller,"
    "umkm_base.umkm_base_group_auditor,base.group_portal"
)


class CoopMember(models.Model):
    _name = "coop.member"
    _description = "Cooperative Member"
    _inherit = ["coop.guard.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "number, id"
    _rec_names_search = ["number", "partner_id.name"]
    _check_company_auto = True
    _guarded_fields = {
        "state": "applied",
        "date_exited": False,
        "date_approved": False,
        "entrance_invoice_id": False,
    }
    _frozen_fields = (
        "partner_id",
        "company_id",
        "number",
        "date_applied",
        "date_joined",
        "approved_by_id",
        "approval_meeting_id",
        "approval_resolution",
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Person, or cooperative, that is the member; takes the cooperative as its"
        " company, so that other companies do not see it.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Cooperative",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    number = fields.Char(
        string="Member number",
        copy=False,
        index="trigram",
        help="Number in the register of members (buku daftar anggota), drawn at the"
        " approval; never used twice. A number of an older register may be entered"
        " with the application.",
    )
    class_id = fields.Many2one(
        "coop.member.class",
        compute="_compute_class_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        tracking=True,
        index=True,
    )
    group_id = fields.Many2one(
        "coop.member.group",
        check_company=True,
        tracking=True,
        index="btree_not_null",
        help="Group of members in a multi-party cooperative.",
    )
    state = fields.Selection(
        STATES, required=True, default="applied", copy=False, index=True, tracking=True
    )
    date_applied = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    date_joined = fields.Date(
        copy=False,
        tracking=True,
        help="First day of the membership; set at the activation, or entered with the"
        " application of a person who is in an older register.",
    )
    date_exited = fields.Date(
        copy=False,
        tracking=True,
        help="Day of leaving; the day before is the last day of the membership.",
    )
    exit_kind = fields.Selection(
        EXIT_KINDS,
        string="Kind of exit",
        copy=False,
        tracking=True,
    )
    exit_reason = fields.Text(
        string="Reason", copy=False, help="Why the member left, or was refused."
    )
    note = fields.Text()
    heir_ids = fields.One2many(
        "coop.member.heir",
        "member_id",
        string="Heirs",
        groups=MONEY_GROUPS,
        help="Who is paid when the member dies (ahli waris).",
    )
    exit_ids = fields.One2many(
        "coop.member.exit", "member_id", string="Settlements", groups=MONEY_GROUPS
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_ids = fields.One2many(
        "coop.saving.account", "member_id", string="Savings", groups=MONEY_GROUPS
    )
    due_ids = fields.One2many(
        "coop.saving.due", "member_id", string="Dues", groups=MONEY_GROUPS
    )
    receipt_ids = fields.One2many(
        "coop.receipt", "member_id", string="Receipts", groups=MONEY_GROUPS
    )
    savings_balance = fields.Monetary(
        compute="_compute_savings_balance",
        groups=MONEY_GROUPS,
        help="All savings together.",
    )
    dues_open = fields.Monetary(compute="_compute_dues_open", groups=MONEY_GROUPS)
    receipt_count = fields.Integer(
        compute="_compute_receipt_count", groups=MONEY_GROUPS
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "A member number is never used twice in a cooperative.",
    )
    _live_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE state NOT IN ('exited', 'refused')",
        "This person has a membership or an application in the cooperative already.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_exited IS NULL OR date_exited >= date_joined)",
        "A member cannot leave before he joined.",
    )

    @api.depends("company_id")
    def _compute_class_id(self):
        first = {}
        for record in self.env["coop.member.class"].search(
            [("company_id", "in", self.company_id.ids), ("kind", "=", "ordinary")]
        ):
            first.setdefault(record.company_id, record)
        for member in self:
            if member.class_id.company_id != member.company_id:
                member.class_id = first.get(member.company_id)

    @api.depends("number", "partner_id.name")
    def _compute_display_name(self):
        for member in self:
            name = member.partner_id.name or ""
            member.display_name = f"[{member.number}] {name}" if member.number else name

    @api.model
    def _search_display_name(self, operator, value):
        """Find who has exactly this number; else look through numbers and names.

        Each of the two is searched by its own index, which a join of both would not
        use.
        """
        if operator not in ("ilike", "like") or not (
            isinstance(value, str) and value.strip()
        ):
            return super()._search_display_name(operator, value)
        exact = Domain("number", "=", value.strip())
        if self.search_count(exact, limit=1):
            return exact
        # what may be seen is decided by the rules on members, around this condition
        by_number = self.sudo()._search([("number", operator, value)])
        people = self.env["res.partner"].sudo().with_context(active_test=False)
        by_name = people._search([("name", operator, value)])
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s UNION SELECT id FROM coop_member WHERE partner_id IN (%s))",
                SQL.identifier(alias, "id"),
                by_number.subselect(),
                by_name.subselect(),
            )
        )

    def _compute_savings_balance(self):
        sums = dict(
            self.env["coop.saving.account"]._read_group(
                [("member_id", "in", self.ids)], ["member_id"], ["balance:sum"]
            )
        )
        for member in self:
            member.savings_balance = sums.get(member._origin, 0.0)

    def _compute_dues_open(self):
        sums = {
            member: amount - paid
            for member, amount, paid in self.env["coop.saving.due"]._read_group(
                [("member_id", "in", self.ids), ("state", "=", "open")],
                ["member_id"],
                ["amount:sum", "paid:sum"],
            )
        }
        for member in self:
            member.dues_open = sums.get(member._origin, 0.0)

    def _compute_receipt_count(self):
        counts = dict(
            self.env["coop.receipt"]._read_group(
                [("member_id", "in", self.ids)], ["member_id"], ["__count"]
            )
        )
        for member in self:
            member.receipt_count = counts.get(member._origin, 0)

    @api.constrains("partner_id", "company_id")
    def _check_partner_company(self):
        culprits = self.filtered(
            lambda member: member.partner_id.company_id != member.company_id
        )
        if culprits:
            raise ValidationError(
                self.env._(
                    "A member's contact belongs to his cooperative. These belong to"
                    " another company or to none: %(names)s. Use a contact of the"
                    " cooperative.",
                    names=", ".join(culprits.mapped("partner_id.display_name")),
                )
            )

    def _is_frozen(self):
        return self.state not in ("applied", "refused")

    @api.model_create_multi
    def create(self, vals_list):
        self._take_partners(vals_list)
        return super().create(vals_list)

    @api.model
    def _take_partners(self, vals_list):
        """Give contacts without company to the cooperative of their application."""
        own = self.env.company.id
        wanted = {
            vals["partner_id"]: vals.get("company_id") or own
            for vals in vals_list
            if vals.get("partner_id")
        }
        free = self.env["res.partner"].search(
            [("id", "in", list(wanted)), ("company_id", "=", False)]
        )
        for company_id, partners in free.grouped(lambda p: wanted[p.id]).items():
            partners.write({"company_id": company_id})

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_numbered(self):
        numbered = self.filtered("number")
        if numbered:
            raise UserError(
                self.env._(
                    "%(names)s: a numbered member stays in the register. Refuse the"
                    " application or let the member exit instead.",
                    names=", ".join(numbered.mapped("display_name")),
                )
            )

    # Membership on a day

    @api.model
    def _get_member(self, partner, company, date=None):
        """Return the partner's membership on a day, empty when he was no member.

        A suspended or exiting member is a member; the day of exit is not counted.

        :param partner: ``res.partner``, its commercial partner counts as well
        :param company: the cooperative
        :param date: date or ISO text, the company's local date when empty
        """
        found = self._get_members_by_partner(partner, company, date)
        return found.get(partner.id, self.browse())

    @api.model
    def _get_members_by_partner(self, partners, company, date=None):
        """Return the memberships of many partners on a day with one query.

        :rtype: {partner_id: coop.member}; partners who were no member are left out
        """
        day = fields.Date.to_date(date) or company._local_date()
        candidates = partners.ids + partners.commercial_partner_id.ids
        # who is a member decides tariffs and tax; it is no secret inside the company
        members = self.sudo().search(
            [
                ("partner_id", "in", candidates),
                ("company_id", "=", company.id),
                ("date_joined", "<=", day),
                "|",
                ("date_exited", "=", False),
                ("date_exited", ">", day),
                ("state", "in", [*MEMBER_STATES, "exited"]),
            ]
        )
        by_partner = {
            member.partner_id.id: member.with_env(self.env) for member in members
        }
        result = {}
        for partner in partners:
            member = by_partner.get(partner.id) or by_partner.get(
                partner.commercial_partner_id.id
            )
            if member:
                result[partner.id] = member
        return result
