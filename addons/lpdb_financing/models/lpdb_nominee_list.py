# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LpdbNomineeList(models.Model):
    """A version of the nominative list: which members get how much of the money.

    What was submitted stays as it was. Any change is a new version, to be submitted
    again; then it takes the place of the one before.
    """

    _name = "lpdb.nominee.list"
    _description = "Nominative List"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "facility_id, draw_id, version desc"
    _check_company_auto = True
    _guarded_fields = {"state": "draft", "version": 0, "replaces_id": False}
    _frozen_fields = (
        "facility_id",
        "draw_id",
        "date_submitted",
        "reference",
        "line_ids",
    )

    facility_id = fields.Many2one(
        "lpdb.facility",
        string="Loan",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    draw_id = fields.Many2one(
        "lpdb.draw",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('facility_id', '=', facility_id), ('state', '!=', 'reversed')]",
        help="When each draw has a list of its own; empty: one list for the loan.",
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    version = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("superseded", "Replaced"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    date_submitted = fields.Date(
        string="Submitted on", copy=False, help="Day it went to the lender."
    )
    reference = fields.Char(copy=False, help="Number of the letter to the lender.")
    replaces_id = fields.Many2one(
        "lpdb.nominee.list", readonly=True, copy=False, index="btree_not_null"
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Scans", help="The list as signed and submitted."
    )
    note = fields.Text(help="Why this version differs from the one before.")
    line_ids = fields.One2many("lpdb.nominee", "list_id", string="Members")
    line_count = fields.Integer(string="Number of members", compute="_compute_sums")
    amount = fields.Monetary(
        string="On the list", compute="_compute_sums", help="Refused members left out."
    )
    lent_amount = fields.Monetary(string="Lent on", compute="_compute_sums")
    date_deadline = fields.Date(related="draw_id.onlending_deadline")

    _one_draft = models.UniqueIndex(
        "(facility_id, COALESCE(draw_id, 0)) WHERE state = 'draft'",
        "There is a draft of this list already. Change that one.",
    )
    _one_in_force = models.UniqueIndex(
        "(facility_id, COALESCE(draw_id, 0)) WHERE state = 'submitted'",
        "Another version of this list is in force already.",
    )

    def _is_frozen(self):
        return self.state != "draft"

    @api.depends("line_ids.amount", "line_ids.state")
    def _compute_sums(self):
        sums = {record: [0, 0.0, 0.0] for record in self}
        for record, state, count, amount in self.env["lpdb.nominee"]._read_group(
            [("list_id", "in", self.ids)],
            ["list_id", "state"],
            ["__count", "amount:sum"],
        ):
            row = sums.setdefault(record, [0, 0.0, 0.0])
            row[0] += count
            row[1] += amount if state != "refused" else 0.0
            row[2] += amount if state in ("paid_out", "repaid") else 0.0
        for record in self:
            count, amount, lent = sums.get(record._origin, sums[record])
            record.line_count = count
            record.amount = amount
            record.lent_amount = lent

    @api.depends("facility_id.name", "version", "draw_id.date")
    def _compute_display_name(self):
        for record in self:
            of_draw = fields.Date.to_string(record.draw_id.date) or ""
            record.display_name = self.env._(
                "%(loan)s, list %(version)s",
                loan=f"{record.facility_id.name or ''} {of_draw}".strip(),
                version=record.version,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the versions."""
        records = super().create(vals_list)
        for record in records:
            record._check_draw()
            before = self.search(record._chain_domain(), order="version desc", limit=1)
            record._write_guarded({"version": before.version + 1})
        return records

    @api.constrains("facility_id", "draw_id")
    def _check_draw(self):
        for record in self:
            if record.draw_id and record.draw_id.facility_id != record.facility_id:
                raise UserError(
                    self.env._(
                        "%(list)s: the draw is one of another loan. Choose a draw of"
                        " %(facility)s, or none for one list of the whole loan.",
                        list=record.display_name,
                        facility=record.facility_id.display_name,
                    )
                )

    def _chain_domain(self):
        """Return the domain of the other versions of the list."""
        self.ensure_one()
        return [
            ("facility_id", "=", self.facility_id.id),
            ("draw_id", "=", self.draw_id.id),
            ("id", "!=", self.id),
        ]

    # limits

    def _check_total(self):
        """Refuse lists of more money than the draw, or all draws, bring.

        Before anything is drawn the ceiling is the limit: the list is part of what is
        asked for.
        """
        for record in self:
            facility = record.facility_id
            # two lists at once must not pass the limit together
            facility._lock()
            others = self.search(
                [
                    ("facility_id", "=", facility.id),
                    ("state", "=", "submitted"),
                    ("draw_id", "!=", record.draw_id.id),
                ]
            )
            draws = facility.draw_ids.filtered(lambda d: d.state != "reversed")
            limit = sum(draws.mapped("amount")) or facility.plafond
            record._check_limit(record.amount + sum(others.mapped("amount")), limit)
            if record.draw_id:
                record._check_limit(record.amount, record.draw_id.amount)

    def _check_limit(self, amount, limit):
        self.ensure_one()
        if self.currency_id.compare_amounts(amount, limit) > 0:
            raise UserError(
                self.env._(
                    "%(list)s: %(amount)s is to be lent on, %(excess)s more than the"
                    " %(limit)s that is drawn. Lower amounts or refuse members.",
                    list=self.display_name,
                    amount=self.facility_id._format(amount),
                    excess=self.facility_id._format(amount - limit),
                    limit=self.facility_id._format(limit),
                )
            )

    # actions

    def action_submit(self, date=None, reference=None):
        """Record that drafts went to the lender; from then on they stay.

        :param str date: day of the submission (ISO), that of the list or the local
            date when empty
        :param str reference: number of the letter, that of the list when empty
        :raise UserError: no members, no reference, a member who is none on that day, or
            one to whom money was lent is missing
        """
        self.check_access("write")
        for record in self:
            record._check_submittable(reference)
            day = record.company_id._read_day(date or record.date_submitted)
            record._write_guarded(
                {
                    "date_submitted": day,
                    "reference": reference or record.reference,
                }
            )
            record.line_ids._check_members()
            record._check_total()
            before = record.search(
                [*record._chain_domain(), ("state", "=", "submitted")]
            )
            record._check_lent_stay(before)
            before._write_guarded({"state": "superseded"})
            # two versions in force at once are refused by the database
            before.flush_recordset()
            record._write_guarded({"state": "submitted", "replaces_id": before.id})
            record.facility_id._check_onlent()
        return True

    def _check_submittable(self, reference):
        self.ensure_one()
        reason = None
        if self.state != "draft":
            reason = self.env._("it is submitted already; make a new version.")
        elif not self.line_ids:
            reason = self.env._("it names no member.")
        elif not (reference or self.reference):
            reason = self.env._("enter the number of the letter to the lender.")
        elif self.draw_id.state == "reversed":
            reason = self.env._("its draw is reversed.")
        if reason:
            raise UserError(
                self.env._(
                    "%(record)s: %(reason)s", record=self.display_name, reason=reason
                )
            )

    def _check_lent_stay(self, before):
        """Refuse a version that leaves out or changes what was lent already."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT old.id FROM lpdb_nominee old
             LEFT JOIN lpdb_nominee new ON new.list_id = %(new)s
                   AND new.member_id = old.member_id
                 WHERE old.list_id = %(old)s AND old.state IN ('paid_out', 'repaid')
                   AND (new.id IS NULL OR new.amount != old.amount
                        OR new.state NOT IN ('paid_out', 'repaid'))
                """,
                new=self.id,
                old=before.id or 0,
            )
        )
        gone = self.env["lpdb.nominee"].browse(row[0] for row in rows)
        if gone:
            raise UserError(
                self.env._(
                    "%(list)s: money was lent to these members already; they stay with"
                    " their amounts: %(names)s",
                    list=self.display_name,
                    names=gone._names(),
                )
            )

    def action_new_version(self):
        """Copy submitted lists into drafts that can be changed.

        Refused members, and planned ones who are no active members any more, are left
        out; the draft names the latter.

        :return: the form of the draft
        """
        self.ensure_one()
        if self.state != "submitted":
            raise UserError(
                self.env._(
                    "%s is not the list in force. Change the draft, or start from the"
                    " version that is in force.",
                    self.display_name,
                )
            )
        today = self.company_id._local_date()
        gone = self.line_ids.filtered(
            lambda line: line.state == "planned" and not line._is_member_on(today)
        )
        draft = self.create(
            {
                "facility_id": self.facility_id.id,
                "draw_id": self.draw_id.id,
                "line_ids": [
                    Command.create(line._prepare_next_vals())
                    for line in self.line_ids - gone
                    if line.state != "refused"
                ],
                "note": gone
                and self.company_id._coop_spoken(self).env._(
                    "Left out, no active members any more: %s", gone._names()
                ),
            }
        )
        return draft.get_formview_action()

    def _end_with_draw(self):
        """Take lists out of force whose draw was reversed.

        :raise UserError: money of the draw was lent on already
        """
        lent = self.line_ids.filtered(lambda line: line.state in ("paid_out", "repaid"))
        if lent:
            raise UserError(
                self.env._(
                    "%(draw)s cannot be reversed: its money was lent on to %(names)s."
                    " Take the days of payment out of %(list)s first, if it was not.",
                    draw=self.draw_id.display_name,
                    list=", ".join(lent.list_id.mapped("display_name")),
                    names=lent._names(),
                )
            )
        self._write_guarded({"state": "superseded"})
        for record in self:
            spoken = record.company_id._coop_spoken(record)
            spoken.message_post(
                body=spoken.env._(
                    "The draw of this list was reversed; the list holds no more."
                )
            )

    def action_open_lines(self):
        """Open the members of the list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "lpdb.nominee",
            "view_mode": "list,form,pivot",
            "domain": [("list_id", "=", self.id)],
            "context": {"default_list_id": self.id, "search_default_group_state": 0},
        }

    # paper

    def _print_day(self):
        """Return the day of the paper: of the last thing that it tells."""
        lines = self.line_ids
        told = [self.date_submitted, *lines.mapped("date_lent")]
        told += lines.mapped("date_repaid")
        return max(filter(None, told), default=self.company_id._local_date())

    def _print_signers(self):
        """Return ``(role, name)`` of chair, treasurer and manager in office.

        The name is empty where nobody holds the office: somebody signs by hand.
        """
        self.ensure_one()
        roles = {"chair": "Ketua", "treasurer": "Bendahara", "manager": "Manajer"}
        officers = self.company_id._coop_signers(self._print_day(), list(roles))
        by_role = {officer.role: officer for officer in reversed(officers)}
        return [
            (title, by_role[role].partner_id.name if role in by_role else "")
            for role, title in roles.items()
        ]
