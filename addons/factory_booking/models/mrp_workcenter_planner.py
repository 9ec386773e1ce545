# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import fields, models
from odoo.tools.date_utils import localized, to_timezone

from ..tools import slots
from .mrp_workcenter_slots import to_utc


class MrpWorkcenter(models.Model):
    """Core's planner, answered from the bookings."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    def _get_first_available_slot(
        self,
        start_datetime,
        duration,
        forward=True,
        leaves_to_ignore=False,
        extra_leaves_slots=[],  # noqa: B006  # core's own signature
    ):
        """Let core's planner find free time lane by lane, from the bookings.

        Same question and same answer as core, which knows one lane only, reads every
        calendar entry once per fortnight and gives up after 700 days.
        """
        self.ensure_one()
        revert = to_timezone(start_datetime.tzinfo)
        moment = to_utc(localized(start_datetime))
        need = timedelta(minutes=max(duration, 1 / 60))
        extra = [
            (to_utc(localized(start)), to_utc(localized(stop)))
            for start, stop in extra_leaves_slots
        ]
        without = leaves_to_ignore.ids if leaves_to_ignore else ()
        find = self._find_block_forward if forward else self._find_block_backward
        block = find(moment, need, extra, without)
        if not block:
            return False, self.env._("No free time before the planning horizon")
        return tuple(revert(localized(edge)) for edge in block)

    def _find_block_forward(self, moment, need, extra, without):
        centre = self.sudo()
        taken = centre._get_busy(moment, need, without)
        working = centre._get_working_time(moment, taken)[centre.id]
        lanes = [
            slots.free_slots(
                working, _with_extra(taken, centre, lane, extra), need, moment
            )
            for lane in range(1, centre.lane_count + 1)
        ]
        return next(iter(slots.earliest(lanes, 1)), None)

    def _find_block_backward(self, moment, need, extra, without):
        """Search from ``moment`` back to now, as core does, in mirrored time."""
        centre = self.sudo()
        now = fields.Datetime.now()
        taken = centre._get_busy(now, need, without)
        working = centre._get_working_time(now)[centre.id]
        inside = [
            (max(start, now), min(end, moment))
            for start, end in _until(working, moment)
        ]
        lanes = [
            slots.free_slots(
                slots.mirrored(inside),
                slots.mirrored(_with_extra(taken, centre, lane, extra)),
                need,
                slots.mirror(moment),
            )
            for lane in range(1, centre.lane_count + 1)
        ]
        block = next(iter(slots.earliest(lanes, 1)), None)
        return block and (slots.mirror(block[1]), slots.mirror(block[0]))


def _until(working, moment):
    for start, end in working:
        if start >= moment:
            return
        yield start, end


def _with_extra(taken, centre, lane, extra):
    busy = taken.get((centre.id, lane), [])
    return slots.merge_intervals([*busy, *extra]) if extra else busy
