# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

STATUS = [
    ("idle", "Idle"),
    ("late", "Somebody is late"),
    ("in_use", "In use"),
    ("broken", "Out of order"),
]


class MrpWorkcenter(models.Model):
    """What a work centre does at this moment, for badges."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    booking_status = fields.Selection(
        STATUS,
        "Now",
        compute="_compute_booking_status",
        help="Out of order, in use, or idle although a confirmed booking should have "
        "begun.",
    )

    @api.depends("booking_ids.state")
    def _compute_booking_status(self):
        # sudo: that a machine runs or stands is no secret
        bookings = self.env["factory.booking"].sudo()
        here = [("workcenter_id", "in", self.ids)]
        running = bookings._read_group(
            [*here, ("state", "=", "in_use")], ["workcenter_id"]
        )
        late = bookings._read_group(
            [
                *here,
                ("state", "=", "confirmed"),
                ("kind", "in", ("use", "own")),
                ("actual_start", "=", False),
                ("date_start", "<", fields.Datetime.now()),
            ],
            ["workcenter_id"],
        )
        running = {centre.id for (centre,) in running}
        late = {centre.id for (centre,) in late}
        for centre in self:
            centre.booking_status = (
                ("broken" if centre.is_broken else False)
                or ("in_use" if centre.id in running else False)
                or ("late" if centre.id in late else "idle")
            )
