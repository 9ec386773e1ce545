# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import html

from odoo import Command

from .common import CoopCommon

PIN = "274913"


class PortalCommon(CoopCommon):
    """Siti with a portal user, and Budi whose things she must not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("base.login_cooldown_after", 0)
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls._receive(cls.siti, {cls.voluntary: 7_000}, "2026-02-01")
        cls._receive(cls.budi, {cls.voluntary: 987_654}, "2026-02-01")
        cls.mandatory.action_create_dues("2026-03-01")
        cls.user = cls._new_portal_user(
            "Siti", "siti-portal", partner_id=cls.siti.partner_id.id
        )
        cls.user._set_pin(PIN, must_change=False)

    @classmethod
    def _new_portal_user(cls, name, login, **values):
        users = cls.env["res.users"].with_context(no_reset_password=True)
        return users.create(
            {
                **({} if values else {"name": name}),
                "login": login,
                "password": f"{login}-1",
                "lang": "en_US",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
                **values,
            }
        )

    def _log_in(self):
        """Log in with member number and PIN, as members do."""
        self.authenticate(None, None)
        page = html.fromstring(self.url_open("/web/login").text)
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        return self.url_open(
            "/web/login",
            data={
                "csrf_token": token,
                "login": self.siti.number,
                "password": PIN,
                "type": "password",
            },
        )
