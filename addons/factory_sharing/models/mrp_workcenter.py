# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.factory_booking.models.factory_booking import LIVE


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    site_id = fields.Many2one(
        "factory.site",
        check_company=True,
        index=True,
        help="The shared factory in which the centre stands.",
    )
    equipment_ids = fields.One2many("maintenance.equipment", "workcenter_id")

    def write(self, vals):
        """Keep what was promised under the gates of the site that it was judged by."""
        if "site_id" not in vals:
            return super().write(vals)
        before = {centre: centre.site_id for centre in self}
        moved = self.filtered(lambda c: c.site_id.id != (vals["site_id"] or False))
        moved.filtered("site_id")._check_may_leave_site()
        result = super().write(vals)
        for centre in moved:
            (before[centre] | centre.site_id)._tell_centre_moved(
                centre, before[centre], centre.site_id
            )
        return result

    def _check_may_leave_site(self):
        """Refuse to move centres that somebody has booked.

        :raise UserError: naming the bookings
        """
        # sudo: that there is a booking holds for whoever moves the centre
        booked = (
            self.env["factory.booking"]
            .sudo()
            .search(
                [
                    ("workcenter_id", "in", self.ids),
                    ("kind", "in", ("use", "own")),
                    ("state", "in", LIVE),
                ],
                limit=5,
            )
        )
        if booked:
            raise UserError(
                self.env._(
                    "%(centres)s cannot leave the site: %(bookings)s are booked there."
                    " Move or cancel them first.",
                    centres=", ".join(booked.workcenter_id.mapped("name")),
                    bookings=", ".join(booked.mapped("name")),
                )
            )
