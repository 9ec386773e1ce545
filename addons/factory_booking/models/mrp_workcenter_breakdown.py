# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .factory_booking import BLOCKING_KINDS, LIVE
from .factory_booking_slots import to_datetime


class MrpWorkcenter(models.Model):
    """Work centres that break down and come back."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    breakdown_ids = fields.One2many("factory.breakdown", "workcenter_id", "Breakdowns")
    breakdown_count = fields.Integer(
        "Breakdowns so far", compute="_compute_breakdown_count"
    )
    is_broken = fields.Boolean(
        "Out of order",
        compute="_compute_breakdown_count",
        help="A breakdown of the centre, or of a lane of it, is not repaired yet.",
    )

    def _compute_breakdown_count(self):
        # sudo: that a machine is out of order is for everybody to see
        groups = (
            self.env["factory.breakdown"]
            .sudo()
            ._read_group(
                [("workcenter_id", "in", self.ids)],
                ["workcenter_id", "state"],
                ["__count"],
            )
        )
        counts = {(centre.id, state): count for centre, state, count in groups}
        for centre in self:
            broken = counts.get((centre.id, "open"), 0)
            centre.is_broken = bool(broken)
            centre.breakdown_count = broken + counts.get((centre.id, "repaired"), 0)

    def action_breakdown(
        self, date_from=False, until=False, loss_id=False, description=False, lane=False
    ):
        """Take the centre, or one lane, out of order.

        The running work order pauses, the reason goes to the idle record, and
        bookings in the way give place by priority, without a fee and with offers of
        other times. While the end is open, the time is kept some days ahead (a
        setting of the company) until the repair.

        :param str date_from: moment in UTC; now when empty
        :param str until: expected end in UTC; False or "open" while nobody knows
        :param int loss_id: ``mrp.workcenter.productivity.loss``; equipment failure
            when empty
        :param str description: what happened
        :param int lane: the lane that is out of order; all when empty
        :return: the ``factory.breakdown`` (over RPC a list with its id)
        :raise UserError: out of order already, or an end before the start
        """
        self.ensure_one()
        self.check_access("read")
        breakdowns = self.env["factory.breakdown"]
        breakdowns._check_reporter()
        start = self._read_moment(date_from) or fields.Datetime.now()
        end = self._read_moment(until)
        self._check_breakdown(start, end, lane)
        loss = self.env.ref("mrp.block_reason1")
        if loss_id:
            loss = loss.browse(loss_id).exists()
        if not loss:
            raise UserError(
                self.env._("%s: the reason of the breakdown does not exist.", self.name)
            )
        return self._begin_breakdown(
            lane=lane or 0,
            date_from=start,
            until=end,
            loss_id=loss.id,
            description=description,
        )

    def _begin_breakdown(self, **vals):
        # sudo: who stands at the machine reports it; the others' bookings give way
        company = self.company_id or self.env.company
        breakdowns = self.env["factory.breakdown"].sudo()
        breakdown = breakdowns.create(
            {"workcenter_id": self.id, "company_id": company.id, **vals}
        )
        breakdown._begin()
        self.invalidate_recordset(["working_state", "is_broken", "breakdown_count"])
        return breakdown.with_env(self.env)

    def action_repair(self, date=False):
        """Bring the centre back; the rest of the kept time is free again.

        :param str date: moment in UTC of the repair; now when empty
        :raise UserError: nothing is out of order
        """
        breakdowns = self.env["factory.breakdown"].search(
            [("workcenter_id", "in", self.ids), ("state", "=", "open")]
        )
        if not breakdowns:
            names = ", ".join(self.mapped("name"))
            raise UserError(self.env._("%s: nothing is out of order.", names))
        return breakdowns.action_repair(date)

    def action_view_breakdowns(self):
        """Open the history of breakdowns."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_breakdown_action"
        )
        action["domain"] = [("workcenter_id", "in", self.ids)]
        action["context"] = {}
        return action

    def unblock(self):
        """A centre that core unblocks is repaired."""
        result = super().unblock()
        if self.is_broken:
            self.action_repair()
        return result

    def _break_as_blocked(self, idle):
        """Keep the time of a centre that was blocked with core's own button.

        :param idle: the open ``mrp.workcenter.productivity`` that core has made
        """
        self.ensure_one()
        if not self.is_broken:
            self._begin_breakdown(
                date_from=idle.date_start,
                loss_id=idle.loss_id.id,
                description=idle.description,
                productivity_id=idle.id,
            )

    def _read_moment(self, value):
        """Return naive UTC in whole seconds, or False; an open end may say so."""
        moment = value and value != "open" and to_datetime(self.env, value)
        return moment and moment.replace(microsecond=0)

    def _check_breakdown(self, start, end, lane):
        """Refuse a breakdown that says nothing.

        :raise UserError: naming the centre and what to do
        """
        if lane and lane not in range(1, self.lane_count + 1):
            raise UserError(
                self.env._(
                    "%(centre)s has the lanes 1 to %(lanes)s, not %(lane)s.",
                    centre=self.name,
                    lanes=self.lane_count,
                    lane=lane,
                )
            )
        if end and end <= start:
            raise UserError(
                self.env._("%s: a breakdown must end after it starts.", self.name)
            )
        if not end and start > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s: a breakdown that is still to come needs an end.", self.name
                )
            )
        open_ones = self.env["factory.breakdown"].sudo()
        domain = [("workcenter_id", "=", self.id), ("state", "=", "open")]
        if lane:
            domain.append(("lane", "in", [0, lane]))
        known = open_ones.search(domain, limit=1)
        if known:
            raise UserError(
                self.env._(
                    "%(breakdown)s: out of order already. Record the repair, or change "
                    "the expected end.",
                    breakdown=known.display_name,
                )
            )

    def _check_bookings(self, bookings):
        """Keep out of maintenance also where bookings may overlap.

        :raise ValidationError: naming the booking and what keeps the centre
        """
        result = super()._check_bookings(bookings)
        shared = bookings.filtered(
            lambda b: not b.exclusive and b.kind not in BLOCKING_KINDS
        )
        for booking in shared:
            # sudo: that the machine is kept is for everybody to know
            kept = booking.sudo().search(
                [
                    ("workcenter_id", "=", self.id),
                    ("lane", "=", booking.lane),
                    ("kind", "in", BLOCKING_KINDS),
                    ("state", "in", LIVE),
                    ("block_from", "<", booking.block_to),
                    ("block_to", ">", booking.block_from),
                ],
                limit=1,
            )
            if kept:
                raise ValidationError(
                    self.env._(
                        "%(booking)s: %(centre)s is kept from %(start)s to %(end)s "
                        "for maintenance or closure (%(kept)s). Choose another time.",
                        booking=booking.name,
                        centre=self.name,
                        start=self._format_moment(kept.block_from),
                        end=self._format_moment(kept.block_to),
                        kept=kept.name,
                    )
                )
        return result

    def _get_running_lanes(self):
        """Return the lanes on which something runs now."""
        running = self.env["factory.booking"].sudo()
        domain = [("workcenter_id", "=", self.id), ("state", "=", "in_use")]
        return set(running.search(domain).mapped("lane"))
