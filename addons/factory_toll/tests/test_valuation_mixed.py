# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.mrp_account.models.mrp_production import MrpProduction as CoreOrder
from odoo.addons.stock_account.models.product import ProductProduct as CoreProduct
from odoo.addons.stock_account.models.stock_lot import StockLot as CoreLot
from odoo.addons.stock_account.models.stock_quant import StockQuant as CoreQuant

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestValuationMixed(TollCommon):
    """Ginger and powder that members and the cooperative own side by side."""

    def _patch_core(self, core_class, model, *names):
        """Put core's own method back, until the test ends."""
        for name in names:
            method = patch.object(type(self.env[model]), name, vars(core_class)[name])
            method.start()
            self.addCleanup(method.stop)

    def _assert_value(self, product, quantity, value):
        """The cooperative's quantity, its value, its average; quants tell the same."""
        product.invalidate_recordset()
        self.env["stock.quant"].invalidate_model()
        self.assertEqual(self._get_stock(product, False), quantity)
        self.assertAlmostEqual(product.total_value, value, 6)
        if quantity:
            self.assertAlmostEqual(product.standard_price, value / quantity, 6)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        self.assertAlmostEqual(sum(quants.mapped("value")), value, 6)
        theirs = quants.filtered("owner_id")
        self.assertEqual(set(theirs.mapped("value")) or {0.0}, {0.0})
        if product.cost_method == "average":
            self._assert_average_explained(product, quantity, value)

    def _assert_average_explained(self, product, quantity, value):
        """Core's report of the average ends at what the cooperative has."""
        self.env.flush_all()
        rows = self.env["stock.avco.report"].search(
            [("product_id", "=", product.id), ("company_id", "=", self.company.id)]
        )
        last = rows.sorted(lambda row: (row.date, row.id))[-1:]
        self.assertAlmostEqual(last.total_quantity, quantity, 6)
        self.assertAlmostEqual(last.total_value, value, 6)

    def _unbuild(self, order):
        self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": order.qty_produced,
                "product_uom_id": self.kg.id,
                "mo_id": order.id,
                "lot_id": order.lot_producing_ids.id,
                "bom_id": self.bom.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).action_validate()

    def _scrap(self, lot, quantity):
        self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": quantity,
                "lot_id": lot.id,
                "owner_id": lot.owner_id.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()

    def _count(self, lot, quantity):
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": lot.product_id.id,
                "location_id": self.stock.id,
                "lot_id": lot.id,
                "owner_id": lot.owner_id.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def _deliver_and_return(self, lot, quantity, partner):
        customers = self.env.ref("stock.stock_location_customers")
        places = {"location_id": self.stock.id, "location_dest_id": customers.id}
        line = {
            "product_id": lot.product_id.id,
            "product_uom_id": self.kg.id,
            "quantity": quantity,
            "lot_id": lot.id,
            "owner_id": lot.owner_id.id,
            "picked": True,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": partner.id,
                "owner_id": lot.owner_id.id,
                "move_line_ids": [Command.create({**line, **places})],
                **places,
            }
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        back = wizard._create_return()
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(back.state, "done")

    def test_a_month_of_shared_products(self):
        self.bom.byproduct_ids.cost_share = 20
        self._add_own_stock(self.bag, 1000, cost=50)
        # Receipt by count: 30 kg at 100 = 3,000.
        counted = self._add_own_stock(self.ginger, 30, cost=100)
        self._assert_value(self.ginger, 30, 3000)
        # Receipts of members are worth nothing, and move no average.
        lot_a = self._weigh_in(self.owner_a, 40)
        lot_b = self._weigh_in(self.owner_b, 10)
        self._assert_value(self.ginger, 30, 3000)
        # Bought: 10 kg at 140 = 1,400; 40 kg are worth 4,400, average 110.
        self.env["factory.purchase.price"].create(
            {"product_id": self.ginger.id, "price": 140, "date_from": "2026-01-01"}
        )
        bought = self._weigh_in(self.owner_c, 10, mode="bought")
        self._assert_value(self.ginger, 40, 4400)

        # Toll order of A, 20 kg to 2 kg: nothing of the cooperative's but bags.
        toll = self._create_order(self.owner_a, 2)
        toll.action_record_output(2)
        self._assert_value(self.ginger, 40, 4400)
        self._assert_value(self.powder, 0, 0)

        # Own: 10 kg at 110 = 1,100 and 2 bags at 50 = 100 make 1 kg worth 1,200.
        own = self._create_order(mode="own", quantity=1)
        own.owned_lot_ids = counted
        own.action_record_output(1)
        self._assert_value(self.ginger, 30, 3300)
        self._assert_value(self.powder, 1, 1200)

        # Pooled: 10 kg of the house, 20 of A, 10 of B; 4 kg powder and 6 kg peel.
        # The house's quarter: ginger 1,100, bags 8 x 50 / 4 = 100, together 1,200;
        # the peel bears 20 %: 1.5 kg are worth 240, the 1 kg powder 960.
        pooled = self._create_order(mode="pooled", lots=bought | lot_a | lot_b)
        pooled.action_record_output(4, [{"product_id": self.peel.id, "quantity": 6}])
        self._assert_value(self.ginger, 20, 2200)
        self._assert_value(self.peel, 1.5, 240)
        # 1,200 + 960 for 2 kg: average 1,080.
        self._assert_value(self.powder, 2, 2160)

        # Unbuild of A's: nothing. Of the own order: 1 kg powder leaves at 1,080, its
        # 10 kg ginger come back at the 1,100 they were taken for.
        self._unbuild(toll)
        self._assert_value(self.powder, 2, 2160)
        self._assert_value(self.ginger, 20, 2200)
        self._unbuild(own)
        self._assert_value(self.powder, 1, 1080)
        self._assert_value(self.ginger, 30, 3300)

        # Scrap: of A nothing; half a kg of the house's at 1,080 is 540.
        part_a = pooled.lot_producing_ids.part_lot_ids.filtered(
            lambda lot: lot.owner_id == self.owner_a
        )
        batch = pooled.lot_producing_ids
        self._scrap(part_a, 0.5)
        self._assert_value(self.powder, 1, 1080)
        self._scrap(batch, 0.5)
        self._assert_value(self.powder, 0.5, 540)

        # Out and back again, of A and of the house: the same as before.
        self._deliver_and_return(part_a, 1, self.owner_a)
        self._assert_value(self.powder, 0.5, 540)
        self._deliver_and_return(batch, 0.5, self.owner_c)
        self._assert_value(self.powder, 0.5, 540)

        # Counts: A's 1.5 kg become 1.4, nothing; the house's 0.5 become 1.0 at 1,080.
        self._count(part_a, 1.4)
        self._assert_value(self.powder, 0.5, 540)
        self._count(batch, 1.0)
        self._assert_value(self.powder, 1, 1080)

    def test_core_prices_a_pooled_output_by_all_of_it(self):
        """Own 2,000 and bags 400 in 4 kg: core says 600 a kg, 1,200 for its own 2."""
        own = self._add_own_stock(self.ginger, 20, cost=100)
        self._add_own_stock(self.bag, 100, cost=50)
        lot_a = self._weigh_in(self.owner_a, 20)
        self._patch_core(CoreOrder, "mrp.production", "_cal_price")
        order = self._create_order(mode="pooled", lots=own | lot_a)
        order.action_record_output(4)
        self.assertEqual(self.powder.total_value, 1200)

    def _bring_in(self, method):
        """40 kg of the house at 100, 40 kg each of A and B."""
        self.category.with_company(self.company).property_cost_method = method
        lot = self._add_own_stock(self.ginger, 40, cost=100)
        return lot, self._weigh_in(self.owner_a, 40), self._weigh_in(self.owner_b, 40)

    def test_stock_beside_others_by_each_costing_method(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method), self.cr.savepoint() as savepoint:
                lot, lot_a, _lot_b = self._bring_in(method)
                self._assert_value(self.ginger, 40, 4000)
                self._scrap(lot, 10)
                self._scrap(lot_a, 10)
                self._assert_value(self.ginger, 30, 3000)
                savepoint.rollback()

    def test_core_values_others_stock_first_in_first_out(self):
        """4,000 for 40 kg becomes 12,000 for the 120 kg that lie there."""
        self._patch_core(CoreProduct, "product.product", "_with_valuation_context")
        self._bring_in("fifo")
        self.ginger.invalidate_recordset()
        self.assertEqual(self.ginger.total_value, 12000)

    def test_core_spreads_the_value_over_others_stock(self):
        """40 / 120 of 4,000: the house's own lot shows 1,333."""
        lot = self._bring_in("average")[0]
        self._patch_core(CoreQuant, "stock.quant", "_compute_value")
        quant = lot.quant_ids.filtered(lambda q: q.location_id == self.stock)
        quant.invalidate_recordset()
        self.assertAlmostEqual(quant.value, 4000 / 3, 2)

    def test_lots_of_others_where_each_lot_has_its_value(self):
        """Core: 40 kg of A at the cost of 100 are worth 4,000 to the house."""
        self.category.with_company(self.company).property_cost_method = "standard"
        self.ginger.lot_valuated = True
        lot, lot_a, lot_b = self._bring_in("standard")
        self.assertEqual((lot | lot_a | lot_b).mapped("total_value"), [4000, 0, 0])
        self.assertEqual(self.ginger.total_value, 4000)
        self._patch_core(CoreLot, "stock.lot", "_compute_value")
        lot_a.invalidate_recordset()
        self.assertEqual(lot_a.total_value, 4000)
