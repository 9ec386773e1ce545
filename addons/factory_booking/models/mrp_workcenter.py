# SPDX-License-Identifier: AGPL-3.0-or-later
from itertools import pairwise

import pytz

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
    booking_within_hours = fields.Boolean(
        "Only in working hours",
        help="A booking for use begins and ends while the centre is open; it may go on "
        "after a break or a night, as planned work does. Otherwise the form warns.",
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
    booking_cancel_hours = fields.Float(
        "Cancel before (hours)",
        help="A confirmed booking cancelled later than so long before its start is "
        "marked as late, which a tariff may charge; 0 never.",
    )
    booking_remind_hours = fields.Float(
        "Remind before (hours)",
        help="So long before the start the user of the machine is reminded; 0 takes "
        "the company's hours.",
    )
    booking_quota_ids = fields.One2many(
        "factory.booking.quota",
        "workcenter_id",
        "Quotas",
        help="How much each user may book here; quotas for all centres bind, too.",
    )
    qualification_ids = fields.Many2many(
        "factory.qualification",
        "mrp_workcenter_qualification_rel",
        "workcenter_id",
        "qualification_id",
        string="Qualifications",
        check_company=True,
        help="Whoever books the centre for use must have each of them on that day.",
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
        "AND COALESCE(booking_grace_minutes, 0) >= 0 "
        "AND COALESCE(booking_cancel_hours, 0) >= 0 "
        "AND COALESCE(booking_remind_hours, 0) >= 0)",
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

    @api.constrains("overlap_allowed")
    def _check_overlap_forbidden(self):
        """Name the bookings in the way, before the database refuses without names."""
        for centre in self.filtered(lambda centre: not centre.overlap_allowed):
            bookings = (
                self.env["factory.booking"]
                .sudo()
                .search(
                    [
                        ("workcenter_id", "=", centre.id),
                        ("state", "in", LIVE),
                        ("unprotected", "=", False),
                    ],
                    order="lane, block_from, id",
                )
            )
            for first, second in pairwise(bookings):
                if first.lane == second.lane and second.block_from < first.block_to:
                    raise ValidationError(
                        self.env._(
                            "%(centre)s: %(first)s and %(second)s overlap on lane "
                            "%(lane)s. Move one of them before you forbid overlaps.",
                            centre=centre.name,
                            first=first.name,
                            second=second.name,
                            lane=first.lane,
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

    def _get_zone(self):
        """Return the time zone of the clock at the centre."""
        company = self.company_id or self.env.company
        return pytz.timezone(self.tz or company.time_zone or "UTC")

    def _get_remind_hours(self):
        """Return how long before the start users are reminded; 0 for not at all."""
        company = self.company_id or self.env.company
        return self.booking_remind_hours or company.booking_remind_hours

    def _local_day(self, moment):
        """Return the calendar day at the centre.

        :param datetime moment: naive UTC
        """
        return pytz.utc.localize(moment).astimezone(self._get_zone()).date()

    # --- rules of a booking ---

    def _check_bookings(self, bookings):
        """Hold bookings of one centre against its calendar and rules.

        :raise ValidationError: naming the booking, the rule and the way out
        """
        working = bookings.filtered(lambda b: b.kind not in BLOCKING_KINDS)
        self._check_calendar(working)
        self._check_blocked(bookings - working)
        self._check_overrun(working)
        bound = working.filtered(lambda b: b.kind == "use" and not b.override_reason)
        for booking in bound:
            self._check_length(booking)
            self._check_notice(booking)
        if self.booking_within_hours:
            self._check_hours(bound)
        holders = self.env["factory.qualification.holder"]
        if problems := holders._check_bookings(self, bound):
            raise ValidationError("\n".join(problems))
        self.env["factory.booking.quota"]._check_bookings(bound)
