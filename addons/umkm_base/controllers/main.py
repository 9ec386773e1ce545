# SPDX-License-Identifier: AGPL-3.0-or-later
from werkzeug.urls import url_encode

from odoo import http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from odoo.addons.web.controllers.home import Home

from ..models.ir_http import PIN_PAGE


class PinHome(Home):
    def _login_redirect(self, uid, redirect=None):
        """Lead a member to a PIN of his own at the first login."""
        target = super()._login_redirect(uid, redirect=redirect)
        user = request.env["res.users"].sudo().browse(uid)
        if user.pin_login and user.pin_must_change:
            return f"{PIN_PAGE}?{url_encode({'redirect': target})}"
        return target

    @http.route(
        PIN_PAGE, type="http", auth="user", methods=["GET", "POST"], sitemap=False
    )
    def change_pin(self, redirect=None, pin="", pin_again="", pin_now="", **kw):
        """Show the form for a new PIN and take it; members change their own only."""
        user = request.env.user
        target = redirect if (redirect or "").startswith("/") else "/"
        if not user.pin_login:
            return request.redirect(target)
        values = {
            "redirect": target,
            "user_name": user.name,
            "ask_pin_now": not user.pin_must_change,
        }
        if request.httprequest.method == "POST":
            values["error"] = self._take_pin(user, pin, pin_again, pin_now)
            if not values["error"]:
                return request.redirect(target)
        response = request.render("umkm_base.change_pin", values)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response

    def _take_pin(self, user, pin, pin_again, pin_now):
        """Set the PIN; who has one of his own proves it, for phones are shared.

        :return: why it was refused, empty when it was taken
        """
        if pin != pin_again:
            return request.env._("The two PINs differ. Type them again.")
        if not user.pin_must_change:
            credential = {"type": "password", "login": user.login, "password": pin_now}
            try:
                user._check_credentials(credential, {"interactive": True})
            except AccessDenied as error:
                wrong = request.env._("The present PIN is wrong.")
                return wrong if error.args == AccessDenied().args else error.args[0]
        member = user.sudo()
        check = member._crypt_context()
        request.env.cr.execute(
            "SELECT password FROM res_users WHERE id = %s", [user.id]
        )
        if check.verify(pin, request.env.cr.fetchone()[0]):
            return request.env._(
                "This is the PIN from the counter. Choose another one."
            )
        try:
            # A member may not write users; the right is widened to his own PIN. What
            # is refused leaves the counter's PIN to be changed.
            with request.env.cr.savepoint():
                member._set_pin(pin, must_change=False)
        except UserError as error:
            return error.args[0]
        # A new PIN ends all sessions; this one goes on.
        request.env.flush_all()
        token = user._compute_session_token(request.session.sid)
        request.session.session_token = token
        return ""
