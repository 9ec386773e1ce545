# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class FactoryBooking(models.Model):
    """What not coming and cancelling late cost, where the tariff says so.

    A displaced booking never costs anything: nobody gave it up. Without a line for it
    in the tariff of the day nothing is recorded; a fee can be waived like any charge.
    """

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.booking"

    def action_cancel(self, reason=False):
        """Record the fee for what is cancelled too late."""
        result = super().action_cancel(reason)
        self.filtered("is_late_cancel")._record_fee("cancellation")
        return result

    def _mark_no_shows(self, now):
        missed = super()._mark_no_shows(now)
        missed._record_fee("no_show")
        return missed

    def _record_fee(self, charge_type):
        """Record what was booked and not used, where a tariff prices that.

        :param str charge_type: cancellation or no_show
        """
        # sudo: whoever gives a booking up need not have the right to meter its use
        usages = self.sudo().env["factory.usage"]
        for booking in self.sudo().filtered(lambda b: b.kind == "use" and b.partner_id):
            for unit, quantity in (("hour", booking.duration_hours), ("piece", 1.0)):
                vals = booking._prepare_fee_vals(charge_type, unit, quantity)
                if usages.new(vals)._has_tariff_line():
                    usages.create(vals)
                    break

    def _prepare_fee_vals(self, charge_type, unit, quantity):
        """Return the use that a fee is charged for: the time kept for nothing."""
        self.ensure_one()
        return {
            "booking_id": self.id,
            "company_id": self.company_id.id,
            "site_id": self.site_id.id,
            "workcenter_id": self.workcenter_id.id,
            "partner_id": self.partner_id.id,
            "charge_type": charge_type,
            "unit": unit,
            "quantity": round(quantity, 3),
            "booked_quantity": quantity,
            "date_start": self.date_start,
            "date_end": self.date_end,
        }
