# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class CoopSavingBatch(models.Model):
    _inherit = "coop.saving.batch"

    def _is_migration(self):
        """Tell whether the batch brings what another program booked."""
        self.ensure_one()
        migration = self.company_id._coop_account("opening")
        return bool(migration) and self.counterpart_account_id == migration

    def _withhold_tax(self):
        """The old program withheld the tax of its interest; it comes as rows."""
        if self._is_migration():
            return 0
        return super()._withhold_tax()

    def _check_interest_fresh(self):
        if not self._is_migration():
            return super()._check_interest_fresh()
        return None
