# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_booking import LIVE
from .factory_booking_plan import SYSTEM, SYSTEM_KEY

PLACES = frozenset(("date_from", "date_to", "resource_id"))


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    booking_managed = fields.Boolean(
        readonly=True,
        copy=False,
        help="The entry shows a booking: free time is computed from the booking.",
    )

    # closing days and time off are few among the entries of thousands of bookings
    _unmanaged = models.Index(
        "(resource_id, date_to) WHERE booking_managed IS NOT TRUE"
    )
    _closing_by_company = models.Index(
        "(company_id, date_to) WHERE time_type = 'leave'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(SYSTEM_KEY) is not SYSTEM:
            self = self.with_context(default_booking_managed=False)
            for vals in vals_list:
                self._check_managed(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Move the bookings along with their calendar entries."""
        self._check_managed(vals)
        if PLACES & vals.keys() and not self.env.su:
            self._get_live_bookings()._check_calendar_change()
        result = super().write(vals)
        if PLACES & vals.keys():
            self._get_live_bookings()._follow_calendar_entry()
        return result

    def unlink(self):
        """Cancel the bookings whose calendar entries go."""
        bookings = self._get_live_bookings()
        if not self.env.su:
            bookings._check_calendar_change()
        bookings._write_state("cancelled", hold_until=False, leave_id=False)
        return super().unlink()

    def _check_managed(self, vals):
        """Refuse to let an entry pose as one of a booking, or no longer be one.

        :raise UserError: a client writes ``booking_managed``
        """
        system = self.env.context.get(SYSTEM_KEY) is SYSTEM
        if "booking_managed" in vals and not system:
            raise UserError(
                self.env._(
                    "Which calendar entries show bookings cannot be written; change "
                    "the booking instead."
                )
            )

    def _get_live_bookings(self):
        """Return the bookings to keep in step; none when they are what writes."""
        # sudo: who plans work orders need not have a role in bookings
        bookings = self.env["factory.booking"].sudo()
        managed = self.filtered("booking_managed")
        if not managed or self.env.context.get(SYSTEM_KEY) is SYSTEM:
            return bookings
        return bookings.search([("leave_id", "in", managed.ids), ("state", "in", LIVE)])
