# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.fields import Domain

from .factory_booking import BLOCKING_KINDS, LIVE


class ResourceCalendarLeaves(models.Model):
    """Closing days that meet what was booked before."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "resource.calendar.leaves"

    hit_booking_count = fields.Integer(
        "Bookings on this day",
        compute="_compute_hit_booking_count",
        help="Bookings that were made before the closing day was entered.",
    )

    @api.depends("date_from", "date_to", "calendar_id", "resource_id", "time_type")
    def _compute_hit_booking_count(self):
        for entry in self:
            entry.hit_booking_count = len(entry._get_hit_bookings())

    def action_view_hit_bookings(self):
        """Open the bookings that stand on these closing days."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_booking_action"
        )
        action["name"] = self.env._("Bookings on closing days")
        action["domain"] = [("id", "in", self._get_hit_bookings().ids)]
        action["views"] = [(False, "list"), (False, "form")]
        action["context"] = {}
        return action

    def action_displace_hit_bookings(self):
        """Displace the bookings on these closing days, with offers and without a fee.

        :return: ids of the displaced bookings
        :raise AccessError: another role than a factory manager
        """
        self.env["factory.booking"]._check_manager()
        displaced = self.env["factory.booking"].sudo()
        for entry in self:
            hit = entry._get_hit_bookings().sudo()
            running = hit.filtered(lambda b: b.actual_start)
            running._refuse(self.env._("work has begun: finish them first"))
            centres = hit.workcenter_id
            places = {(c.id, n) for c in centres for n in range(1, c.lane_count + 1)}
            reason = self.env._("Closed: %s", entry.name or self.env._("time off"))
            displaced |= hit._displace(reason, forbidden=places)
            displaced._propose(reason)
        return displaced.ids

    def _get_hit_bookings(self):
        """Return live bookings in the time of closing days and time off."""
        bookings = self.env["factory.booking"]
        if not bookings.has_access("read"):
            return bookings
        closings = self.filtered(
            lambda e: (
                e.time_type == "leave"
                and not e.booking_managed
                and e.date_from
                and e.date_to
            )
        )
        for entry in closings:
            bookings |= bookings.search(entry._get_hit_domain())
        return bookings

    def _get_hit_domain(self):
        domain = Domain(
            [
                ("state", "in", LIVE),
                ("kind", "not in", BLOCKING_KINDS),
                ("block_from", "<", self.date_to),
                ("block_to", ">", self.date_from),
            ]
        )
        if self.resource_id:
            return domain & Domain(
                "workcenter_id.resource_id", "=", self.resource_id.id
            )
        if self.calendar_id:
            calendar = Domain(
                "workcenter_id.resource_calendar_id", "=", self.calendar_id.id
            )
            return domain & calendar
        return domain & Domain("company_id", "=", self.company_id.id)
