# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class FactoryWarehouseMixin(models.AbstractModel):
    """What comes into a warehouse: the first one of its company unless named."""

    _name = "factory.warehouse.mixin"
    _description = "What Comes into a Warehouse"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for company, records in self.grouped("company_id").items():
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", company.id)], limit=1
            )
            for record in records:
                if record.warehouse_id.company_id != company:
                    record.warehouse_id = warehouse

    @api.model_create_multi
    def create(self, vals_list):
        self._check_warehouses(vals_list)
        return super().create(vals_list)

    @api.model
    def _check_warehouses(self, vals_list):
        """Tell which company has no warehouse yet (Odoo makes none by itself)."""
        company_ids = {
            vals.get("company_id") or self.env.company.id
            for vals in vals_list
            if not vals.get("warehouse_id")
        }
        for company in self.env["res.company"].browse(company_ids):
            domain = [("company_id", "=", company.id)]
            if not self.env["stock.warehouse"].search_count(domain, limit=1):
                raise UserError(
                    self.env._(
                        "%(company)s has no warehouse to weigh into. Create one under "
                        "Inventory, Configuration, Warehouses.",
                        company=company.display_name,
                    )
                )
