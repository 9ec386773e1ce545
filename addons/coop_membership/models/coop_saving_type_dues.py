# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class CoopSavingType(models.Model):
    _inherit = "coop.saving.type"

    automatic_dues = fields.Boolean(
        help="Dues of a period are created for all members by themselves: each night,"
        " for who has none yet."
    )

    @api.model
    def _cron_create_dues(self):
        """Create the dues of the period, each type for itself, with progress."""
        types = self.search(
            [("automatic_dues", "=", True), ("interval_months", ">", 0)],
            order="company_id, sequence, id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(types))
        for saving in types:
            try:
                with self.env.cr.savepoint():
                    saving.with_company(saving.company_id).action_create_dues()
            except UserError as error:
                _logger.warning("Dues of saving type %s: %s", saving.id, error)
            if not cron._commit_progress(1):
                break
