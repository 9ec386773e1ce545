# SPDX-License-Identifier: AGPL-3.0-or-later
import logging
import re
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_booking import LIVE
from .mrp_workcenter_slots import REFUSED_KEY

_logger = logging.getLogger(__name__)

MOST_MINUTES = 366 * 24 * 60
MOST_SLOTS = 1000
LAST_YEAR = 9900  # the horizon beyond it would leave the calendar

# PostgreSQL tells both rows: Key (..)=([5,6), [1,2), ["from","to")) conflicts with
# existing key (..)=([5,6), [1,2), ["from","to")).
CONFLICT = re.compile(
    r'=\(\[(\d+),\d+\), \[(\d+),\d+\), \["?([^",]+)"?,"?([^",)]+)"?\)\)'
)


def to_datetime(env, value):
    """Return a naive datetime in UTC from what a client sends.

    :param env: environment, for the language of the error
    :param value: datetime, or ISO text with or without a zone; without means UTC
    :raise UserError: no moment can be read from it
    """
    try:
        if not isinstance(value, datetime):
            value = datetime.fromisoformat(value.strip())
        if value.tzinfo:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
    except (AttributeError, OverflowError, ValueError) as error:
        message = env._("%s is no date and time such as 2026-01-31 08:00:00.", value)
        raise UserError(message) from error
    return value


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class FactoryBooking(models.Model):
    """Free time, and what to say when there is none."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    @api.model
    def next_slots(self, workcenter_ids, duration_minutes, after=False, limit=5):
        """Return the next free slots of the centres' lanes, earliest first.

        Work may pause while a centre is closed, also over night, as Odoo's planner has
        it; ``end`` less ``start`` is then longer than the duration. The portal and
        offers after a breakdown leave out what goes on after a night. Set-up and
        cleaning of the centre fit around each slot. Nothing is written or held.

        :param list workcenter_ids: ids of ``mrp.workcenter``
        :param float duration_minutes: working time wanted
        :param str after: moment in UTC; now when empty
        :param int limit: how many slots at most, 1 to 1000
        :return: list of {workcenter_id, lane, start, end}, times in UTC as text
        :raise UserError: what is asked for makes no sense
        """
        if not _is_number(duration_minutes) or not 0 < duration_minutes <= MOST_MINUTES:
            raise UserError(
                self.env._(
                    "The duration of a slot is a number of minutes, more than zero and "
                    "at most a year."
                )
            )
        if not isinstance(limit, int) or not 0 < limit <= MOST_SLOTS:
            raise UserError(
                self.env._("Ask for a number of slots from 1 to %s.", MOST_SLOTS)
            )
        centres = self._read_centres(workcenter_ids)
        moment = to_datetime(self.env, after) if after else fields.Datetime.now()
        if moment.year >= LAST_YEAR:
            raise UserError(self.env._("%s is too far ahead to plan.", moment))
        slots = centres._find_slots(timedelta(minutes=duration_minutes), moment, limit)
        return [
            {
                "workcenter_id": centre_id,
                "lane": lane,
                "start": fields.Datetime.to_string(start),
                "end": fields.Datetime.to_string(end),
            }
            for start, end, centre_id, lane in slots
        ]

    def _read_centres(self, workcenter_ids):
        """Return the work centres that a client named by id, if he may read them."""
        centres = self.env["mrp.workcenter"]
        known = isinstance(workcenter_ids, (list, tuple)) and all(
            isinstance(number, int) for number in workcenter_ids
        )
        if known:
            centres = centres.browse(dict.fromkeys(workcenter_ids)).exists()
        if not known or len(centres) != len(set(workcenter_ids)):
            raise UserError(self.env._("A work centre of the search does not exist."))
        centres.check_access("read")
        return centres

    @api.model
    def _get_taken_message(self, diag):
        """Say what is in the way and what is free instead.

        Odoo asks for this text after it has rolled back, so it sees the booking that
        won, and the slots offered are really free. Over RPC it asks without context,
        so the language is the user's own. Who is in the way is told to colleagues
        only: a portal user reads a reference.
        """
        self = self.with_context(lang=self.env.lang or self.env.user.lang)
        keys = CONFLICT.findall(getattr(diag, "message_detail", None) or "")
        if len(keys) != 2:
            return self.env._("The time is taken. Look for the next free slot.")
        centre_id, lane, start, end = keys[0]
        # sudo: the refused user may see when the lane is taken
        centre = self.env["mrp.workcenter"].sudo().browse(int(centre_id))
        block = [to_datetime(self.env, start), to_datetime(self.env, end)]
        other = self._get_other(centre, int(lane), keys[1][2:])
        message = self.env._(
            "%(centre)s, lane %(lane)s, is taken from %(start)s to %(end)s by "
            "%(other)s.",
            centre=centre.name,
            lane=lane,
            start=centre._format_moment(to_datetime(self.env, keys[1][2])),
            end=centre._format_moment(to_datetime(self.env, keys[1][3])),
            other=self._name_other(other),
        )
        return f"{message} {self._get_offer(centre, block)}"

    def _name_other(self, other):
        """Return the reference of a booking, with its user for who may read it.

        :param other: booking with sudo, or none
        """
        if not other:
            return self.env._("another booking of the same entry")
        shown = other.sudo(False)
        if self.env.user._is_internal() and shown.has_access("read"):
            parts = [other.name, other.partner_id.name]
            return ", ".join(part for part in parts if part)
        return other.name

    def _get_other(self, centre, lane, block):
        return self.sudo().search(
            [
                ("workcenter_id", "=", centre.id),
                ("lane", "=", lane),
                ("state", "in", LIVE),
                ("block_from", "<", to_datetime(self.env, block[1])),
                ("block_to", ">", to_datetime(self.env, block[0])),
            ],
            limit=1,
        )

    def _get_offer(self, centre, block):
        wanted = block[1] - block[0]
        margins = timedelta(minutes=centre.time_start + centre.time_stop)
        use = wanted - margins if margins < wanted else wanted
        after = max(block[0], fields.Datetime.now())
        centre = centre.with_context(**{REFUSED_KEY: self})
        slots = centre._find_whole_slots(use, after, 3)
        if not slots:
            return self.env._("No other time is free within the planning horizon.")
        moments = (
            self.env._(
                "%(start)s (lane %(lane)s)",
                start=centre._format_moment(start),
                lane=lane,
            )
            for start, _end, _centre_id, lane in slots
        )
        return self.env._("Next free: %s.", "; ".join(moments))

    @api.model
    def action_check_constraints(self):
        """Look whether the database really refuses overlaps.

        Odoo only logs a warning when rows that overlap keep it from creating an
        exclusion constraint; without it, nothing protects the plan.

        :raise UserError: a constraint is missing
        """
        wanted = {
            f"{self._table}_{name}": kind
            for name, kind in (
                ("no_overlap", "x"),
                ("block_not_empty", "c"),
                ("dates_in_order", "c"),
            )
        }
        self.env.cr.execute(
            "SELECT conname, contype FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND convalidated",
            (self._table,),
        )
        found = dict(self.env.cr.fetchall())
        missing = [name for name, kind in wanted.items() if found.get(name) != kind]
        if missing:
            raise UserError(
                self.env._(
                    "The database does not protect bookings: %(names)s is missing. "
                    "Cancel bookings that overlap, then upgrade the addon.",
                    names=", ".join(missing),
                )
            )
        return True

    def _register_hook(self):
        """Report a missing constraint as an error at every start."""
        super()._register_hook()
        try:
            self.action_check_constraints()
        except UserError as error:
            _logger.error("%s", error)
