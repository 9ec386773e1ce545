# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

from .common_pool import PoolCommon

KIND = {"charge_type": "service", "unit": "percent_output", "price": 0}


class KindCommon(PoolCommon):
    """A tenth of the powder pays for the grinding; 12 % of who is no member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company._coop_ensure_account(
            "test_expense", "51299998", "Purchases", "Pembelian", "expense"
        )
        category = cls.env["product.category"].create({"name": "Jahe natura"})
        category = category.with_company(cls.company)
        category.property_account_expense_categ_id = cls.expense
        category.property_cost_method = "average"
        (cls.ginger | cls.powder).categ_id = category
        cls.env["factory.purchase.price"].create(
            {
                "product_id": cls.powder.id,
                "price": 40_000,
                "date_from": "2026-01-01",
                "company_id": cls.company.id,
            }
        )
        cls.tariff = cls._create_tariff(
            {**KIND, "percent": 10, "audience": "member"},
            {**KIND, "percent": 12, "audience": "non_member"},
        )

    def _order(self, mode, *parts, confirm=True, **vals):
        lots = self.env["stock.lot"]
        for partner, weight in parts:
            lots |= self._weigh_in(partner, weight)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 4,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "production_mode": mode,
                "partner_id": parts[0][0].id if mode == "toll" else False,
                "owned_lot_ids": [Command.set(lots.ids)],
                "date_start": "2026-03-02 01:00:00",
                "kind_by_tariff": True,
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def _get_usages(self, order):
        usages = self.env["factory.usage"].search([("production_id", "=", order.id)])
        return usages.sorted(lambda usage: usage.partner_id.name)

    def _charge_order(self, order):
        return self._charge(*self._get_usages(order)).sorted(
            lambda charge: charge.partner_id.name
        )
