# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from .factory_booking import LIVE
from .factory_booking_plan import SYSTEM, SYSTEM_KEY

SHORTEST = timedelta(seconds=1)
OPEN_STATES = ("blocked", "ready", "progress")
# Dates that core writes because work begins or ends: facts, which leave the plan alone.
FACTS_KEY = "factory_booking_facts"
WAITING_STATES = ("blocked", "ready")
DATES = frozenset(("date_start", "date_finished"))
PLACES = DATES | {"leave_id", "workcenter_id"}


class MrpWorkorder(models.Model):
    """A planned work order has a booking, and both always say the same.

    Core keeps the plan in a calendar entry (``leave_id``). Whoever creates, writes or
    deletes that entry moves the booking; the booking's own moves go through the work
    order. So there is one way, and the database's constraint stands at its end.
    """

    _inherit = "mrp.workorder"

    booking_ids = fields.One2many("factory.booking", "workorder_id", "Bookings")
    booking_id = fields.Many2one(
        "factory.booking",
        compute="_compute_booking_id",
        help="The live booking, or the last one.",
    )

    @api.depends("booking_ids.state")
    def _compute_booking_id(self):
        for order in self:
            live = order.booking_ids.filtered(lambda b: b.state in LIVE)
            order.booking_id = live[:1] or order.booking_ids.sorted("id")[-1:]

    @api.depends("leave_id.date_from", "leave_id.date_to")
    def _compute_dates(self):
        """Follow the calendar entry also when it is written directly."""
        return super()._compute_dates()

    # --- the plan ---

    def write(self, vals):
        if not self._is_fact() and self.env.context.get(SYSTEM_KEY) is not SYSTEM:
            self._check_not_begun(vals)
            self._leave_place(vals)
        parts = self._split_write(vals)
        if parts:
            for orders, part in parts:
                orders.write(part)
            return True
        entry = self.env["resource.calendar.leaves"].browse(vals.get("leave_id") or ())
        planned = entry and (entry.date_from, entry.date_to)
        result = super().write(dict(vals))
        if planned and planned != (entry.date_from, entry.date_to):
            # core recomputes the end by the calendar alone, over the slot it was given
            entry.write({"date_from": planned[0], "date_to": planned[1]})
        if entry:
            self._attach_bookings()
        if "state" in vals:
            self._follow_state(vals["state"])
        return result

    def _check_not_begun(self, vals):
        """Keep the start of the plan once work has begun, as core does for the order.

        :raise UserError: naming the running bookings
        """
        if not (vals.get("date_start") or "leave_id" in vals):
            return
        begun = self._get_live_bookings().filtered("actual_start")
        moved = begun.browse()
        if vals.get("date_start"):
            start = fields.Datetime.to_datetime(vals["date_start"])
            moved |= begun.filtered(lambda b: b.block_from != start)
        if "leave_id" in vals:
            moved |= begun.filtered(lambda b: b.leave_id.id != vals["leave_id"])
        moved._refuse(self.env._("work has begun, its planned start stays"))

    def _leave_place(self, vals):
        """Free the time of orders whose calendar entry is replaced or taken away."""
        if "leave_id" in vals:
            entries = self._get_live_bookings().leave_id
            left = entries.filtered(lambda entry: entry.id != vals["leave_id"])
            left.sudo(False).unlink()

    def _is_fact(self):
        return self.env.context.get(FACTS_KEY) is SYSTEM

    def _split_write(self, vals):
        """Tell how to write what core would get wrong.

        Dates that are facts leave planned orders alone. A start written alone would
        make core stretch or crush the duration, a duration alone leave the block.

        :return: list of (work orders, values); empty when core does it right
        """
        dates = DATES & vals.keys()
        if self._is_fact():
            planned = self.filtered("leave_id") if dates else self.browse()
            rest = {name: vals[name] for name in vals.keys() - DATES}
            return [(planned, rest), (self - planned, vals)] if planned else []
        if self.env.context.get(SYSTEM_KEY) is SYSTEM:
            return []
        moving = self.browse()
        if vals.get("date_start") and "date_finished" not in vals:
            moving = self
        elif "duration_expected" in vals and not (PLACES & vals.keys()):
            moving = self.filtered(lambda o: o.leave_id and o.state in WAITING_STATES)
        if not moving:
            return []
        parts = [(order, order._prepare_move_vals(vals)) for order in moving]
        return [*parts, (self - moving, vals)]

    def _prepare_move_vals(self, vals):
        """Complete a start or a duration alone to a place in the plan."""
        self.ensure_one()
        start = fields.Datetime.to_datetime(vals.get("date_start") or self.date_start)
        minutes = vals.get("duration_expected", self.duration_expected)
        centre = self.env["mrp.workcenter"].browse(vals.get("workcenter_id"))
        calendar = (centre or self.workcenter_id).resource_calendar_id
        end = start + timedelta(minutes=minutes)
        if calendar:  # as core's _calculate_date_finished, for another duration
            end = calendar.plan_hours(
                minutes / 60.0,
                start,
                compute_leaves=True,
                domain=[("time_type", "in", ["leave", "other"])],
            )
        moved = {"date_start": start, "date_finished": end}
        return {**vals, **moved, "duration_expected": minutes}

    def _move_to(self, start, end):
        """Give the order exactly these dates.

        :param datetime start: naive UTC, begin with set-up
        :param datetime end: naive UTC, end with cleaning
        """
        minutes = self._calculate_duration_expected(date_start=start, date_finished=end)
        self.write(
            {"date_start": start, "date_finished": end, "duration_expected": minutes}
        )

    def _plan_workorder(self, replan=False):
        """Plan; when another transaction took the slot, begin the transaction again.

        A savepoint alone would keep the old snapshot and choose the same slot for ever.
        """
        try:
            with self.env.cr.savepoint():
                return super()._plan_workorder(replan=replan)
        except ExclusionViolation as error:
            message = self.env._("%s: the slot was taken this very moment.", self.name)
            raise ConcurrencyError(message) from error

    # --- the booking of a plan ---

    def _get_live_bookings(self):
        # sudo: who runs work orders need not have a role in bookings
        bookings = self.env["factory.booking"].sudo()
        domain = [("workorder_id", "in", self.ids), ("state", "in", LIVE)]
        return bookings.search(domain) if self.ids else bookings

    def _attach_bookings(self):
        """Book for work orders that have a place in the calendar and no booking."""
        planned = self.filtered(lambda o: o.leave_id and o.state in OPEN_STATES)
        planned -= self._get_live_bookings().workorder_id
        entries = planned.leave_id.sudo().with_context(**{SYSTEM_KEY: SYSTEM})
        entries.booking_managed = True
        for order in planned:
            vals = order._prepare_booking_vals()
            bookings = self.env["factory.booking"].sudo()._system()
            if self._is_fact() and bookings._is_taken(vals):
                vals["unprotected"] = True
            bookings.create(vals)

    def _prepare_booking_vals(self):
        """Return the values of the order's booking; addons add the user here."""
        self.ensure_one()
        return {
            "workcenter_id": self.workcenter_id.id,
            "kind": "own",
            "state": "confirmed",
            "workorder_id": self.id,
            "leave_id": self.leave_id.id,
            "origin": self.display_name,
            **self._prepare_booking_dates(self.leave_id.sudo()),
        }

    def _prepare_booking_dates(self, entry, booking=None):
        """Return centre, lane, dates and margins of the order's booking.

        The order's time holds set-up and cleaning already; a block that is too short
        for them has none.

        :param entry: calendar entry with the dates and the centre's resource
        :param booking: the booking to move, when there is one
        """
        centre = self.workcenter_id
        if entry.resource_id and centre.resource_id != entry.resource_id:
            domain = [("resource_id", "=", entry.resource_id.id)]
            centre = self.env["mrp.workcenter"].search(domain, limit=1) or centre
        unit = self.production_bom_id.product_qty or 1
        _capacity, setup, cleaning = centre._get_capacity(
            self.product_id, self.product_uom_id, unit
        )
        margin = timedelta(minutes=setup + cleaning)
        if margin >= entry.date_to - entry.date_from:
            setup = cleaning = 0.0
        start = entry.date_from + timedelta(seconds=round(setup * 60))
        end = entry.date_to - timedelta(seconds=round(cleaning * 60))
        vals = {
            "workcenter_id": centre.id,
            "date_start": start,
            # work of no duration keeps the shortest time there is, as when planned
            "date_end": max(end, start + SHORTEST),
            "setup_minutes": setup,
            "cleaning_minutes": cleaning,
        }
        if booking:
            vals["lane"] = booking._get_lane_for(centre, entry.date_from, entry.date_to)
        return vals

    # --- what happens at the machine ---

    def _follow_state(self, state):
        now = fields.Datetime.now()
        bookings = self._get_live_bookings()
        if state == "progress":
            bookings._run(now)
        elif state == "done":
            for booking in bookings:
                booking.workorder_id._write_actuals(booking, now)
                booking._finish(booking.actual_end or now)
        elif state == "cancel":
            bookings._release("cancelled")

    def _write_actuals(self, booking, now):
        """Take the real times from the order's time log."""
        starts = [time.date_start for time in self.time_ids]
        ends = [time.date_end or now for time in self.time_ids]
        booking = booking.sudo()._system()
        if starts:
            booking.actual_start = min([*starts, booking.actual_start or starts[0]])
            booking.actual_end = max(ends)

    def button_start(self, raise_on_invalid_state=False):
        """Start; refuse where another booking runs, and keep the plan as it was."""
        todo = self.filtered(lambda o: o.state in OPEN_STATES)
        todo._check_lanes_idle()
        # force_date: or core takes the plan of all orders away when one begins
        keys = {FACTS_KEY: SYSTEM, "force_date": True}
        result = super(MrpWorkorder, self.with_context(**keys)).button_start(
            raise_on_invalid_state=raise_on_invalid_state
        )
        running = self.filtered(lambda o: o.state == "progress")
        running._get_live_bookings()._run(fields.Datetime.now())
        return result

    def _check_lanes_idle(self):
        """Refuse to start on a lane that runs something else.

        :raise UserError: naming the running booking
        """
        bookings = self._get_live_bookings()
        bookings._check_lane_idle()
        for order in self - bookings.workorder_id:
            centre = order.workcenter_id
            running = bookings.search(
                [("workcenter_id", "=", centre.id), ("state", "=", "in_use")]
            )
            if not centre.overlap_allowed and len(running) >= centre.lane_count:
                raise UserError(
                    self.env._(
                        "%(order)s cannot start: %(running)s is still running on "
                        "%(centre)s. Finish it first.",
                        order=order.display_name,
                        running=", ".join(running.mapped("name")),
                        centre=centre.name,
                    )
                )

    def button_finish(self):
        keys = {FACTS_KEY: SYSTEM}
        return super(MrpWorkorder, self.with_context(**keys)).button_finish()

    def action_mark_as_done(self):
        """Core logs the time of an order without a log after it is done."""
        open_orders = self.filtered(lambda o: o.state not in ("done", "cancel"))
        result = super().action_mark_as_done()
        now = fields.Datetime.now()
        for order in open_orders:
            # sudo: as in _get_live_bookings
            order._write_actuals(order.sudo().booking_id, now)
        return result

    def end_previous(self, doall=False):
        """A paused order leaves the lane to others; its plan stays."""
        result = super().end_previous(doall=doall)
        paused = self.filtered(
            lambda o: o.state == "progress" and all(t.date_end for t in o.time_ids)
        )
        paused._get_live_bookings()._pause()
        return result
