# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what happens to a nominee after the list is submitted
PROGRESS = {
    "date_lent",
    "date_repaid",
    "date_refused",
    "refused_reason",
    "proof_ids",
    "proof_number",
}
#: states of a member who cannot be on a list at all
NO_MEMBER = ("applied", "approved", "refused")
#: names in a message, before it says how many more
NAMED = 10


class LpdbNominee(models.Model):
    """A member on the nominative list: what of the loan's money is lent on to whom.

    May be created with ``facility_id`` (and ``draw_id``) instead of ``list_id``: it
    goes to the draft of that list, which is made when there is none.
    """

    _name = "lpdb.nominee"
    _description = "Nominee of a Loan"
    _inherit = "coop.guard.mixin"
    _order = "list_id, id"
    _rec_names_search = ["member_id.number", "member_id.partner_id.name"]
    _check_company_auto = True
    _frozen_fields = ("list_id", "member_id", "amount", "purpose")

    list_id = fields.Many2one(
        "lpdb.nominee.list",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    list_state = fields.Selection(
        related="list_id.state", string="State of the list", store=True, index=True
    )
    facility_id = fields.Many2one(
        related="list_id.facility_id", string="Loan", store=True, index=True
    )
    draw_id = fields.Many2one(
        related="list_id.draw_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="list_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    member_number = fields.Char(related="member_id.number", string="Member number")
    nik = fields.Char(
        related="member_id.partner_id.nik",
        groups="umkm_base.umkm_base_group_accountant,umkm_base.umkm_base_group_auditor",
    )
    amount = fields.Monetary(required=True, help="What the member is to get.")
    purpose = fields.Char(help="What the member needs the money for.")
    date_lent = fields.Date(string="Paid out on", copy=False)
    date_repaid = fields.Date(
        string="Repaid on", copy=False, help="Day on which the member had paid it back."
    )
    date_refused = fields.Date(
        string="Refused on",
        copy=False,
        help="Day on which the member, or the cooperative, said no.",
    )
    refused_reason = fields.Char(string="Why refused", copy=False)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("paid_out", "Paid out"),
            ("repaid", "Repaid"),
            ("refused", "Refused"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="Follows from the days on which it was paid out, repaid or refused.",
    )
    proof_ids = fields.Many2many(
        "ir.attachment", copy=False, help="Signed receipt, contract."
    )
    proof_number = fields.Char(copy=False, help="Number of the receipt or contract.")
    is_proven = fields.Boolean(
        string="Proven",
        compute="_compute_state",
        store=True,
        help="Paid out, with a receipt or contract.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A member on the nominative list gets an amount."
    )
    _once = models.Constraint(
        "UNIQUE (list_id, member_id)", "A member stands on a nominative list once."
    )
    _dates_fit = models.Constraint(
        "CHECK ((date_repaid IS NULL OR date_lent IS NOT NULL"
        " AND date_repaid >= date_lent)"
        " AND (date_refused IS NULL OR date_lent IS NULL))",
        "Money is repaid after it was paid out, and refused only before.",
    )

    def _is_frozen(self):
        return self.list_id.state not in (False, "draft")

    @api.depends(
        "date_lent", "date_repaid", "date_refused", "proof_ids", "proof_number"
    )
    def _compute_state(self):
        for nominee in self:
            lent = bool(nominee.date_lent)
            nominee.is_proven = lent and bool(nominee.proof_ids or nominee.proof_number)
            if nominee.date_refused:
                nominee.state = "refused"
            elif nominee.date_repaid:
                nominee.state = "repaid"
            else:
                nominee.state = "paid_out" if lent else "planned"

    @api.depends("member_id.display_name")
    def _compute_display_name(self):
        for nominee in self:
            nominee.display_name = nominee.member_id.display_name

    # guards

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self._take_lists(vals_list)
        self._check_once(vals_list)
        nominees = super().create(vals_list)
        nominees._check_list_open()
        nominees._check_all()
        return nominees

    def write(self, vals):
        progress = PROGRESS & vals.keys()
        if progress:
            for nominee in self:
                if nominee.list_state == "superseded":
                    nominee._raise_frozen(min(progress))
        result = super().write(vals)
        if "list_id" in vals:
            # the rules saw the old list only
            self.list_id.check_access("write")
            self._check_list_open()
        if {"list_id", "member_id", "amount", *PROGRESS} & vals.keys():
            self._check_all()
        if progress:
            # a draft of the next version follows what happens meanwhile
            drafts = self._in_drafts()
            if drafts:
                drafts.write({name: vals[name] for name in progress})
        return result

    def _in_drafts(self):
        """Return the same members of lists in force in drafts of the next version."""
        current = self.filtered(lambda nominee: nominee.list_state == "submitted")
        if not current:
            return current
        wanted = {(n.facility_id, n.draw_id, n.member_id) for n in current}
        return self.search(
            [
                ("facility_id", "in", current.facility_id.ids),
                ("list_state", "=", "draft"),
                ("member_id", "in", current.member_id.ids),
            ]
        ).filtered(lambda n: (n.facility_id, n.draw_id, n.member_id) in wanted)

    @api.model
    def _take_lists(self, vals_list):
        """Give rows that name a loan the draft of its list, made when missing."""
        default = self.env.context
        wanted = {
            (
                vals.get("facility_id") or default.get("default_facility_id"),
                vals.get("draw_id") or default.get("default_draw_id") or False,
            )
            for vals in vals_list
            if not vals.get("list_id") and not default.get("default_list_id")
        }
        if not wanted:
            return vals_list
        if any(not facility for facility, _draw in wanted):
            raise UserError(
                self.env._("A nominee needs a list or a loan: give one of them.")
            )
        lists = self.env["lpdb.nominee.list"]
        drafts = lists.search(
            [
                ("facility_id", "in", [facility for facility, _draw in wanted]),
                ("state", "=", "draft"),
            ]
        )
        known = {(one.facility_id.id, one.draw_id.id): one.id for one in drafts}
        missing = sorted(wanted - known.keys())
        made = lists.create(
            [{"facility_id": facility, "draw_id": draw} for facility, draw in missing]
        )
        known.update(zip(missing, made.ids, strict=True))
        return [
            vals
            if vals.get("list_id") or default.get("default_list_id")
            else {
                **vals,
                "list_id": known[
                    vals.get("facility_id") or default.get("default_facility_id"),
                    vals.get("draw_id") or default.get("default_draw_id") or False,
                ],
            }
            for vals in vals_list
        ]

    @api.model
    def _check_once(self, vals_list):
        """Refuse members who are on the list already, and name them."""
        pairs = [
            (
                vals.get("list_id") or self.env.context.get("default_list_id"),
                vals.get("member_id"),
            )
            for vals in vals_list
        ]
        known = self.search(
            [
                ("list_id", "in", list({pair[0] for pair in pairs})),
                ("member_id", "in", list({pair[1] for pair in pairs})),
            ]
        )
        seen = {(nominee.list_id.id, nominee.member_id.id) for nominee in known}
        twice = []
        for pair in pairs:
            if pair in seen:
                twice.append(pair[1])
            seen.add(pair)
        if twice:
            members = self.env["coop.member"].browse(twice)
            raise ValidationError(
                self.env._(
                    "A member stands on a nominative list once. Twice: %(names)s",
                    names=self._join(members.mapped("display_name")),
                )
            )

    def _check_list_open(self):
        """Refuse rows on a list that went to the lender."""
        for record in self.list_id:
            if record.state != "draft":
                record._raise_frozen("line_ids")

    def _check_all(self):
        """Check members, amounts and dates of a batch, with a query for each."""
        self._check_members()
        self._check_lent()
        self.list_id._check_total()

    def _check_members(self):
        """Refuse who is no member of the cooperative on the day of the money.

        It is the day of lending, else that of the submission, else today. A suspended
        or exiting member gets nothing more.
        """
        wrong = self.filtered(
            lambda nominee: (
                not nominee._is_member_on(
                    nominee.date_lent
                    or nominee.list_id.date_submitted
                    or nominee.company_id._local_date()
                )
            )
        )
        if wrong:
            raise ValidationError(
                self.env._(
                    "Only active members of the cooperative stand on its nominative"
                    " list. No member on the day: %(names)s",
                    names=wrong._names(),
                )
            )

    def _is_member_on(self, day):
        """Tell whether the member may stand on the list on a day; refused ones may."""
        self.ensure_one()
        member = self.member_id.sudo()
        joined = member.date_joined and member.date_joined <= day
        left = member.date_exited and member.date_exited <= day
        leaving = self.state == "planned" and member.state != "active"
        wrong = not joined or left or leaving or member.state in NO_MEMBER
        return self.state == "refused" or not wrong

    def _check_lent(self):
        """Refuse money lent before it was received, later than today, or twice."""
        lent = self.filtered("date_lent")
        for facility, nominees in lent.grouped("facility_id").items():
            first = facility._first_receipt()
            today = facility.company_id._local_date()
            wrong = nominees.filtered(
                lambda n, first=first, today=today: (
                    not first or not (n.draw_id.date or first) <= n.date_lent <= today
                )
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(facility)s: money is lent on between its receipt and today."
                        " Correct the day of: %(names)s",
                        facility=facility.display_name,
                        names=wrong._names(),
                    )
                )
            facility._check_onlent()

    def _names(self):
        """Return the members, the first of them by name."""
        return self._join(self.sudo().member_id.mapped("display_name"))

    @api.model
    def _join(self, names):
        rest = len(names) - NAMED
        more = [self.env._("and %s more", rest)] if rest > 0 else []
        return ", ".join([*names[:NAMED], *more])

    def _prepare_next_vals(self):
        """Return the values of the same member in the next version."""
        self.ensure_one()
        return {
            "member_id": self.member_id.id,
            "amount": self.amount,
            "purpose": self.purpose,
            "date_lent": self.date_lent,
            "date_repaid": self.date_repaid,
            "proof_ids": [Command.set(self.proof_ids.ids)],
            "proof_number": self.proof_number,
        }

    # actions

    def action_pay_out(self, date=None, proof_number=None):
        """Record that the money was paid out to the members.

        :param str date: ISO date, the local date when empty
        :param str proof_number: number of the receipt or contract
        """
        self._check_state("planned")
        for company, nominees in self.grouped("company_id").items():
            values = {"date_lent": date or company._local_date()}
            if proof_number:
                values["proof_number"] = proof_number
            nominees.write(values)
        return True

    def action_repay(self, date=None):
        """Record that the members paid back.

        :param str date: ISO date, the local date when empty
        """
        self._check_state("paid_out")
        for company, nominees in self.grouped("company_id").items():
            nominees.write({"date_repaid": date or company._local_date()})
        return True

    def action_refuse(self, reason=None, date=None):
        """Record that members get nothing.

        :param str reason: why
        :param str date: ISO date, the local date when empty
        """
        self._check_state("planned")
        for company, nominees in self.grouped("company_id").items():
            day = date or company._local_date()
            nominees.write({"date_refused": day, "refused_reason": reason or False})
        return True

    def _check_state(self, state):
        self.check_access("write")
        wrong = self.filtered(lambda nominee: nominee.state != state)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This needs members with “%(state)s”. Not so: %(names)s",
                    state=labels[state],
                    names=wrong._names(),
                )
            )
