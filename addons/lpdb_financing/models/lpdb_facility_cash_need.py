# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

PARTS = ("principal", "interest", "penalty", "amount")
ARREARS = "arrears"
#: most months that one table shows
LONGEST = 120


class LpdbFacility(models.Model):
    """What all loans of the cooperative will take in the months to come."""

    _inherit = "lpdb.facility"

    @api.model
    def cash_need(self, date=None, months=12, company_id=None):
        """Return what instalments need in cash, month by month and loan by loan.

        What fell due before the date and is not paid stands first, as arrears, with the
        penalty that the agreement would ask on that day. Then come calendar months, of
        which the first begins with the date. Sums are what is open now of the schedules
        in force. Money not drawn yet is not guessed, nor is what it would cost.

        :param str date: first day (ISO), the local date when empty
        :param int months: calendar months, that of the date included; 1 to 120
        :param int company_id: the user's current company when empty
        :return: ``{"date", "date_to", "months", "company_id", "currency_id",
            "periods", "facilities", "total"}``. A period is ``{"key", "date_from",
            "date_to", "principal", "interest", "penalty", "amount"}``, its key being
            ``"arrears"``, whose ``date_from`` is empty, or ``"2026-12"``; a facility
            is ``{"facility_id", "name", "lender", "total", "periods"}`` with
            ``periods`` as ``{key: amounts}``, only those in which something is due
        :rtype: dict
        """
        self.check_access("read")
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if company not in self.env.companies:
            raise AccessError(
                self.env._("Choose a cooperative that is open to you, then ask again.")
            )
        day = company._read_day(date)
        if not isinstance(months, int) or not 1 <= months <= LONGEST:
            raise UserError(
                self.env._(
                    "Cash need of %(months)s months: ask for 1 to %(most)s.",
                    months=months,
                    most=LONGEST,
                )
            )
        periods = self._cash_periods(day, months)
        needs = self._cash_needs(company, day, periods[-1]["date_to"])
        return self._cash_table(company, day, periods, needs)

    @api.model
    def _cash_periods(self, day, months):
        """Return arrears and the months, each with its first and last day."""
        first = day.replace(day=1)
        periods = [
            {
                "key": ARREARS,
                "date_from": None,
                "date_to": fields.Date.subtract(day, days=1),
            }
        ]
        for number in range(months):
            month = fields.Date.add(first, months=number)
            periods.append(
                {
                    "key": month.strftime("%Y-%m"),
                    "date_from": max(month, day),
                    "date_to": fields.Date.end_of(month, "month"),
                }
            )
        return periods

    @api.model
    def _cash_needs(self, company, day, last):
        """Return what is open: ``{facility: {key: {part: amount}}}``."""
        instalments = self.env["lpdb.instalment"]
        domain = [
            ("company_id", "=", company.id),
            ("schedule_id.state", "=", "active"),
            ("rest", ">", 0),
        ]
        sums = ["principal:sum", "paid_principal:sum", "rest:sum"]
        late = instalments._read_group(
            [*domain, ("due", "<", day)], ["facility_id"], sums
        )
        ahead = instalments._read_group(
            [*domain, ("due", ">=", day), ("due", "<=", last)],
            ["facility_id", "due:month"],
            sums,
        )
        rows = [(facility, ARREARS, *amounts) for facility, *amounts in late]
        rows += [
            (facility, month.strftime("%Y-%m"), *amounts)
            for facility, month, *amounts in ahead
        ]
        needs = {}
        for facility, key, asked, paid, rest in rows:
            penalty = facility._penalty_asked(day) if key == ARREARS else 0.0
            principal = asked - paid
            parts = (principal, rest - principal, penalty, rest + penalty)
            needs.setdefault(facility, {})[key] = {
                name: company.currency_id.round(amount)
                for name, amount in zip(PARTS, parts, strict=True)
            }
        return needs

    def _penalty_asked(self, day):
        """Return what a payment of the day would be asked for what is overdue."""
        self.ensure_one()
        if not self.penalty_rate:
            return 0.0
        values = {"facility_id": self.id, "date": day}
        return self.env["lpdb.payment"].new(values).penalty_due

    @api.model
    def _cash_table(self, company, day, periods, needs):
        def total(rows):
            rows = list(rows)
            return {
                name: company.currency_id.round(sum(row[name] for row in rows))
                for name in PARTS
            }

        needs = dict(
            sorted(needs.items(), key=lambda need: (need[0].name.lower(), need[0].id))
        )
        return {
            "date": fields.Date.to_string(day),
            "date_to": fields.Date.to_string(periods[-1]["date_to"]),
            "months": len(periods) - 1,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "periods": [
                {
                    "key": period["key"],
                    "date_from": fields.Date.to_string(period["date_from"]) or "",
                    "date_to": fields.Date.to_string(period["date_to"]),
                    **total(
                        need[period["key"]]
                        for need in needs.values()
                        if period["key"] in need
                    ),
                }
                for period in periods
            ],
            "facilities": [
                {
                    "facility_id": facility.id,
                    "name": facility.name,
                    "lender": facility.lender_id.name,
                    "total": total(need.values()),
                    "periods": need,
                }
                for facility, need in needs.items()
            ],
            "total": total(row for need in needs.values() for row in need.values()),
        }
