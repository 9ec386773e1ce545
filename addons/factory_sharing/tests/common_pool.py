# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

from .common import SharingCommon


class PoolCommon(SharingCommon):
    """Ginger of several owners that is ground to powder in one order.

    10 kg of ginger give 1 kg of powder.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 3
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.ginger, cls.powder = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "tracking": "lot",
                    "uom_id": kg.id,
                    "company_id": cls.company.id,
                }
                for name in ("Jahe segar pool", "Bubuk jahe pool")
            ]
        )
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.powder.product_tmpl_id.id,
                "product_uom_id": kg.id,
                "company_id": cls.company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.ginger.id,
                            "product_qty": 10,
                            "product_uom_id": kg.id,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _weigh_in(cls, partner, weight):
        intake = cls.env["factory.intake"].create(
            {
                "partner_id": partner.id,
                "date": "2026-03-02 00:00:00",
                "line_ids": [
                    Command.create({"product_id": cls.ginger.id, "gross_kg": weight})
                ],
            }
        )
        intake.action_accept()
        return intake.line_ids.lot_id

    @classmethod
    def _pool(cls, *parts):
        """Return a confirmed pooled order of (partner, kilograms) pairs."""
        lots = cls.env["stock.lot"]
        for partner, weight in parts:
            lots |= cls._weigh_in(partner, weight)
        order = cls.env["mrp.production"].create(
            {
                "product_id": cls.powder.id,
                "product_qty": 1,
                "bom_id": cls.bom.id,
                "company_id": cls.company.id,
                "production_mode": "pooled",
                "owned_lot_ids": [Command.set(lots.ids)],
                "date_start": "2026-03-02 01:00:00",
            }
        )
        order.action_confirm()
        return order

    def _use(self, order, quantity, **vals):
        """Record that the pool used the oven."""
        return self._create_usage(
            self.company.partner_id, quantity, production_id=order.id, **vals
        )

    def _unbuild(self, order, quantity):
        self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "product_uom_id": self.powder.uom_id.id,
                "mo_id": order.id,
                "lot_id": order.lot_producing_ids.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "company_id": self.company.id,
            }
        ).action_validate()
