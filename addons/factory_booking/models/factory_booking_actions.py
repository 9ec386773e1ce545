# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .factory_booking import LIVE
from .factory_booking_slots import to_datetime


class FactoryBooking(models.Model):
    """What can be done with a booking, and what time does to it."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    def action_confirm(self):
        """Turn a wish into a promise; a booking confirmed before stays so."""
        wrong = self.filtered(lambda b: b.state not in ("held", "confirmed"))
        wrong._refuse(self.env._("only held bookings can be confirmed"))
        held = self.filtered(lambda b: b.state == "held")
        now = fields.Datetime.now()
        lapsed = held.filtered(lambda b: b.hold_until and b.hold_until <= now)
        lapsed._refuse(self.env._("the time to confirm is over, book again"))
        held._write_state("confirmed", hold_until=False)
        return True

    def action_start(self, at=False):
        """Record that work begins. The plan stays where it is.

        :param str at: moment in UTC when it was noted on paper first; now when empty
        """
        moment = self._get_moment(at)
        wrong = self.filtered(lambda b: b.state not in ("held", "confirmed"))
        wrong._refuse(self.env._("only held and confirmed bookings can be started"))
        for booking in self:
            booking._check_lane_idle()
            if booking.workorder_id:
                booking._start_work_order(at and moment)
            if booking.state != "in_use":
                booking._start(moment)
        return True

    def action_finish(self, at=False):
        """Record that work has ended; the rest of the time is free for others.

        :param str at: moment in UTC when it was noted on paper first; now when empty
        """
        moment = self._get_moment(at)
        wrong = self.filtered(lambda b: b.state not in LIVE or not b.actual_start)
        wrong._refuse(self.env._("only bookings that were started can be finished"))
        early = self.filtered(lambda b: b.actual_start > moment)
        early._refuse(self.env._("they would end before they were started"))
        for booking in self:
            if booking.workorder_id:
                open_timers = booking.workorder_id.time_ids.filtered(
                    lambda time: not time.date_end
                )
                if any(time.date_start > moment for time in open_timers):
                    booking._refuse(self.env._("they would end before they resumed"))
                if at:
                    open_timers.date_end = moment
                booking.workorder_id.button_finish()
            if booking.state != "done":
                booking._finish(moment)
        return True

    def action_cancel(self, reason=False):
        """Give the time back; a work order loses its place in the plan.

        :param str reason: why, kept on the booking
        """
        wrong = self.filtered(lambda b: b.state not in ("held", "confirmed"))
        wrong._refuse(self.env._("only held and confirmed bookings can be cancelled"))
        started = self.filtered("actual_start")
        started._refuse(self.env._("work has begun: finish them instead"))
        if self.filtered(lambda b: b.create_uid != self.env.user):
            self._check_manager()
        self._release("cancelled", reason)
        return True

    def action_reschedule(self, date_start, date_end, workcenter_id=False, lane=False):
        """Move by cancelling and booking anew, so that the history shows both.

        :param str date_start: new start in UTC
        :param str date_end: new end in UTC
        :param int workcenter_id: another work centre, the same when empty
        :param int lane: another lane; the same on the same centre when empty
        :return: the new booking (over RPC a list with its id)
        """
        self.ensure_one()
        wrong = self.filtered(lambda b: b.state not in ("held", "confirmed"))
        wrong._refuse(self.env._("only held and confirmed bookings can be moved"))
        self.filtered("actual_start")._refuse(self.env._("work has begun"))
        self._check_may_move()
        if self.workorder_id and (workcenter_id or lane):
            self._refuse(self.env._("change the work centre on the work order"))
        vals = {
            **self.copy_data()[0],
            "date_start": to_datetime(self.env, date_start),
            "date_end": to_datetime(self.env, date_end),
            "workcenter_id": workcenter_id or self.workcenter_id.id,
        }
        if lane or not workcenter_id:
            vals["lane"] = lane or self.lane
        self._check_vals([vals])
        vals.update(
            state=self.state, hold_until=self.hold_until, rescheduled_from_id=self.id
        )
        if self._is_manager():  # what was allowed stays so; others keep to the rules
            vals["override_reason"] = self.override_reason
        reason = self.env._("Moved to another time")
        if self.workorder_id:
            vals.update(workorder_id=self.workorder_id.id, leave_id=self.leave_id.id)
            self._write_state("cancelled", cancel_reason=reason, leave_id=False)
        else:
            self._release("cancelled", reason)
        successor = self._system().create(vals)
        successor._move_work_order_entry()
        return successor.with_env(self.env)

    def action_view_descendant(self):
        """Open the booking that took this one's place."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.descendant_ids[:1].id,
            "view_mode": "form",
        }

    # --- what the actions share ---

    def _refuse(self, reason):
        """Raise for the bookings in ``self``, if any.

        :param str reason: why, as the end of a sentence
        """
        if self:
            raise UserError(
                self.env._(
                    "%(bookings)s: %(reason)s.",
                    bookings=", ".join(
                        f"{booking.name} ({booking._get_state_label()})"
                        for booking in self
                    ),
                    reason=reason,
                )
            )

    def _get_state_label(self):
        selection = self._fields["state"]._description_selection(self.env)
        return dict(selection)[self.state]

    def _get_moment(self, at):
        now = fields.Datetime.now()
        moment = to_datetime(self.env, at) if at else now
        if moment > now:
            raise UserError(
                self.env._("Work can be recorded when it has happened, not before.")
            )
        return moment

    def _write_state(self, state, **vals):
        """Change state and tell the database at once.

        The ORM sends inserts before pending updates: without the flush, a new booking
        in the same transaction would collide with the one just given up.
        """
        if self:
            self._system().write({"state": state, **vals})
            self.flush_recordset()

    def _start(self, moment):
        for booking in self:
            start = booking.actual_start or moment
            booking._write_state(
                "in_use", actual_start=start, hold_until=False, is_delayed=False
            )

    def _start_work_order(self, moment):
        """Start the order's timer, at the moment noted on paper if there is one."""
        self.ensure_one()
        order = self.workorder_id
        first, before = not self.actual_start, order.time_ids
        order.button_start()
        if moment:
            (order.time_ids - before).date_start = moment
            if first:
                self._system().actual_start = moment

    def _run(self, moment):
        """Take note that the work orders run; never fail, they do run."""
        for booking in self.filtered(lambda b: b.state != "in_use"):
            if not booking.exclusive or not booking._get_running():
                booking._start(moment)

    def _pause(self):
        """Let others run on the lane while this one rests; it stays begun."""
        running = self.filtered(lambda b: b.state == "in_use")
        running._write_state("confirmed")

    def _finish(self, moment):
        for booking in self:
            booking._write_state("done", actual_end=moment, hold_until=False)
        self._get_own_entries().unlink()

    def _get_own_entries(self):
        """Return the calendar entries that are only ours, not a work order's."""
        return self.filtered(lambda b: not b.workorder_id)._get_calendar_entries()

    def _release(self, state, reason=False):
        """Leave the plan, and take the calendar entry out of the calendars."""
        entries = self._get_calendar_entries()
        self._write_state(
            state,
            hold_until=False,
            cancel_reason=reason,
            date_released=fields.Datetime.now(),
        )
        entries.unlink()

    def _check_lane_idle(self):
        """Refuse to start where something else is running.

        :raise UserError: naming the running booking
        """
        for booking in self.filtered("exclusive"):
            running = booking._get_running()
            if running:
                raise UserError(
                    self.env._(
                        "%(booking)s cannot start: %(running)s is still running on "
                        "lane %(lane)s of %(centre)s. Finish it first.",
                        booking=booking.name,
                        running=running.name,
                        lane=booking.lane,
                        centre=booking.workcenter_id.name,
                    )
                )

    def _get_running(self):
        """Return the booking that runs on this lane now, whosever it is."""
        # sudo: that the machine runs is no secret, only its reference is shown
        return self.sudo().search(
            [
                ("workcenter_id", "=", self.workcenter_id.id),
                ("lane", "=", self.lane),
                ("state", "=", "in_use"),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    # --- time ---

    @api.model
    def _cron_update_states(self):
        """Expire holds, mark no-shows and flag who is kept waiting."""
        now = fields.Datetime.now()
        self._expire_holds(now)
        self._mark_no_shows(now)
        self._mark_delayed(now)

    def _expire_holds(self, now):
        expired = self.search([("state", "=", "held"), ("hold_until", "<=", now)])
        expired._release("expired")
        return expired

    def _mark_no_shows(self, now):
        """Free what nobody came for, also when the cron has slept for a day.

        Who waits for the one before has come: his grace begins when the lane is free.
        """
        waiting = self.search(
            [
                ("state", "=", "confirmed"),
                ("kind", "=", "use"),
                ("workorder_id", "=", False),
                ("actual_start", "=", False),
                ("date_start", "<=", now),
                ("workcenter_id.booking_grace_minutes", ">", 0),
            ]
        )
        missed = waiting.filtered(lambda b: b._get_grace_end(b.date_start) <= now)
        missed -= missed._get_kept_waiting(now)
        missed._release("no_show")
        return missed

    def _get_grace_end(self, start):
        return start + timedelta(minutes=self.workcenter_id.booking_grace_minutes)

    def _get_kept_waiting(self, now):
        """Return the bookings whose lane was not free long enough before ``now``."""
        if not self:
            return self
        begun = Domain("workcenter_id", "in", self.workcenter_id.ids)
        begun &= Domain("actual_start", "!=", False)
        running = self.search(begun & Domain("state", "=", "in_use"))
        occupied = {(b.workcenter_id, b.lane) for b in running}
        ended = Domain("actual_end", ">=", min(self.mapped("date_start")))
        freed = {
            (centre, lane): end
            for centre, lane, end in self._read_group(
                begun & ended, ["workcenter_id", "lane"], ["actual_end:max"]
            )
        }

        def waits(booking):
            lane = (booking.workcenter_id, booking.lane)
            since = freed.get(lane, booking.date_start)
            return lane in occupied or booking._get_grace_end(since) > now

        return self.filtered("exclusive").filtered(waits)

    def _mark_delayed(self, now):
        """Flag bookings that should have begun while another still runs."""
        running = self.search([("state", "=", "in_use"), ("block_to", "<", now)])
        lanes = Domain.OR(
            Domain("workcenter_id", "=", b.workcenter_id.id)
            & Domain("lane", "=", b.lane)
            for b in running
        )
        waiting = Domain("state", "in", ["held", "confirmed"])
        waiting &= Domain("actual_start", "=", False) & Domain("is_delayed", "=", False)
        delayed = self.search(waiting & Domain("date_start", "<=", now) & lanes)
        delayed._system().write({"is_delayed": True})
        for booking in delayed.filtered("user_id"):
            booking.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("%s waits: the one before runs over", booking.name),
                user_id=booking.user_id.id,
            )
        return delayed
