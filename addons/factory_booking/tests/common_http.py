# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import Command, fields, http
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common import FactoryBookingCommon


class BookingHttpCase(FactoryBookingCommon, HttpCase):
    """A centre open around the clock in WIB, two members and an operator.

    The server answers in real time, so bookings stand relative to now; a calendar of
    24 hours a day makes each of these times a working time.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.calendar.attendance_ids.unlink()
        cls.calendar.write(
            {
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 0,
                            "hour_to": 24,
                            "day_period": "morning",
                        }
                    )
                    for day in range(7)
                ]
            }
        )
        cls.now = fields.Datetime.now().replace(second=0, microsecond=0)
        cls.operator = cls._create_user("http_operator", "operator")
        cls.siti_user = cls._create_member("http_siti", cls.siti)
        cls.budi_user = cls._create_member("http_budi", cls.budi)

    @classmethod
    def _create_user(cls, login, role, company=None):
        """Return a user who reads English; the texts of the pages are compared."""
        user = super()._create_user(login, role, company)
        user.lang = "en_US"
        return user

    @classmethod
    def _create_member(cls, login, partner):
        """Return a portal user of a person, without an e-mail as members are."""
        name = partner.name
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            partner_id=partner.id,
            lang="en_US",
        )
        # the helper of the tests names and addresses the partner after the login
        partner.write({"name": name, "email": False})
        return user

    @classmethod
    def _book_in(cls, start, end, partner=None, confirm=True, **vals):
        """Book from ``start`` to ``end`` minutes from now."""
        booking = cls.env["factory.booking"].create(
            {
                "workcenter_id": cls.centre.id,
                "partner_id": (partner or cls.siti).id,
                "date_start": cls.now + timedelta(minutes=start),
                "date_end": cls.now + timedelta(minutes=end),
                **vals,
            }
        )
        if confirm:
            booking.action_confirm()
        return booking

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _post(self, path, **data):
        """Send a form as the page does, with the session's token."""
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data)

    def _post_refused(self, path, status, **data):
        with mute_logger("odoo.http"):
            response = self._post(path, **data)
        self.assertEqual(response.status_code, status)
