# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestInKind(TollCommon):
    """A percent of the output stays with the house: whose, where, at which value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["factory.purchase.price"].create(
            {"product_id": cls.powder.id, "price": 40_000, "date_from": "2020-01-01"}
        )

    def _toll(self, quantity=2.0, percent=10, **vals):
        order = self._create_order(
            self.owner_a,
            quantity,
            self._weigh_in(self.owner_a, quantity * 10),
            kind_percent=percent,
            **vals,
        )
        order.action_confirm()
        return order

    def _pool(self, weights, **vals):
        """Return a confirmed pool of (owner, kilograms) pairs."""
        lots = self.env["stock.lot"]
        for owner, weight in weights:
            lots |= self._weigh_in(owner, weight)
        order = self._create_order(
            quantity=2, mode="pooled", lots=lots, kind_percent=10, **vals
        )
        order.action_confirm()
        return order

    def _get_house_stock(self, product=None):
        return self._get_stock(product or self.powder, False)

    def _assert_closes(self):
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertEqual([row for row in rows if row["difference"]], [])
        return rows

    def _unbuild(self, order, quantity, lot=None):
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "product_uom_id": self.kg.id,
                "mo_id": order.id,
                "lot_id": (lot or order.lot_producing_ids).id,
                "bom_id": self.bom.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "company_id": self.company.id,
            }
        )
        unbuild.action_validate()
        return unbuild

    # ---- whose, and at which value ------------------------------------------------

    def test_tenth_of_one_owners_output_is_the_houses(self):
        """2.005 kg: a tenth is 0.2005, 0.201 half up; 1.804 kg are left to Ani."""
        order = self._toll()
        order.action_record_output(2.005, lot_name="KIND-1")
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1.804)
        self.assertEqual(self._get_house_stock(), 0.201)
        house = order.move_finished_ids.move_line_ids.filtered("kind_owner_id")
        self.assertAlmostEqual(sum(house.mapped("quantity")), 0.201, 6)
        # 0.201 kg at 40,000 a kg
        self.assertEqual(sum(house.mapped("kind_value")), 8_040)
        self.assertEqual(house.kind_owner_id, self.owner_a)
        self.assertFalse(house.owner_id)
        self.assertEqual(house.lot_id.name, "KIND-1/000")
        self.assertEqual(house.lot_id.batch_lot_id, order.lot_producing_ids)
        self.assertFalse(house.lot_id.owner_id)
        self.assertEqual((order.output_kg, order.kind_kg), (2.005, 0.201))
        self.assertEqual(order.share_ids.paid_in_kind, "Bubuk jahe 0.201 kg")
        self.assertEqual(order.share_ids.received, "Bubuk jahe 1.804 kg")

    def test_books_carry_the_paid_part_only_at_its_worth(self):
        """0.2 kg at 40,000 are 8,000; bags for 400 are the cost of the service.

        With 1 kg of its own at 30,000 the average becomes 38,000 / 1.2 = 31,666.67.
        """
        self._add_own_stock(self.bag, 100, cost=50)
        self._add_own_stock(self.powder, 1, cost=30_000)
        order = self._toll()
        order.action_record_output(2)
        self.powder.invalidate_recordset()
        self.assertAlmostEqual(self.powder.total_value, 38_000, 2)
        self.assertAlmostEqual(self.powder.standard_price, 38_000 / 1.2, 2)
        move = order.move_finished_ids.filtered(lambda m: m.product_id == self.powder)
        self.assertEqual(move.value, 8_000)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.powder.id), ("owner_id", "!=", False)]
        )
        self.assertEqual(sum(quants.mapped("value")), 0)

    def test_worth_and_own_cost_stand_side_by_side_in_a_pool(self):
        """The house put in half: 20 kg at 100 = 2,000 and half of the bags' 200.

        4 kg come out. The house's 2 kg cost 2,100. Of Ani's 2 kg it gets 0.2 kg at
        40,000 = 8,000. Together 10,100 for 2.2 kg; the bags are 4 a kg less one half.
        """
        own = self._add_own_stock(self.ginger, 20, cost=100)
        self._add_own_stock(self.bag, 100, cost=50)
        lots = own | self._weigh_in(self.owner_a, 20)
        order = self._create_order(
            quantity=2, mode="pooled", lots=lots, kind_percent=10
        )
        order.action_record_output(4)
        self.powder.invalidate_recordset()
        self.assertEqual(self._get_house_stock(), 2.2)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1.8)
        self.assertAlmostEqual(self.powder.total_value, 10_100, 2)
        self.assertFalse(
            order.share_ids.filtered(
                lambda s: s.partner_id == self.company.partner_id
            ).kind_percent
        )

    def test_agreed_value_goes_before_the_price_of_the_day(self):
        order = self._toll(kind_price=50_000)
        order.action_record_output(2)
        line = order.move_finished_ids.move_line_ids.filtered("kind_owner_id")
        self.assertEqual(line.kind_value, 10_000)

    def test_price_is_that_of_the_day_it_comes_out(self):
        self.env["factory.purchase.price"].create(
            {"product_id": self.powder.id, "price": 45_000, "date_from": "2026-02-01"}
        )
        for day, value in (("2026-01-31", 8_000), ("2026-02-01", 9_000)):
            order = self._toll()
            order.action_record_output(2, date=f"{day} 03:00:00")
            line = order.move_finished_ids.move_line_ids.filtered("kind_owner_id")
            self.assertEqual(line.kind_value, value)

    def test_without_any_value_the_order_does_not_start(self):
        self.env["factory.purchase.price"].search(
            [("product_id", "=", self.powder.id)]
        ).unlink()
        with self.assertRaisesRegex(UserError, "no value at which Ani"):
            self._toll()

    # ---- many owners, by-products, partial outputs -----------------------------------

    def test_every_owner_of_a_pool_pays_of_his_part(self):
        """30 and 10 kg: of 2 kg 1.5 and 0.5; a tenth of each stays."""
        order = self._pool([(self.owner_a, 30), (self.owner_b, 10)])
        order.action_record_output(
            2, byproducts=[{"product_id": self.peel.id, "quantity": 8}]
        )
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1.35)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 0.45)
        self.assertEqual(self._get_house_stock(), 0.2)
        # by-products stay the owners' unless agreed
        self.assertEqual(self._get_house_stock(self.peel), 0)
        lines = order.move_finished_ids.move_line_ids.filtered("kind_owner_id")
        self.assertEqual(len(lines.lot_id), 1)
        self.assertEqual(sorted(lines.mapped("kind_value")), [2_000, 6_000])
        self._assert_closes()

    def test_byproducts_pay_where_agreed(self):
        """8 kg of peel over 3 to 1: 6 and 2, a tenth of each, worth nothing."""
        order = self._pool(
            [(self.owner_a, 30), (self.owner_b, 10)], kind_byproducts=True
        )
        order.action_record_output(
            2, byproducts=[{"product_id": self.peel.id, "quantity": 8}]
        )
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 5.4)
        self.assertEqual(self._get_stock(self.peel, self.owner_b), 1.8)
        self.assertEqual(self._get_house_stock(self.peel), 0.8)
        self.assertEqual(order.kind_kg, 1)
        self.assertEqual(self.peel.total_value, 0)
        rows = self._assert_closes()
        peel = [row for row in rows if row.get("product_id") == self.peel.id]
        self.assertEqual(
            sorted((r["produced"], r["in_kind"], r["closing"]) for r in peel),
            [(2, 0.2, 1.8), (6, 0.6, 5.4)],
        )

    def test_partial_outputs_pay_what_one_would_have_paid(self):
        """Three times 0.333 kg: 0.0333 would round to 0.033 each, 0.099 in all.

        Together 0.999 kg pay 0.0999, 0.100 half up.
        """
        order = self._toll(0.999)
        parts = order._split_productions({order: [0.333, 0.333, 0.333]})
        self.assertEqual(parts.mapped("kind_percent"), [10, 10, 10])
        paid = []
        for part in parts:
            part.action_record_output(0.333)
            paid.append(part.kind_kg)
        self.assertEqual(paid, [0.033, 0.034, 0.033])
        self.assertEqual(self._get_house_stock(), 0.1)
        self._assert_closes()

    def test_balance_tells_each_owner_what_he_paid(self):
        order = self._toll()
        order.action_record_output(2)
        rows = self._assert_closes()
        powder = [row for row in rows if row.get("product_id") == self.powder.id]
        self.assertEqual({row["owner_id"] for row in powder}, {self.owner_a.id})
        self.assertAlmostEqual(sum(row["produced"] for row in powder), 2, 3)
        self.assertAlmostEqual(sum(row["in_kind"] for row in powder), 0.2, 3)
        self.assertAlmostEqual(sum(row["closing"] for row in powder), 1.8, 3)
        [row] = [row for row in rows if row["kind"] == "order"]
        self.assertEqual((row["output_kg"], row["kind_kg"]), (2, 0.2))

    def test_value_added_counts_all_that_came_out(self):
        """Who gets the output does not change what the work is worth (Hayami)."""
        order = self._toll()
        order.action_record_output(2)
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "company_id": self.company.id,
                "date_from": "2020-01-01",
                "date_to": "2100-01-01",
            }
        )
        record.action_load_orders()
        self.assertEqual((record.input_qty, record.output_qty), (20, 2))

    # ---- taken apart ----------------------------------------------------------------

    def test_unbuild_brings_the_payment_back(self):
        """Half of 2 kg: 0.9 of Ani's, 0.1 of the house's; then the other half."""
        order = self._toll()
        order.action_record_output(2)
        self._unbuild(order, 1)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 0.9)
        self.assertEqual(self._get_house_stock(), 0.1)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 10)
        self._assert_closes()
        self._unbuild(order, 1)
        self.assertEqual(self._get_stock(self.powder), 0)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 20)
        self.powder.invalidate_recordset()
        self.assertEqual(self.powder.total_value, 0)
        self._assert_closes()

    def test_unbuild_of_one_owners_part_of_a_pool(self):
        order = self._pool([(self.owner_a, 30), (self.owner_b, 10)])
        order.action_record_output(2)
        part = order.lot_producing_ids.part_lot_ids.filtered(
            lambda lot: lot.owner_id == self.owner_b
        )
        # all that came out for Budi: 0.45 his, 0.05 paid
        self._unbuild(order, 0.5, part)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 0)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1.35)
        self.assertEqual(self._get_house_stock(), 0.15)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 10)
        self._assert_closes()

    def test_what_the_house_sold_cannot_come_back(self):
        order = self._toll()
        order.action_record_output(2)
        lot = order.move_finished_ids.move_line_ids.filtered("kind_owner_id").lot_id
        self.env["stock.scrap"].create(
            {
                "product_id": self.powder.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": 0.15,
                "lot_id": lot.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()
        with self.assertRaisesRegex(UserError, "were paid in kind and must come back"):
            self._unbuild(order, 2)

    # ---- nobody else says who pays --------------------------------------------------

    def test_terms_stand_once_confirmed(self):
        order = self._toll()
        for vals in ({"kind_percent": 50}, {"kind_byproducts": True}):
            with self.assertRaisesRegex(UserError, "stands"):
                order.write(vals)
        with self.assertRaises(UserError):
            order.share_ids.write({"kind_percent": 50})

    def test_operator_sees_no_value_and_agrees_on_nothing(self):
        operator = new_test_user(
            self.env,
            "kind_operator",
            "umkm_base.umkm_base_group_operator",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self._toll(kind_price=50_000)
        seen = order.with_user(operator)
        self.assertEqual(seen.kind_percent, 10)
        with self.assertRaises(AccessError):
            seen.read(["kind_price"])
        with self.assertRaises(AccessError):
            seen.copy().write({"kind_percent": 5})
        # he weighs out all the same, in two goes
        part, rest = seen._split_productions({seen: [1, 1]})
        part.action_record_output(1)
        rest.action_record_output(1)
        lines = (part | rest).move_finished_ids.move_line_ids
        paid = lines.filtered("kind_owner_id")
        with self.assertRaises(AccessError):
            paid.read(["kind_value"])
        self.assertEqual(paid.sudo().mapped("kind_value"), [5_000, 5_000])

    def test_client_cannot_say_who_pays(self):
        order = self._toll()
        move = order.move_finished_ids.filtered(lambda m: m.product_id == self.powder)
        vals = {
            "move_id": move.id,
            "product_id": self.powder.id,
            "product_uom_id": self.kg.id,
            "quantity": 1,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }
        lines = self.env["stock.move.line"]
        with self.assertRaisesRegex(UserError, "cannot be written"):
            lines.create({**vals, "kind_owner_id": self.owner_a.id})
        with self.assertRaisesRegex(UserError, "cannot be written"):
            lines.with_context(default_kind_owner_id=self.owner_a.id).create(vals)
        order.action_record_output(2)
        paid = move.move_line_ids.filtered("kind_owner_id")
        with self.assertRaisesRegex(UserError, "cannot be written"):
            paid.write({"kind_owner_id": self.owner_b.id})
        with self.assertRaisesRegex(UserError, "stand"):
            paid.write({"quantity": 2})

    def test_merge_keeps_the_terms(self):
        """Orders of other terms are refused, those of the same ones merged."""
        lots = [self._weigh_in(self.owner_a, 10) for _number in range(3)]
        orders = [
            self._create_order(self.owner_a, 1, lot, kind_percent=percent)
            for lot, percent in zip(lots, (10, 10, 20), strict=True)
        ]
        with self.assertRaisesRegex(UserError, "terms"):
            (orders[0] | orders[2]).action_merge()
        action = (orders[0] | orders[1]).action_merge()
        merged = self.env["mrp.production"].browse(action["res_id"])
        self.assertEqual(merged.kind_percent, 10)
        merged.action_record_output(2)
        self.assertEqual(merged.kind_kg, 0.2)

    def test_other_company_sees_nothing_of_it(self):
        other = self.env["res.company"].create({"name": "Koperasi Lain Natura"})
        user = new_test_user(
            self.env,
            "kind_other",
            "umkm_base.umkm_base_group_factory_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        order = self._toll()
        order.action_record_output(2)
        for records in (order, order.share_ids):
            with self.assertRaises(AccessError):
                records.with_user(user).read(["kind_percent"])
