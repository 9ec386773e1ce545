# SPDX-License-Identifier: AGPL-3.0-or-later
from bisect import bisect_right
from datetime import datetime, timedelta
from functools import partial

import pytz

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.date_utils import localized

from ..tools import slots

FORTNIGHT = timedelta(days=14)  # core's own window
MICROSECOND = timedelta(microseconds=1)
REFUSED_KEY = "factory_booking_refused"

# The bookings of each lane, merged to islands: two that are closer than the time wanted
# have no room between them. One row for the start of each island, with the end of the
# one before (reach), and one with the end of the last.
TAKEN = """
      WITH booking AS NOT MATERIALIZED (
               SELECT workcenter_id, lane, block_from,
                      CASE WHEN state = 'in_use' THEN GREATEST(block_to, %(now)s)
                           ELSE block_to END AS block_to
                 FROM factory_booking
                WHERE state IN ('held', 'confirmed', 'in_use')
                  AND (exclusive OR unprotected
                       OR kind IN ('maintenance', 'closure'))
                  AND (block_to > %(after)s OR state = 'in_use')
                  AND block_from < %(until)s
                  AND (leave_id IS NULL OR leave_id != ALL(%(without)s))
                  AND id != ALL(%(refused)s)
           )
    SELECT place.centre, place.lane, block.block_from, block.reach,
           CASE WHEN block.block_from = final.moment
                THEN GREATEST(block.reach, block.block_to) END
      FROM unnest(%(centres)s, %(lanes)s) AS place (centre, lane)
CROSS JOIN LATERAL (
               SELECT max(block_from) AS moment
                 FROM booking
                WHERE workcenter_id = place.centre AND lane = place.lane
           ) AS final
CROSS JOIN LATERAL (
               SELECT block_from, block_to,
                      max(block_to) OVER (
                          ORDER BY block_from
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                      ) AS reach
                 FROM booking
                WHERE workcenter_id = place.centre AND lane = place.lane
           ) AS block
     WHERE block.reach IS NULL OR block.block_from = final.moment
        OR (block.block_from > block.reach
            AND block.block_from >= block.reach + %(gap)s)
  ORDER BY 1, 2, 3
"""
# What other addons and people entered in the calendars of the machines, and work begun
# before its time, for as long as it was to take.
FOREIGN = """
    SELECT centre.id, lane, entry.date_from, entry.date_to
      FROM mrp_workcenter centre
      JOIN resource_calendar_leaves entry ON entry.resource_id = centre.resource_id
CROSS JOIN generate_series(1, centre.lane_count) AS lane
     WHERE centre.id = ANY(%(centres)s)
       AND NOT COALESCE(centre.overlap_allowed, FALSE)
       AND entry.time_type = 'other'
       AND entry.booking_managed IS NOT TRUE
       AND entry.date_to > GREATEST(entry.date_from, %(after)s)
       AND entry.date_from < %(until)s
       AND entry.id != ALL(%(without)s)
 UNION ALL
    SELECT workcenter_id, lane, actual_start,
           LEAST(block_from,
                 GREATEST(%(now)s, actual_start + (block_to - block_from)))
      FROM factory_booking
     WHERE workcenter_id = ANY(%(centres)s)
       AND state = 'in_use'
       AND exclusive
       AND actual_start < block_from
       AND block_from > %(after)s
       AND actual_start < %(until)s
"""


class MrpWorkcenter(models.Model):
    """Free time of work centres: queries for what is taken, and one sweep."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.workcenter"

    def _get_margin(self):
        return timedelta(minutes=self.time_start + self.time_stop)

    def _get_horizon(self, after):
        """Return how far ahead to look: what the centre's company has set."""
        days = (self.company_id or self.env.company).sudo().planning_horizon_days
        return after + timedelta(days=days)

    def _find_slots(self, use, after, limit, pause="night"):
        """Return free slots of all lanes of the centres, earliest first.

        :param timedelta use: working time of use, without set-up and cleaning
        :param datetime after: naive UTC; nothing is kept before
        :param int limit: how many at most
        :param str pause: see ``_find_blocks``
        :return: list of (start of use, end of use, work centre id, lane)
        """
        blocks = self._find_blocks(use, after, limit, pause=pause)
        return [block[:4] for block in blocks]

    def _find_blocks(self, use, after, limit, promised=None, pause="night"):
        """Return free slots with the time that each of them keeps.

        :param str pause: over what closed time a slot may go on: a "night" or more, as
            core's planner has it, a break within the "day", or "none"
        :param dict promised: {(work centre id, lane): list of (start, end)} that counts
            as taken, too; with it, rules on notice and horizon do not bind
        :return: list of (start of use, end of use, work centre id, lane, start, end)
        """
        # sudo: that a time is free is for everybody who may see the centre
        centres = self.sudo()
        margins = [centre._get_margin() for centre in centres]
        taken = centres._get_busy(after, gap=use + min(margins, default=timedelta()))
        working = centres._get_working_time(after, taken)
        bound = promised is None
        streams = []
        for centre in centres:
            closed = centre._get_closed_time(after)
            for lane in range(1, centre.lane_count + 1):
                place = (centre.id, lane)
                busy = taken.get(place, [])
                extra = closed + (promised or {}).get(place, [])
                if extra:
                    busy = slots.merge_intervals([*busy, *extra])
                streams.append(
                    centre._iterate_slots(
                        *(lane, working[centre.id], busy, use, after),
                        bound=bound,
                        pause=pause,
                    )
                )
        return slots.earliest(streams, limit)

    def _get_closed_time(self, after):
        """Return closing days to come: a booking does not reach over one.

        :return: list of (start, end), naive UTC
        """
        closings = self._get_closings(after, self._get_horizon(after))
        return [(entry.date_from, entry.date_to) for entry in closings]

    def _iterate_slots(self, lane, working, busy, use, after, *, bound, pause):
        """Yield slots of one lane, by the rules when ``bound``."""
        now = fields.Datetime.now()
        setup = timedelta(minutes=self.time_start)
        cleaning = timedelta(minutes=self.time_stop)
        until = None
        if bound and self.booking_notice_hours:
            after = max(after, now + timedelta(hours=self.booking_notice_hours))
        if bound and self.booking_horizon_days:
            until = now + timedelta(days=self.booking_horizon_days)
        need = use + setup + cleaning
        fits = self._get_fit(need, bound, pause)
        for block in slots.free_slots(working, busy, need, after, fits):
            start, end = slots.trim_slot(working, block, setup, cleaning)
            if until and start > until:
                return
            yield start, end, self.id, lane, *block

    def _get_fit(self, need, bound, pause):
        """Return what tells whether a slot may have the pauses that it has."""
        longest = self.booking_max_minutes if bound else 0
        span = timedelta(minutes=longest) + self._get_margin()
        if not longest and pause == "night":
            return None

        def fits(start, end):
            if longest and end - start > span:
                return False
            if pause == "night" or end - start == need:
                return True
            last = self._local_day(end - MICROSECOND)
            return pause == "day" and self._local_day(start) == last

        return fits

    def _get_busy(self, after, gap=timedelta(0), without=(), until=datetime.max):
        """Return what is taken on each lane.

        :param datetime after: naive UTC; what ends before is left out
        :param timedelta gap: shorter gaps between two bookings count as taken
        :param without: ids of calendar entries that do not count
        :param datetime until: naive UTC; what begins then or later is left out
        :return: {(work centre id, lane): sorted list of (start, end)}
        """
        self.env["factory.booking"].flush_model()
        self.env["resource.calendar.leaves"].flush_model()
        self.flush_model(["lane_count", "overlap_allowed", "resource_id"])
        places = [(c.id, lane) for c in self for lane in range(1, c.lane_count + 1)]
        values = {
            "now": fields.Datetime.now(),
            "after": after,
            "until": until,
            "without": list(without),
            "refused": self._get_refused().ids,
            "gap": gap,
        }
        lanes = {
            "centres": [c for c, _lane in places],
            "lanes": [n for _c, n in places],
        }
        taken = {}
        for centre_id, lane, start, reach, last in self.env.execute_query(
            SQL(TAKEN, **values, **lanes)
        ):
            islands = taken.setdefault((centre_id, lane), [])
            if not islands:
                islands.append([start, last])
            elif start > reach and start - reach >= gap:
                islands[-1][1] = reach
                islands.append([start, last])
            else:  # the last of the lane, or one of several that begin with it
                islands[-1][1] = max(last, islands[-1][1] or last)
        for place, islands in taken.items():
            taken[place] = [tuple(island) for island in islands]
        return self._add_foreign(taken, values)

    def _get_refused(self):
        """Return bookings that are refused right now, when other times are looked for.

        An object in the context, which no RPC call can send.
        """
        refused = self.env.context.get(REFUSED_KEY)
        return refused if isinstance(refused, models.BaseModel) else self.browse()

    def _add_foreign(self, taken, values):
        """Merge entries that are no bookings, and early work, into what is taken."""
        entries = self.env.execute_query(SQL(FOREIGN, centres=self.ids, **values))
        for centre_id, lane, start, end in entries:
            taken.setdefault((centre_id, lane), []).append((start, end))
        for place in {(centre_id, lane) for centre_id, lane, *_block in entries}:
            taken[place] = slots.merge_intervals(taken[place])
        return taken

    def _get_working_time(self, after, taken=None):
        """Return the working intervals of each centre, fetched as far as needed.

        Calendar entries of bookings are left out: bookings are known lane by lane.

        :param dict taken: of ``_get_busy``; what no lane is free in is not fetched
        :return: {work centre id: sorted sequence of (start, end), naive UTC}
        """
        windows, closings, result = {}, {}, {}
        for centre in self:
            fetch = partial(self._fetch_working_time, centre, windows, closings)
            until = centre._get_horizon(after)
            if centre.resource_calendar_id.flexible_hours:
                # core counts the hours of a week from the moment of the question
                intervals = slots.LazyIntervals(fetch, after, until, FORTNIGHT, 1)
            else:
                start = centre._get_first_free(after, taken or {})
                intervals = slots.LazyIntervals(fetch, start, until)
            result[centre.id] = intervals
        return result

    def _get_first_free(self, after, taken):
        """Return the first moment at which any lane of the centre is free."""
        ends = []
        for lane in range(1, self.lane_count + 1):
            start, end = next(iter(taken.get((self.id, lane), [])), (after, after))
            ends.append(end if start <= after else after)
        return max(after, min(ends))

    def _fetch_working_time(self, centre, windows, closings, start, end):
        """Return the working intervals of one window.

        :param dict windows: what was computed for other centres of the same calendar
        :param dict closings: {work centre id: closed time up to the horizon}
        """
        calendar = centre.resource_calendar_id
        if not calendar:
            return [(start, end)]
        key = (calendar.id, start, end)
        if calendar.flexible_hours or calendar.two_weeks_calendar:
            if key not in windows:
                windows[key] = self._get_core_intervals(calendar, start, end)
            return windows[key][centre.resource_id.id]
        if key not in windows:
            zone = pytz.timezone(calendar.tz or "UTC")
            windows[key] = slots.expand_week(
                _get_week(calendar), _get_localizer(zone, start, end), start, end
            )
        if centre.id not in closings:
            closed = centre._get_closed_time(start)
            closings[centre.id] = slots.merge_intervals(closed)
        if not closings[centre.id]:
            return windows[key]
        return slots.subtract(windows[key], closings[centre.id])

    def _get_core_intervals(self, calendar, start, end):
        """Leave calendars that are no plain week to core.

        :return: {resource id: sorted list of (start, end), naive UTC}
        """
        same = self.filtered(lambda c: c.resource_calendar_id == calendar)
        intervals = calendar._work_intervals_batch(
            localized(start),
            localized(end),
            resources=same.resource_id,
            domain=[("time_type", "=", "leave"), ("booking_managed", "=", False)],
            tz=pytz.timezone(calendar.tz or "UTC"),
        )
        return {
            resource.id: [
                (to_utc(begin), to_utc(stop))
                for begin, stop, _records in intervals[resource.id]
            ]
            for resource in same.resource_id
        }


def _get_week(calendar):
    """Return the working hours of a week.

    :return: {weekday from 0: sorted list of (from, to) since midnight}
    """
    week = {}
    for line in calendar.attendance_ids:
        if line.day_period != "lunch" and not line.display_type:
            span = tuple(
                timedelta(minutes=round(hour * 60))
                for hour in (line.hour_from, line.hour_to)
            )
            week.setdefault(int(line.dayofweek), []).append(span)
    return {day: sorted(spans) for day, spans in week.items()}


def _get_localizer(zone, start, end):
    """Return what turns naive local time into naive UTC between two moments.

    Without a change of the clock in between, as always in Indonesia, the offset is
    looked up once and not for each interval.
    """
    changes = getattr(zone, "_utc_transition_times", ())
    margin = timedelta(days=2)
    if bisect_right(changes, start - margin) == bisect_right(changes, end + margin):
        offset = pytz.utc.localize(start).astimezone(zone).utcoffset()
        return lambda moment: moment - offset
    return lambda moment: moment - zone.utcoffset(moment)


def to_utc(moment):
    """Return naive UTC; the last microsecond of a day counts as midnight.

    Core ends a day at 23:59:59.999999, which would be a pause in a night shift.
    """
    moment = moment.astimezone(pytz.utc).replace(tzinfo=None)
    return moment + MICROSECOND if moment.microsecond == 999999 else moment
