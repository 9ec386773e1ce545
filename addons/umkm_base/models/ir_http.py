# SPDX-License-Identifier: AGPL-3.0-or-later
from urllib.parse import urlencode

import werkzeug.exceptions

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request

PIN_PAGE = "/umkm/pin"
# What a member may open before he has a PIN of his own.
FREE_PATHS = (PIN_PAGE, "/web/session/logout")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Give a role's first page to whoever has not chosen a home action.

        The administrator keeps Odoo's own way.
        """
        info = super().session_info()
        user = self.env.user
        if not info.get("home_action_id") and not user._is_system():
            info["home_action_id"] = user.all_group_ids._get_home_action().id
        return info

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if cls._is_pin_change_due(rule):
            cls._send_to_pin_page(rule)
        return result

    @classmethod
    def _is_pin_change_due(cls, rule):
        """Tell whether a page is closed to a member who has the counter's PIN."""
        path = request.httprequest.path
        guarded = rule.endpoint.routing["auth"] == "user" or path.startswith("/my")
        user = request.env.user
        return bool(
            guarded and path not in FREE_PATHS and user and user.pin_must_change
        )

    @classmethod
    def _send_to_pin_page(cls, rule):
        """Lead to the page for a new PIN and back to where the member wanted to go.

        :raise AccessError: to a script, which can follow no page
        """
        if rule.endpoint.routing["type"] != "http":
            raise AccessError(
                request.env._("Choose a PIN of your own first: log in on the website.")
            )
        asked = request.httprequest
        target = asked.full_path if asked.method == "GET" else "/my"
        query = urlencode({"redirect": target.rstrip("?")})
        werkzeug.exceptions.abort(request.redirect(f"{PIN_PAGE}?{query}"))
