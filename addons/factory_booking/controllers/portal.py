# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date, datetime, time

import pytz
from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.factory_booking import LIVE
from ..models.factory_booking_portal import CHOICES
from .form import attempt, number

SLOTS = 12
PAGE = 20
NOTICE = "factory_booking_notice"


class BookingPortal(CustomerPortal):
    """A user's own bookings: ask, see, confirm, cancel. Changes are POST only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "booking_count" in counters:
            bookings = request.env["factory.booking"]
            values["booking_count"] = bookings.search_count([])
        return values

    @http.route(
        ["/my/bookings", "/my/bookings/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_bookings(self, page=1):
        """List what comes, and page by page what is past."""
        bookings = request.env["factory.booking"]
        waiting = [("state", "in", (*LIVE, "displaced"))]
        coming = bookings.search(waiting, order="date_start, id")
        past_domain = [("state", "not in", (*LIVE, "displaced"))]
        pages = pager(
            url="/my/bookings",
            total=bookings.search_count(past_domain),
            page=page,
            step=PAGE,
        )
        past = bookings.search(past_domain, limit=PAGE, offset=pages["offset"])
        return request.render(
            "factory_booking.portal_my_bookings",
            {
                **self._prepare_booking_values(),
                "coming": coming.sudo() if page == 1 else coming.browse(),
                "past": past.sudo(),
                "pager": pages,
                "may_ask": bool(bookings._get_portal_centres()),
            },
        )

    @http.route(
        "/my/bookings/<int:booking_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_booking(self, booking_id):
        """Show one booking of the user."""
        booking = self._get_own_booking(booking_id)
        values = {
            **self._prepare_booking_values(),
            "page_booking": booking.sudo(),
            "offers": booking._get_open_offers(),
        }
        return request.render("factory_booking.portal_my_booking", values)

    @http.route(
        "/my/bookings/new", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_booking_new(self, centre_id=0, minutes=0, day=""):
        """Ask which machine and how long, then show the free times."""
        centres = request.env["factory.booking"]._get_portal_centres()
        centre = centres.filtered(lambda c: c.id == number(centre_id))
        if not centre and len(centres) == 1:
            centre = centres
        values = {
            **self._prepare_booking_values(),
            "centres": centres,
            "centre": centre,
            "choices": CHOICES,
            "minutes": number(minutes),
            "day": _parse_day(day),
            "today": request.env["factory.booking"]._get_portal_today(centre),
            "slots": [],
            "asked": bool(centre and number(minutes)),
        }
        if values["asked"]:
            slots, refusal = self._search_slots(
                centre, values["minutes"], values["day"]
            )
            values |= {"slots": slots or [], "notice": values["notice"] or refusal}
        return request.render("factory_booking.portal_booking_new", values)

    @http.route(
        "/my/bookings/hold", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_booking_hold(self, centre_id=0, minutes=0, start="", day=""):
        """Hold one of the free times."""
        bookings = request.env["factory.booking"]
        centre = bookings._get_portal_centres().filtered(
            lambda c: c.id == number(centre_id)
        )
        if not centre or not start:
            raise NotFound()
        booking, refusal = attempt(
            lambda: bookings._hold_for_portal(centre, number(minutes), start)
        )
        if refusal:
            request.session[NOTICE] = refusal
            query = f"centre_id={centre.id}&minutes={number(minutes)}"
            wanted = _parse_day(day) or ""
            return request.redirect(f"/my/bookings/new?{query}&day={wanted}", code=303)
        return request.redirect(f"/my/bookings/{booking.id}", code=303)

    @http.route(
        "/my/bookings/<int:booking_id>/confirm",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_confirm(self, booking_id):
        """Turn a held time into a promise."""
        return self._act(booking_id, lambda booking: booking._confirm_for_portal())

    @http.route(
        "/my/bookings/<int:booking_id>/cancel",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_cancel(self, booking_id):
        """Give the time back."""
        return self._act(booking_id, lambda booking: booking._cancel_for_portal())

    @http.route(
        "/my/bookings/<int:booking_id>/offer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_offer(self, booking_id, offer_id=0):
        """Take one of the times offered for a displaced booking."""
        return self._act(
            booking_id, lambda booking: booking.action_accept_offer(number(offer_id))
        )

    @http.route(
        "/my/bookings/<int:booking_id>/offers",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_offers(self, booking_id):
        """Look again for other times for a displaced booking."""
        return self._act(booking_id, lambda booking: booking.action_refresh_offers())

    @http.route(
        "/my/bookings/<int:booking_id>/decline",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_booking_decline(self, booking_id):
        """Give up a displaced booking."""
        return self._act(booking_id, lambda booking: booking.action_decline_offers())

    def _act(self, booking_id, action):
        """Act on the user's own booking; go to the one that took its place, if any."""
        booking = self._get_own_booking(booking_id)
        _result, refusal = attempt(lambda: action(booking))
        if refusal:
            request.session[NOTICE] = refusal
        booking = booking.sudo().descendant_ids[:1] or booking
        return request.redirect(f"/my/bookings/{booking.id}", code=303)

    def _get_own_booking(self, booking_id):
        """Return a booking that the record rules let the user see.

        :raise NotFound: none, or somebody else's: the answer is the same
        """
        booking = request.env["factory.booking"].search([("id", "=", booking_id)])
        if not booking:
            raise NotFound()
        return booking

    def _prepare_booking_values(self):
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "booking",
            "notice": request.session.pop(NOTICE, None),
        }

    def _search_slots(self, centre, minutes, day):
        """Return the free times, and why there can be none."""
        after = fields.Datetime.now()
        if day:
            zone = pytz.timezone(centre.tz or "UTC")
            begin = zone.localize(datetime.combine(day, time.min))
            after = max(after, begin.astimezone(pytz.utc).replace(tzinfo=None))
        bookings = request.env["factory.booking"]
        return attempt(
            lambda: bookings._get_portal_slots(centre, minutes, after, SLOTS)
        )


def _parse_day(text):
    """Return a date from a form, None when it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if abs(day.year - date.today().year) < 10 else None
