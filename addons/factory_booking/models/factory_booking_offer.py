# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryBookingOffer(models.Model):
    """A free time proposed instead of a displaced booking.

    Nothing is kept for it: who accepts first has it, and who comes too late is offered
    what is free then. Written by displacement only, see ``factory.booking``.
    """

    _name = "factory.booking.offer"
    _description = "Offer of another time"
    _order = "booking_id, date_start, id"
    _rec_name = "date_start"
    _check_company_auto = True

    booking_id = fields.Many2one(
        "factory.booking", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="booking_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(related="booking_id.partner_id", store=True)
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work centre",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    lane = fields.Integer(required=True)
    date_start = fields.Datetime("Start", required=True)
    date_end = fields.Datetime("End", required=True)
    block_from = fields.Datetime(
        "Kept from", required=True, help="Start less set-up, in working time."
    )
    block_to = fields.Datetime(
        "Kept until", required=True, help="End plus cleaning, in working time."
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("closed", "Closed"),
        ],
        default="open",
        required=True,
        help="Closed: another time was taken, or the offer was declined.",
    )

    def action_accept(self):
        """Take this time; see ``factory.booking.action_accept_offer``."""
        self.ensure_one()
        return self.booking_id.action_accept_offer(self.id)
