# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests.common import TransactionCase


class TollCommon(TransactionCase):
    """A house of its own: company, three owners, ginger, powder, peel and bags.

    Owner A and B are members, C is none; to this addon it makes no difference.
    ``self.bom``: 10 kg ginger and 2 bags give 1 kg powder and 3 kg peel.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 3
        cls.company = cls.env["res.company"].create({"name": "Koperasi Uji Maklon"})
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=cls.company.ids,
                tracking_disable=True,
                lang="en_US",
                tz="Asia/Jakarta",
            )
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.owner_a, cls.owner_b, cls.owner_c = cls.env["res.partner"].create(
            [{"name": name, "lang": "en_US"} for name in ("Ani", "Budi", "Citra")]
        )
        cls.kg = cls.env.ref("uom.product_uom_kgm")
        cls.category = cls.env["product.category"].create({"name": "Jahe uji"})
        cls.category.with_company(cls.company).property_cost_method = "average"
        cls.ginger = cls._create_product("Jahe segar", "lot")
        cls.powder = cls._create_product("Bubuk jahe", "lot")
        cls.peel = cls._create_product("Kulit jahe", "none")
        cls.bag = cls._create_product(
            "Kemasan", "none", cls.env.ref("uom.product_uom_unit")
        )
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.powder.product_tmpl_id.id,
                "product_qty": 1,
                "product_uom_id": cls.kg.id,
                "company_id": cls.company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create({"product_id": cls.ginger.id, "product_qty": 10}),
                    Command.create({"product_id": cls.bag.id, "product_qty": 2}),
                ],
                "byproduct_ids": [
                    Command.create(
                        {
                            "product_id": cls.peel.id,
                            "product_qty": 3,
                            "product_uom_id": cls.kg.id,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _create_product(cls, name, tracking, uom=None):
        uom = uom or cls.kg
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": tracking,
                "uom_id": uom.id,
                "categ_id": cls.category.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _weigh_in(cls, owner, *weights, **vals):
        """Accept an intake of ginger; return its lots, one per weight."""
        intake = cls.env["factory.intake"].create(
            {
                "partner_id": owner.id,
                "line_ids": [
                    Command.create({"product_id": cls.ginger.id, "gross_kg": weight})
                    for weight in weights
                ],
                **vals,
            }
        )
        intake.action_accept()
        return intake.line_ids.lot_id

    @classmethod
    def _add_own_stock(cls, product, quantity, cost=0.0, lot_name=None):
        """Put stock of the cooperative itself on hand, by a count."""
        if cost:
            product.with_company(cls.company).standard_price = cost
        lot = cls.env["stock.lot"]
        if product.tracking == "lot":
            lot = lot.create(
                {
                    "name": lot_name or f"OWN-{product.id}",
                    "product_id": product.id,
                    "company_id": cls.company.id,
                }
            )
        quant = (
            cls.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": product.id,
                    "location_id": cls.stock.id,
                    "lot_id": lot.id,
                    "inventory_quantity": quantity,
                }
            )
        )
        quant.action_apply_inventory()
        return lot

    @classmethod
    def _create_order(cls, owner=None, quantity=4.0, lots=None, mode="toll", **vals):
        return cls.env["mrp.production"].create(
            {
                "product_id": cls.powder.id,
                "product_qty": quantity,
                "bom_id": cls.bom.id,
                "company_id": cls.company.id,
                "production_mode": mode,
                "partner_id": owner.id if owner else False,
                "owned_lot_ids": [Command.set(lots.ids)] if lots else False,
                **vals,
            }
        )

    def _get_stock(self, product=None, owner=None, lot=None, location=None):
        """Return the quantity at the stock location of exactly owner and lot."""
        domain = [("location_id", "child_of", (location or self.stock).id)]
        if product:
            domain.append(("product_id", "=", product.id))
        if owner is not None:
            domain.append(("owner_id", "=", owner and owner.id))
        if lot:
            domain.append(("lot_id", "=", lot.id))
        quants = self.env["stock.quant"].search(domain)
        return round(sum(quants.mapped("quantity")), 3)

    @property
    def out_type(self):
        return self.warehouse.out_type_id

    @property
    def int_type(self):
        return self.warehouse.int_type_id

    def _create_picking(self, picking_type, product, quantity, partner, **vals):
        """Return a confirmed and reserved transfer out of the stock."""
        customers = self.env.ref("stock.stock_location_customers")
        destination = vals.pop("destination", None) or customers
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner.id,
                "location_id": self.stock.id,
                "location_dest_id": destination.id,
                "company_id": self.company.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": self.stock.id,
                            "location_dest_id": destination.id,
                            "company_id": self.company.id,
                        }
                    )
                ],
                **vals,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking
