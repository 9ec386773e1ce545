# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class FactoryQualificationHolder(models.Model):
    """That somebody has a qualification, from when to when, and by whose word."""

    _name = "factory.qualification.holder"
    _description = "Holder of a Qualification"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to, partner_id, id"
    _rec_names_search = ["partner_id.name", "qualification_id.name", "number"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Holder",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    qualification_id = fields.Many2one(
        "factory.qualification",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="qualification_id.company_id", store=True, index=True, precompute=True
    )
    date_from = fields.Date(
        "Valid from", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "Valid until",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day on which it holds; empty when it does not expire. To revoke it, "
        "enter the last day.",
    )
    number = fields.Char(help="Number of the certificate, as printed.")
    issuer = fields.Char(help="Trainer, institute or authority that gave it.")
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    date_reminded = fields.Date(
        "Reminded on",
        readonly=True,
        copy=False,
        help="When responsible and holder were told that it expires.",
    )
    state = fields.Selection(
        [
            ("coming", "Not yet valid"),
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
        search="_search_state",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A qualification cannot end before it begins.",
    )

    @api.depends("qualification_id.name", "partner_id.name")
    def _compute_display_name(self):
        for holder in self:
            parts = (holder.qualification_id.name, holder.partner_id.name)
            holder.display_name = ": ".join(part for part in parts if part)

    @api.depends("qualification_id", "date_from")
    def _compute_date_to(self):
        for holder in self:
            months = holder.qualification_id.validity_months
            if months and holder.date_from:
                # the last day is the one before the anniversary
                holder.date_to = holder.date_from + relativedelta(
                    months=months, days=-1
                )
            else:
                holder.date_to = holder.date_to

    @api.depends("date_from", "date_to", "qualification_id.remind_days", "company_id")
    def _compute_state(self):
        for holder in self:
            today = (holder.company_id or self.env.company)._local_date()
            days = relativedelta(days=holder.qualification_id.remind_days)
            holder.state = "valid"
            if holder.date_from and holder.date_from > today:
                holder.state = "coming"
            elif holder.date_to and holder.date_to < today:
                holder.state = "expired"
            elif holder.date_to and holder.date_to <= today + days:
                holder.state = "expiring"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._local_date()
        begun = Domain("date_from", "<=", today)
        domains = {
            "coming": Domain("date_from", ">", today),
            "expired": begun & Domain("date_to", "<", today),
            "expiring": begun & self._get_expiring_domain(today),
            "valid": begun
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
            & ~self._get_expiring_domain(today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.model
    def _get_expiring_domain(self, today):
        """Return the domain of those whose reminder is due; each kind has its days."""
        kinds = self.env["factory.qualification"].with_context(active_test=False)
        return Domain("date_to", ">=", today) & Domain.OR(
            Domain("qualification_id", "in", same.ids)
            & Domain("date_to", "<=", today + relativedelta(days=days))
            for days, same in kinds.search([("remind_days", ">", 0)])
            .grouped("remind_days")
            .items()
        )

    def write(self, vals):
        """Remind again of a new last day."""
        if {"date_to", "date_from", "qualification_id"} & vals.keys():
            vals = {**vals, "date_reminded": False}
        return super().write(vals)

    # --- the rule ---

    @api.model
    def _check_bookings(self, centre, bookings):
        """Return why users of bookings lack what the centre demands.

        A firm or group is qualified by itself or one of its persons; a person also by
        his firm's own qualification. It must hold from the first to the last local day.

        :return: list of texts, one for each user and qualification that lacks
        """
        demanded = centre.sudo().qualification_ids
        problems = []
        for booking in bookings if demanded else ():
            days = [
                centre._local_day(edge)
                for edge in (booking.date_start, booking.date_end)
            ]
            # sudo: whether somebody is qualified decides for whoever books for him
            held = self.sudo().search(
                [
                    ("qualification_id", "in", demanded.ids),
                    ("partner_id", "in", self._get_qualifying(booking.partner_id).ids),
                ]
            )
            for kind in demanded:
                mine = held.filtered(lambda h, k=kind: h.qualification_id == k)
                if not any(holder._holds(*days) for holder in mine):
                    problems.append(mine._describe_lack(booking, kind, days))
        return problems

    @api.model
    def _get_qualifying(self, partner):
        """Return the partners whose qualification counts for a user."""
        # sudo: contacts of a firm are looked at, not shown
        partner = partner.sudo()
        firm = partner.commercial_partner_id
        if partner != firm:
            return partner + firm
        return partner.search([("id", "child_of", partner.id)])

    def _holds(self, first, last):
        return self.date_from <= first and (not self.date_to or self.date_to >= last)

    def _describe_lack(self, booking, kind, days):
        """Say who lacks what, and when it expired."""
        values = {
            "booking": booking.name,
            "partner": booking.partner_id.name,
            "qualification": kind.name,
            "centre": booking.workcenter_id.name,
            "day": format_date(self.env, days[-1]),
        }
        begun = self.filtered(lambda h: h.date_from <= days[0]).sorted("date_to")
        if begun:
            return self.env._(
                "%(booking)s: %(qualification)s of %(partner)s expires on %(expiry)s; "
                "%(centre)s demands it on %(day)s.",
                expiry=format_date(self.env, begun[-1].date_to),
                **values,
            )
        if self:
            first = min(self.mapped("date_from"))
            return self.env._(
                "%(booking)s: %(qualification)s of %(partner)s begins on %(start)s; "
                "%(centre)s demands it on %(day)s.",
                start=format_date(self.env, first),
                **values,
            )
        return self.env._(
            "%(booking)s: %(partner)s has no %(qualification)s, which %(centre)s "
            "demands.",
            **values,
        )

    # --- reminders ---

    @api.model
    def _cron_remind(self):
        """Remind responsible and holder once of what expires and is not renewed."""
        today = self.env.company._local_date()
        due = self.search(
            self._get_expiring_domain(today) & Domain("date_reminded", "=", False)
        )
        template = self.env.ref(
            "factory_booking.mail_template_qualification_expires", False
        )
        for index, holder in enumerate(due, start=1):
            if not holder._is_renewed():
                holder._remind(template)
            holder.date_reminded = today
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - index)

    def _is_renewed(self):
        """Tell whether the holder has a later one of the same kind."""
        return any(
            other.qualification_id == self.qualification_id
            and (not other.date_to or other.date_to > self.date_to)
            for other in self.search([("partner_id", "=", self.partner_id.id)]) - self
        )

    def _remind(self, template):
        self.ensure_one()
        kind = self.qualification_id
        values = {
            "qualification": kind.name,
            "partner": self.partner_id.name,
            "day": format_date(self.env, self.date_to),
        }
        summary = self.env._(
            "%(qualification)s of %(partner)s expires on %(day)s", **values
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_to,
            summary=summary,
            user_id=(kind.responsible_id or self.create_uid).id,
        )
        if template and self.partner_id.email:
            template.send_mail(self.id)
