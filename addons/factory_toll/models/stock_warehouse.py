# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    quarantine_location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        index="btree_not_null",
        copy=False,
        help="Where weighed-in material waits until it passed; outside the stock "
        "location, so that no order reserves it.",
    )

    def _get_quarantine_location(self):
        """Return the quarantine location, made when first used."""
        self.ensure_one()
        # A weigher accepts an intake but may not write warehouses or locations.
        warehouse = self.sudo()
        if not warehouse.quarantine_location_id:
            warehouse.quarantine_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Quarantine"),
                        "usage": "internal",
                        "location_id": warehouse.view_location_id.id,
                        "company_id": warehouse.company_id.id,
                    }
                )
            )
        return warehouse.quarantine_location_id
