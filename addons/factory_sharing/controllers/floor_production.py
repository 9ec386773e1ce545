# SPDX-License-Identifier: AGPL-3.0-or-later
from urllib.parse import urlencode

from werkzeug.exceptions import Forbidden, NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.factory_booking.controllers.floor import (
    FLASH,
    OPERATOR,
    FactoryFloor,
)
from odoo.addons.factory_booking.controllers.form import number
from odoo.addons.factory_toll.models.mrp_production_scan import OPEN_STATES

from .floor_form import format_quantity, read_number, render_form, submit

MOST_ORDERS = 20


class FloorProduction(FactoryFloor):
    """Sacks in, product out, at the machine's own page.

    The machine and its page are of ``factory_booking``, the orders and their owners of
    ``factory_toll``; neither knows the other, so this stands here, where both meet.
    Looking is a GET and writes nothing; each change is a form that acts once only.
    """

    def _get_floor_values(self, centre, token):
        values = super()._get_floor_values(centre, token)
        orders = self._get_orders(centre)
        return {
            **values,
            "orders": orders,
            "may_produce": self._may_read_orders(),
            "format_quantity": format_quantity,
        }

    # --- looking ---

    @http.route("/floor/<string:token>/scan", type="http", auth="user", methods=["GET"])
    def floor_scan(self, token, code=""):
        """Find the order at the machine that a sack belongs to; write nothing."""
        centre = self._get_centre(token)
        self._check_may_read_orders()
        orders = self._get_orders(centre)
        if not orders:
            request.session[FLASH] = request.env._(
                "No order waits at this machine. Ask the manager."
            )
            return request.redirect(f"/floor/{token}", code=303)
        fitting = orders.filtered(
            lambda order: order.scan_lot(code)["status"] != "wrong"
        )
        order = (fitting or orders)[0]
        return request.redirect(_get_path(token, order, code), code=303)

    @http.route(
        "/floor/<string:token>/order/<int:order_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def floor_order(self, token, order_id, code=""):
        """Show an order at the machine, and what a scanned sack is to it."""
        centre = self._get_centre(token)
        order = self._get_order(centre, order_id)
        return render_form(
            "factory_sharing.floor_order",
            self._get_order_values(centre, token, order, code),
        )

    # --- actions, one method each ---

    @http.route(
        "/floor/<string:token>/order/<int:order_id>/consume",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def floor_consume(self, token, order_id, lot_id=0, quantity="", code="", **form):
        """Put a scanned sack into the order."""
        order = self._get_order_for_staff(token, order_id)

        def consume():
            kilograms = read_number(quantity, request.env._("Put in"))
            order.action_consume_lot(number(lot_id), kilograms)
            return _get_path(token, order)

        typed = {**form, "quantity": quantity}
        return submit(_get_path(token, order, code), consume, typed)

    @http.route(
        "/floor/<string:token>/order/<int:order_id>/take_out",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def floor_take_out(self, token, order_id, lot_id=0, **form):
        """Undo a scan."""
        order = self._get_order_for_staff(token, order_id)

        def take_out():
            order.action_take_out_lot(number(lot_id))
            return _get_path(token, order)

        return submit(_get_path(token, order), take_out, form)

    @http.route(
        "/floor/<string:token>/order/<int:order_id>/produce",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def floor_produce(self, token, order_id, **form):
        """Record what was weighed out and close the order."""
        order = self._get_order_for_staff(token, order_id)

        def produce():
            self._produce(order, form)
            return _get_path(token, order)

        return submit(_get_path(token, order), produce, form)

    def _produce(self, order, form):
        if order.state not in OPEN_STATES:
            raise UserError(
                request.env._("%(order)s is closed already.", order=order.display_name)
            )
        quantity = read_number(form.get("quantity"), order.product_id.display_name)
        byproducts = []
        for product in order.move_byproduct_ids.product_id:
            text = form.get(f"byproduct_{product.id}")
            weighed = read_number(text, product.display_name, default=0.0)
            if weighed:
                byproducts.append({"product_id": product.id, "quantity": weighed})
        if form.get("leave_out"):
            order.action_leave_out_unscanned()
        reason = (form.get("loss_reason") or form.get("loss_choice") or "").strip()
        order.action_record_output(
            quantity, byproducts=byproducts, loss_reason=reason[:200]
        )

    # --- what they share ---

    def _may_read_orders(self):
        return not self._is_guest() and request.env["mrp.production"].has_access("read")

    def _check_may_read_orders(self):
        if not self._may_read_orders():
            raise Forbidden()

    def _get_order_domain(self, centre):
        """Orders with work at the machine, and those without work orders beside it."""
        planned = Domain("workorder_ids", "any", [("workcenter_id", "=", centre.id)])
        beside = Domain("workorder_ids", "=", False) & Domain(
            "site_id", "in", [centre.site_id.id, False]
        )
        return Domain("company_id", "=", centre.company_id.id) & (planned | beside)

    def _get_orders(self, centre):
        """Return the orders that may run at the machine now, begun ones first."""
        orders = request.env["mrp.production"]
        if not self._may_read_orders():
            return orders
        domain = self._get_order_domain(centre) & Domain("state", "in", OPEN_STATES)
        found = orders.search(domain, order="date_start, id", limit=MOST_ORDERS)
        return found.sorted(lambda order: order.state == "confirmed")

    def _get_order(self, centre, order_id):
        """Return an order of the machine.

        :raise NotFound: no such order here, or another company's
        """
        self._check_may_read_orders()
        domain = self._get_order_domain(centre) & Domain("id", "=", order_id)
        order = request.env["mrp.production"].search(domain)
        if not order or order.state in ("draft", "cancel"):
            raise NotFound()
        return order

    def _get_order_for_staff(self, token, order_id):
        return self._get_order(self._get_centre_for_staff(token), order_id)

    def _get_order_values(self, centre, token, order, code):
        lines = order.move_raw_ids.move_line_ids.filtered("is_scanned")
        return {
            "centre": centre,
            "token": token,
            "order": order,
            "is_open": order.state in OPEN_STATES,
            "may_act": request.env.user.has_group(OPERATOR),
            "code": code.strip(),
            "scan": order.scan_lot(code) if code.strip() else None,
            "scanned": lines,
            "unscanned": order._get_unscanned_lots(),
            "planned": order.move_raw_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            ),
            "planned_kg": order._get_planned_kg(),
            "reasons": self._get_loss_reasons(),
            "results": self._get_result_lots(order),
            "get_path": lambda lot: _get_path(token, order, lot.name),
        }

    def _get_loss_reasons(self):
        """Return the usual reasons, to be tapped instead of typed."""
        env = request.env
        return [
            env._("Too wet"),
            env._("Rotten"),
            env._("Spilled"),
            env._("Machine fault"),
        ]

    def _get_result_lots(self, order):
        """Return the lots that an order has made."""
        made = order.move_finished_ids.filtered(lambda move: move.state == "done")
        return made.move_line_ids.lot_id


def _get_path(token, order, code=""):
    path = f"/floor/{token}/order/{order.id}"
    return f"{path}?{urlencode({'code': code})}" if code else path
