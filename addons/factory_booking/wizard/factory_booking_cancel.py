# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class FactoryBookingCancel(models.TransientModel):
    """Ask why, and say before it is done who cancels too late."""

    _name = "factory.booking.cancel"
    _description = "Cancel bookings"

    booking_ids = fields.Many2many("factory.booking", string="Bookings", required=True)
    reason = fields.Char(required=True, help="Kept on the booking.")
    late_names = fields.Char(
        "Late",
        compute="_compute_late_names",
        help="Bookings whose time to cancel is over.",
    )

    @api.depends("booking_ids")
    def _compute_late_names(self):
        for wizard in self:
            wizard.late_names = ", ".join(wizard.booking_ids._get_late().mapped("name"))

    def action_cancel(self):
        """Cancel the bookings, all or none."""
        self.ensure_one()
        self.booking_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
