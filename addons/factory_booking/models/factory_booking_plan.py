# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from .factory_booking import BLOCKING_KINDS, LIVE, block_around

# Written by actions only. The key below holds an object, which no RPC call can send.
PROTECTED = frozenset(
    (
        *("name", "state", "company_id", "block_from", "block_to", "exclusive"),
        *("hold_until", "actual_start", "actual_end", "unprotected", "is_delayed"),
        *("workorder_id", "leave_id", "rescheduled_from_id", "cancel_reason"),
        *("breakdown_id", "displaced_by_id", "displaced_reason", "no_fee"),
        *("was_confirmed", "offer_ids"),
        *("class_id", "cancel_until", "is_late_cancel", "date_released"),
        *("duration_hours", "actual_hours"),
        *("reminded_at", "hold_reminded_at", "displaced_told_at"),
    )
)
MOVES = frozenset(
    (
        *("workcenter_id", "lane", "date_start", "date_end"),
        *("setup_minutes", "cleaning_minutes"),
    )
)
SYSTEM_KEY = "factory_booking_system"
SYSTEM = object()


class FactoryBooking(models.Model):
    """How a booking is written: guards, values, lanes."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    @api.model_create_multi
    def create(self, vals_list):
        self = self._without_protected_defaults()
        vals_list = [self._with_defaults(vals) for vals in vals_list]
        self._check_vals(vals_list)
        chosen = self._fill_lanes(vals_list)
        names = self._next_names(len(vals_list))
        for vals, name in zip(vals_list, names, strict=True):
            vals.update(self._prepare_state_vals(vals), name=name)
        try:
            bookings = super().create(vals_list)
        except ExclusionViolation as error:
            if not chosen:
                raise
            # Another transaction took the lane that looked free in this snapshot:
            # begin again with a fresh one, perhaps a second lane is free.
            message = self.env._("The lane was taken this very moment.")
            raise ConcurrencyError(message) from error
        bookings._check_priority()
        bookings.filtered(
            lambda b: not b.workorder_id and b.state in LIVE
        )._create_calendar_entries()
        return bookings

    def write(self, vals):
        self._check_vals([vals])
        moves = bool(MOVES & vals.keys())
        planned = self.browse()
        if moves:
            self._check_movable()
            self._check_may_move()
            if not self._is_system():
                planned = self.filtered("workorder_id")
        if planned:  # their calendar entries move them
            planned._move_workorders(vals)
            rest = {key: value for key, value in vals.items() if key not in MOVES}
            super(FactoryBooking, planned).write(rest)
        others = self - planned
        result = super(FactoryBooking, others).write(vals)
        if moves:
            others.filtered(lambda b: not b.workorder_id)._move_calendar_entries()
        if "priority" in vals:
            self._check_priority()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        removable = ("held", "cancelled", "expired")
        kept = self.filtered(lambda b: b.state not in removable or b.is_late_cancel)
        if kept:
            raise UserError(
                self.env._(
                    "%(bookings)s cannot be deleted: they are part of the machine's "
                    "history. Cancel a booking instead.",
                    bookings=", ".join(kept.mapped("name")),
                )
            )

    def unlink(self):
        entries = self.filtered(lambda b: not b.workorder_id)._get_calendar_entries()
        result = super().unlink()
        entries.unlink()
        return result

    # --- guards ---

    def _system(self):
        """Allow protected fields: only our own methods come here, never a client."""
        return self.with_context(**{SYSTEM_KEY: SYSTEM})

    def _is_system(self):
        return self.env.context.get(SYSTEM_KEY) is SYSTEM

    def _without_protected_defaults(self):
        """Keep a client's context from giving what its values may not."""
        if self._is_system():
            return self
        context = {
            key: value
            for key, value in self.env.context.items()
            if key.removeprefix("default_") == key
            or key.removeprefix("default_") not in PROTECTED
        }
        # pylint: disable-next=context-overridden  # keys are to go, not to be added
        return self.with_context(context)

    def _check_vals(self, vals_list):
        """Refuse protected values, and what is a factory manager's to decide.

        :raise UserError: a field that only actions may write
        :raise AccessError: maintenance, closure or override by another role
        """
        if self._is_system():
            return
        for vals in vals_list:
            if wrong := sorted(PROTECTED & vals.keys()):
                get_label = self.env["ir.model.fields"]._get
                labels = [
                    get_label(self._name, name).field_description for name in wrong
                ]
                raise UserError(
                    self.env._(
                        "%(fields)s cannot be written: a booking changes state through "
                        "its actions (confirm, start, finish, cancel, reschedule).",
                        fields=", ".join(labels),
                    )
                )
            if vals.get("kind") in BLOCKING_KINDS or vals.get("override_reason"):
                self._check_manager()
        if any(booking.kind in BLOCKING_KINDS for booking in self):
            self._check_manager()

    def _check_priority(self):
        """Let others than managers give no more than the user's own priority.

        :raise AccessError: raised by hand, by another role
        """
        if not self._is_system() and any(
            booking.priority > booking._get_default_priority() for booking in self
        ):
            self._check_manager()

    def _is_manager(self):
        manager = "umkm_base.umkm_base_group_factory_manager"
        return self.env.su or self.env.user.has_group(manager)

    def _check_manager(self):
        if not self._is_manager():
            raise AccessError(
                self.env._(
                    "Only a factory manager enters maintenance and closures, raises a "
                    "priority, books against the rules of a centre, or cancels, moves "
                    "and hands over what others booked."
                )
            )

    def _check_may_move(self):
        """Let creators and managers move; a work order's plan is its planner's.

        :raise AccessError: bookings of others, by another role
        """
        own = self.filtered(lambda b: not b.workorder_id)
        if not self._is_system() and any(b.create_uid != self.env.user for b in own):
            self._check_manager()

    def _check_calendar_change(self):
        """Ask for the rights on what the calendar entries show.

        ``self`` comes with sudo; who changes the entry is judged without.

        :raise AccessError: neither planner of the work order nor of the booking
        :raise UserError: work has begun
        """
        planned = self.filtered("workorder_id")
        planned.workorder_id.sudo(False).check_access("write")
        own = (self - planned).sudo(False)
        own.check_access("write")
        own._check_vals([])
        own._check_may_move()
        own._check_movable()
        own.filtered("actual_start")._refuse(self.env._("work has begun"))

    def _check_movable(self):
        fixed = self.filtered(lambda b: b.state not in ("held", "confirmed"))
        if fixed and not self._is_system():
            raise UserError(
                self.env._(
                    "%(bookings)s cannot be moved: only held and confirmed bookings "
                    "can.",
                    bookings=", ".join(fixed.mapped("name")),
                )
            )
        self._check_no_breakdown()

    def _check_no_breakdown(self):
        """Leave the time of a breakdown to its repair.

        :raise UserError: naming the bookings and what to do
        """
        blocks = self.filtered("breakdown_id")
        if not self._is_system():
            blocks._refuse(
                self.env._(
                    "they keep the machine for a breakdown; record its repair or "
                    "change its expected end"
                )
            )

    # --- values ---

    def _with_defaults(self, vals):
        """Return the values with those the context gives, where we need them early."""
        names = (
            *("workcenter_id", "kind", "date_start", "date_end", "lane"),
            *("setup_minutes", "cleaning_minutes", "override_reason"),
        )
        defaults = {
            name: self.env.context[f"default_{name}"]
            for name in names
            if f"default_{name}" in self.env.context
        }
        return {"kind": "use", **defaults, **vals}

    def _prepare_state_vals(self, vals):
        """Return the first state: what a manager blocks is no mere wish."""
        if vals.get("state"):
            return {}
        if vals["kind"] in BLOCKING_KINDS:
            return {"state": "confirmed"}
        centre = self.env["mrp.workcenter"].browse(vals.get("workcenter_id")).sudo()
        minutes = centre.booking_hold_minutes
        now = fields.Datetime.now()
        until = now + timedelta(minutes=minutes) if minutes else False
        return {"state": "held", "hold_until": until}

    @api.model
    def _next_names(self, count):
        """Draw many references with one query.

        :return: list of references, one for each
        """
        sequences = self.env["ir.sequence"].sudo()
        companies = [False, self.env.company.id]
        domain = [("code", "=", self._name), ("company_id", "in", companies)]
        sequence = sequences.search(domain, order="company_id", limit=1)
        if not sequence or sequence.implementation != "standard":
            return [sequences.next_by_code(self._name) for _index in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            (f"ir_sequence_{sequence.id:03d}", count),
        )
        numbers = self.env.cr.fetchall()
        return [sequence.get_next_char(number) for (number,) in numbers]

    def _fill_lanes(self, vals_list):
        """Choose a free lane where none is asked for.

        :param list vals_list: values of ``create``; ``lane`` is written into them
        :return: True when a lane that looked free was chosen among several
        """
        centres = self.env["mrp.workcenter"].sudo()
        wanted = []
        for vals in vals_list:
            if vals.get("lane"):
                continue
            centre = centres.browse(vals.get("workcenter_id"))
            vals["lane"] = 1
            if centre and centre.lane_count > 1 and not centre.overlap_allowed:
                wanted.append((vals, centre, self._get_block(vals, centre)))
        wanted = [item for item in wanted if all(item[2])]
        if not wanted:
            return False
        after = min(block[0] for _vals, _centre, block in wanted)
        until = max(block[1] for _vals, _centre, block in wanted)
        places = centres.union(*(item[1] for item in wanted))
        taken = places._get_busy(after, until=until)
        chosen = False
        for vals, centre, block in wanted:
            for lane in range(1, centre.lane_count + 1):
                busy = taken.setdefault((centre.id, lane), [])
                if not _collides(block, busy):
                    busy.append(block)
                    vals["lane"] = lane
                    chosen = True
                    break
        return chosen

    def _is_taken(self, vals):
        """Tell whether no lane is free for a booking of these values."""
        centre = self.env["mrp.workcenter"].sudo().browse(vals["workcenter_id"])
        block = self._get_block(vals, centre)
        without = [vals.get("leave_id") or 0]
        taken = centre._get_busy(block[0], without=without, until=block[1])
        lanes = range(1, centre.lane_count + 1)
        return all(_collides(block, taken.get((centre.id, lane), [])) for lane in lanes)

    def _get_lane_for(self, centre, start, end):
        """Return the lane to move to: the own one if it is free, else a free one."""
        own = self.lane if centre == self.workcenter_id else 1
        if centre.lane_count == 1:
            return 1
        without = self.leave_id.ids
        taken = centre.sudo()._get_busy(start, without=without, until=end)
        for lane in (own, *range(1, centre.lane_count + 1)):
            if not _collides((start, end), taken.get((centre.id, lane), [])):
                return lane
        return own

    def _get_block(self, vals, centre):
        """Return the time that a booking of these values keeps."""
        used = vals.get("kind") not in BLOCKING_KINDS
        start = fields.Datetime.to_datetime(vals.get("date_start"))
        end = fields.Datetime.to_datetime(vals.get("date_end"))
        setup = vals.get("setup_minutes", centre.time_start if used else 0.0)
        cleaning = vals.get("cleaning_minutes", centre.time_stop if used else 0.0)
        return block_around(start, end, setup, cleaning)


def _collides(block, busy):
    return any(start < block[1] and block[0] < end for start, end in busy)
