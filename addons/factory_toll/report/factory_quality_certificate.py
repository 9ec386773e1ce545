# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models


class ReportQualityCertificate(models.AbstractModel):
    _name = "report.factory_toll.report_quality_certificate"
    _description = "Certificate of Analysis"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Certify lots that passed, whichever way the report is asked for."""
        lots = self.env["stock.lot"].browse(docids)
        lots.check_access("read")
        lots = lots._get_certified_lots()
        return {
            "doc_ids": lots.ids,
            "doc_model": "stock.lot",
            "docs": lots,
            "certificates": {lot.id: lot._get_certificate_values() for lot in lots},
        }
