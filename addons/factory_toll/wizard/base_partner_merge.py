# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Refuse to give an owner's stock to somebody else by merging contacts."""
        src_partners._check_owns_no_stock()
        return super()._update_foreign_keys(src_partners, dst_partner)
