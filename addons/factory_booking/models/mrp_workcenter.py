# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_datetime

from .factory_booking import BLOCKING_KINDS, LIVE


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    lane_count = fields.Integer(
        "Lanes",
        default=1,
        required=True,
        help="How many can use the centre side by side: equal machines, tables or "
        "trays. Each booking takes one lane.",
    )
    overlap_allowed = fields.Boolean(
        help="Bookings may overlap, where the trade needs it (many sizes in one oven).",
    )
    booking_min_minutes = fields.Integer(
        "Shortest booking (minutes)", help="No shorter booking; 0 for no limit."
    )
    booking_max_minutes = fields.Integer(
        "Longest booking (minutes)", help="No longer booking; 0 for no limit."
    )
    booking_notice_hours = fields.Float(
        "Notice (hours)",
        help="A booking is made at least so long before it starts; 0 for no limit.",
    )
    booking_horizon_days = fields.Integer(
        "Horizon (days)",
        help="A booking starts at most so many days from now; 0 for no limit.",
    )
    booking_hold_minutes = fields.Integer(
        "Hold (minutes)",
        default=60,
        help="A held booking expires after so long; 0 holds until somebody decides.",
    )
    booking_grace_minutes = fields.Integer(
        "Grace (minutes)",
        default=30,
        help="So long after its start, a confirmed booking nobody came for becomes a "
        "no-show and the time is free; 0 never.",
    )
    booking_ids = fields.One2many("factory.booking", "workcenter_id", "Bookings")
    booking_count = fields.Integer(
        "Coming bookings", compute="_compute_booking_count", compute_sudo=False
    )

    _lanes_positive = models.Constraint(
        "CHECK (lane_count > 0)", "A work centre has at least one lane."
    )
    _booking_rules_positive = models.Constraint(
        "CHECK (COALESCE(booking_min_minutes, 0) >= 0 "
        "AND COALESCE(booking_max_minutes, 0) >= 0 "
        "AND COALESCE(booking_notice_hours, 0) >= 0 "
        "AND COALESCE(booking_horizon_days, 0) >= 0 "
        "AND COALESCE(booking_hold_minutes, 0) >= 0 "
        "AND COALESCE(booking_grace_minutes, 0) >= 0)",
        "Booking rules are zero (no limit) or more.",
    )

    @api.depends("booking_ids.state")
    def _compute_booking_count(self):
        counts = {}
        if self.env["factory.booking"].has_access("read"):
            groups = self.env["factory.booking"]._read_group(
                [("workcenter_id", "in", self.ids), ("state", "in", LIVE)],
                ["workcenter_id"],
                ["__count"],
            )
            counts = {centre.id: count for centre, count in groups}
        for centre in self:
            centre.booking_count = counts.get(centre.id, 0)

    @api.constrains("lane_count")
    def _check_lanes_unused(self):
        """A lane cannot go while somebody has it."""
        for centre in self:
            beyond = (
                self.env["factory.booking"]
                .sudo()
                .search(
                    [
                        ("workcenter_id", "=", centre.id),
                        ("state", "in", LIVE),
                        ("lane", ">", centre.lane_count),
                    ],
                    limit=1,
                )
            )
            if beyond:
                raise ValidationError(
                    self.env._(
                        "%(centre)s: lane %(lane)s is booked by %(booking)s. Move that "
                        "booking before you take the lane away.",
                        centre=centre.name,
                        lane=beyond.lane,
                        booking=beyond.name,
                    )
                )

    def action_view_bookings(self):
        """Open the bookings of the centre."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_booking_action"
        )
        action["domain"] = [("workcenter_id", "in", self.ids)]
        action["context"] = {"default_workcenter_id": self[:1].id}
        return action

    def _format_moment(self, moment):
        """Write a moment as people at the machine read it, in the centre's zone."""
        zone = self.tz or "UTC"
        return format_datetime(self.env, moment, tz=zone, dt_format="dd-MM-yyyy HH:mm")

    # --- rules of a booking ---

    def _check_bookings(self, bookings):
        """Hold bookings of one centre against its calendar and rules.

        :raise ValidationError: naming the booking, the rule and the way out
        """
        working = bookings.filtered(lambda b: b.kind not in BLOCKING_KINDS)
        self._check_calendar(working)
        self._check_overrun(working)
        bound = working.filtered(lambda b: b.kind == "use" and not b.override_reason)
        for booking in bound:
            self._check_length(booking)
            self._check_notice(booking)

    def _check_length(self, booking):
        minutes = (booking.date_end - booking.date_start).total_seconds() / 60
        shortest, longest = self.booking_min_minutes, self.booking_max_minutes
        if (shortest and minutes < shortest) or (longest and minutes > longest):
            raise ValidationError(
                self.env._(
                    "%(booking)s lasts %(minutes)d minutes; %(centre)s takes bookings "
                    "from %(shortest)s to %(longest)s minutes.",
                    booking=booking.name,
                    minutes=minutes,
                    centre=self.name,
                    shortest=shortest,
                    longest=longest or "∞",
                )
            )

    def _check_notice(self, booking):
        now = fields.Datetime.now()
        notice, horizon = self.booking_notice_hours, self.booking_horizon_days
        if notice and booking.date_start < now + timedelta(hours=notice):
            raise ValidationError(
                self.env._(
                    "%(booking)s starts too soon: %(centre)s needs %(hours)s hours of "
                    "notice.",
                    booking=booking.name,
                    centre=self.name,
                    hours=f"{notice:g}",
                )
            )
        if horizon and booking.date_start > now + timedelta(days=horizon):
            raise ValidationError(
                self.env._(
                    "%(booking)s starts too late: %(centre)s can be booked %(days)s "
                    "days ahead.",
                    booking=booking.name,
                    centre=self.name,
                    days=horizon,
                )
            )

    def _check_calendar(self, bookings):
        if not bookings:
            return
        closings = self._get_closings(
            min(bookings.mapped("block_from")), max(bookings.mapped("block_to"))
        )
        for booking in bookings:
            closed = closings.filtered(
                lambda c, b=booking: (
                    c.date_from < b.block_to and b.block_from < c.date_to
                )
            )
            self._refuse_closed(booking, closed[:1])

    def _refuse_closed(self, booking, closed):
        if closed:
            raise ValidationError(
                self.env._(
                    "%(booking)s: %(centre)s is closed from %(start)s to %(end)s "
                    "(%(reason)s). Choose another time.",
                    booking=booking.name,
                    centre=self.name,
                    start=self._format_moment(closed.date_from),
                    end=self._format_moment(closed.date_to),
                    reason=closed.name or self.env._("time off"),
                )
            )

    def _get_closings(self, start, end):
        """Return the calendar's closing days and time off that touch the time."""
        # sudo: a closing day binds everybody, also who may not read calendars
        entries = self.env["resource.calendar.leaves"].sudo()
        return entries.search(
            [
                ("time_type", "=", "leave"),
                ("booking_managed", "=", False),
                ("resource_id", "in", [False, self.resource_id.id]),
                ("calendar_id", "in", [False, self.resource_calendar_id.id]),
                ("company_id", "=", self.company_id.id or self.env.company.id),
                ("date_from", "<", end),
                ("date_to", ">", start),
            ]
        )

    def _check_overrun(self, bookings):
        """A lane that still runs is not free now, whatever was planned."""
        now = fields.Datetime.now()
        for booking in bookings.filtered(
            lambda b: b.exclusive and b.block_from <= now < b.block_to
        ):
            running = booking._get_running()
            if running and running.block_to <= booking.block_from:
                raise ValidationError(
                    self.env._(
                        "%(centre)s, lane %(lane)s, still runs %(running)s, which is "
                        "over its time. Book a later time.",
                        centre=self.name,
                        lane=booking.lane,
                        running=running.name,
                    )
                )
