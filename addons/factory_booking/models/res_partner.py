# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    booking_ids = fields.One2many("factory.booking", "partner_id", "Bookings")
    booking_count = fields.Integer(compute="_compute_booking_count", compute_sudo=False)

    @api.depends("booking_ids")
    def _compute_booking_count(self):
        counts = {}
        bookings = self.env["factory.booking"]
        if bookings.has_access("read"):
            groups = bookings._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
            counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.booking_count = counts.get(partner.id, 0)

    def action_view_bookings(self):
        """Open the bookings of the person, group or firm."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_booking_action"
        )
        action["domain"] = [("partner_id", "in", self.ids)]
        action["context"] = {"default_partner_id": self[:1].id}
        action["views"] = [(False, mode) for mode in ("list", "form", "calendar")]
        return action
