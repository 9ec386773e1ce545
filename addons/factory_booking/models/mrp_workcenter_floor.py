# SPDX-License-Identifier: AGPL-3.0-or-later
import secrets
from datetime import datetime, time, timedelta

import pytz
from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from odoo.addons.umkm_base.tools.qr_code import qr_svg

from .factory_booking import LIVE

TOKEN_BYTES = 9  # 12 characters: the QR code stays coarse enough for a cheap camera
NEXT_DAYS = 14


class MrpWorkcenter(models.Model):
    """The page at the machine, and the QR code that opens it."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    floor_token = fields.Char(
        "Floor page token",
        readonly=True,
        copy=False,
        help="The end of the address in the machine's QR code. Who opens it must log "
        "in; a member can start work only with the code at the machine itself.",
    )
    portal_bookable = fields.Boolean(
        "Booked in the portal",
        help="Members and customers see when the centre is free and ask for time "
        "themselves.",
    )
    portal_start = fields.Boolean(
        "Users start and finish themselves",
        help="Members and customers who scan the QR code at the machine start and "
        "finish their own bookings.",
    )

    _floor_token_uniq = models.UniqueIndex(
        "(floor_token) WHERE floor_token IS NOT NULL",
        "Two work centres cannot have the same floor page.",
    )

    def _get_floor_url(self):
        """Return the address of the floor page; the first call makes the token."""
        self.ensure_one()
        if not self.floor_token:
            # sudo: who may print the label need not be allowed to edit the centre
            self.sudo().floor_token = secrets.token_urlsafe(TOKEN_BYTES)
        return f"{self.get_base_url()}/floor/{self.floor_token}"

    def _get_floor_qr(self):
        """Return the QR code of the floor page as SVG."""
        return Markup(qr_svg(self._get_floor_url(), "60mm"))

    def action_open_floor(self):
        """Open the page that people at the machine use."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self._get_floor_url(),
            "target": "new",
        }

    def action_renew_floor_token(self):
        """Make QR codes printed before useless, when one was copied."""
        self.check_access("write")
        for centre in self:
            centre.floor_token = secrets.token_urlsafe(TOKEN_BYTES)
        return True

    def _get_local_day(self, moment):
        """Return begin and end of the centre's day around a moment, naive UTC."""
        zone, day = self._get_zone(), self._local_day(moment)
        bounds = (
            zone.localize(datetime.combine(day + timedelta(days=shift), time.min))
            for shift in (0, 1)
        )
        return tuple(
            bound.astimezone(pytz.utc).replace(tzinfo=None) for bound in bounds
        )

    def _format_span(self, start, end):
        """Write from when to when, in the centre's zone: Mon 5 Jan, 08:00 - 10:00."""
        zone = self.tz or "UTC"
        this_year = start.year == fields.Datetime.now().year
        day, clock = "EEE d MMM" if this_year else "EEE d MMM y", "HH:mm"

        def write(moment, pattern):
            return format_datetime(self.env, moment, tz=zone, dt_format=pattern)

        first, last = write(start, day), write(end, day)
        until = write(end, clock) if first == last else f"{last} {write(end, clock)}"
        return f"{first}, {write(start, clock)} - {until}"

    def _get_floor_day(self):
        """Return what stands at the machine today.

        :return: dict of bookings: ``running`` (also those paused), ``waiting`` (to be
            started today, or never started or cancelled on an earlier day), ``past``
            (ended today) and ``later`` (the next one of the coming days)
        """
        self.ensure_one()
        bookings = self.env["factory.booking"]
        start, end = self._get_local_day(fields.Datetime.now())
        here = Domain("workcenter_id", "=", self.id)
        live = here & Domain("state", "in", LIVE)
        order = "date_start, lane, id"
        begun = bookings.search(live & Domain("actual_start", "!=", False), order=order)
        waiting = live & Domain("actual_start", "=", False)
        later = waiting & Domain("block_from", ">=", end)
        later &= Domain("block_from", "<", end + timedelta(days=NEXT_DAYS))
        ended = here & Domain("state", "in", ("done", "no_show"))
        planned = Domain("date_start", ">=", start) & Domain("date_start", "<", end)
        # what was done before its day began ended today, too
        ended &= Domain("actual_end", ">=", start) | planned
        return {
            "running": begun,
            "waiting": bookings.search(
                waiting & Domain("block_from", "<", end), order=order
            ),
            "past": bookings.search(ended, order=order),
            "later": bookings.search(later, order=order, limit=1),
        }
