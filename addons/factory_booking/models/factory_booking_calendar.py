# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_booking import BLOCKING_KINDS, block_around


class FactoryBooking(models.Model):
    """What the planner's calendar shows of a booking, and moves with it."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    @api.constrains("workcenter_id", "block_from", "block_to")
    def _check_order_open(self):
        """Let a work order neither begin nor end while its centre is closed.

        It may pause over a closing day, as core plans it; work that has begun is a
        fact and asks nobody.
        """
        for booking in self.filtered(
            lambda b: (
                b.workorder_id
                and b.state in ("held", "confirmed")
                and not b.actual_start
                and not b.unprotected
                and not b.workorder_id._is_fact()
            )
        ):
            start, end = booking.block_from, booking.block_to
            centre = booking.workcenter_id
            closed = centre._get_closings(start, end).filtered(
                lambda c, start=start, end=end: (
                    c.date_from <= start < c.date_to or c.date_from < end <= c.date_to
                )
            )
            centre._refuse_closed(booking, closed[:1])

    def _get_calendar_entries(self):
        # sudo: a booking owns its calendar entry, whoever may write the booking
        return self.sudo().leave_id

    def _prepare_calendar_entry_vals(self):
        blocking = self.kind in BLOCKING_KINDS
        centre = self.workcenter_id
        return {
            "name": self.name,
            "calendar_id": centre.resource_calendar_id.id,
            "resource_id": centre.resource_id.id,
            "date_from": self.block_from,
            "date_to": self.block_to,
            "time_type": "leave" if blocking else "other",
            "booking_managed": True,
        }

    def _create_calendar_entries(self):
        """Show bookings without a work order to the planner and its calendars."""
        if not self:
            return
        bookings = self.sudo()
        entries = (
            bookings._system()
            .env["resource.calendar.leaves"]
            .create([booking._prepare_calendar_entry_vals() for booking in bookings])
        )
        for booking, entry in zip(bookings._system(), entries, strict=True):
            booking.leave_id = entry

    def _move_calendar_entries(self):
        # in system context the entry does not write back to the booking
        for booking in self.sudo()._system().filtered("leave_id"):
            booking.leave_id.write(booking._prepare_calendar_entry_vals())

    def _move_work_order_entry(self):
        """Give the work order the dates of the booking that took over its plan."""
        for booking in self.sudo()._system().filtered("workorder_id"):
            booking.leave_id.write(
                {"date_from": booking.block_from, "date_to": booking.block_to}
            )
            order = booking.workorder_id
            order.duration_expected = order._calculate_duration_expected()

    def _follow_calendar_entry(self):
        """Take over the dates and centre that somebody gave the calendar entry."""
        for booking in self.sudo()._system():
            entry = booking.leave_id
            booking.write(booking._prepare_follow_vals(entry))

    def _prepare_follow_vals(self, entry):
        if self.workorder_id:
            return self.workorder_id._prepare_booking_dates(entry, self)
        return {
            "date_start": entry.date_from + timedelta(minutes=self.setup_minutes),
            "date_end": entry.date_to - timedelta(minutes=self.cleaning_minutes),
        }

    def _move_workorders(self, vals):
        """Move the work orders of bookings; their calendar entries move the bookings.

        :param dict vals: what is written on the bookings
        """
        if {"workcenter_id", "lane"} & vals.keys():
            raise UserError(
                self.env._(
                    "%(bookings)s belong to work orders: change the work centre there, "
                    "the lane follows.",
                    bookings=", ".join(self.mapped("name")),
                )
            )
        for booking in self:
            start, end = block_around(
                fields.Datetime.to_datetime(vals.get("date_start", booking.date_start)),
                fields.Datetime.to_datetime(vals.get("date_end", booking.date_end)),
                vals.get("setup_minutes", booking.setup_minutes),
                vals.get("cleaning_minutes", booking.cleaning_minutes),
            )
            booking.workorder_id._move_to(start, end)
