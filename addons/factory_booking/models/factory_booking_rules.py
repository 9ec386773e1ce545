# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models

from ..tools import periods
from .factory_booking import LIVE
from .factory_booking_plan import MOVES


class FactoryBooking(models.Model):
    """Who the user is to the factory, and until when he may change his mind."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    class_id = fields.Many2one(
        "factory.booking.class",
        "Class of user",
        compute="_compute_class_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        help="Class of the user on the day of the booking; it decides on quota and "
        "priority.",
    )
    cancel_until = fields.Datetime(
        "Free to cancel until",
        compute="_compute_cancel_until",
        store=True,
        precompute=True,
        help="A confirmed booking cancelled later is late. Who moves it after that "
        "moment cannot cancel in time any more.",
    )
    is_late_cancel = fields.Boolean(
        "Cancelled late",
        readonly=True,
        copy=False,
        help="Cancelled by or for its user after the time to do so; a tariff may "
        "charge it.",
    )
    date_released = fields.Datetime(
        "Given back on",
        readonly=True,
        copy=False,
        help="When the time became free for others.",
    )
    rule_notice = fields.Text(
        "Rules",
        compute="_compute_rule_notice",
        help="What the rules of the centre say about this user.",
    )

    @api.depends("partner_id", "kind", "company_id", "date_start")
    def _compute_class_id(self):
        self.class_id = False
        used = self.filtered(lambda b: b.kind == "use" and b.partner_id)
        for company, bookings in used.grouped("company_id").items():
            classes = self.env["factory.booking.class"]._get_all(company._origin)
            if classes:
                classes._assign(bookings)

    @api.depends("class_id")
    def _compute_priority(self):
        return super()._compute_priority()

    def _get_default_priority(self):
        # sudo: the class decides, whoever may read classes
        own = self.sudo().class_id.priority or "0"
        return max(super()._get_default_priority(), own)

    @api.depends("workcenter_id", "kind", "date_start")
    def _compute_cancel_until(self):
        for booking in self:
            hours = booking.workcenter_id.booking_cancel_hours
            bound = hours and booking.kind == "use" and booking.date_start
            booking.cancel_until = bound and booking.date_start - timedelta(hours=hours)

    @api.depends("partner_id", "workcenter_id", "kind", "date_start", "date_end")
    def _compute_rule_notice(self):
        for booking in self:
            booking.rule_notice = "\n".join(booking._get_notices()) or False

    def _get_notices(self):
        """Return what the user should know before he is refused."""
        centre, partner = self.workcenter_id._origin, self.partner_id._origin
        bound = self.kind == "use" and self.state in LIVE and partner and centre
        if not bound or not self.date_start or not self.date_end:
            return []
        notices = self.env["factory.qualification.holder"]._check_bookings(centre, self)
        if centre._get_outside_hours(self):
            notices.append(self.env._("Begins or ends outside the working hours."))
        moment = fields.Datetime.to_string(self.date_start)
        quotas = self.env["factory.booking.quota"].sudo()
        for use in quotas.get_use(partner.id, centre.id, moment):
            parts = []
            if use["max_hours"]:
                used, most = (
                    periods.hours_text(use[name]) for name in ("hours", "max_hours")
                )
                parts.append(
                    self.env._("%(used)s of %(most)s hours", used=used, most=most)
                )
            if use["max_count"]:
                used, most = use["count"], use["max_count"]
                parts.append(
                    self.env._("%(used)s of %(most)s bookings", used=used, most=most)
                )
            notices.append(f"{use['name']}: {', '.join(parts)}")
        return notices

    # --- late ---

    def _get_late(self):
        """Return the promises whose time to cancel is over."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda b: b.state == "confirmed" and b.cancel_until and b.cancel_until < now
        )

    def _check_user_change(self, vals):
        """Refuse another user or kind once the machine was used, or the time is lost.

        What is metered and charged goes by them. Before, who booked hands it over.

        :raise UserError: naming the bookings
        :raise AccessError: bookings of others, by another role than a manager
        """
        if self._is_system() or not {"kind", "partner_id"} & vals.keys():
            return
        changed = self.filtered(
            lambda b: (
                vals.get("kind", b.kind) != b.kind
                or (vals.get("partner_id", b.partner_id.id) or False) != b.partner_id.id
            )
        )
        fixed = changed.filtered(
            lambda b: b.actual_start or b.state not in ("held", "confirmed")
        )
        fixed._refuse(self.env._("user and kind of use are history now"))
        changed._check_may_move()

    def write(self, vals):
        """Keep the time to cancel of what is moved when it was over already."""
        self._check_user_change(vals)
        late = self._get_late() if MOVES & vals.keys() else ()
        over = {booking: booking.cancel_until for booking in late}
        result = super().write(vals)
        for booking, until in over.items():
            booking._keep_cancel_until(until)
        return result

    def _keep_cancel_until(self, until):
        if self.cancel_until != until:
            self._system().cancel_until = until

    def action_ask_cancel(self):
        """Ask for the reason, and warn who cancels too late."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel booking"),
            "res_model": "factory.booking.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_booking_ids": self.ids},
        }

    def action_ask_move(self):
        """Show the next free times to move to."""
        self.ensure_one()
        wizard = self.env["factory.booking.move"].create(
            {
                "booking_id": self.id,
                "workcenter_id": self.workcenter_id.id,
                "after": self.date_start,
                "duration_hours": self.duration_hours,
            }
        )
        return wizard.action_search()

    def action_cancel(self, reason=False):
        """Mark what is cancelled too late."""
        late = self._get_late()
        result = super().action_cancel(reason)
        late._system().write({"is_late_cancel": True})
        return result

    def action_reschedule(self, date_start, date_end, workcenter_id=False, lane=False):
        """Give no new time to cancel to a promise that had none left."""
        over = self._get_late() and self.cancel_until
        successor = super().action_reschedule(
            date_start, date_end, workcenter_id=workcenter_id, lane=lane
        )
        if over:
            successor._keep_cancel_until(over)
        return successor
