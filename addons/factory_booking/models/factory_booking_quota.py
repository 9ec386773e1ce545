# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL, format_date

from ..tools import periods
from .factory_booking import LIVE
from .factory_booking_slots import to_datetime

PERIODS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("ahead", "At one time"),
]
# What came to nothing by cancelling, expiry or a breakdown uses nothing up.
COUNTED = (*LIVE, "done", "no_show")


class FactoryBookingQuota(models.Model):
    """How much of a centre a user may book in a period.

    A booking counts with its hours of use in the period in which it starts, by the
    clock of the centre. Of several quotas for the same centre and period the most
    particular one holds: of the user, of his class, of everybody.
    """

    _name = "factory.booking.quota"
    _description = "Booking Quota"
    _order = "workcenter_id, period, class_id, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work centre",
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Empty: what is booked on all centres of the company, added up.",
    )
    class_id = fields.Many2one(
        "factory.booking.class",
        "Class of users",
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Empty: for every user who has no quota of his own or his class.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "User of the machine",
        index=True,
        ondelete="cascade",
        check_company=True,
        help="A quota of this user alone, in place of that of his class.",
    )
    is_shared = fields.Boolean(
        "Counted together",
        help="The bookings of all users of the class are added up, for instance those "
        "of all who are no members.",
    )
    period = fields.Selection(
        PERIODS,
        required=True,
        default="week",
        help="Calendar day, week from Monday or month at the centre; or how much may "
        "be booked ahead at one time.",
    )
    max_hours = fields.Float(
        "Hours", help="Hours of use in the period at most; 0 for no limit."
    )
    max_count = fields.Integer(
        "Bookings", help="Bookings in the period at most; 0 for no limit."
    )

    _limits_positive = models.Constraint(
        "CHECK (COALESCE(max_hours, 0) >= 0 AND COALESCE(max_count, 0) >= 0 "
        "AND COALESCE(max_hours, 0) + COALESCE(max_count, 0) > 0)",
        "A quota limits hours or bookings: enter at least one of them.",
    )
    _one_kind_of_user = models.Constraint(
        "CHECK (partner_id IS NULL OR (class_id IS NULL AND is_shared IS NOT TRUE))",
        "A quota is for one user or for a class of users, not for both.",
    )
    _one_each = models.UniqueIndex(
        "(company_id, COALESCE(workcenter_id, 0), COALESCE(class_id, 0), "
        "COALESCE(partner_id, 0), COALESCE(is_shared, FALSE), period) WHERE active",
        "There is a quota for these users, this centre and this period already: "
        "change that one.",
    )

    @api.depends("workcenter_id", "class_id", "partner_id", "period", "is_shared")
    def _compute_name(self):
        labels = dict(self._fields["period"]._description_selection(self.env))
        for quota in self:
            who = quota.partner_id.name or quota.class_id.name
            parts = [
                who or self.env._("All users"),
                quota.workcenter_id.name or self.env._("All centres"),
                labels.get(quota.period),
                self.env._("together") if quota.is_shared else False,
            ]
            quota.name = " · ".join(part for part in parts if part)

    # --- what is used ---

    @api.model
    def get_use(self, partner_id, workcenter_id=False, at=False):
        """Return the quotas of a user and what he has used of them.

        :param int partner_id: user of the machine
        :param int workcenter_id: only quotas that bind on this centre
        :param str at: moment in UTC that lies in the period; now when empty
        :return: list of {quota_id, name, period, date_from, date_to, hours,
            max_hours, count, max_count}; the dates are the first and the last day,
            False for a quota without a period; a maximum of 0 is no limit
        :raise AccessError: another user's, for a portal user
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        own = self.env.user.partner_id.commercial_partner_id
        if not self.env.su and self.has_access("read"):
            self.env["mrp.workcenter"].browse(workcenter_id).check_access("read")
        # sudo: whose partner it is, nothing of it is told
        elif not self.env.su and partner.sudo().commercial_partner_id != own:
            raise AccessError(self.env._("These are another user's bookings."))
        moment = to_datetime(self.env, at) if at else fields.Datetime.now()
        # sudo: a user may know his own quotas
        centre = self.env["mrp.workcenter"].sudo().browse(workcenter_id)
        company = centre.company_id or self.env.company
        quotas = self.sudo().search([("company_id", "=", company.id)])
        if centre:
            quotas = quotas.filtered(lambda q: q.workcenter_id in (centre, q.browse()))
        day = company._local_date(moment)
        classes = self.env["factory.booking.class"]
        found = classes._get_all(company)._match(partner, day)
        mine = quotas._pick(partner.sudo(), found.get(partner.id, classes))
        return [quota._get_use_of(partner.sudo(), centre, moment) for quota in mine]

    def _get_use_of(self, partner, centre, moment):
        start, end, days = self._get_period(centre, moment)
        hours, count = self._count(partner, start, end)
        return {
            "quota_id": self.id,
            "name": self.name,
            "period": self.period,
            "date_from": fields.Date.to_string(days[0]) if days else False,
            "date_to": fields.Date.to_string(days[1]) if days else False,
            "hours": hours,
            "max_hours": self.max_hours,
            "count": count,
            "max_count": self.max_count,
        }

    def _pick(self, partner, booking_class):
        """Return the quotas that bind a user: the most particular of each kind.

        A quota that a class shares binds beside that of each user.
        """
        who = partner.commercial_partner_id
        picked = {}
        for quota in self:
            if quota.partner_id:
                rank = 2 if quota.partner_id.commercial_partner_id == who else -1
            elif quota.class_id:
                rank = 1 if quota.class_id == booking_class else -1
            else:
                rank = 0
            key = (quota.workcenter_id, quota.period, quota.is_shared)
            if rank > picked.get(key, (-1,))[0]:
                picked[key] = (rank, quota)
        return self.browse(quota.id for _rank, quota in picked.values())

    def _get_period(self, centre, moment):
        """Return the period of a moment at the centre.

        :param datetime moment: naive UTC
        :return: (start, end) in naive UTC and (first day, last day); for what is
            booked ahead now, None and None
        """
        if self.period == "ahead":
            return fields.Datetime.now(), None, None
        place = (centre or self.workcenter_id).with_company(self.company_id)
        zone = place._get_zone()
        first, beyond = periods.bounds(place._local_day(moment), self.period)
        start, end = (
            zone.localize(datetime.combine(edge, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for edge in (first, beyond)
        )
        return start, end, (first, beyond - timedelta(days=1))

    def _count(self, partner, start, end):
        """Return hours and number of the bookings that count, whoever made them."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("kind", "=", "use"),
            ("state", "in", COUNTED),
            ("date_start", ">=", start),
        ]
        if end:
            domain.append(("date_start", "<", end))
        if self.workcenter_id:
            domain.append(("workcenter_id", "=", self.workcenter_id.id))
        if not self.is_shared:
            who = partner.commercial_partner_id.id
            domain.append(("partner_id.commercial_partner_id", "=", who))
        elif self.class_id:
            domain.append(("class_id", "=", self.class_id.id))
        # sudo: bookings count, also those the one who enters this may not see
        bookings = self.env["factory.booking"].sudo()
        ((hours, count),) = bookings._read_group(
            domain, [], ["duration_hours:sum", "__count"]
        )
        return hours or 0.0, count

    # --- the rule ---

    @api.model
    def _check_bookings(self, bookings):
        """Refuse bookings of one centre that go beyond a quota.

        :raise ValidationError: naming what is used, what is allowed and until when
        """
        centre = bookings.workcenter_id
        domain = [("company_id", "in", bookings.company_id.ids)]
        domain.append(("workcenter_id", "in", [False, *centre.ids]))
        # sudo: a quota binds whoever may not read quotas
        quotas = self.sudo().search(domain) if bookings else self
        seen = set()
        for booking in bookings.sudo() if quotas else ():
            partner = booking.partner_id
            for quota in quotas._pick(partner, booking.class_id).sorted("id"):
                period = quota._get_period(centre, booking.date_start)
                who = () if quota.is_shared else partner.commercial_partner_id
                key = (quota, who, period[0] if period[2] else None)
                if key not in seen:
                    seen.add(key)
                    quota._lock(who)
                    quota._check(booking, period)

    def _lock(self, partner):
        """Let no two transactions count the same bookings at the same time.

        Under REPEATABLE READ a transaction that waited for a lock still counts with
        its old snapshot. So the lock is a row that each one *changes*: the second
        fails with a serialisation error, and Odoo begins it again (``retrying``) with
        a snapshot that holds what the first has booked.
        """
        query = SQL(
            """
            INSERT INTO factory_booking_quota_lock AS lock
                        (quota_id, partner_id, version)
                 VALUES (%s, %s, 1)
            ON CONFLICT (quota_id, COALESCE(partner_id, 0))
          DO UPDATE SET version = lock.version + 1
            """,
            self.id,
            partner.id if partner else None,
        )
        self.env.cr.execute(query, log_exceptions=False)

    def _check(self, booking, period):
        start, end, days = period
        hours, count = self._count(booking.partner_id, start, end)
        limits = []
        if self.max_hours and hours > self.max_hours + 1e-6:
            limits.append(
                self.env._(
                    "%(hours)s of %(allowed)s hours",
                    hours=periods.hours_text(hours),
                    allowed=periods.hours_text(self.max_hours),
                )
            )
        if self.max_count and count > self.max_count:
            limits.append(
                self.env._(
                    "%(count)s of %(allowed)s bookings",
                    count=count,
                    allowed=self.max_count,
                )
            )
        if limits:
            raise ValidationError(self._describe(booking, limits, days))

    def _describe(self, booking, limits, days):
        """Say whose quota is used up, until when, and what to do."""
        who = booking.partner_id.name
        if self.is_shared:
            who = self.class_id.name or self.env._("All users")
        place = self.workcenter_id.name or self.env._("all centres")
        values = {
            "booking": booking.name,
            "who": who,
            "limits": self.env._(" and ").join(limits),
            "place": place,
        }
        if not days:
            return self.env._(
                "%(booking)s: with it, %(who)s would have %(limits)s ahead on "
                "%(place)s. Book again when one of them is over, cancel one, or ask a "
                "factory manager to allow it with a reason.",
                **values,
            )
        return self.env._(
            "%(booking)s: with it, %(who)s would have %(limits)s on %(place)s from "
            "%(first)s to %(last)s. Book after that day, cancel another booking, or "
            "ask a factory manager to allow it with a reason.",
            first=format_date(self.env, days[0]),
            last=format_date(self.env, days[1]),
            **values,
        )


class FactoryBookingQuotaLock(models.Model):
    """A row that whoever counts against a quota changes; see ``_lock``."""

    _name = "factory.booking.quota.lock"
    _description = "Lock of a Booking Quota"
    _order = "id"
    _rec_name = "quota_id"

    quota_id = fields.Many2one(
        "factory.booking.quota", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", ondelete="cascade", help="Empty for a quota counted together."
    )
    version = fields.Integer(required=True, default=1)

    _one_each = models.UniqueIndex(
        "(quota_id, COALESCE(partner_id, 0))", "A quota has one lock for each user."
    )
