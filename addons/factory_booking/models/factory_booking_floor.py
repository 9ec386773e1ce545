# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .factory_booking import BLOCKING_KINDS, LIVE

EXTENSIONS = (15, 30, 60)
LOOK_AHEAD = timedelta(hours=12)
EPOCH = datetime(1970, 1, 1)


class FactoryBooking(models.Model):
    """What people at the machine read of a booking, and more time for it."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    def action_extend(self, minutes):
        """Give a running booking more time, where nobody else has it.

        The database refuses when somebody has booked what follows. A work order needs
        no more time: an overrun of it is recorded by itself.

        :param float minutes: more than zero, 12 hours at most
        """
        if not isinstance(minutes, (int, float)) or not minutes > 0:
            raise UserError(self.env._("Choose how many minutes longer."))
        if minutes > LOOK_AHEAD.total_seconds() / 60:
            raise UserError(
                self.env._("More than 12 hours longer is a booking of its own.")
            )
        wrong = self.filtered(lambda b: b.state not in LIVE or not b.actual_start)
        wrong._refuse(self.env._("only running bookings can be extended"))
        self.filtered("workorder_id")._refuse(
            self.env._("a work order takes the time it takes, without asking")
        )
        self.check_access("write")
        for booking in self:
            later = booking.date_end + timedelta(minutes=minutes)
            booking._system().write({"date_end": later})
        self.flush_recordset()
        return True

    def _get_room_minutes(self):
        """Return how many minutes longer a running booking may last."""
        self.ensure_one()
        centre = self.workcenter_id.sudo()
        if self.workorder_id or self.state != "in_use":
            return 0
        limit = self.block_to + LOOK_AHEAD
        for closing in centre._get_closings(self.block_to, limit):
            limit = min(limit, max(closing.date_from, self.block_to))
        if self.exclusive:
            busy = centre._get_busy(self.block_to, without=self.leave_id.ids)
            for start, _end in busy.get((centre.id, self.lane), []):
                limit = min(limit, max(start, self.block_to))
        if centre.booking_max_minutes:
            longest = timedelta(minutes=centre.booking_max_minutes)
            left = longest - (self.date_end - self.date_start)
            limit = min(limit, self.block_to + left)
        return max(int((limit - self.block_to).total_seconds() // 60), 0)

    def _get_extensions(self):
        """Return the choices of minutes that fit before the next booking."""
        room = self._get_room_minutes()
        return [minutes for minutes in EXTENSIONS if minutes <= room]

    def _format_clock(self, moment, today=None):
        """Write the time of day at the machine; another day gets its date.

        :param datetime today: on this day the date is left out; the current one when
            empty
        """
        centre = self.workcenter_id.sudo()
        start, end = centre._get_local_day(today or fields.Datetime.now())
        pattern = "HH:mm" if start <= moment < end else "d MMM HH:mm"
        return format_datetime(
            self.env, moment, tz=centre.tz or "UTC", dt_format=pattern
        )

    def _format_span(self):
        """Write from when to when, in the centre's zone."""
        self.ensure_one()
        return self.workcenter_id.sudo()._format_span(self.date_start, self.date_end)

    def _get_floor_title(self):
        """Say who or what the booking is for."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id.name
        if self.production_id:
            return self.production_id.product_id.display_name
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds[self.kind]

    def _get_floor_card(self):
        """Return what the floor page shows of a booking.

        :return: dict of ``title``, ``start``, ``end`` (local time of day), ``marks``
            (list of (level, text), level one of info, warning, danger) and the
            moments ``since`` and ``until`` in seconds for the clock of the page
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return {
            "title": self._get_floor_title(),
            "start": self._format_clock(self.date_start),
            "end": self._format_clock(self.date_end, self.date_start),
            "marks": self._get_floor_marks(now),
            "since": _epoch(self.actual_start),
            "until": _epoch(self.date_end),
            "product": self.partner_id
            and self.production_id
            and self.production_id.product_id.display_name,
        }

    def _get_floor_marks(self, now):
        marks = []
        if self.state == "held":
            marks.append(("info", self.env._("Not confirmed yet")))
        if self.state == "no_show":
            marks.append(("danger", self.env._("Nobody came")))
        if self.state in LIVE and not self.actual_start:
            marks += self._get_late_marks(now)
        if self.state in LIVE and self.actual_start and now > self.date_end:
            late = _minutes(now - self.date_end)
            marks.append(("danger", self.env._("%s minutes over its time", late)))
        if self.state == "confirmed" and self.actual_start:
            marks.append(("info", self.env._("Paused")))
        if self.unprotected:
            marks.append(("warning", self.env._("Outside the plan")))
        return marks

    def _get_late_marks(self, now):
        if now <= self.date_start or self.kind in BLOCKING_KINDS:
            return []
        late = self.env._("%s minutes late", _minutes(now - self.date_start))
        marks = [("warning", late)]
        grace = self.workcenter_id.sudo().booking_grace_minutes
        left = self.date_start + timedelta(minutes=grace) - now
        freed = self.kind == "use" and not self.workorder_id
        if self.is_delayed:
            marks.append(("info", self.env._("Waits for the one before")))
        elif grace and freed and self.state == "confirmed":
            text = self.env._("free again in %s minutes", max(_minutes(left), 0))
            marks.append(("danger", text))
        return marks

    def _can_start(self):
        """Tell whether a Start button makes sense now."""
        self.ensure_one()
        resumable = self.state == "confirmed" and self.workorder_id
        waiting = self.state in ("held", "confirmed") and not self.actual_start
        return bool((waiting or resumable) and self.kind not in BLOCKING_KINDS)

    def _can_finish(self):
        """Tell whether a Finish button makes sense now."""
        self.ensure_one()
        return self.state in LIVE and bool(self.actual_start)


def _minutes(delta):
    return int(delta.total_seconds() // 60)


def _epoch(moment):
    """Return seconds since 1970 for the page's clock, 0 when there is no moment."""
    return int((moment - EPOCH).total_seconds()) if moment else 0
