# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class CoopClosing(models.Model):
    """Closing of a month or year: a checklist, and only then the lock dates."""

    _name = "coop.closing"
    _description = "Closing"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "date_to desc, kind desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "draft",
        "checked_at": False,
        "closed_by_id": False,
        "closed_at": False,
        "line_ids": False,
        "exception_ids": False,
    }
    _frozen_fields = ("company_id", "kind", "date_from")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        [("month", "Month"), ("year", "Year")], required=True, default="month"
    )
    date_from = fields.Date(
        string="First day",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        help="Any day of the month or year; it becomes its first day.",
    )
    date_to = fields.Date(
        string="Last day", compute="_compute_date_to", store=True, precompute=True
    )
    line_ids = fields.One2many("coop.closing.line", "closing_id", string="Checklist")
    open_count = fields.Integer(
        string="Still to do",
        compute="_compute_open_count",
        store=True,
        help="Points of the checklist that are neither in order nor waived.",
    )
    checked_at = fields.Datetime(string="Checked on", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False, tracking=True
    )
    closed_at = fields.Datetime(string="Closed on", readonly=True, copy=False)
    exception_ids = fields.Many2many(
        "account.lock_exception",
        string="Exceptions",
        readonly=True,
        copy=False,
        help="Given after the closing, each with its reason and its end.",
    )
    reopen_reason = fields.Char(
        string="Reason of the exception",
        copy=False,
        help="Why something has to be booked into the closed period.",
    )
    reopen_hours = fields.Integer(
        string="Hours",
        default=24,
        help="The exception holds for this long and for the one who asked for it.",
    )
    state = fields.Selection(
        [("draft", "Open"), ("ready", "Ready to close"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )

    _period_uniq = models.Constraint(
        "UNIQUE (company_id, kind, date_from)",
        "There is a closing of this period already.",
    )
    _hours_positive = models.Constraint(
        "CHECK (reopen_hours > 0)", "An exception holds for at least an hour."
    )

    @api.depends("kind")
    def _compute_date_from(self):
        for closing in self:
            closing.date_from = closing._get_first_day()

    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for closing in self:
            length = relativedelta(months=12 if closing.kind == "year" else 1, days=-1)
            closing.date_to = closing._get_first_day() + length

    def _get_first_day(self):
        self.ensure_one()
        day = self.date_from
        if not day:
            # the month before is usually the one to be closed
            today = (self.company_id or self.env.company)._local_date()
            day = today - relativedelta(months=1)
        return day.replace(day=1, month=1 if self.kind == "year" else day.month)

    @api.depends("line_ids.state")
    def _compute_open_count(self):
        for closing in self:
            closing.open_count = len(
                closing.line_ids.filtered(lambda line: line.state == "problem")
            )

    @api.depends("kind", "date_from")
    def _compute_display_name(self):
        for closing in self:
            day = closing._get_first_day()
            closing.display_name = (
                f"{day.year}"
                if closing.kind == "year"
                else f"{day.month:02d}/{day.year}"
            )

    def _is_frozen(self):
        return self.state == "closed"

    @api.model_create_multi
    def create(self, vals_list):
        closings = super().create(vals_list)
        closings._begin_on_first_day()
        return closings

    def write(self, vals):
        changed = {"kind", "date_from", "company_id"} & vals.keys()
        result = super().write(vals)
        if changed:
            self._begin_on_first_day()
            # what was checked was another period
            self.line_ids.sudo().unlink()
            self._write_guarded({"state": "draft", "checked_at": False})
        return result

    def _begin_on_first_day(self):
        for closing in self:
            first = closing._get_first_day()
            if closing.date_from != first:
                closing._write_guarded({"date_from": first})

    def action_check(self):
        """Compute the checklist again; what was waived stays waived."""
        self.check_access("write")
        for closing in self:
            if closing.state == "closed":
                raise UserError(
                    self.env._("%(name)s is closed already.", name=closing.display_name)
                )
            closing._refresh_lines()
            closing._write_guarded(
                {
                    "state": "draft" if closing.open_count else "ready",
                    "checked_at": fields.Datetime.now(),
                }
            )
        return True

    def _refresh_lines(self):
        """Bring the lines to what the checks say now."""
        self.ensure_one()
        known = {line.code: line for line in self.line_ids}
        commands = []
        for number, check in enumerate(self._closing_checks(), 1):
            values = self._prepare_line_vals(check, number)
            line = known.pop(check["code"], None)
            if line is None:
                commands.append(Command.create(values))
            else:
                commands.append(Command.update(line.id, values))
        commands += [Command.delete(line.id) for line in known.values()]
        # only the computation writes the checklist
        for command in commands:
            self._apply_line(command)
        self.invalidate_recordset(["line_ids"])

    def _apply_line(self, command):
        lines = self.env["coop.closing.line"].sudo()
        operation, number, values = (*command, None)[:3]
        if operation == Command.CREATE:
            line = lines.create({"closing_id": self.id, "code": values.pop("code")})
            line._write_guarded(values)
        elif operation == Command.UPDATE:
            lines.browse(number)._write_guarded(values)
        else:
            lines.browse(number).unlink()

    def _prepare_line_vals(self, check, number):
        return {
            "code": check["code"],
            "sequence": number,
            "name": check["name"],
            "is_ok": bool(check["ok"]),
            "count": check.get("count", 0),
            "detail": check.get("detail") or False,
            "can_waive": check.get("can_waive", True),
            "target_model": check.get("model") or False,
            "target_domain": check.get("domain") or [],
        }

    def action_close(self):
        """Set the lock dates, when everything is in order or waived."""
        self._check_accountant()
        for closing in self:
            closing.action_check()
            if closing.open_count:
                missing = closing.line_ids.filtered(lambda ln: ln.state == "problem")
                raise UserError(
                    self.env._(
                        "%(name)s cannot be closed yet: %(points)s. Settle them, or"
                        " waive them with a reason.",
                        name=closing.display_name,
                        points=", ".join(missing.mapped("name")),
                    )
                )
            closing._check_period_over()
            closing._set_lock_dates()
            closing._write_guarded(
                {
                    "state": "closed",
                    "closed_by_id": self.env.uid,
                    "closed_at": fields.Datetime.now(),
                }
            )
        return True

    def _check_period_over(self):
        self.ensure_one()
        if self.date_to >= self.company_id._local_date():
            raise UserError(
                self.env._(
                    "%(name)s lasts until %(day)s and cannot be closed before.",
                    name=self.display_name,
                    day=format_date(self.env, self.date_to),
                )
            )

    def _set_lock_dates(self):
        """Move the company's lock dates forward, never back."""
        self.ensure_one()
        # the accountant closes periods without a right to the company's settings
        company = self.company_id.sudo()
        wanted = ["fiscalyear_lock_date"]
        if self.kind == "year":
            wanted.append("tax_lock_date")
        company.write(
            {
                field: self.date_to
                for field in wanted
                if not company[field] or company[field] < self.date_to
            }
        )

    def _check_accountant(self):
        if not self.env.user.has_group("umkm_base.umkm_base_group_accountant"):
            raise AccessError(
                self.env._("Only the accountant closes a period or opens it again.")
            )
        self.check_access("write")

    def action_reopen(self, reason=None, hours=None):
        """Let the user book into a closed period for some hours.

        The closing stays; it lists the exception with its reason.

        :param str reason: why, instead of the field on the form
        :param int hours: how long, instead of the field on the form
        """
        self._check_accountant()
        for closing in self:
            text = (reason or closing.reopen_reason or "").strip()
            if closing.state != "closed" or not text:
                raise UserError(
                    self.env._(
                        "%(name)s: only what is closed can be opened again, and only"
                        " with a reason.",
                        name=closing.display_name,
                    )
                )
            closing._give_exception(text, hours or closing.reopen_hours)
        return True

    def _give_exception(self, reason, hours):
        self.ensure_one()
        company = self.company_id
        if company.hard_lock_date and company.hard_lock_date >= self.date_from:
            raise UserError(
                self.env._(
                    "%(name)s is locked for good (hard lock date %(day)s). Correct it"
                    " with an entry of a later date.",
                    name=self.display_name,
                    day=format_date(self.env, company.hard_lock_date),
                )
            )
        before = self.date_from - relativedelta(days=1)
        # exceptions are the adviser's in core; here the accountant's, with a reason
        exceptions = self.env["account.lock_exception"].sudo()
        given = exceptions.create(
            [
                {
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "reason": reason,
                    "end_datetime": fields.Datetime.now() + relativedelta(hours=hours),
                    field: before,
                }
                for field in ("fiscalyear_lock_date", "tax_lock_date")
                if company[field] and company[field] >= self.date_from
            ]
        )
        if not given:
            raise UserError(
                self.env._(
                    "%(name)s is not locked at present, so nothing has to be opened.",
                    name=self.display_name,
                )
            )
        self._write_guarded(
            {
                "exception_ids": [Command.link(one.id) for one in given],
                "reopen_reason": False,
            }
        )
        self.message_post(
            body=self.env._(
                "Exception for %(user)s, %(hours)s hours: %(reason)s",
                user=self.env.user.name,
                hours=hours,
                reason=reason,
            )
        )
