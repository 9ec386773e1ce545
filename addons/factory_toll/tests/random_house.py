# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import Counter

from odoo import Command

from .common import TollCommon


class NothingToDoError(Exception):
    """An action of the random work found nothing that it could take."""


class RandomHouse(TollCommon):
    """What may happen in a house on a day, each action with random amounts.

    It keeps books of its own of what everybody has of ginger, powder and peel, from
    what was meant, not from what was moved. ``None`` stands for the cooperative.
    ``_do_<action>`` returns whether it did something; ``self.chance`` is set by the
    test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owners = [cls.owner_a, cls.owner_b, cls.owner_c]
        cls.buyer = cls.env["res.partner"].create({"name": "Pembeli"})
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls._add_own_stock(cls.bag, 100000)
        cls.env["factory.purchase.price"].create(
            {"product_id": cls.powder.id, "price": 40_000, "date_from": "2020-01-01"}
        )

    def setUp(self):
        super().setUp()
        self.books = Counter()
        self.tried = Counter()
        self.done = Counter()
        self.numbers = 0
        self.in_kind = {}

    # ---- helpers ------------------------------------------------------------------

    def _pick_owners(self):
        return self.chance.sample(self.owners, 2)

    def _random(self, low, high):
        return round(self.chance.uniform(low, high), 3)

    def _book(self, product, owner, quantity):
        self.books[product, owner] += quantity

    def _find_lot(self, product, owner):
        """Return a random lot of which the owner has something in stock, or none."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("owner_id", "=", owner.id if owner else False),
                ("location_id", "=", self.stock.id),
                ("quantity", ">", 0.01),
            ],
            order="id",
        )
        return self.chance.choice(quants) if quants else quants

    def _finish(self, order, quantity):
        """Close an order of one party; book 10 kg in for each kg it was made for."""
        owner = order.partner_id or None
        planned = order.product_qty
        peel = self._random(0.1, 3)
        order.action_record_output(
            quantity, [{"product_id": self.peel.id, "quantity": peel}]
        )
        self._book(self.ginger, owner, -round(planned * 10, 3))
        self._book_output(order, owner, self.powder, quantity)
        self._book_output(order, owner, self.peel, peel)

    def _terms(self):
        """Return what an owner agrees to pay in kind, mostly nothing."""
        percent = self.chance.choice([0, 0, 10, 7.5])
        return {
            "kind_percent": percent,
            "kind_byproducts": bool(percent) and self.chance.random() < 0.5,
        }

    def _book_output(self, order, owner, product, quantity):
        """Book an output: the owner's, less what he pays of it (half up, a gram)."""
        paid = 0.0
        if order.kind_percent and (product == self.powder or order.kind_byproducts):
            # what the family of orders made before is rounded with it
            key = (order.production_group_id, product)
            had, before = self.in_kind.get(key, (0, 0))
            grams = had + round(quantity * 1000)
            due = int(grams * order.kind_percent / 100 + 0.5 + 1e-9) - before
            self.in_kind[key] = grams, before + due
            paid = due / 1000
        self._book(product, owner, round(quantity - paid, 3))
        self._book(product, None, paid)
        return paid

    # ---- work ---------------------------------------------------------------------

    def _do_weigh_in(self, owner, _other):
        weight = self._random(1, 60)
        self._weigh_in(owner, weight)
        self._book(self.ginger, owner, weight)
        return True

    def _do_buy(self, _owner, _other):
        weight = self._random(1, 60)
        self.numbers += 1
        self._add_own_stock(self.ginger, weight, lot_name=f"KOP-{self.numbers}")
        self._book(self.ginger, None, weight)
        return True

    def _do_toll(self, owner, _other):
        quantity = self._random(0.1, 3)
        order = self._create_order(owner, quantity, **self._terms())
        self._finish(order, self._random(0.1, 1))
        return True

    def _do_own(self, _owner, _other):
        have = self.books[self.ginger, None]
        if have < 2:
            return False
        quantity = self._random(0.1, have / 11)
        self._finish(self._create_order(None, quantity, mode="own"), quantity)
        return True

    def _do_backorder(self, owner, _other):
        whole, part = 2.0, self._random(0.2, 1.8)
        order = self._create_order(owner, whole, **self._terms())
        order.action_confirm()
        order.qty_producing = part
        order._set_qty_producing()
        order.action_generate_serial()
        action = order.button_mark_done()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_backorder()
        rest = order.production_group_id.production_ids - order
        self._book(self.ginger, owner, -round(part * 10, 3))
        self._book_output(order, owner, self.powder, part)
        self._book_output(order, owner, self.peel, round(part * 3, 3))
        self.assertEqual(rest.partner_id, owner)
        self._finish(rest, self._random(0.1, 1))
        return True

    def _do_split(self, owner, _other):
        order = self._create_order(owner, 2, **self._terms())
        order.action_confirm()
        for part in order._split_productions({order: [0.7, 1.3]}):
            self._finish(part, self._random(0.1, 1))
        return True

    def _do_pooled(self, owner, other):
        quants = [
            quant
            for who in self.chance.sample(
                [owner, other, None], self.chance.choice([2, 3])
            )
            if (quant := self._find_lot(self.ginger, who))
        ]
        if not quants:
            return False
        put_in = {q.owner_id or self.company.partner_id: q.quantity for q in quants}
        lots = self.env["stock.lot"].union(*(quant.lot_id for quant in quants))
        order = self._create_order(
            quantity=1, mode="pooled", lots=lots, **self._terms()
        )
        made, peel = self._random(0.5, 5), self._random(0.5, 5)
        order.action_record_output(
            made, [{"product_id": self.peel.id, "quantity": peel}]
        )
        whole = sum(put_in.values())
        paid = Counter()
        for product, quantity in ((self.powder, made), (self.peel, peel)):
            lines = order.move_finished_ids.move_line_ids.filtered(
                lambda line, product=product: line.product_id == product
            )
            parts = Counter()
            for line in lines:
                who = line.kind_owner_id or line.owner_id or self.company.partner_id
                parts[who] += line.quantity
                if line.kind_owner_id:
                    paid[product, who] += line.quantity
            self.assertAlmostEqual(sum(parts.values()), quantity, 6)
            for who, weight in put_in.items():
                # Nobody is more than a gram off his share.
                self.assertLess(abs(parts[who] - quantity * weight / whole), 0.001001)
                kind = round(paid[product, who], 3)
                due = product == self.powder or order.kind_byproducts
                due = due and who != self.company.partner_id and order.kind_percent
                self.assertLess(abs(kind - parts[who] * due / 100), 0.000501)
                self._book(product, self._name(who), round(parts[who] - kind, 3))
                self._book(product, None, kind)
        for who, weight in put_in.items():
            self._book(self.ginger, self._name(who), -weight)
        return True

    def _name(self, partner):
        return None if partner == self.company.partner_id else partner

    def _scrap(self, quant, quantity, owner):
        self.env["stock.scrap"].create(
            {
                "product_id": quant.product_id.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": quantity,
                "lot_id": quant.lot_id.id,
                "owner_id": owner.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()

    def _do_scrap(self, owner, _other):
        product = self.chance.choice([self.ginger, self.powder, self.peel])
        quant = self._find_lot(product, owner)
        if not quant:
            return False
        quantity = self._random(0.001, quant.quantity)
        self._scrap(quant, quantity, owner)
        self._book(product, owner, -quantity)
        return True

    def _do_count(self, owner, _other):
        quant = self._find_lot(self.ginger, owner)
        if not quant:
            return False
        counted = round(quant.quantity * self.chance.uniform(0.9, 1.05), 3)
        self._book(self.ginger, owner, counted - quant.quantity)
        quant.with_context(inventory_mode=True).inventory_quantity = counted
        quant.action_apply_inventory()
        return True

    def _transfer(self, quant, quantity, owner, partner, destination, picking_type):
        places = {
            "location_id": self.stock.id,
            "location_dest_id": destination.id,
        }
        line = {
            "product_id": quant.product_id.id,
            "product_uom_id": self.kg.id,
            "quantity": quantity,
            "lot_id": quant.lot_id.id,
            "owner_id": owner.id,
            "picked": True,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner.id,
                "move_line_ids": [Command.create({**line, **places})],
                **places,
            }
        )
        picking.action_confirm()
        picking.with_context(cancel_backorder=True)._action_done()
        return picking

    def _do_give_out_and_return(self, owner, _other):
        quant = self._find_lot(self.powder, owner)
        if not quant:
            return False
        quantity = self._random(0.01, quant.quantity)
        picking = self._transfer(
            quant, quantity, owner, owner, self.customers, self.warehouse.out_type_id
        )
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        back = self._random(0.005, quantity)
        wizard.product_return_moves.quantity = back
        returned = wizard._create_return()
        returned.move_ids.picked = True
        returned.with_context(cancel_backorder=True)._action_done()
        self._book(self.powder, owner, back - quantity)
        return True

    def _do_unbuild(self, owner, _other):
        for order in self.env["mrp.production"].search(
            [
                ("partner_id", "=", owner.id),
                ("state", "=", "done"),
                ("unbuild_ids", "=", False),
            ]
        ):
            out = order.move_finished_ids.filtered(lambda m: m.state == "done")
            parts = Counter()
            for line in out.move_line_ids:
                who = None if line.kind_owner_id else owner
                parts[line.product_id, who] += line.quantity
            lot = order.lot_producing_ids
            if self._get_stock(lot=lot) < round(parts[self.powder, owner], 3) or (
                self._get_stock(self.peel, owner) < round(parts[self.peel, owner], 3)
            ):
                continue
            self.env["mrp.unbuild"].create(
                {
                    "product_id": self.powder.id,
                    "product_qty": order.qty_produced,
                    "product_uom_id": self.kg.id,
                    "mo_id": order.id,
                    "lot_id": lot.id,
                    "bom_id": self.bom.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.stock.id,
                    "company_id": self.company.id,
                }
            ).action_validate()
            for (product, who), quantity in parts.items():
                self._book(product, who, -round(quantity, 3))
            self._book(self.ginger, owner, order.input_kg)
            return True
        return False

    # ---- attacks: true if one got through -----------------------------------------

    def _do_force(self, owner, other):
        quant = self._find_lot(self.ginger, other)
        if not quant:
            return False
        order = self._create_order(owner, 1)
        order.action_confirm()
        component = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        component.move_line_ids.unlink()
        component.move_line_ids = [
            Command.create(
                {
                    "product_id": self.ginger.id,
                    "product_uom_id": self.kg.id,
                    "quantity": round(quant.quantity / 2, 3),
                    "lot_id": quant.lot_id.id,
                    "owner_id": self.chance.choice([owner.id, other.id, False]),
                    "location_id": self.stock.id,
                    "location_dest_id": component.location_dest_id.id,
                }
            )
        ]
        order.qty_producing = 1
        order.action_generate_serial()
        order.move_raw_ids.picked = True
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()
        return True

    def _do_misname_scrap(self, owner, other):
        quant = self._find_lot(self.ginger, owner)
        if not quant:
            return False
        self._scrap(quant, 0.5, self.chance.choice([other, self.env["res.partner"]]))
        return True

    def _do_ship(self, owner, _other):
        quant = self._find_lot(self.powder, owner)
        if not quant:
            return False
        self._transfer(
            quant,
            round(quant.quantity / 2, 3),
            owner,
            self.buyer,
            self.customers,
            self.warehouse.out_type_id,
        )
        return True

    def _do_misname_transfer(self, owner, other):
        product = self.chance.choice([self.ginger, self.peel])
        quant = self._find_lot(product, owner)
        if not quant or self.books[product, other] >= quant.quantity:
            return False
        self._transfer(
            quant,
            quant.quantity,
            other,
            other,
            self.warehouse.wh_output_stock_loc_id,
            self.warehouse.int_type_id,
        )
        return True
