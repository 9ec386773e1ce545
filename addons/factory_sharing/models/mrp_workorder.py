# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .sharing_guard import PROOF


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    @api.model_create_multi
    def create(self, vals_list):
        """Judge work that is added to an order that was let in."""
        orders = super().create(vals_list)
        orders.production_id._check_promise()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if "workcenter_id" in vals:
            self.production_id._check_promise()
        return result

    def button_start(self, raise_on_invalid_state=False):
        """Judge once more at the first start whether the site may run it that day."""
        first = self.filtered(
            lambda order: order.state in ("blocked", "ready") and not order.time_ids
        )
        first.production_id._check_site_ready(self._get_run_moment())
        return super().button_start(raise_on_invalid_state=raise_on_invalid_state)

    def button_finish(self):
        """Record the machine time of owners' work that no booking has recorded."""
        result = super().button_finish()
        self._create_usages()
        return result

    def action_mark_as_done(self):
        """Record the machine time of owners' work that no booking has recorded."""
        result = super().action_mark_as_done()
        self._create_usages()
        return result

    def _get_run_moment(self):
        """Return when the work begins: now, or as the booking noted it on paper."""
        proof, moment = self.env.context.get("factory_run_moment") or (None, False)
        return (proof is PROOF and moment) or fields.Datetime.now()

    def _prepare_booking_vals(self):
        """Book the machine of a toll order for the owner of the material."""
        vals = super()._prepare_booking_vals()
        if self._is_toll():
            vals["kind"] = "use"
            vals["partner_id"] = self.production_id.partner_id.id
        return vals

    def _is_toll(self):
        self.ensure_one()
        order = self.production_id
        return order.production_mode == "toll" and bool(order.partner_id)

    def _get_user(self):
        """Return who uses the machine: the owner, or the house for a whole pool."""
        self.ensure_one()
        order = self.production_id
        if order.production_mode == "pooled":
            return order.company_id.partner_id
        return order.partner_id if self._is_toll() else order.partner_id.browse()

    def _create_usages(self):
        usages = self.env["factory.usage"]
        done = self.filtered(
            lambda order: (
                order.state == "done"
                and order.duration
                and order._get_user()
                and order.workcenter_id.site_id
            )
        )
        known = usages.search([("workorder_id", "in", done.ids)]).workorder_id
        usages.create(
            [
                order._prepare_usage_vals()
                for order in done - known
                if not order._is_metered_by_booking()
            ]
        )

    def _is_metered_by_booking(self):
        """Tell whether the owner's own booking has recorded this run already."""
        self.ensure_one()
        start, end = self._get_run()
        return bool(
            self.env["factory.usage"].search_count(
                [
                    ("booking_id", "!=", False),
                    ("workcenter_id", "=", self.workcenter_id.id),
                    ("partner_id", "=", self._get_user().id),
                    ("date_start", "<", end),
                    ("date_end", ">", start),
                ],
                limit=1,
            )
        )

    def _get_run(self):
        """Return when the work really began and ended, from the time log."""
        self.ensure_one()
        times = self.time_ids.filtered("date_end")
        start = min(times.mapped("date_start"), default=self.date_start)
        return start, max(times.mapped("date_end"), default=self.date_finished)

    def _prepare_usage_vals(self):
        """Return the machine time that a finished work order used."""
        self.ensure_one()
        start, end = self._get_run()
        return {
            "workorder_id": self.id,
            "production_id": self.production_id.id,
            "company_id": self.company_id.id,
            "site_id": self.workcenter_id.site_id.id,
            "workcenter_id": self.workcenter_id.id,
            "partner_id": self._get_user().id,
            "charge_type": "time",
            "unit": "hour",
            "quantity": round(self.duration / 60.0, 3),
            "date_start": start,
            "date_end": end,
        }
