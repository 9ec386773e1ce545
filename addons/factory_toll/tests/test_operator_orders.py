# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders as the operator runs them, who has no right on money, in the form."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestOperatorOrders(TollCommon):
    """A brings 30 kg of ginger, B 10 kg; 10 kg give 1 kg of powder and 3 kg of peel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 30)
        cls.lot_b = cls._weigh_in(cls.owner_b, 10)
        cls._add_own_stock(cls.bag, 100, cost=500)
        cls.shell = cls._create_product("Ampas jahe", "lot")
        cls.bom.byproduct_ids = [
            Command.create(
                {
                    "product_id": cls.shell.id,
                    "product_qty": 2,
                    "product_uom_id": cls.kg.id,
                }
            )
        ]
        cls.operator = cls._create_user("operator")

    @classmethod
    def _create_user(cls, role):
        return new_test_user(
            cls.env,
            f"toll_orders_{role}",
            f"umkm_base.umkm_base_group_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _open_form(self, mode, quantity, owner=None, lots=None):
        """Make an order in the form, as the operator."""
        orders = self.env["mrp.production"].with_user(self.operator)
        form = Form(
            orders.with_context(default_production_mode=mode),
            view="mrp.mrp_production_form_view",
        )
        form.product_id = self.powder.with_user(self.operator)
        if owner:
            form.partner_id = owner
        form.product_qty = quantity
        for lot in lots or ():
            form.owned_lot_ids.add(lot)
        return form.save()

    def _produce(self, order, quantity):
        """Weigh out in the form what was made and its by-products."""
        with Form(order) as form:
            form.qty_producing = quantity
        order.action_generate_serial()
        for move in order.move_byproduct_ids:
            if move.product_id == self.shell:
                move.move_line_ids.lot_id = self.env["stock.lot"].create(
                    {
                        "name": "AMPAS-1",
                        "product_id": self.shell.id,
                        "company_id": self.company.id,
                    }
                )
        return order.button_mark_done()

    def test_backorder(self):
        order = self._open_form("toll", 3, self.owner_a)
        order.action_confirm()
        order.move_byproduct_ids.filtered(
            lambda move: move.product_id == self.shell
        ).unlink()
        action = self._produce(order, 1)
        wizard = order.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_backorder()
        rest = order.production_group_id.production_ids - order
        self.assertEqual(rest.partner_id, self.owner_a)
        rest.action_record_output(2)
        self.assertEqual(rest.state, "done")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 10)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 3)

    def test_several_outputs_of_a_pool_in_the_form(self):
        """4 kg of powder, 12 kg of peel, 8 kg of pulp in a lot: three quarters A's."""
        order = self._open_form("pooled", 4, lots=self.lot_a | self.lot_b)
        order.action_confirm()
        self._produce(order, 4)
        self.assertEqual(order.state, "done")
        for product, part_a, part_b in (
            (self.powder, 3, 1),
            (self.peel, 9, 3),
            (self.shell, 6, 2),
        ):
            self.assertEqual(self._get_stock(product, self.owner_a), part_a)
            self.assertEqual(self._get_stock(product, self.owner_b), part_b)
            self.assertEqual(self._get_stock(product, False), 0)
        pulp = self.env["stock.lot"].search([("name", "=", "AMPAS-1")])
        self.assertEqual(pulp.part_lot_ids.owner_id, self.owner_a | self.owner_b)
        # 8 bags of the house, at their cost
        self.assertEqual(self._get_stock(self.bag), 92)

    def test_unbuild(self):
        order = self._open_form("pooled", 4, lots=self.lot_a | self.lot_b)
        order.action_confirm()
        self._produce(order, 4)
        form = Form(self.env["mrp.unbuild"].with_user(self.operator))
        form.mo_id = order
        form.product_qty = 4
        form.lot_id = order.lot_producing_ids
        unbuild = form.save()
        unbuild.action_validate()
        self.assertEqual(unbuild.state, "done")
        for owner, lot, weight in (
            (self.owner_a, self.lot_a, 30),
            (self.owner_b, self.lot_b, 10),
        ):
            self.assertEqual(self._get_stock(lot=lot, owner=owner), weight)
            for product in (self.powder, self.peel, self.shell):
                self.assertEqual(self._get_stock(product, owner), 0)

    def test_what_he_may_not(self):
        order = self._open_form("pooled", 4, lots=self.lot_a | self.lot_b)
        order.action_confirm()
        foreign = self._weigh_in(self.owner_c, 10)
        with self.assertRaisesRegex(ValidationError, "Citra.*shares stand"):
            order.owned_lot_ids |= foreign
        with self.assertRaises(AccessError), self.cr.savepoint():
            order.share_ids[:1].graded_qty = 1
        with self.assertRaises(AccessError):
            order.share_ids[:1].unlink()
        for role in ("accountant", "auditor", "teller"):
            reader = order.with_user(self._create_user(role))
            with self.assertRaises(AccessError), self.cr.savepoint():
                reader.action_record_output(4)
            with self.assertRaises(AccessError), self.cr.savepoint():
                reader.button_mark_done()
        self.assertEqual(self._get_stock(self.powder), 0)
