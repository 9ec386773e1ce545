# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, models


class LpdbFacility(models.Model):
    """The last version of a schedule: a loan that is settled before its time.

    No method is computed for it, so that it ends any loan: flat, with interest put off
    or added to the principal, or on the lender's own schedule.
    """

    _inherit = "lpdb.facility"

    def _end_schedule(self, day, principal, interest):
        """Put a version in force that ends with all that is owed on a day.

        Rows that are due stay. The row of the day asks what was paid of it and the
        rest; rows after it are gone.

        :param float principal: owed beyond the rows that are due
        :param float interest: the same
        :return: the last row
        """
        self.ensure_one()
        current = self.schedule_id
        lines, settled = current.line_ids.sorted("n"), current._settled_rows()
        last = lines.filtered(lambda line: line.due >= day)[:1] or lines[-1:]
        # a later row may be paid already
        last = (last | settled).sorted("n")[-1]
        values = []
        for line in lines.filtered(lambda line: line.n <= last.n):
            vals = line._copy_vals(line in settled)
            if line == last:
                vals.update(
                    principal=line.paid_principal + principal,
                    interest=line.paid_interest + interest,
                    capitalised=line.capitalised if line in settled else 0.0,
                    balance=0.0,
                )
            values.append(vals)
        return self._put_rows(values, day).line_ids.sorted("n")[-1]

    def _undo_end(self, payment):
        """Bring back the rows that the settlement of a payment had ended."""
        self.ensure_one()
        if not payment.prepaid_on:
            return
        before = self.env["lpdb.schedule"].search(
            [("facility_id", "=", self.id), ("version", "<", self.schedule_id.version)],
            order="version desc",
            limit=1,
        )
        settled = before._settled_rows()
        values = [line._copy_vals(line in settled) for line in before.line_ids]
        self._put_rows(values, payment.reversal_date)

    def _put_rows(self, values, date_from):
        """Put rows in force as a version of the kind that is in force now."""
        # users hold no right to write instalments of a computed schedule
        schedules = self.env["lpdb.schedule"].sudo()
        schedule = schedules.create(
            {
                "facility_id": self.id,
                "kind": self.schedule_id.kind,
                "source": self.schedule_id.source,
                "date_from": date_from,
                "line_ids": [Command.create(vals) for vals in values],
            }
        )
        schedule._put_in_force()
        return schedule
