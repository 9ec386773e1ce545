# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import fields, models

from .factory_booking_displace import rank

OFFERS = 3


class FactoryBooking(models.Model):
    """Other times for displaced bookings."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    def _propose(self, reason):
        """Offer other times, once what keeps the machine is in the plan."""
        self._make_offers(fields.Datetime.now())
        self._tell_displaced(reason)

    def _make_offers(self, after):
        """Propose free times, the first choice of each to nobody else in ``self``.

        :param datetime after: naive UTC
        """
        self.offer_ids.filtered(lambda o: o.state == "open").state = "closed"
        promised = {}
        vals_list = []
        for booking in self.sorted(rank):
            slots = booking._find_offers(max(after, booking.block_from), promised)
            for start, end, centre_id, lane, block_from, block_to in slots:
                vals_list.append(
                    {
                        "booking_id": booking.id,
                        "workcenter_id": centre_id,
                        "lane": lane,
                        "date_start": start,
                        "date_end": end,
                        "block_from": block_from,
                        "block_to": block_to,
                    }
                )
            for _start, _end, centre_id, lane, *block in slots[:1]:
                promised.setdefault((centre_id, lane), []).append(tuple(block))
        self.env["factory.booking.offer"].create(vals_list)

    def _find_offers(self, after, promised):
        """Return free times to offer, over night only where nothing else is free.

        :return: as ``_find_blocks`` of a work centre
        """
        centre = self.workcenter_id
        places = centre | centre.alternative_workcenter_ids
        asked = (self._get_wanted(), after, OFFERS, promised)
        found = []
        if not self.workorder_id:  # an order pauses where core's planner would
            found = places._find_blocks(*asked, pause="day")
        return found or places._find_blocks(*asked)

    def _get_wanted(self):
        """Return the working time of use to look for, without set-up and cleaning."""
        order = self.workorder_id
        if not order:
            return self.date_end - self.date_start
        minutes = order.duration_expected - sum(order.time_ids.mapped("duration"))
        margins = self.setup_minutes + self.cleaning_minutes
        return timedelta(minutes=round(max(minutes - margins, 1), 4))

    def _tell_displaced(self, reason):
        """Tell the responsible and the followers that an answer is wanted."""
        for booking in self:
            booking.message_post(
                body=self.env._(
                    "Displaced: %(reason)s. No fee is charged; %(count)s other times "
                    "are offered.",
                    reason=reason,
                    count=booking.offer_count,
                )
            )
            if booking.user_id:
                booking.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("%s needs another time", booking.name),
                    user_id=booking.user_id.id,
                )
