# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.tools import SQL


class LpdbFacility(models.Model):
    """What draws and payments share: locking and the sub-ledger."""

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

    def _after_draw_reversal(self, day):
        """Put the schedule right after a draw went out of the books on a day."""
        self.ensure_one()
        if self.draw_ids.filtered(lambda draw: draw.state == "posted"):
            if self.scheme == "conventional":
                self._compute_schedule(day)
            return
        self.schedule_id.sudo()._write_guarded({"state": "superseded"})
        self._write_guarded({"state": "signed", "schedule_id": False})
