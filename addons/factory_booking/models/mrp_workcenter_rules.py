# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from itertools import takewhile

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..tools import slots
from .factory_booking import LIVE


class MrpWorkcenter(models.Model):
    """What a centre demands of a booking."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    def _find_whole_slots(self, use, after, limit):
        """Return free slots that no closing hour interrupts, else those there are.

        Planned work may pause over night; who comes to use a machine seldom can. A
        break within the day is better than a night, and a night than no slot.

        :return: as ``_find_slots``
        """
        for pause in ("none", "day", "night"):
            if found := self._find_slots(use, after, limit, pause):
                return found
        return []

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
        if booking.actual_start:
            return
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

    def _check_hours(self, bookings):
        """Refuse what begins or ends while the centre is closed.

        :raise ValidationError: naming the booking and free times
        """
        for booking in self._get_outside_hours(bookings)[:1]:
            raise ValidationError(
                self.env._(
                    "%(booking)s, from %(start)s to %(end)s, begins or ends while "
                    "%(centre)s is closed. %(offer)s Or a factory manager allows it "
                    "with a reason.",
                    booking=booking.name,
                    centre=self.name,
                    start=self._format_moment(booking.date_start),
                    end=self._format_moment(booking.date_end),
                    offer=booking._get_offer(
                        self, [booking.block_from, booking.block_to]
                    ),
                )
            )

    def _get_outside_hours(self, bookings):
        """Return the bookings that begin or end while the centre is closed.

        Work that has begun is a fact; hours that are flexible close nothing.
        """
        planned = bookings.filtered(lambda b: not b.actual_start)
        calendar = self.sudo().resource_calendar_id
        if not planned or not calendar or calendar.flexible_hours:
            return planned.browse()
        # sudo: when the centre is open is for everybody to know
        after = min(planned.mapped("date_start"))
        working = self.sudo()._get_working_time(after)[self.id]
        until = max(planned.mapped("date_end"))
        opened = list(takewhile(lambda item: item[0] < until, working))
        return planned.filtered(
            lambda b: not slots.is_open(opened, b.date_start, b.date_end)
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
                    "(%(reason)s). %(offer)s",
                    booking=booking.name,
                    centre=self.name,
                    start=self._format_moment(closed.date_from),
                    end=self._format_moment(closed.date_to),
                    reason=closed.name or self.env._("time off"),
                    offer=booking._get_offer(
                        self, [booking.block_from, booking.block_to]
                    ),
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

    def _check_blocked(self, bookings):
        """Refuse to close over bookings where the database lets them overlap.

        :raise ValidationError: naming the bookings in the way
        """
        for booking in bookings if self.overlap_allowed else ():
            # sudo: only references are shown
            others = booking.sudo().search(
                [
                    ("workcenter_id", "=", self.id),
                    ("state", "in", LIVE),
                    ("block_from", "<", booking.block_to),
                    ("block_to", ">", booking.block_from),
                    ("id", "!=", booking.id),
                ]
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(booking)s would close %(centre)s over %(others)s. Move or "
                        "cancel them first, or report a breakdown.",
                        booking=booking.name,
                        centre=self.name,
                        others=", ".join(others.mapped("name")),
                    )
                )

    def _check_overrun(self, bookings):
        """A lane that runs is not free now, whatever was planned."""
        now = fields.Datetime.now()
        for booking in bookings.filtered(
            lambda b: b.exclusive and b.block_from <= now < b.block_to
        ):
            if running := booking._get_running():
                raise ValidationError(
                    self.env._(
                        "%(centre)s, lane %(lane)s, runs %(running)s outside its time. "
                        "Book a later time.",
                        centre=self.name,
                        lane=booking.lane,
                        running=running.name,
                    )
                )
