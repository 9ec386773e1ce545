# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models

from .factory_booking_plan import SYSTEM
from .mrp_workorder import FACTS_KEY, OPEN_STATES


class MrpWorkorder(models.Model):
    """Work orders whose machine broke down: paused, displaced, planned again."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workorder"

    is_displaced = fields.Boolean(
        "To plan again",
        compute="_compute_is_displaced",
        store=True,
        help="Its booking was displaced: accept one of the offers on the booking, or "
        "plan the manufacturing order again.",
    )

    @api.depends("booking_ids.state", "leave_id.date_from", "state")
    def _compute_is_displaced(self):
        for order in self:
            # sudo: as in _get_live_bookings
            last = order.sudo().booking_ids.sorted("id")[-1:]
            order.is_displaced = (
                order.state in OPEN_STATES
                and not order.leave_id
                and last.state == "displaced"
            )

    def _pause_at(self, moment):
        """Close the timers at the moment the machine stopped.

        :param datetime moment: naive UTC
        """
        timers = self.time_ids.filtered(lambda time: not time.date_end)
        timers.filtered(lambda time: time.date_start < moment).date_end = moment
        self.end_all()

    def _take_place(self, offer):
        """Plan the order at an offered time, as core's planner would.

        :param offer: ``factory.booking.offer``
        :return: the new booking
        """
        self.ensure_one()
        vals = {}
        centre = offer.workcenter_id
        if centre != self.workcenter_id:
            vals["workcenter_id"] = centre.id
            if self.state != "progress":
                minutes = self._get_duration_expected(alternative_workcenter=centre)
                vals["duration_expected"] = minutes
        start, end = offer.block_from, offer.block_to
        vals["leave_id"] = self._create_entry(centre, start, end).id
        self.write(vals)
        return self._get_live_bookings()

    def _create_entry(self, centre, start, end):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": self.display_name,
                "calendar_id": centre.resource_calendar_id.id,
                "resource_id": centre.resource_id.id,
                "date_from": start,
                "date_to": end,
                "time_type": "other",
            }
        )

    def _prepare_booking_vals(self):
        """Link the booking to the displaced one whose place it takes."""
        vals = super()._prepare_booking_vals()
        # sudo: as in _get_live_bookings
        last = self.sudo().booking_ids.sorted("id")[-1:]
        if last.state == "displaced" and not last.descendant_ids:
            vals["rescheduled_from_id"] = last.id
            last.offer_ids.filtered(lambda o: o.state == "open").state = "closed"
        return vals

    def button_start(self, raise_on_invalid_state=False):
        """Book for an order that goes on after it was displaced."""
        begun = self.filtered(lambda o: o.state == "progress")
        result = super().button_start(raise_on_invalid_state=raise_on_invalid_state)
        for order in begun - begun._get_live_bookings().workorder_id:
            order._book_rest()
        return result

    def _book_rest(self):
        """Keep the machine from now on for what is left to do."""
        now = fields.Datetime.now()
        spent = sum(self.time_ids.mapped("duration"))
        left = max(self.duration_expected - spent, 1)
        end = now + timedelta(minutes=round(left))
        keys = {FACTS_KEY: SYSTEM, "force_date": True}
        order = self.with_context(**keys)
        order.write({"leave_id": order._create_entry(self.workcenter_id, now, end).id})
        order._get_live_bookings()._run(now)
