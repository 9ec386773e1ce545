# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import http
from odoo.http import request

from odoo.addons.factory_booking.controllers.floor import OPERATOR

from .floor_answers import read_answers
from .floor_form import render_form, submit
from .floor_production import FloorProduction


class FloorProcess(FloorProduction):
    """The test during an order, typed at the machine where the sample is taken."""

    def _get_order_values(self, centre, token, order, code):
        values = super()._get_order_values(centre, token, order, code)
        return {**values, "process": self._get_process_test(order)}

    @http.route(
        "/floor/<string:token>/order/<int:order_id>/test",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def floor_process(self, token, order_id):
        """Show what is to be tested while the order runs, or what was found."""
        order = self._get_order(self._get_centre(token), order_id)
        values = {
            "token": token,
            "order": order,
            "process": self._get_process_test(order),
            "may_test": request.env.user.has_group(OPERATOR),
        }
        return render_form("factory_sharing.floor_process", values)

    @http.route(
        "/floor/<string:token>/order/<int:order_id>/test",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def floor_process_result(self, token, order_id, **form):
        """Write results down; with the last one the order's test passes or fails."""
        order = self._get_order_for_staff(token, order_id)
        page = f"/floor/{token}/order/{order.id}/test"

        def record():
            last = order._get_last_process_inspection()
            order.action_record_result(read_answers(form, last.inspection_lines))
            return page

        return submit(page, record, form)

    def _get_process_test(self, order):
        """Return the questions of an order's own test, empty when it has none.

        See ``mrp.production.get_quality_questions``.
        """
        if not request.env["qc.inspection"].has_access("read"):
            return {}
        found = order.get_quality_questions()
        return found if found["state"] != "none" else {}
