# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.umkm_base.tools.chat import chat_link

# what is told: the field that says when, so that nothing is told twice
TOLD = {
    "start": "reminded_at",
    "hold": "hold_reminded_at",
    "displaced": "displaced_told_at",
}


class FactoryBooking(models.Model):
    """What users and responsibles are told in time.

    By e-mail who has an address; for the others the responsible finds an activity
    with a link that opens a chat, the text written already.
    """

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    reminded_at = fields.Datetime(
        readonly=True, copy=False, help="When the user was reminded of the start."
    )
    hold_reminded_at = fields.Datetime(
        "Reminded of the hold at",
        readonly=True,
        copy=False,
        help="When it was told that the hold is about to expire.",
    )
    displaced_told_at = fields.Datetime(
        "Told of the displacement at",
        readonly=True,
        copy=False,
        help="When the user was told that the time is lost.",
    )
    when_text = fields.Char(
        "When",
        compute="_compute_when_text",
        help="Start and end by the clock at the centre.",
    )
    offers_text = fields.Char(
        "Times offered",
        compute="_compute_offers_text",
        help="Other times that a displaced user may choose from.",
    )
    chat_url = fields.Char(
        "Chat",
        compute="_compute_chat_url",
        help="Opens a chat with the user of the machine (WhatsApp).",
    )

    @api.depends("date_start", "date_end", "workcenter_id")
    def _compute_when_text(self):
        for booking in self:
            centre = booking.workcenter_id.sudo()
            booking.when_text = False
            if booking.date_start and booking.date_end:
                days = [
                    centre._local_day(edge)
                    for edge in (booking.date_start, booking.date_end)
                ]
                start, end = (
                    centre._format_moment(edge)
                    for edge in (booking.date_start, booking.date_end)
                )
                end = end.split(" ")[1] if days[0] == days[1] else end
                booking.when_text = f"{start} - {end}"

    @api.depends("offer_ids.state")
    def _compute_offers_text(self):
        for booking in self:
            booking.offers_text = "; ".join(
                f"{offer.workcenter_id.name} "
                f"{offer.workcenter_id._format_moment(offer.date_start)}"
                for offer in booking.sudo().offer_ids
                if offer.state == "open"
            )

    @api.depends("partner_id.phone", "workcenter_id.name", "when_text", "state")
    def _compute_chat_url(self):
        for booking in self:
            # sudo: the phone of who comes to the machine, for who runs it
            partner = booking.partner_id.sudo()
            code = partner.country_id.phone_code or 62
            booking.chat_url = (
                chat_link(partner.phone, booking._get_chat_text(), code) or False
            )

    def _get_chat_text(self):
        """Return what to write to the user, in his language."""
        booking = self.with_context(lang=self.partner_id.lang or self.env.lang)
        values = {
            "name": booking.name,
            "centre": booking.workcenter_id.name,
            "when": booking.when_text,
        }
        if booking.state == "displaced":
            return booking.env._(
                "%(centre)s cannot run %(when)s as booked (%(name)s). It costs you "
                "nothing. Other times: %(offers)s.",
                offers=booking.offers_text or booking.env._("please call us"),
                **values,
            )
        if booking.state == "held":
            return booking.env._(
                "%(centre)s is only held for you %(when)s (%(name)s). Please confirm.",
                **values,
            )
        return booking.env._(
            "%(centre)s is booked for you %(when)s (%(name)s).", **values
        )

    def action_open_chat(self):
        """Open the chat with the user of the machine."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.chat_url, "target": "new"}

    def write(self, vals):
        """Remind again of what is moved to another time."""
        result = super().write(vals)
        if "date_start" in vals and any(self.mapped("reminded_at")):
            self.filtered("reminded_at")._system().reminded_at = False
        return result

    # --- the job ---

    @api.model
    def _cron_remind(self):
        """Tell each user once: before the start, of a hold, of a displacement."""
        now = fields.Datetime.now()
        due = [
            (kind, booking)
            for kind, bookings in (
                ("displaced", self._get_displaced_untold()),
                ("hold", self._get_holds_ending(now)),
                ("start", self._get_starting(now)),
            )
            for booking in bookings
        ]
        for index, (kind, booking) in enumerate(due, start=1):
            booking._tell(kind)
            booking._system()[TOLD[kind]] = now
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - index)

    def _get_displaced_untold(self):
        return self.search(
            [
                ("state", "=", "displaced"),
                ("kind", "=", "use"),
                ("displaced_told_at", "=", False),
            ]
        )

    def _get_holds_ending(self, now):
        """Return holds in their last minutes, as each company counts them."""
        due = self.browse()
        for company in self.env["res.company"].search(
            [("booking_hold_remind_minutes", ">", 0)]
        ):
            last = timedelta(minutes=company.booking_hold_remind_minutes)
            due |= self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "held"),
                    ("hold_reminded_at", "=", False),
                    ("hold_until", ">", now),
                    ("hold_until", "<=", now + last),
                ]
            )
        return due

    def _get_starting(self, now):
        """Return promises whose hour to remind has come and that lie ahead."""
        centres = self.env["mrp.workcenter"].with_context(active_test=False)
        starting = Domain("state", "=", "confirmed") & Domain("kind", "=", "use")
        starting &= Domain("actual_start", "=", False) & Domain("date_start", ">", now)
        starting &= Domain("reminded_at", "=", False)
        busy = centres.search([("booking_ids.state", "=", "confirmed")])
        by_hours = busy.grouped(lambda c: c._get_remind_hours())
        ahead = Domain.OR(
            Domain("workcenter_id", "in", same.ids)
            & Domain("date_start", "<=", now + timedelta(hours=hours))
            for hours, same in by_hours.items()
            if hours > 0
        )
        return self.search(starting & ahead, order="date_start, id")

    def _tell(self, kind):
        """Write to the user, or have the responsible do it.

        :param str kind: a key of ``TOLD``
        """
        self.ensure_one()
        template = self.env.ref(f"factory_booking.mail_template_{kind}", False)
        mailed = bool(template and self.partner_id.email)
        if mailed:
            template.send_mail(self.id)
        # a hold asks for a decision in the factory, too; the responsible of what is
        # displaced has an activity already, with the offers
        if kind == "hold" or not (mailed or (kind == "displaced" and self.user_id)):
            self._schedule_call(kind)

    def _get_responsible(self):
        """Return who calls the user: portal users book for nobody else."""
        managers = self.env.ref("umkm_base.umkm_base_group_factory_manager")
        candidates = self.user_id | self.create_uid | managers.all_user_ids
        working = candidates.filtered(
            lambda u: u.active and u._is_internal() and self.company_id in u.company_ids
        )
        return working[:1] or self.user_id

    def _schedule_call(self, kind):
        responsible = self._get_responsible()
        booking = self.with_context(lang=responsible.lang or self.env.lang)
        user = booking.partner_id.name or booking.name
        summary = {
            "start": booking.env._("Remind %s", user),
            "hold": booking.env._("The hold of %s is about to expire", user),
            "displaced": booking.env._("Find another time for %s", user),
        }[kind]
        note = Markup("<p>%s</p>") % booking._get_chat_text()
        if booking.chat_url:
            note += Markup('<p><a href="%s" target="_blank">WhatsApp</a></p>') % (
                booking.chat_url
            )
        booking.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=self.company_id._local_date(),
            summary=summary,
            note=note,
            user_id=responsible.id,
        )
