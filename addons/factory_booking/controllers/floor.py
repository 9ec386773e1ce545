# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from urllib.parse import urlsplit

from werkzeug.exceptions import Forbidden, NotFound

from odoo import fields, http
from odoo.http import request

from .form import attempt, number

FLASH = "factory_floor_flash"
OPERATOR = "umkm_base.umkm_base_group_operator"
BREAKDOWN_HOURS = (1, 2, 4, 8)
MOST_HOURS = 24 * 30


class FactoryFloor(http.Controller):
    """The page at the machine, opened by its QR code.

    Plain forms: each button is a POST that ends in a redirect to the page, so a phone
    may lose its network, reload or tap twice. Other addons inherit this class for more
    actions, ``_get_floor_values`` for what the page shows, and the templates
    ``floor_page`` (blocks ``o_floor_*``), ``floor_booking`` and
    ``floor_booking_actions``.
    """

    @http.route("/floor", type="http", auth="user", methods=["GET"], sitemap=False)
    def floor_index(self):
        """Show all machines to those who run them."""
        if not request.env["factory.booking"].has_access("read") or self._is_guest():
            raise Forbidden()
        domain = [("company_id", "in", request.env.user.company_ids.ids)]
        centres = request.env["mrp.workcenter"].search(domain)
        running = request.env["factory.booking"].search(
            [("workcenter_id", "in", centres.ids), ("state", "=", "in_use")]
        )
        values = {
            "centres": centres,
            "running": running.grouped("workcenter_id"),
            "get_path": lambda centre: urlsplit(centre._get_floor_url()).path,
            "flash": None,
        }
        return request.render("factory_booking.floor_index", values)

    @http.route(
        "/floor/<string:token>",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
    )
    def floor(self, token):
        """Show today at one machine.

        :param str token: of the QR code; staff may type the centre's code instead
        """
        centre = self._get_centre(token)
        response = request.render(
            "factory_booking.floor_page", self._get_floor_values(centre, token)
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    # --- actions, one method each ---

    @http.route(
        "/floor/<string:token>/start", type="http", auth="user", methods=["POST"]
    )
    def floor_start(self, token, booking_id=0):
        """Start a booking."""
        return self._act(token, booking_id, lambda booking: booking.action_start())

    @http.route(
        "/floor/<string:token>/finish", type="http", auth="user", methods=["POST"]
    )
    def floor_finish(self, token, booking_id=0):
        """Finish a booking."""
        return self._act(token, booking_id, lambda booking: booking.action_finish())

    @http.route(
        "/floor/<string:token>/extend", type="http", auth="user", methods=["POST"]
    )
    def floor_extend(self, token, booking_id=0, minutes=0):
        """Give a running booking more time; staff only, who see who comes next."""
        self._get_centre_for_staff(token)
        return self._act(
            token, booking_id, lambda booking: booking.action_extend(number(minutes))
        )

    @http.route(
        "/floor/<string:token>/breakdown", type="http", auth="user", methods=["POST"]
    )
    def floor_breakdown(self, token, hours=0, reason=""):
        """Report that the machine stands still."""
        centre = self._get_centre_for_staff(token)
        hours = number(hours)
        until = hours and fields.Datetime.to_string(
            fields.Datetime.now() + timedelta(hours=min(hours, MOST_HOURS))
        )
        return self._answer(
            token,
            lambda: centre.action_breakdown(until=until or False, description=reason),
        )

    @http.route(
        "/floor/<string:token>/repair", type="http", auth="user", methods=["POST"]
    )
    def floor_repair(self, token):
        """Report that the machine works again."""
        centre = self._get_centre_for_staff(token)
        return self._answer(token, lambda: centre.action_repair())

    # --- what the actions share ---

    def _act(self, token, booking_id, action):
        """Act on a booking of the machine and go back to the page."""
        centre = self._get_centre(token)
        booking = self._get_booking(centre, booking_id)
        return self._answer(token, lambda: action(booking))

    def _answer(self, token, action):
        _result, refusal = attempt(action)
        if refusal:
            request.session[FLASH] = refusal
        return request.redirect(f"/floor/{token}", code=303)

    def _get_centre(self, token):
        """Return the work centre of a token, or of a code for staff.

        :raise NotFound: no such centre among those of the user's companies
        """
        # sudo: a member may not read work centres; the code at the machine names one
        centres = request.env["mrp.workcenter"].sudo()
        companies = [False, *request.env.user.company_ids.ids]
        own = [("company_id", "in", companies)]
        centre = centres.search([("floor_token", "=", token), *own])
        if not centre and not self._is_guest():
            centre = centres.search([("code", "=", token), *own], limit=2)
        if len(centre) != 1:
            raise NotFound()
        if self._is_guest():
            return centre
        centre = centre.sudo(False)
        if not request.env["factory.booking"].has_access("read"):
            raise Forbidden()
        return centre

    def _get_booking(self, centre, booking_id):
        """Return a booking of the centre that the user may run.

        :raise NotFound: no such booking at this machine, or somebody else's
        """
        bookings = request.env["factory.booking"]
        booking = bookings.search(
            [("id", "=", number(booking_id)), ("workcenter_id", "=", centre.id)]
        )
        if not booking:
            raise NotFound()
        if self._is_guest():
            if not centre.portal_start:
                raise Forbidden()
            # sudo: members start and finish their own where the centre lets them
            return booking.sudo()
        return booking

    def _is_guest(self):
        """Tell a member or customer from who works at the factory."""
        return request.env.user.share

    def _get_centre_for_staff(self, token):
        """Return the work centre, for those who run it.

        :raise Forbidden: to members, auditors and others
        """
        centre = self._get_centre(token)
        if not request.env.user.has_group(OPERATOR):
            raise Forbidden()
        return centre

    def _get_floor_values(self, centre, token):
        """Return what the template shows; addons add theirs."""
        guest = self._is_guest()
        # What belongs to others is shown without names and without buttons.
        bookings = request.env["factory.booking"]
        mine = bookings.search([("workcenter_id", "=", centre.id)]) if guest else None
        day = centre._get_floor_day()
        busy = set(
            day["running"]
            .filtered(lambda b: b.state == "in_use" and b.exclusive)
            .mapped("lane")
        )
        startable = day["waiting"].filtered(
            lambda b: b._can_start() and b.lane not in busy and (not guest or b in mine)
        )
        return {
            "centre": centre,
            "token": token,
            "day": day,
            "guest": guest,
            "is_mine": lambda booking: not guest or booking.id in mine.ids,
            "may_act": centre.portal_start
            if guest
            else request.env.user.has_group(OPERATOR),
            "may_break": request.env.user.has_group(OPERATOR),
            "breakdown_hours": BREAKDOWN_HOURS,
            "busy_lanes": busy,
            "next_id": startable[:1].id,
            "flash": request.session.pop(FLASH, None),
            "now": centre._format_moment(fields.Datetime.now()),
        }
