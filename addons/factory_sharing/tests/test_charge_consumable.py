# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_pool import PoolCommon

BAG = {"charge_type": "consumable", "unit": "piece", "price": 600}


@tagged("post_install", "-at_install")
class TestChargeConsumable(PoolCommon):
    """Bags and sugar of the house in the orders of its owners.

    For 1 kg of powder: 10 kg ginger, 2 bags at Rp500 and half a kilogram of sugar at
    Rp16,000 a kg.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bag, cls.sugar = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "uom_id": cls.env.ref(f"uom.{uom}").id,
                    "company_id": cls.company.id,
                    "standard_price": cost,
                }
                for name, uom, cost in (
                    ("Kemasan uji", "product_uom_unit", 500),
                    ("Gula uji", "product_uom_kgm", 16_000),
                )
            ]
        )
        for product, quantity in ((cls.bag, 2), (cls.sugar, 0.5)):
            cls.bom.bom_line_ids = [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": quantity,
                        "product_uom_id": product.uom_id.id,
                    }
                )
            ]
            cls.env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": product.id,
                    "location_id": cls.warehouse.lot_stock_id.id,
                    "inventory_quantity": 1000,
                }
            ).action_apply_inventory()

    def _toll(self, partner, quantity):
        lot = self._weigh_in(partner, quantity * 10)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "production_mode": "toll",
                "partner_id": partner.id,
                "owned_lot_ids": [Command.set(lot.ids)],
                "date_start": "2026-03-02 01:00:00",
            }
        )
        order.action_confirm()
        return order

    def _get_usages(self, order):
        return self.env["factory.usage"].search(
            [("production_id", "=", order.id), ("charge_type", "=", "consumable")]
        )

    def _get_usage(self, order, product):
        return self._get_usages(order).filtered(lambda u: u.product_id == product)

    def _at_cost(self, markup):
        return {
            **{"charge_type": "consumable", "unit": "kg", "price": 0},
            **{"is_at_cost": True, "markup": markup, "product_id": self.sugar.id},
        }

    # ---- what was used -------------------------------------------------------------

    def test_what_was_really_used_at_the_price_of_the_tariff(self):
        """7 bags instead of the 4 of the recipe, at 600: 4,200."""
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 2)
        bags = order.move_raw_ids.filtered(lambda m: m.product_id == self.bag)
        bags.product_uom_qty = 7
        order.action_record_output(2)
        charge = self._charge(self._get_usage(order, self.bag))
        self.assertRecordValues(
            charge,
            [
                {
                    "partner_id": self.budi.id,
                    "charge_type": "consumable",
                    "quantity": 7,
                    "amount": 4_200,
                }
            ],
        )

    def test_cost_plus_markup(self):
        """1 kg of sugar that cost 16,000, 12.5 % on top: 18,000."""
        self._create_tariff(self._at_cost(12.5))
        order = self._toll(self.budi, 2)
        order.action_record_output(2)
        charge = self._charge(self._get_usage(order, self.sugar))
        self.assertEqual((charge.quantity, charge.amount), (1, 18_000))
        # the cost is that of the day it was used
        self.sugar.standard_price = 20_000
        self.assertEqual(
            self._get_usage(order, self.sugar)._get_price()[1].amount, 18_000
        )

    def test_pool_pays_by_share_to_the_rupiah(self):
        """1 kg of powder: 2 bags at 5,000 over three equal shares: 3,334 and 3,333."""
        self._create_tariff({**BAG, "product_id": self.bag.id, "price": 5_000})
        rina = self._create_member("Rina (contoh)")
        order = self._pool(
            (self.siti.partner_id, 10), (rina.partner_id, 10), (self.budi, 10)
        )
        order.action_record_output(1)
        usage = self._get_usage(order, self.bag)
        self.assertEqual(usage.partner_id, self.company.partner_id)
        charges = self._charge(usage)
        self.assertEqual(sorted(charges.mapped("amount")), [3_333, 3_333, 3_334])
        self.assertEqual(round(sum(charges.mapped("quantity")), 3), 2)

    def test_without_a_line_it_is_kept_but_not_charged(self):
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 2)
        order.action_record_output(2)
        sugar = self._get_usage(order, self.sugar)
        self.assertEqual((sugar.quantity, sugar.is_chargeable), (1, False))
        self.assertEqual(sugar.action_price(), [])
        # the month can be closed, and the manager may charge it later
        self.env["factory.usage"].price_open(self.company.id, "2026-03-31")
        sugar.is_chargeable = True

    def test_own_production_costs_nobody(self):
        self._create_tariff({**BAG, "product_id": self.bag.id})
        lot = self._weigh_in(self.company.partner_id, 10)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 1,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "owned_lot_ids": [Command.set(lot.ids)],
                "date_start": "2026-03-02 01:00:00",
            }
        )
        order.action_confirm()
        order.action_record_output(1)
        self.assertFalse(self._get_usages(order))

    # ---- units ---------------------------------------------------------------------

    def _use(self, uom, cost, quantity):
        """Use of a new consumable: so much of it for 1 kg of powder."""
        product = self.env["product.product"].create(
            {
                "name": f"Bahan {uom}",
                "is_storable": True,
                "uom_id": self.env.ref(f"uom.product_uom_{uom}").id,
                "company_id": self.company.id,
                "standard_price": cost,
            }
        )
        self.bom.bom_line_ids = [
            Command.create({"product_id": product.id, "product_qty": quantity})
        ]
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "inventory_quantity": 1000,
            }
        ).action_apply_inventory()
        return product

    def test_less_than_a_litre_is_charged(self):
        """0.4 L at 20,000 a litre are 0.0004 m3 at 20,000,000: 8,000."""
        spirit = self._use("litre", 15_000, 0.4)
        line = {"charge_type": "consumable", "unit": "m3", "price": 20_000_000}
        self._create_tariff({**line, "product_id": spirit.id})
        order = self._toll(self.budi, 1)
        order.action_record_output(1)
        usage = self._get_usage(order, spirit)
        # 15,000 a litre are 15,000,000 a cubic metre
        self.assertRecordValues(
            usage, [{"quantity": 0.0004, "unit": "m3", "unit_value": 15_000_000}]
        )
        self.assertRecordValues(
            self._charge(usage), [{"quantity": 0.0004, "amount": 8_000}]
        )

    def test_less_than_a_litre_is_shared_by_a_pool(self):
        """0.4 L over two equal shares: 0.0002 m3 and 4,000 each."""
        spirit = self._use("litre", 15_000, 0.4)
        line = {"charge_type": "consumable", "unit": "m3", "price": 20_000_000}
        self._create_tariff({**line, "product_id": spirit.id})
        order = self._pool((self.siti.partner_id, 5), (self.budi, 5))
        order.action_record_output(1)
        charges = self._charge(self._get_usage(order, spirit))
        self.assertEqual(charges.mapped("quantity"), [0.0002, 0.0002])
        self.assertEqual(charges.mapped("amount"), [4_000, 4_000])

    def test_dozens_are_charged_by_the_piece(self):
        """2 dozen are 24 pieces at 600: 14,400; at 6,000 a dozen one cost 500."""
        jar = self._use("dozen", 6_000, 2)
        self._create_tariff({**BAG, "product_id": jar.id})
        order = self._toll(self.budi, 1)
        order.action_record_output(1)
        usage = self._get_usage(order, jar)
        self.assertRecordValues(
            usage, [{"quantity": 24, "unit": "piece", "unit_value": 500}]
        )
        self.assertEqual(self._charge(usage).amount, 14_400)

    def test_cost_of_the_product_is_that_of_the_unit_of_the_tariff(self):
        """What somebody notes by hand costs what the product does now."""
        products = {
            uom: self._use(uom, cost, 1)
            for uom, cost in (("gram", 16), ("litre", 15_000), ("dozen", 6_000))
        }
        for uom, unit, value in (
            # 16 a gram: 1,000 of them in a kilogram
            ("gram", "kg", 16_000),
            # 15,000 a litre: 1,000 of them in a cubic metre
            ("litre", "m3", 15_000_000),
            # 6,000 a dozen: one twelfth of it for a piece
            ("dozen", "piece", 500),
            # nobody knows what a kilogram of a liquid, or a piece of a powder, costs
            ("litre", "kg", None),
            ("gram", "piece", None),
        ):
            usage = self.env["factory.usage"].new(
                {
                    "company_id": self.company.id,
                    "charge_type": "consumable",
                    "product_id": products[uom].id,
                    "unit": unit,
                    "quantity": 1,
                }
            )
            self.assertEqual(usage._get_unit_value(), value, (uom, unit))

    # ---- never twice ---------------------------------------------------------------

    def test_parts_of_an_order_are_charged_once_each(self):
        """1 and 3 kg: 2 and 6 bags at 600."""
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 4)
        parts = order._split_productions({order: [1, 3]})
        for part in parts:
            part.action_record_output(part.product_qty)
            part._sync_usages("once more")
        usages = self.env["factory.usage"].search(
            [("production_id", "in", parts.ids), ("product_id", "=", self.bag.id)],
            order="id",
        )
        self.assertEqual(usages.mapped("quantity"), [2, 6])
        self.assertEqual(self._charge(*usages).mapped("amount"), [1_200, 3_600])

    def test_what_came_back_is_credited(self):
        """4 bags at 600 are invoiced; half comes back: 2,400 less 1,200."""
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 2)
        order.action_record_output(2)
        usage = self._get_usage(order, self.bag)
        charge = self._charge(usage)
        charge.action_invoice("2026-03-02")
        self._unbuild(order, 1)
        self.assertEqual(usage.quantity, 2)
        again = self._charge(usage)
        (charge.reversed_by_id | again).action_invoice("2026-03-02")
        everything = charge | charge.reversed_by_id | again
        self.assertEqual(everything.mapped("amount"), [2_400, -2_400, 1_200])
        self.assertEqual(sum(everything.move_id.mapped("amount_untaxed_signed")), 1_200)
        self._check_tied()

    def test_nothing_is_charged_of_what_came_back_whole(self):
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 2)
        order.action_record_output(2)
        self._unbuild(order, 2)
        usage = self._get_usage(order, self.bag)
        self.assertEqual((usage.quantity, usage.is_chargeable), (0, False))

    def test_waiver_stands_for_what_is_left(self):
        """Half of 4 waived bags comes back: nothing is charged of the other 2."""
        self._create_tariff({**BAG, "product_id": self.bag.id})
        manager = self._new_user("factory_manager")
        for post in (False, True):
            order = self._toll(self.budi, 2)
            order.action_record_output(2)
            usage = self._get_usage(order, self.bag)
            charge = self.env["factory.charge"].browse(usage.action_price())
            charge.with_user(manager).action_waive("Kemasan sobek")
            if post:
                charge.action_post()
            self._unbuild(order, 1)
            self.assertEqual(charge.state, "posted" if post else "cancelled")
            again = self._charge(usage) - charge - charge.reversed_by_id
            self.assertRecordValues(
                again,
                [
                    {
                        "state": "posted",
                        "quantity": 2,
                        "amount_full": 1_200,
                        "amount": 0,
                        "waiver_reason": "Kemasan sobek",
                        "waived_by_id": manager.id,
                    }
                ],
            )

    def test_waiver_of_one_owner_of_a_pool_stands_for_him_alone(self):
        """2 bags at 5,000 for two owners, half comes back: 2,500 each, his waived."""
        self._create_tariff({**BAG, "product_id": self.bag.id, "price": 5_000})
        order = self._pool((self.siti.partner_id, 10), (self.budi, 10))
        order.action_record_output(1)
        usage = self._get_usage(order, self.bag)
        charges = self.env["factory.charge"].browse(usage.action_price())
        charges.filtered(lambda c: c.partner_id == self.budi).action_waive("Sobek")
        charges.action_post()
        self._unbuild(order, 0.5)
        again = self._charge(usage) - charges - charges.reversed_by_id
        self.assertEqual(
            {c.partner_id: (c.amount_full, c.amount, c.waiver_reason) for c in again},
            {
                self.siti.partner_id: (2_500, 2_500, False),
                self.budi: (2_500, 0, "Sobek"),
            },
        )

    # ---- shown, and to whom --------------------------------------------------------

    def test_statement_and_invoice_name_the_consumable(self):
        self._create_tariff({**BAG, "product_id": self.bag.id})
        order = self._toll(self.budi, 2)
        order.action_record_output(2)
        charge = self._charge(self._get_usage(order, self.bag))
        charge.action_invoice("2026-03-02")
        [line] = charge.move_line_ids
        self.assertIn("Kemasan uji", line.name)
        # the stock has moved with the order: the line sells a service
        self.assertEqual(line.product_id.type, "service")
        statement = self.env["factory.statement"].get_statement(
            self.budi.id, "2026-03-01", "2026-03-31", self.company.id
        )
        self.assertEqual(
            [(row["what"], row["amount"]) for row in statement["charges"]],
            [("Kemasan uji", 2_400)],
        )

    def test_operator_sees_what_was_used_not_what_it_cost(self):
        self._create_tariff(self._at_cost(0))
        operator = self._new_user("operator")
        order = self._toll(self.budi, 2)
        order.with_user(operator).action_record_output(2)
        usage = self._get_usage(order, self.sugar).with_user(operator)
        self.assertEqual(usage.quantity, 1)
        with self.assertRaises(AccessError):
            usage.read(["unit_value"])
        self.assertNotIn("unit_value", usage.fields_get())
