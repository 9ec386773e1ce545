# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import Command, api, fields, models

SLOTS = 6


class FactoryBookingMove(models.TransientModel):
    """Offer the next free times for a booking that is to move.

    The booking is cancelled and another takes its place, so that the history shows
    both.
    """

    _name = "factory.booking.move"
    _description = "Move a booking"

    booking_id = fields.Many2one("factory.booking", required=True, ondelete="cascade")
    workcenter_id = fields.Many2one("mrp.workcenter", "Work centre", required=True)
    after = fields.Datetime(
        "Not before", required=True, help="Free times from then on are shown."
    )
    duration_hours = fields.Float("Hours", required=True, help="Hours of use.")
    slot_ids = fields.One2many(
        "factory.booking.move.slot",
        "move_id",
        "Free times",
        compute="_compute_slot_ids",
        store=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("booking_id")
    def _compute_is_late(self):
        for wizard in self:
            wizard.is_late = bool(wizard.booking_id._get_late())

    @api.depends("workcenter_id", "after", "duration_hours")
    def _compute_slot_ids(self):
        for wizard in self:
            wizard.slot_ids = [Command.clear(), *wizard._prepare_slots()]

    def _prepare_slots(self):
        if not self.workcenter_id or not self.after or self.duration_hours <= 0:
            return []
        centre = self.workcenter_id._origin
        after = max(self.after, fields.Datetime.now())
        found = centre._find_slots(timedelta(hours=self.duration_hours), after, SLOTS)
        return [
            Command.create({"date_start": start, "date_end": end, "lane": lane})
            for start, end, _centre_id, lane in found
        ]


class FactoryBookingMoveSlot(models.TransientModel):
    """A free time to move to; nothing is kept for it until it is taken."""

    _name = "factory.booking.move.slot"
    _description = "Free time to move to"
    _order = "date_start, lane, id"
    _rec_name = "date_start"

    move_id = fields.Many2one(
        "factory.booking.move", required=True, index=True, ondelete="cascade"
    )
    date_start = fields.Datetime("Start", required=True)
    date_end = fields.Datetime("End", required=True)
    lane = fields.Integer(required=True)

    def action_take(self):
        """Move the booking here and open the one that takes its place."""
        self.ensure_one()
        move, booking = self.move_id, self.move_id.booking_id
        place = {}
        if not booking.workorder_id:
            place = {"workcenter_id": move.workcenter_id.id, "lane": self.lane}
        successor = booking.action_reschedule(self.date_start, self.date_end, **place)
        return {
            "type": "ir.actions.act_window",
            "res_model": successor._name,
            "res_id": successor.id,
            "view_mode": "form",
        }
