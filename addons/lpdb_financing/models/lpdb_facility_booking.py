# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class LpdbFacility(models.Model):
    """What draws and payments share: locking, the sub-ledger, reversal."""

    _inherit = "lpdb.facility"

    def _lock(self):
        """Make a concurrent action on the same loan start over with fresh figures."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE lpdb_facility SET write_date = write_date WHERE id = %s",
                self.id,
            )
        )

    def _default_bank_journal(self):
        """Return the company's first bank journal."""
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company_id.id)], limit=1
        )

    def _create_entries(self, vals_list):
        """Write the loan's sub-ledger for a journal entry about to be posted."""
        self.ensure_one()
        common = {"facility_id": self.id, "account_id": self.loan_account_id.id}
        # nobody holds a right to write the sub-ledger; posting does it for him
        return (
            self.env["lpdb.entry"]
            .sudo()
            .create([{**common, **vals} for vals in vals_list])
        )

    def _reverse(self, record, field, date, reason):
        """Mirror the journal entry and the sub-ledger rows of a draw or payment."""
        self.ensure_one()
        company = self.company_id
        day = fields.Date.to_date(date) or company._local_date()
        if day < record.date:
            raise UserError(
                self.env._(
                    "%(record)s cannot be reversed on %(day)s, before it happened.",
                    record=record.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        vals = [company._coop_mirror_vals(record.move_id, day, reason)]
        moves = company._coop_create_moves(vals)
        self._create_entries(
            [
                {
                    "date": day,
                    "kind": "reversal",
                    "amount": -entry.amount,
                    "move_id": moves.id,
                    field: record.id,
                    "reversed_entry_id": entry.id,
                }
                for entry in self.entry_ids
                if entry[field] == record
            ]
        )
        company._coop_post_moves(moves, vals)
        record._write_guarded(
            {"state": "reversed", "reversal_move_id": moves.id, "reversal_date": day}
        )

    def _after_draw_reversal(self):
        """Put the schedule right after a draw went out of the books."""
        self.ensure_one()
        if self.draw_ids.filtered(lambda draw: draw.state == "posted"):
            if self.scheme == "conventional":
                self.action_compute_schedule()
            return
        self.schedule_id.sudo()._write_guarded({"state": "superseded"})
        self._write_guarded({"state": "signed", "schedule_id": False})
