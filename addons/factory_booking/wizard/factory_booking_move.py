# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

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
        "factory.booking.move.slot", "move_id", "Free times", readonly=True
    )
    has_workorder = fields.Boolean(
        compute="_compute_is_late", help="The centre changes on the work order."
    )
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("booking_id")
    def _compute_is_late(self):
        for wizard in self:
            wizard.is_late = bool(wizard.booking_id._get_late())
            wizard.has_workorder = bool(wizard.booking_id.workorder_id)

    def action_search(self):
        """Show the next free times of the centre."""
        self.ensure_one()
        self.slot_ids = [Command.clear(), *self._prepare_slots()]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move booking"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _prepare_slots(self):
        if self.duration_hours <= 0:
            raise UserError(
                self.env._("%s: enter how long to book.", self.booking_id.name)
            )
        after = max(self.after, fields.Datetime.now())
        length = timedelta(hours=self.duration_hours)
        found = self.workcenter_id._find_whole_slots(length, after, SLOTS)
        return [
            Command.create(
                {
                    "workcenter_id": centre_id,
                    "lane": lane,
                    "date_start": start,
                    "date_end": end,
                }
            )
            for start, end, centre_id, lane in found
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
    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work centre", required=True, ondelete="cascade"
    )
    date_start = fields.Datetime("Start", required=True)
    date_end = fields.Datetime("End", required=True)
    lane = fields.Integer(required=True)

    def action_take(self):
        """Move the booking here and open the one that takes its place."""
        self.ensure_one()
        booking, place = self.move_id.booking_id, {}
        if not booking.workorder_id:
            place = {"workcenter_id": self.workcenter_id.id, "lane": self.lane}
        successor = booking.action_reschedule(self.date_start, self.date_end, **place)
        return {
            "type": "ir.actions.act_window",
            "res_model": successor._name,
            "res_id": successor.id,
            "view_mode": "form",
        }
