# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, time

import holidays
import pytz

from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    planning_horizon_days = fields.Integer(
        default=1830,
        required=True,
        help="How many days ahead free time is searched for bookings and work orders. "
        "Odoo alone gives up after 700 days.",
    )
    breakdown_days = fields.Integer(
        "Days kept for a breakdown",
        default=7,
        required=True,
        help="While nobody knows when a broken machine will run again, its time is "
        "kept so many days ahead, and bookings in it are displaced.",
    )

    booking_remind_hours = fields.Float(
        "Remind of bookings (hours before)",
        default=24,
        help="So long before the start users of machines are reminded, unless the work "
        "centre has hours of its own; 0 never.",
    )
    booking_hold_remind_minutes = fields.Integer(
        "Remind of holds (minutes before)",
        default=15,
        help="So long before a hold expires, its user and its responsible are told; "
        "0 never.",
    )

    _planning_days_positive = models.Constraint(
        "CHECK (planning_horizon_days > 0 AND breakdown_days > 0)",
        "The days of the planning horizon and of breakdowns must be more than zero.",
    )
    _booking_reminders_positive = models.Constraint(
        "CHECK (COALESCE(booking_remind_hours, 0) >= 0 "
        "AND COALESCE(booking_hold_remind_minutes, 0) >= 0)",
        "Hours and minutes to remind before are zero (never) or more.",
    )

    def action_load_holidays(self, year=False):
        """Close the company's calendars on Indonesia's public holidays of a year.

        Public holidays and cuti bersama, as the package ``holidays`` knows them from
        the joint decrees of the ministers (SKB 3 Menteri). Days that are closed
        already are left alone, so it can be repeated and every day can be edited.

        :param int year: the current year when empty
        :return: number of days added
        """
        self.env["factory.booking"]._check_manager()
        year = int(year or fields.Date.context_today(self).year)
        days = holidays.country_holidays(
            "ID", years=year, categories=("public", "government"), language="id"
        )
        if not days:
            raise UserError(
                self.env._("No holidays of %s are known; enter them by hand.", year)
            )
        added = 0
        for company in self:
            vals_list = company._prepare_holiday_vals(days)
            # sudo: the factory manager closes days without being a system user
            entries = self.env["resource.calendar.leaves"].sudo().create(vals_list)
            # core computes the company of an entry without calendar from whoever
            # happens to flush it (resource_calendar_leaves.py, _compute_company_id)
            entries.flush_recordset()
            entries.write({"company_id": company.id})
            added += len(vals_list)
        return added

    def action_load_holidays_and_view(self, year=False):
        """Load the public holidays and show the bookings that stand on them.

        :param int year: the current year when empty
        :return: window action with the bookings, or True when there are none
        """
        self.action_load_holidays(year)
        closings = self.env["resource.calendar.leaves"].search(
            [
                ("company_id", "in", self.ids),
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("date_to", ">", fields.Datetime.now()),
            ]
        )
        if not closings._get_hit_bookings():
            return True
        return closings.action_view_hit_bookings()

    def _prepare_holiday_vals(self, days):
        """Return values of the closing days that the company does not have yet.

        :param dict days: {date: name}
        """
        zone = pytz.timezone(self.resource_calendar_id.tz or self.env.user.tz or "UTC")
        vals_list = []
        for day, name in sorted(days.items()):
            bounds = [
                zone.localize(datetime.combine(day, clock)).astimezone(pytz.utc)
                for clock in (time.min, time(23, 59, 59))
            ]
            start, end = (bound.replace(tzinfo=None) for bound in bounds)
            vals_list.append(
                {
                    "name": name,
                    "calendar_id": False,
                    "date_from": start,
                    "date_to": end,
                    "time_type": "leave",
                }
            )
        known = self.env["resource.calendar.leaves"].sudo()
        known = known.search(
            [
                ("company_id", "=", self.id),
                ("resource_id", "=", False),
                ("date_from", "in", [vals["date_from"] for vals in vals_list]),
            ]
        )
        taken = set(known.mapped("date_from"))
        return [vals for vals in vals_list if vals["date_from"] not in taken]
