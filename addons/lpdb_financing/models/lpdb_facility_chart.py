# SPDX-License-Identifier: AGPL-3.0-or-later
from itertools import accumulate

from odoo import fields, models

#: what became of an instalment by the day of the picture
PARTS = ("paid", "overdue", "due")


class LpdbFacility(models.Model):
    """The schedule in force as a picture."""

    _inherit = "lpdb.facility"

    def schedule_chart(self, date=None):
        """Return the schedule in force, row by row, as the chart of the form draws it.

        Paid rows of earlier versions stand in it, as each version keeps them.

        :param str date: ISO date that parts what is overdue from what is yet due, the
            local date when empty; what is paid is what is paid now
        :return: ``{"facility_id", "currency_id", "date", "version", "drawn",
            "outstanding", "rows", "totals"}``; a row is ``{"n", "due", "principal",
            "interest", "payment", "paid", "overdue", "due_amount", "balance",
            "outstanding", "date_paid", "state"}``. ``paid`` + ``overdue`` +
            ``due_amount`` is ``payment``, or more when interest on arrears was paid
            with the row; ``balance`` is the principal left by the schedule and
            ``outstanding`` that of the loan ledger at the end of the due date, false
            after the day or before the books begin
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        day = self.company_id._read_day(date)
        lines = self.schedule_id.line_ids.sorted("n")
        owed = self._outstanding_by_day()
        rows = [self._chart_row(line, day, owed) for line in lines]
        names = ("principal", "interest", "payment", "paid", "overdue", "due_amount")
        return {
            "facility_id": self.id,
            "currency_id": self.currency_id.id,
            "date": fields.Date.to_string(day),
            "version": self.schedule_id.version,
            "drawn": self.drawn,
            "outstanding": self.outstanding,
            "rows": rows,
            "totals": {
                name: self.currency_id.round(sum(row[name] for row in rows))
                for name in names
            },
        }

    def _chart_row(self, line, day, owed):
        late = line.rest if line.due < day else 0.0
        known = [amount for when, amount in owed if when <= line.due]
        return {
            "n": line.n,
            "due": fields.Date.to_string(line.due),
            "principal": line.principal,
            "interest": line.interest,
            "payment": line.payment,
            "paid": line.paid_principal + line.paid_interest,
            "overdue": late,
            "due_amount": line.rest - late,
            "balance": line.balance,
            "outstanding": known[-1] if known and line.due <= day else False,
            "date_paid": fields.Date.to_string(line.date_paid) or "",
            "state": line.state,
        }

    def _outstanding_by_day(self):
        """Return what was owed at the end of each day that changed it.

        :return: list of ``(date, principal)``, rising
        """
        self.ensure_one()
        groups = self.env["lpdb.entry"]._read_group(
            [("facility_id", "=", self.id), ("kind", "!=", "accrual")],
            ["date:day"],
            ["amount:sum"],
            order="date:day",
        )
        totals = accumulate(amount for _day, amount in groups)
        return [
            (day, self.currency_id.round(total))
            for (day, _amount), total in zip(groups, totals, strict=True)
        ]
