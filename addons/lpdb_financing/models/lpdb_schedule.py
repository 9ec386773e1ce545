# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError


class LpdbSchedule(models.Model):
    """One version of a loan's schedule.

    A computed version is written by the loan. A schedule typed or imported from the
    lender's letter is a draft until ``action_activate``; from then on it wins.
    """

    _name = "lpdb.schedule"
    _description = "Loan Schedule"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "facility_id, version desc"
    _check_company_auto = True
    _guarded_fields = {"state": "draft", "version": 0}
    _frozen_fields = ("facility_id", "kind", "date_from", "source", "line_ids")

    facility_id = fields.Many2one(
        "lpdb.facility", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    version = fields.Integer(readonly=True, copy=False, default=0)
    kind = fields.Selection(
        [
            ("computed", "Computed"),
            ("imported", "Imported from the lender"),
            ("manual", "Typed by hand"),
        ],
        required=True,
        default="imported",
        help="A schedule of the lender wins over the computed one.",
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date(),
        help="From when this version holds.",
    )
    source = fields.Char(string="Letter", help="Letter of the lender that it copies.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("superseded", "Superseded")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    line_ids = fields.One2many(
        "lpdb.instalment", "schedule_id", string="Rows", copy=True
    )
    principal = fields.Monetary(compute="_compute_totals", store=True)
    interest = fields.Monetary(compute="_compute_totals", store=True)
    payment = fields.Monetary(
        string="Instalments", compute="_compute_totals", store=True
    )
    difference = fields.Monetary(
        compute="_compute_totals",
        store=True,
        help="Instalments of the lender less those computed from the terms.",
    )

    _version_uniq = models.UniqueIndex(
        "(facility_id, version) WHERE version > 0", "A version number is used once."
    )
    _one_in_force = models.UniqueIndex(
        "(facility_id) WHERE state = 'active'", "A loan has one schedule in force."
    )

    @api.depends("line_ids.principal", "line_ids.interest", "line_ids.difference")
    def _compute_totals(self):
        for schedule in self:
            lines = schedule.line_ids
            schedule.principal = sum(lines.mapped("principal"))
            schedule.interest = sum(lines.mapped("interest"))
            schedule.payment = schedule.principal + schedule.interest
            schedule.difference = sum(lines.mapped("difference"))

    @api.depends("facility_id.name", "version")
    def _compute_display_name(self):
        for schedule in self:
            schedule.display_name = self.env._(
                "%(facility)s, schedule %(version)s",
                facility=schedule.facility_id.name or "",
                version=schedule.version or self.env._("(draft)"),
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kind(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_kind(vals)
        return super().write(vals)

    @api.model
    def _check_kind(self, vals):
        """Refuse a computed schedule that does not come from the loan itself."""
        if vals.get("kind") == "computed" and not self.env.su:
            raise ValidationError(
                self.env._(
                    "A computed schedule comes from “Compute schedule” of the loan."
                    " Choose imported or typed."
                )
            )

    def _is_frozen(self):
        return self.state != "draft"

    # actions

    def action_activate(self):
        """Put drafts of the lender's schedule in force and compare them."""
        self.check_access("write")
        for schedule in self:
            schedule._check_rows()
            facility = schedule.facility_id
            current = facility.schedule_id
            schedule._keep_rows(current._settled_rows())
            schedule.sudo()._put_in_force()
            if facility.scheme == "conventional":
                facility.action_compute_schedule()
            facility.action_open_balance()
        return True

    def _check_rows(self):
        """Refuse a schedule whose rows do not lead from the draws to zero."""
        self.ensure_one()
        facility = self.facility_id
        facility._require("active", "restructured")
        lines = self.line_ids.sorted("n")
        reason = None
        if self.state != "draft":
            reason = self.env._("it is in force already or was replaced.")
        elif lines.mapped("n") != list(range(1, len(lines) + 1)) or not lines:
            reason = self.env._("its rows must be numbered 1, 2, 3 and so on.")
        elif lines.mapped("due") != sorted(set(lines.mapped("due"))):
            reason = self.env._("its due dates must rise.")
        elif self.currency_id.compare_amounts(self.principal, facility._to_repay(self)):
            reason = self.env._(
                "its principal adds up to %(principal)s, but %(drawn)s is drawn.",
                principal=facility._format(self.principal),
                drawn=facility._format(facility._to_repay(self)),
            )
        if reason:
            raise UserError(
                self.env._(
                    "%(record)s: %(reason)s", record=self.display_name, reason=reason
                )
            )

    def _keep_rows(self, kept):
        """Tie rows to the paid rows of the version before, which must be equal."""
        by_number = {line.n: line for line in self.line_ids}
        for old in kept:
            new = by_number.get(old.n)
            same = new and not self.currency_id.compare_amounts(
                old.capitalised, new.capitalised
            )
            if not same or not old._equals(new):
                raise UserError(
                    self.env._(
                        "%(schedule)s: row %(n)s has payments and must stay %(due)s,"
                        " principal %(principal)s, interest %(interest)s.",
                        schedule=self.display_name,
                        n=old.n,
                        due=old.due,
                        principal=self.facility_id._format(old.principal),
                        interest=self.facility_id._format(old.interest),
                    )
                )
            new.sudo().origin_id = old._root()

    def _put_in_force(self):
        """Supersede the version in force, number this one and fill its balances."""
        self.ensure_one()
        facility = self.facility_id
        facility._lock()
        facility.schedule_id._write_guarded({"state": "superseded"})
        self.env.flush_all()
        versions = self.search(
            [("facility_id", "=", facility.id)], order="version desc", limit=1
        )
        self._fill_balances()
        self._write_guarded({"state": "active", "version": versions.version + 1})
        facility._write_guarded({"schedule_id": self.id})

    def _fill_balances(self):
        """Compute the balance after each row of a lender's schedule."""
        if self.kind == "computed":
            return
        draws = self.facility_id._owed_from(self)
        paid = 0.0
        for line in self.line_ids.sorted("n"):
            paid += line.principal
            drawn = sum(amount for day, amount in draws if day <= line.due)
            balance = self.currency_id.round(drawn - paid)
            if balance < 0:
                raise UserError(
                    self.env._(
                        "%(schedule)s: row %(n)s repays more than is drawn by then.",
                        schedule=self.display_name,
                        n=line.n,
                    )
                )
            line.balance = balance

    # used by the loan

    def _settled_rows(self):
        """Return the rows up to the last one that is in the books.

        In the books is what was paid of it, and interest that became principal.
        """
        booked = self.facility_id.accrual_line_ids.filtered("is_live").instalment_id
        stand = self.line_ids.filtered(
            lambda line: line.is_touched or line._root() in booked
        )
        last = max(stand.mapped("n"), default=0)
        return self.line_ids.filtered(lambda line: line.n <= last)

    def _same_rows(self, rows):
        lines = self.line_ids.sorted("n")
        return len(lines) == len(rows) and all(
            line._equals(row)
            and not self.currency_id.compare_amounts(line.balance, float(row.balance))
            for line, row in zip(lines, rows, strict=True)
        )

    def _compare(self, rows):
        """Note beside each row what the terms would give."""
        by_number = {row.n: row for row in rows}
        commands = []
        for line in self.line_ids:
            row = by_number.get(line.n)
            values = {
                "computed_principal": float(row.principal) if row else 0.0,
                "computed_interest": float(row.interest) if row else 0.0,
                "is_compared": True,
            }
            commands.append(Command.update(line.id, values))
        # the rows of a schedule in force are closed to users; a note is no change
        self.sudo().with_context(tracking_disable=True)._write_guarded(
            {"line_ids": commands}
        )
