# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

KINDS = [
    ("report", "Report"),
    ("meeting", "Members' meeting (RAT)"),
    ("visit", "Monitoring visit"),
    ("tax", "Tax"),
    ("licence", "Licence"),
    ("loan", "Loan"),
    ("grant", "Grant"),
    ("other", "Other"),
]


class UmkmObligation(models.Model):
    """What has to be done by a day: one calendar for all addons."""

    _name = "umkm.obligation"
    _description = "Obligation"
    _inherit = ["umkm.subject.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"

    name = fields.Char(string="Title", required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="other", index=True)
    rule = fields.Char(help="Law, agreement clause or decision that demands it.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_due = fields.Date(string="Due", required=True, index=True, tracking=True)
    date_done = fields.Date(string="Done on", tracking=True, copy=False)
    responsible_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, tracking=True
    )
    remind_days = fields.Integer(
        string="Remind before", default=14, help="Days before the due date."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence", copy=False)
    note = fields.Html()
    state = fields.Selection(
        [("open", "Open"), ("late", "Late"), ("done", "Done")],
        compute="_compute_state",
        search="_search_state",
        help="Late when it was or will be done after the due date has passed"
        " without being done.",
    )
    color = fields.Integer(compute="_compute_state", string="Colour")

    _remind_not_negative = models.Constraint(
        "CHECK(remind_days >= 0)", "The days to remind before cannot be negative."
    )

    @api.depends("date_due", "date_done", "company_id")
    def _compute_state(self):
        colours = {"open": 4, "late": 1, "done": 10}
        for obligation in self:
            today = (obligation.company_id or self.env.company)._local_date()
            state = "open"
            if obligation.date_done:
                state = "done"
            elif obligation.date_due and obligation.date_due < today:
                state = "late"
            obligation.state = state
            obligation.color = colours[state]

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._local_date()
        domains = {
            "done": Domain("date_done", "!=", False),
            "late": Domain("date_done", "=", False) & Domain("date_due", "<", today),
            "open": Domain("date_done", "=", False) & Domain("date_due", ">=", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def action_done(self, date=None):
        """Mark as done.

        :param date: ISO date, the company's today when empty
        """
        for obligation in self:
            if obligation.date_done:
                raise UserError(
                    self.env._(
                        "%(title)s was done on %(date)s already.",
                        title=obligation.name,
                        date=obligation.date_done,
                    )
                )
            day = fields.Date.to_date(date) or obligation.company_id._local_date()
            obligation.date_done = day
        self.activity_feedback(["umkm_base.mail_activity_type_obligation"])
        return True

    def action_reopen(self):
        """Take back that it was done."""
        self.date_done = False
        return True

    @api.model
    def _cron_remind(self):
        """Give the responsible an activity when the reminder's day has come."""
        kind = self.env.ref("umkm_base.mail_activity_type_obligation")
        pending = self.search(
            [("date_done", "=", False), ("responsible_id", "!=", False)]
        )
        reminded = set(
            self.env["mail.activity"]
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", pending.ids),
                    ("activity_type_id", "=", kind.id),
                ]
            )
            .mapped("res_id")
        )
        due = pending.filtered(
            lambda one: (
                one.id not in reminded and one._get_date_reminder() <= one._today()
            )
        )
        for done, obligation in enumerate(due, start=1):
            obligation.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=obligation.date_due,
                summary=obligation.name,
                user_id=obligation.responsible_id.id,
            )
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done)

    def _today(self):
        self.ensure_one()
        return self.company_id._local_date()

    def _get_date_reminder(self):
        """Return the day on which the responsible is reminded."""
        self.ensure_one()
        return self.date_due - relativedelta(days=self.remind_days)
