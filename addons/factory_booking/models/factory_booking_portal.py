# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_booking_slots import to_datetime

STEP = timedelta(minutes=15)
CHOICES = (30, 60, 90, 120, 180, 240, 300, 360, 420, 480)
MOST_AHEAD = timedelta(days=3 * 366)
OPEN_HOLDS = 3  # one person keeps no more time from others without confirming


class FactoryBooking(models.Model):
    """What a member or customer does himself, with his own bookings only.

    A portal user may read his bookings and nothing of the centres. Each method below
    widens that right by itself, for one purpose, after it looked whose booking it is.
    """

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    @api.model
    def _get_portal_centres(self):
        """Return the work centres that the user may ask for; addons narrow it.

        :return: ``mrp.workcenter`` with sudo
        """
        # sudo: name, hours and rules of these centres are for those who may book them
        centres = self.env["mrp.workcenter"].sudo()
        companies = self.env.user.company_ids.ids
        domain = [("portal_bookable", "=", True), ("company_id", "in", companies)]
        return centres.search(domain, order="name, id")

    @api.model
    def _get_portal_today(self, centre):
        """Return the calendar day where a centre stands, of the house without one."""
        zone = centre.tz or self.env.company.sudo().time_zone or "Asia/Jakarta"
        moment = pytz.utc.localize(fields.Datetime.now())
        return moment.astimezone(pytz.timezone(zone)).date()

    @api.model
    def _get_portal_slots(self, centre, minutes, after, limit):
        """Return free times of a centre, without a word on who has the others.

        A time may have the break at noon in it, but no night: nobody waits for one.

        :param centre: one of ``_get_portal_centres``
        :param int minutes: working time wanted
        :param datetime after: naive UTC; the past is left out
        :return: list of (start, end), naive UTC, each once however many lanes are free
        """
        self._check_choice(minutes)
        after = max(after, _round_up(fields.Datetime.now()))
        found = centre._find_slots(
            *(timedelta(minutes=minutes), after, limit * centre.lane_count),
            pause="day",
        )
        return list(dict.fromkeys((slot[0], slot[1]) for slot in found))[:limit]

    @api.model
    def _hold_for_portal(self, centre, minutes, start):
        """Hold a free time for the user.

        The end comes from the search, not from the form: work pauses while the centre
        is closed.

        :param centre: one of ``_get_portal_centres``
        :param int minutes: working time wanted
        :param start: begin of a slot that was offered, in UTC
        :return: the held booking, with the user's own rights
        :raise UserError: the time is not free (any more)
        """
        self._check_choice(minutes)
        self._check_open_holds()
        start = to_datetime(self.env, start)
        now = fields.Datetime.now()
        if not now <= start <= now + MOST_AHEAD:
            self._refuse_start(centre, start)
        setup = timedelta(minutes=centre.time_start)
        slots = centre._find_slots(
            *(timedelta(minutes=minutes), start - setup, centre.lane_count),
            pause="day",
        )
        slot = next((slot for slot in slots if slot[0] == start), None)
        if not slot:
            self._refuse_start(centre, start)
        # sudo: a member may not create bookings; he may hold time for himself
        booking = self.sudo().create(
            {
                "workcenter_id": centre.id,
                "lane": slot[3],
                "partner_id": self.env.user.partner_id.id,
                "user_id": False,
                "kind": "use",
                "date_start": slot[0],
                "date_end": slot[1],
                "origin": self.env._("Portal"),
            }
        )
        return booking.sudo(False)

    def _check_choice(self, minutes):
        if minutes not in CHOICES:
            raise UserError(self.env._("Choose how long you need the machine."))

    def _refuse_start(self, centre, start):
        raise UserError(
            self.env._(
                "%s is no longer free. Choose another time.",
                centre._format_moment(start),
            )
        )

    def _check_open_holds(self):
        holds = [
            ("partner_id", "=", self.env.user.partner_id.id),
            ("state", "=", "held"),
        ]
        if self.search_count(holds) >= OPEN_HOLDS:
            raise UserError(
                self.env._(
                    "You hold %s times already. Confirm or cancel one of them first.",
                    OPEN_HOLDS,
                )
            )

    def _confirm_for_portal(self):
        """Confirm the user's own booking."""
        self._as_own().action_confirm()

    def _cancel_for_portal(self):
        """Cancel the user's own booking."""
        self._as_own().action_cancel(self.env._("Cancelled in the portal"))

    def _get_open_offers(self):
        """Return the times offered for the user's displaced booking, with sudo."""
        if self.state != "displaced" or self.sudo().descendant_ids:
            return self.env["factory.booking.offer"].sudo()
        offers = self._as_own().offer_ids
        return offers.filtered(lambda offer: offer.state == "open")

    def _as_own(self):
        """Return the user's own booking with the rights to act on it."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the record rule has just said that the booking is the user's own
        return self.sudo()

    def _can_cancel(self):
        """Tell whether the user may still give the booking back."""
        self.ensure_one()
        return self.state in ("held", "confirmed") and not self.actual_start

    def _is_late_to_cancel(self):
        """Tell whether it is too late to cancel without a consequence."""
        self.ensure_one()
        return bool(self.sudo()._get_late())


def _round_up(moment):
    """Return the next full quarter of an hour, so that times read well."""
    start = moment.replace(minute=0, second=0, microsecond=0)
    return start + -((start - moment) // STEP) * STEP
