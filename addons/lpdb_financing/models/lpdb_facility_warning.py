# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .lpdb_facility_month_end import OWING

_logger = logging.getLogger(__name__)

ACTIVITY = "lpdb_financing.mail_activity_type_loan_warning"
#: kinds of warnings that are more than a reminder
GRAVE = {"overdue", "class", "fall", "letter", "state"}


class LpdbFacility(models.Model):
    """Early warning, before the lender says so."""

    _inherit = "lpdb.facility"

    warn_days = fields.Integer(
        string="Warn before (days)",
        default=14,
        help="So many days before an instalment falls due or the class falls, the"
        " responsible is told.",
    )
    warning_ids = fields.One2many("lpdb.warning", "facility_id", string="Warnings")
    needs_attention = fields.Boolean(
        compute="_compute_attention",
        search="_search_needs_attention",
        help="Something is overdue, falls due soon, or the lender wrote.",
    )
    attention_level = fields.Selection(
        [("none", "Nothing"), ("soon", "Soon"), ("grave", "Grave")],
        compute="_compute_attention",
    )
    attention_text = fields.Text(compute="_compute_attention", string="Attention")

    _warn_days_positive = models.Constraint(
        "CHECK (warn_days >= 0)", "The days before a warning are not negative."
    )

    @api.depends(
        "state",
        "warn_days",
        "schedule_id.line_ids.rest",
        "collectability_id",
        "letter_ids.date",
        "letter_ids.number",
        "letter_ids.active",
        "lender_status_ids.date",
        "lender_status_ids.kind",
        "lender_status_ids.class_id",
        "lender_status_ids.active",
    )
    @api.depends_context("lang")
    def _compute_attention(self):
        events = self._origin._events_today()
        for facility in self:
            own = events.get(facility._origin.id, [])
            facility.needs_attention = bool(own)
            facility.attention_level = "soon" if own else "none"
            if any(event["kind"] in GRAVE for event in own):
                facility.attention_level = "grave"
            facility.attention_text = "\n".join(event["text"] for event in own)

    def _search_needs_attention(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self.search([("state", "in", OWING)])
        wanted = running.filtered("needs_attention")
        return [("id", "in" if True in value else "not in", wanted.ids)]

    # events

    def _events_today(self):
        """Return what deserves attention today.

        :return: ``{facility id: [{"kind", "key", "deadline", "text"}]}``
        """
        result = {}
        running = self.filtered(lambda loan: loan.state in OWING)
        for company, loans in running.grouped("company_id").items():
            day = company._local_date()
            standing = loans._standing_at(day)
            for loan in loans:
                result[loan.id] = loan._events(standing[loan.id], day)
        return result

    def _events(self, own, day):
        self.ensure_one()
        return [
            *self._events_overdue(own, day),
            *self._events_due(own, day),
            *self._events_of_lender(own, day),
        ]

    def _event(self, kind, key, deadline, text):
        return {
            "kind": kind,
            "key": f"{kind}:{key}",
            "deadline": deadline,
            "text": text,
        }

    def _day(self, day):
        return format_date(self.env, day)

    def _events_overdue(self, own, day):
        """Return what is overdue, the class it gives and the next one."""
        due = own["oldest_due"]
        if not due or due >= day:
            return []
        events = [
            self._event(
                "overdue",
                due,
                day,
                self.env._(
                    "%(amount)s is overdue, the oldest since %(due)s: %(days)s days.",
                    amount=self._format(own["overdue"]),
                    due=self._day(due),
                    days=own["days_past_due"],
                ),
            )
        ]
        line, fall, when = own["class_id"], own["fall_class_id"], own["fall_date"]
        if line and line.rank > 1:
            text = self.env._("By our count the class is %s.", line.name)
            events.append(self._event("class", f"{line.id}:{due}", day, text))
        if fall and (when - day).days <= self.warn_days:
            text = self.env._(
                "In %(days)s days, on %(day)s, the class falls from %(now)s to"
                " %(then)s.",
                days=(when - day).days,
                day=self._day(when),
                now=line.name,
                then=fall.name,
            )
            events.append(self._event("fall", f"{fall.id}:{when}", when, text))
        return events

    def _events_due(self, own, day):
        """Return what falls due today or soon."""
        due, amount = own["next_due"], own["next_amount"]
        if own["oldest_due"] == day:
            due, amount = day, own["overdue"]
        if not due or (due - day).days > self.warn_days:
            return []
        text = self.env._(
            "%(amount)s falls due on %(due)s, in %(days)s days.",
            amount=self._format(amount),
            due=self._day(due),
            days=(due - day).days,
        )
        if due == own["fall_date"]:
            text += " " + self.env._(
                "Unpaid, the class falls from %(now)s to %(then)s that day.",
                now=own["class_id"].name,
                then=own["fall_class_id"].name,
            )
        return [self._event("due", due, due, text)]

    def _events_of_lender(self, own, day):
        """Return letters without an answer, and what the lender says otherwise."""
        events = []
        due = own["oldest_due"]
        for letter in self.letter_ids.filtered("active"):
            if due and due <= letter.date:
                text = self.env._("%s is not answered.", letter.display_name)
                events.append(self._event("letter", letter.id, day, text))
        stated, line = self._stated_at(day), own["class_id"]
        if line and stated and stated.class_id.name != line.name:
            text = self.env._(
                "The lender states %(theirs)s (%(letter)s), by our count it is"
                " %(ours)s.",
                theirs=stated.class_id.name,
                letter=stated.source,
                ours=line.name,
            )
            events.append(self._event("differs", f"{stated.id}:{line.id}", day, text))
        if self.lender_state in ("pupn", "write_off"):
            labels = dict(self._fields["lender_state"]._description_selection(self.env))
            text = self.env._(
                "%(state)s since %(day)s; debt, interest and payments go on.",
                state=labels[self.lender_state],
                day=self._day(self.lender_state_date),
            )
            key = f"{self.lender_state}:{self.lender_state_date}"
            events.append(self._event("state", key, day, text))
        return events

    # the job

    @api.model
    def _cron_warn(self):
        """Tell the responsible of each loan what is new, each event once."""
        loans = self.search([("state", "in", OWING)], order="id")
        cron = self.env["ir.cron"]
        new = loans._new_events()
        quiet = self._warned_without_need()
        cron._commit_progress(remaining=len(new) + len(quiet))
        for loan in quiet:
            loan.activity_feedback([ACTIVITY])
            if not cron._commit_progress(1):
                return
        for loan, events in new.items():
            try:
                with self.env.cr.savepoint():
                    loan._warn_of(events)
            except UserError as error:
                _logger.warning("Loan %s: no warning given: %s", loan.id, error)
            if not cron._commit_progress(1):
                return

    def action_warn(self):
        """Look at these loans now and tell what is new, as the daily job does.

        :return: number of warnings given
        :rtype: int
        """
        self.check_access("write")
        new = self._new_events()
        for loan, events in new.items():
            loan._warn_of(events)
        return sum(len(events) for events in new.values())

    def _new_events(self):
        """Return ``{loan: events}`` that were not told yet.

        The loan and the texts are in the language of who is told.
        """
        told = self.env["lpdb.warning"].search([("facility_id", "in", self.ids)])
        keys = {(row.facility_id.id, row.event_key) for row in told}
        by_language, users = {}, self._warned_users()
        for loan in self:
            spoken = loan.company_id._coop_spoken(loan, users[loan.id].partner_id)
            language = spoken.env.lang
            by_language[language] = by_language.get(language, spoken.browse()) | spoken
        result = {}
        for loans in by_language.values():
            for number, events in loans._events_today().items():
                new = [event for event in events if (number, event["key"]) not in keys]
                if new:
                    result[loans.browse(number)] = new
        return result

    @api.model
    def _warned_without_need(self):
        """Return loans with an open warning that nothing is left of."""
        groups = self.env["mail.activity"]._read_group(
            [
                ("res_model", "=", self._name),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
            ],
            ["res_id"],
        )
        warned = self.browse(number for (number,) in groups)
        return warned.filtered(lambda loan: not loan.needs_attention)

    def _warned_users(self):
        """Return who is told: the responsible, else an accountant of the company.

        :return: ``{facility id: res.users}``
        """
        group = self.env.ref("umkm_base.umkm_base_group_accountant")
        accountants = group.sudo().all_user_ids.filtered("active").sorted("id")
        result = {}
        for company, loans in self.grouped("company_id").items():
            able = accountants.filtered(lambda user, c=company: c in user.company_ids)
            for loan in loans:
                user = loan.compliance_user_id
                result[loan.id] = user if user in able else able[:1]
        return result

    def _warn_of(self, events):
        """Record new events and put them before the responsible, as one activity."""
        self.ensure_one()
        user = self._warned_users()[self.id]
        day = self.company_id._local_date()
        lines = [event["text"] for event in events]
        # nobody holds a right to write what was told
        self.env["lpdb.warning"].sudo().create(
            [
                {
                    "facility_id": self.id,
                    "date": day,
                    "kind": event["kind"],
                    "event_key": event["key"],
                    "deadline": event["deadline"],
                    "text": event["text"],
                    "user_id": user.id,
                }
                for event in events
            ]
        )
        if not user:
            self.message_post(body="\n".join(lines))
            return
        self.activity_schedule(
            ACTIVITY,
            date_deadline=min(event["deadline"] for event in events),
            summary=lines[0],
            note=Markup("<br/>").join(lines[1:]),
            user_id=user.id,
        )
