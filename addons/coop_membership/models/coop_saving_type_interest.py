# SPDX-License-Identifier: AGPL-3.0-or-later
"""Terms of interest on a saving type, and the statement that computes it for all."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import interest

RHYTHMS = [
    ("daily", "Every day"),
    ("monthly", "Every month"),
    ("quarterly", "Every three months"),
    ("semiannual", "Every six months"),
    ("annual", "Every year"),
]


class CoopSavingType(models.Model):
    _inherit = "coop.saving.type"

    interest_day_count = fields.Selection(
        [
            ("actual/365", "Actual days / 365"),
            ("actual/360", "Actual days / 360"),
            ("actual/actual", "Actual days / days of the year"),
            ("30/360", "Each month is 1/12"),
        ],
        string="Day count",
        required=True,
        default="actual/365",
        help="Part of a year that a day is.",
    )
    interest_compounding = fields.Selection(
        [("none", "None"), ("daily", "Daily"), ("monthly", "Monthly")],
        string="Compounding",
        required=True,
        default="none",
        help="When interest that is not posted yet begins to bear interest itself;"
        " posted interest always does.",
    )
    interest_posting = fields.Selection(
        RHYTHMS,
        string="Posted",
        required=True,
        default="monthly",
        help="Period for which interest is computed and credited.",
    )

    def _get_interest_period(self, day):
        """Return first and last day of the posting period in which a day lies."""
        self.ensure_one()
        start = int(self.company_id.sudo().fiscalyear_last_month or "12") % 12 + 1
        return interest.posting_period(day, self.interest_posting, start)

    def _get_rate_schedules(self, last):
        """Return the interest rates of the type, by class of members.

        :rtype: {class_id, 0 for all others: [(first day, Decimal percent)]}
        """
        self.ensure_one()
        general, own = [], {}
        for rate in self.rate_ids.filtered(lambda r: r.date_from <= last):
            item = (rate.date_from, to_decimal(rate.interest_rate))
            if rate.class_id:
                own.setdefault(rate.class_id.id, []).append(item)
            else:
                general.append(item)
        schedules = {0: general}
        for class_id, items in own.items():
            # before a class has a rate of its own, the general one is in force
            since = min(day for day, _rate in items)
            schedules[class_id] = [r for r in general if r[0] < since] + items
        return schedules

    def _interest_sql(self, first, last):
        """Return SQL of ``(account_id, member_id, amount)``: interest not rounded.

        One statement for all members: interest is linear in the movements, so each
        day or month of the period has one factor (``tools/interest.py``).
        """
        self.ensure_one()
        schedules = self._get_rate_schedules(last)
        if not any(rate for rates in schedules.values() for _day, rate in rates):
            raise UserError(
                self.env._(
                    "%(type)s has no interest rate in force until %(day)s. Record the"
                    " rate with its first day.",
                    type=self.name,
                    day=fields.Date.to_string(last),
                )
            )
        own = [class_id for class_id in schedules if class_id]
        member_class = SQL(
            "CASE WHEN m.class_id = ANY(%s) THEN m.class_id ELSE 0 END", own
        )
        if self.interest_basis == "daily":
            return self._interest_daily_sql(first, last, schedules, member_class)
        return self._interest_monthly_sql(first, last, schedules, member_class)

    def _interest_daily_sql(self, first, last, schedules, member_class):
        rows = [
            (class_id, day, factor)
            for class_id, rates in schedules.items()
            for day, factor in interest.growth(
                first, last, rates, self.interest_day_count, self.interest_compounding
            ).items()
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        return SQL(
            """
            SELECT s.account_id, s.member_id, SUM(s.amount * g.factor) AS amount
              FROM (SELECT account_id, member_id, GREATEST(date, %(first)s) AS day,
                           SUM(amount) AS amount
                      FROM coop_saving_entry
                     WHERE type_id = %(type)s AND state = 'posted'
                       AND date <= %(last)s
                  GROUP BY account_id, member_id, GREATEST(date, %(first)s)) s
              JOIN coop_member m ON m.id = s.member_id
              JOIN unnest(%(classes)s::int[], %(days)s::date[], %(factors)s::numeric[])
                   AS g (class, day, factor)
                ON g.day = s.day AND g.class = %(member_class)s
             WHERE m.state NOT IN ('exited', 'refused')
          GROUP BY s.account_id, s.member_id
            """,
            first=first,
            last=last,
            type=self.id,
            classes=columns[0],
            days=columns[1],
            factors=columns[2],
            member_class=member_class,
        )

    def _interest_monthly_sql(self, first, last, schedules, member_class):
        rows = [
            (class_id, *month)
            for class_id, rates in schedules.items()
            for month in interest.month_weights(
                first, last, rates, self.interest_day_count, self.interest_compounding
            )
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        lowest = self.interest_basis == "lowest"
        # the balance of a day holds until the day before the next movement
        held = SQL(
            "r.until > GREATEST(w.first, r.opened)" if lowest else "r.until > w.last"
        )
        part = SQL(
            "(w.last - GREATEST(w.first, r.opened) + 1)::numeric"
            " / (w.last - w.first + 1)"
            if lowest
            else "1"
        )
        return SQL(
            """
            SELECT account_id, member_id, SUM(balance * part * factor) AS amount
              FROM (SELECT r.account_id, r.member_id, w.first, w.factor,
                           MIN(r.balance) AS balance, MIN(%(part)s) AS part
                      FROM (SELECT account_id, member_id, date,
                                   SUM(SUM(amount)) OVER passbook AS balance,
                                   MIN(date) OVER (PARTITION BY account_id) AS opened,
                                   COALESCE(LEAD(date) OVER passbook, 'infinity')
                                   AS until
                              FROM coop_saving_entry
                             WHERE type_id = %(type)s AND state = 'posted'
                               AND date <= %(last)s
                          GROUP BY account_id, member_id, date
                            WINDOW passbook AS (
                                   PARTITION BY account_id ORDER BY date)) r
                      JOIN coop_member m ON m.id = r.member_id
                      JOIN unnest(%(classes)s::int[], %(firsts)s::date[],
                                  %(lasts)s::date[], %(factors)s::numeric[])
                           AS w (class, first, last, factor)
                        ON r.date <= w.last AND %(held)s
                       AND w.class = %(member_class)s
                     WHERE m.state NOT IN ('exited', 'refused')
                  GROUP BY r.account_id, r.member_id, w.first, w.factor) months
          GROUP BY account_id, member_id
            """,
            type=self.id,
            last=last,
            classes=columns[0],
            firsts=columns[1],
            lasts=columns[2],
            factors=columns[3],
            held=held,
            part=part,
            member_class=member_class,
        )


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    def get_interest(self, date_from, date_to):
        """Compute the interest of an account for days, without posting it.

        :param str date_from: first day
        :param str date_to: last day
        :return: amount rounded to the company's amount unit
        :rtype: float
        """
        self.ensure_one()
        self.check_access("read")
        saving = self.type_id
        moves = [
            (entry.date, to_decimal(entry.amount))
            for entry in self.entry_ids
            if entry.state == "posted"
        ]
        schedules = saving._get_rate_schedules(fields.Date.to_date(date_to))
        member_class = self.member_id.class_id.id
        earned = interest.interest(
            moves,
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
            schedules.get(member_class, schedules[0]),
            saving.interest_basis or "daily",
            saving.interest_day_count,
            saving.interest_compounding,
        )
        return self.company_id._round_amount(max(earned, Decimal(0)))


class CoopSavingRate(models.Model):
    _inherit = "coop.saving.rate"

    def _is_frozen(self):
        return super()._is_frozen() or bool(
            # interest of members whom the user may not see freezes the rate as well
            self.env["coop.saving.batch"]
            .sudo()
            .search_count(
                [
                    ("kind", "=", "interest"),
                    ("state", "=", "posted"),
                    ("type_ids", "in", self.type_id.ids),
                    ("period_to", ">=", self.date_from),
                ],
                limit=1,
            )
        )

    @api.constrains("date_from", "type_id", "interest_rate")
    def _check_interest_not_posted(self):
        """Refuse a rate that would change interest which is posted already."""
        for rate in self.filtered("interest_rate"):
            batch = self.env["coop.saving.batch"].search(
                [
                    ("kind", "=", "interest"),
                    ("state", "=", "posted"),
                    ("type_ids", "in", rate.type_id.ids),
                    ("period_to", ">=", rate.date_from),
                ],
                limit=1,
            )
            if batch:
                raise UserError(
                    self.env._(
                        "%(rate)s: the interest until %(day)s is posted (%(batch)s)."
                        " Let the new rate begin later.",
                        rate=rate.display_name,
                        day=fields.Date.to_string(batch.period_to),
                        batch=batch.name,
                    )
                )
