# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from .factory_booking import BLOCKING_KINDS, LIVE

HIGH = "1"  # from this priority on, another machine is tried without asking


class FactoryBooking(models.Model):
    """Bookings that have to give way, and what they are offered instead."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    breakdown_id = fields.Many2one(
        "factory.breakdown",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The breakdown that this maintenance keeps the machine for.",
    )
    displaced_by_id = fields.Many2one(
        "factory.breakdown",
        "Displaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    displaced_reason = fields.Char(
        readonly=True, copy=False, help="Why the booking had to give way."
    )
    no_fee = fields.Boolean(
        "No fee",
        readonly=True,
        copy=False,
        help="The factory could not keep its promise: no fee for cancellation or "
        "no-show, and of a use that was cut short only the time really used.",
    )
    was_confirmed = fields.Boolean(
        readonly=True,
        copy=False,
        help="It was confirmed when it was displaced, and so will be the one that "
        "takes its place.",
    )
    offer_ids = fields.One2many("factory.booking.offer", "booking_id", "Offers")
    offer_count = fields.Integer("Open offers", compute="_compute_offer_count")

    @api.depends("offer_ids.state")
    def _compute_offer_count(self):
        groups = self.env["factory.booking.offer"]._read_group(
            [("booking_id", "in", self.ids), ("state", "=", "open")],
            ["booking_id"],
            ["__count"],
        )
        counts = {booking.id: count for booking, count in groups}
        for booking in self:
            booking.offer_count = counts.get(booking.id, 0)

    # --- what users do ---

    def action_finish(self, at=False):
        """Refuse for a breakdown, whose repair ends it."""
        self._check_no_breakdown()
        return super().action_finish(at)

    def action_cancel(self, reason=False):
        """Refuse for a breakdown, whose repair ends it."""
        self._check_no_breakdown()
        return super().action_cancel(reason)

    def action_accept_offer(self, offer_id):
        """Take an offered time instead of the displaced one.

        :param int offer_id: an open offer of this booking
        :return: the new booking (over RPC a list with its id)
        :raise UserError: the offer is not open, or no offer of this booking
        """
        self.ensure_one()
        offer = self.offer_ids.filtered(lambda o: o.id == offer_id)
        if offer.state != "open":
            raise UserError(
                self.env._(
                    "%s: this offer is no longer open. Ask for new offers.", self.name
                )
            )
        return self._accept(offer)

    def _accept(self, offer):
        self._check_displaced()
        # sudo: who accepts was offered exactly this place and no other
        booking = self.sudo()
        if booking.workorder_id:
            successor = booking.workorder_id._take_place(offer.sudo())
        else:
            successor = booking._succeed(offer.sudo())
        booking.offer_ids.state = "closed"
        offer.sudo().state = "accepted"
        return successor.with_env(self.env)

    def action_refresh_offers(self):
        """Look again for free times, after what was offered has gone.

        :return: list of {id, workcenter_id, lane, start, end}, times in UTC as text
        """
        self._check_displaced()
        self.sudo()._make_offers(fields.Datetime.now())
        return [
            {
                "id": offer.id,
                "workcenter_id": offer.workcenter_id.id,
                "lane": offer.lane,
                "start": fields.Datetime.to_string(offer.date_start),
                "end": fields.Datetime.to_string(offer.date_end),
            }
            for offer in self.offer_ids.filtered(lambda o: o.state == "open")
        ]

    def action_decline_offers(self):
        """Give up the displaced booking without a fee."""
        self._check_displaced()
        bookings = self.sudo()
        bookings.offer_ids.state = "closed"
        bookings._write_state(
            "cancelled", cancel_reason=self.env._("Displaced; no other time wanted")
        )
        return True

    def _check_displaced(self):
        """Refuse what waits for no other time.

        :raise UserError: not displaced, or another booking took its place already
        :raise AccessError: neither the user of the machine nor its planner
        """
        self.check_access("read")
        wrong = self.filtered(lambda b: b.state != "displaced")
        wrong._refuse(self.env._("only displaced bookings wait for another time"))
        moved = self.filtered(lambda b: b.sudo().descendant_ids)
        moved._refuse(self.env._("another booking took their place already"))
        if not self.env.user._is_portal():  # whose rule shows their own only
            self.check_access("write")

    # --- displacement ---

    def _displace(self, reason, breakdown=None, forbidden=()):
        """Make room: the highest priority first, then the earliest.

        Each one goes to another lane of its centre if it can, one of high priority
        also to the place of lower ones or to an alternative centre; the rest is
        displaced without a fee, and to be told by ``_propose``.

        ``self`` comes with sudo: a breakdown asks nobody.

        :param str reason: shown to the users
        :param breakdown: ``factory.breakdown``, when one is the cause
        :param forbidden: set of (work centre id, lane) that nothing may move to
        :return: the bookings that were displaced
        """
        displaced = self.browse()
        waiting = self.filtered(lambda b: b.kind not in BLOCKING_KINDS)
        while waiting:
            booking = waiting.sorted(rank)[0]
            waiting -= booking
            if booking._replace(reason, forbidden):
                continue
            weaker = booking._get_weaker(forbidden)
            losers = weaker or booking
            lane = weaker[:1].lane
            losers._give_way(reason, breakdown)
            displaced |= losers
            waiting -= losers
            if weaker:
                booking._move_aside(booking.workcenter_id, lane, reason)
        return displaced

    def _give_way(self, reason, breakdown=None):
        for booking in self:
            entries = booking._get_calendar_entries()
            booking._write_state(
                "displaced",
                was_confirmed=booking.state == "confirmed",
                hold_until=False,
                no_fee=True,
                displaced_reason=reason,
                displaced_by_id=breakdown.id if breakdown else False,
                leave_id=False,
            )
            entries.unlink()

    def _replace(self, reason, forbidden):
        """Move to another place at the same time, if one is free.

        :return: True when the booking keeps its time
        """
        if self.actual_start:
            return False
        centre = self.workcenter_id
        places = [(centre, lane) for lane in range(1, centre.lane_count + 1)]
        if self.priority >= HIGH:
            for other in centre.alternative_workcenter_ids:
                places += [(other, lane) for lane in range(1, other.lane_count + 1)]
        places = [place for place in places if (place[0].id, place[1]) not in forbidden]
        own = (centre, self.lane)
        for place in places:
            if place != own and self._is_free_at(*place):
                try:
                    with self.env.cr.savepoint():
                        self._move_aside(*place, reason)
                        return True
                except (ExclusionViolation, UserError):
                    continue
        return False

    def _is_free_at(self, centre, lane):
        """Tell whether the place is open and free at the booking's time."""
        block = (self.block_from, self.block_to)
        if centre.overlap_allowed:
            return False
        taken = centre._get_busy(block[0], until=block[1])
        taken = taken.get((centre.id, lane), [])
        closed = centre._get_closings(*block)
        return not closed and not any(
            start < block[1] and block[0] < end for start, end in taken
        )

    def _move_aside(self, centre, lane, reason):
        """Keep the time in another place; the reference stays on the same centre."""
        here = centre == self.workcenter_id
        if here:
            self._system().write({"lane": lane})
        elif self.workorder_id:
            self.workorder_id.write({"workcenter_id": centre.id})
        else:
            vals = self._prepare_successor_vals(
                centre, lane, self.date_start, self.date_end
            )
            vals.update(hold_until=self.hold_until, override_reason=reason)
            self._give_way(reason)
            self._create_successor(vals)
        self.flush_recordset()
        self.message_post(
            body=self.env._(
                "Moved to lane %(lane)s of %(centre)s at the same time: %(reason)s.",
                lane=lane,
                centre=centre.name,
                reason=reason,
            )
        )

    def _get_weaker(self, forbidden):
        """Return bookings of lower priority whose place would be enough.

        All of them stand on one other lane of the centre and have not begun.
        """
        centre = self.workcenter_id
        if self.actual_start or self.priority < HIGH or centre.lane_count == 1:
            return self.browse()
        others = self.search(
            [
                ("workcenter_id", "=", centre.id),
                ("state", "in", LIVE),
                ("exclusive", "=", True),
                ("block_from", "<", self.block_to),
                ("block_to", ">", self.block_from),
                ("lane", "!=", self.lane),
            ],
            order="lane",
        )
        for lane, rivals in others.grouped("lane").items():
            if (centre.id, lane) not in forbidden and all(
                rival.priority < self.priority
                and rival.state != "in_use"
                and not rival.actual_start
                and rival.kind not in BLOCKING_KINDS
                for rival in rivals
            ):
                return rivals
        return self.browse()

    def _interrupt(self, moment, reason, breakdown=None):
        """Stop what runs at ``moment``; what is left of it waits for another time.

        A work order keeps its booking, which is displaced with the others. A run
        without one ends, and its rest becomes a displaced descendant.

        :return: displaced bookings of the rest
        """
        rests = self.browse()
        for booking in self:
            moment = max(moment, booking.actual_start)
            order = booking.workorder_id
            if order:
                order._pause_at(moment)
                booking._pause()
                continue
            rest = booking.date_end - moment
            booking._system().no_fee = True
            booking._finish(moment)
            if rest > timedelta(0):
                vals = booking._prepare_successor_vals(
                    booking.workcenter_id, booking.lane, moment, booking.date_end
                )
                rests |= self._system().create(
                    {
                        **vals,
                        "state": "displaced",
                        "was_confirmed": True,
                        "no_fee": True,
                        "displaced_reason": reason,
                        "displaced_by_id": breakdown.id if breakdown else False,
                    }
                )
        return rests.with_env(self.env)

    def _succeed(self, offer):
        """Book the offered time in the name of the displaced booking."""
        vals = self._prepare_successor_vals(
            offer.workcenter_id, offer.lane, offer.date_start, offer.date_end
        )
        minutes = offer.workcenter_id.booking_hold_minutes
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        vals["hold_until"] = until if minutes else False
        return self._create_successor(vals)

    def _create_successor(self, vals):
        """Book for a displaced booking; a promise is confirmed with all its checks."""
        successor = self._system().create({**vals, "state": "held"})
        if self.was_confirmed:
            successor.with_env(self.env).action_confirm()
        return successor

    def _prepare_successor_vals(self, centre, lane, start, end):
        return {
            **self.copy_data()[0],
            "workcenter_id": centre.id,
            "lane": lane,
            "date_start": start,
            "date_end": end,
            "rescheduled_from_id": self.id,
            # the factory's fault: no rule on notice or length stands in the way
            "override_reason": self.displaced_reason or self.override_reason,
        }

    @api.model
    def _restart_when_taken(self, error):
        """Begin the transaction again: somebody booked in this very moment.

        :raise ConcurrencyError: always
        """
        message = self.env._("Somebody booked this time at this very moment.")
        raise ConcurrencyError(message) from error


def rank(booking):
    return (-int(booking.priority), booking.block_from, booking.id)
