# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the sack to the package and back, over a chain of three orders.

Ani's two lots and Budi's lot of ginger; Ani's first is milled alone (order 1) and her
powder goes, with Budi's, into a pooled blend (order 2), which is packed for Ani (order
3) and handed out. Ani's second lot has nothing to do with any of it.
"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestGenealogy(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a, cls.lot_idle = cls._weigh_in(cls.owner_a, 40, 15)
        cls.lot_b = cls._weigh_in(cls.owner_b, 20)
        cls.blend = cls._create_product("Campuran", "lot")
        cls.pack = cls._create_product("Sachet", "lot")
        cls.blend_bom = cls._create_recipe(cls.blend, cls.powder)
        cls.pack_bom = cls._create_recipe(cls.pack, cls.blend)
        cls.order_a = cls._make(cls.owner_a, cls.bom, 4, lots=cls.lot_a)
        cls.order_b = cls._make(cls.owner_b, cls.bom, 2, lots=cls.lot_b)
        cls.powder_a = cls.order_a.lot_producing_ids
        cls.powder_b = cls.order_b.lot_producing_ids
        cls.pooled = cls._make(
            None, cls.blend_bom, 6, lots=cls.powder_a + cls.powder_b, mode="pooled"
        )
        parts = cls.pooled.move_finished_ids.move_line_ids.lot_id
        cls.blend_a = parts.filtered(lambda lot: lot.owner_id == cls.owner_a)
        cls.blend_b = parts.filtered(lambda lot: lot.owner_id == cls.owner_b)
        cls.packing = cls._make(cls.owner_a, cls.pack_bom, 4, lots=cls.blend_a)
        cls.packed = cls.packing.lot_producing_ids

    @classmethod
    def _create_recipe(cls, product, component):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "product_uom_id": cls.kg.id,
                "company_id": cls.company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create({"product_id": component.id, "product_qty": 1})
                ],
            }
        )

    @classmethod
    def _make(cls, owner, recipe, quantity, lots, mode="toll"):
        product = recipe.product_tmpl_id.product_variant_id
        order = cls._create_order(
            owner, quantity, lots, mode, product_id=product.id, bom_id=recipe.id
        )
        order.action_record_output(quantity)
        return order

    def _lots(self, rows, kind="lot"):
        """Return {lot: level} of the rows of a kind, at their first place."""
        found = {}
        for row in rows:
            if row["kind"] == kind:
                lot = self.env["stock.lot"].browse(row["lot_id"])
                found.setdefault(lot, row["level"])
        return found

    def test_from_the_sack_to_the_package(self):
        rows = self.lot_a.get_genealogy("uses")["uses"]
        self.assertEqual(
            self._lots(rows),
            {
                self.lot_a: 0,
                self.powder_a: 1,
                self.blend_a: 2,
                self.blend_b: 2,
                self.packed: 3,
            },
        )
        orders = {row["document"] for row in rows if row["model"] == "mrp.production"}
        self.assertEqual(
            orders, set((self.order_a + self.pooled + self.packing).mapped("name"))
        )

    def test_from_the_package_to_the_sacks(self):
        rows = self.packed.get_genealogy("sources")["sources"]
        # in the blend nobody can tell Ani's powder from Budi's
        self.assertEqual(
            self._lots(rows),
            {
                self.packed: 0,
                self.blend_a: 1,
                self.powder_a: 2,
                self.powder_b: 2,
                self.lot_a: 3,
                self.lot_b: 3,
            },
        )
        self.assertEqual(self._lots(rows, "intake"), {self.lot_a: 4, self.lot_b: 4})
        tickets = {row["document"]: row["partner"] for row in rows if row["partner"]}
        self.assertEqual(
            tickets,
            {
                self.lot_a.intake_id.name: "Ani",
                self.lot_b.intake_id.name: "Budi",
            },
        )

    def test_quantities_are_those_of_the_orders(self):
        rows = self.packed.get_genealogy("sources")["sources"]
        weights = {row["lot_id"]: row["quantity"] for row in rows if row["level"]}
        self.assertEqual(weights[self.powder_a.id], 4)
        self.assertEqual(weights[self.lot_b.id], 20)

    def test_batch_stands_for_its_owners_parts(self):
        batch = self.blend_a.batch_lot_id
        rows = batch.get_genealogy()
        self.assertIn(self.packed, self._lots(rows["uses"]))
        self.assertLessEqual({self.lot_a, self.lot_b}, set(self._lots(rows["sources"])))

    def test_delivery_scrap_and_stock_end_the_way(self):
        self.env["stock.scrap"].create(
            {
                "product_id": self.pack.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": 0.5,
                "lot_id": self.packed.id,
                "owner_id": self.owner_a.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()
        places = {
            "location_id": self.stock.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        line = {
            **places,
            "product_id": self.pack.id,
            "lot_id": self.packed.id,
            "owner_id": self.owner_a.id,
            "quantity": 3,
            "picked": True,
        }
        move = {
            **places,
            "product_id": self.pack.id,
            "product_uom": self.kg.id,
            "product_uom_qty": 3,
            "picked": True,
            "move_line_ids": [Command.create(line)],
        }
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.owner_a.id,
                "owner_id": self.owner_a.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking._action_done()
        rows = self.lot_a.get_genealogy("uses")["uses"]
        ends = {
            row["kind"]: (row["lot_id"], row["quantity"])
            for row in rows
            if row["kind"] != "lot" and row["lot_id"] == self.packed.id
        }
        # 4 packed: 0.5 scrapped, 3 handed out, half a kilogram left
        lot = self.packed.id
        self.assertEqual(
            ends, {"scrap": (lot, 0.5), "delivery": (lot, 3), "stock": (lot, 0.5)}
        )
        delivery = next(row for row in rows if row["kind"] == "delivery")
        self.assertEqual(
            (delivery["document"], delivery["partner"]), (picking.name, "Ani")
        )

    def test_rework_into_a_new_lot(self):
        # core refuses a recipe of a product out of itself: rework has none
        again = self._create_order(
            self.owner_a,
            4,
            self.packed,
            product_id=self.pack.id,
            bom_id=False,
            move_raw_ids=[
                Command.create(
                    {
                        "product_id": self.pack.id,
                        "product_uom_qty": 4,
                        "product_uom": self.kg.id,
                        "location_id": self.stock.id,
                        "location_dest_id": self.pack.with_company(
                            self.company
                        ).property_stock_production.id,
                    }
                )
            ],
        )
        again.action_record_output(4)
        reworked = again.lot_producing_ids
        self.assertEqual(
            self._lots(reworked.get_genealogy("sources")["sources"])[self.lot_b], 4
        )
        self.assertEqual(
            self._lots(self.lot_b.get_genealogy("uses")["uses"])[reworked], 4
        )

    def test_unbuild_leads_back_and_ends(self):
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.pack.id,
                "product_qty": 4,
                "product_uom_id": self.kg.id,
                "mo_id": self.packing.id,
                "lot_id": self.packed.id,
                "bom_id": self.pack_bom.id,
                "company_id": self.company.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        unbuild.action_validate()
        rows = self.blend_a.get_genealogy()
        # packed, and taken apart into itself again
        uses = [
            (row["lot_id"], row["document"])
            for row in rows["uses"]
            if row["kind"] == "lot" and row["level"]
        ]
        self.assertEqual(
            uses,
            [
                (self.packed.id, self.packing.name),
                (self.blend_a.id, unbuild.name),
            ],
        )
        self.assertIn(self.packed, self._lots(rows["sources"]))

    def test_lot_that_nobody_used(self):
        rows = self.lot_idle.get_genealogy()
        self.assertEqual([row["kind"] for row in rows["sources"]], ["lot", "intake"])
        self.assertEqual([row["kind"] for row in rows["uses"]], ["lot", "stock"])

    def test_screen_and_paper(self):
        action = self.packed.action_view_genealogy()
        screen = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn(self.lot_b, screen.source_ids.lot_id)
        self.assertEqual(screen.use_ids.mapped("kind"), ["lot", "stock"])
        line = screen.source_ids.filtered(lambda line: line.kind == "intake")[0]
        self.assertEqual(line.action_open_document()["res_model"], "factory.intake")
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "factory_toll.report_factory_genealogy", screen.ids
        )
        for lot in self.lot_a + self.lot_b + self.powder_b:
            self.assertIn(lot.name, html.decode())

    def test_direction_that_is_none(self):
        with self.assertRaisesRegex(UserError, "sources, uses or both"):
            self.packed.get_genealogy("up")

    def test_portal_user_sees_no_genealogy(self):
        user = new_test_user(self.env, "genealogy.portal", "base.group_portal")
        user.partner_id.company_id = False
        lot = self._weigh_in(user.partner_id, 5)
        with self.assertRaises(AccessError):
            lot.with_user(user).get_genealogy()

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Koperasi lain"})
        user = new_test_user(
            self.env,
            "genealogy.other",
            "umkm_base.umkm_base_group_operator",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        lot = self.packed.with_user(user).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            lot.get_genealogy()
