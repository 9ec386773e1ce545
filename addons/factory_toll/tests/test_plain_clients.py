# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon

ROLES = ("operator", "factory_manager")


@tagged("post_install", "-at_install")
class TestPlainClients(TollCommon):
    """Orders as a client writes them that has roles, but no form and no books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 200)
        cls.bom.operation_ids = [
            Command.create(
                {
                    "name": "Keringkan",
                    "time_cycle_manual": 30,
                    "workcenter_id": cls.env["mrp.workcenter"]
                    .create({"name": "Oven", "company_id": cls.company.id})
                    .id,
                }
            )
        ]
        cls.users = {
            role: new_test_user(
                cls.env,
                f"toll_plain_{role}",
                f"umkm_base.umkm_base_group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ROLES
        }

    def _order_as(self, role, quantity=2):
        """Return a confirmed order of owner A, as the role sees it."""
        order = self._create_order(self.owner_a, quantity).with_user(self.users[role])
        order.action_confirm()
        order.action_assign()
        self._forget()
        return order

    def _forget(self):
        """Let the next call begin with nothing remembered, as over RPC."""
        self.env.flush_all()
        self.env.invalidate_all()

    def _read_plain(self, order):
        """Read what ``odoorpc`` reads of a record: all that is no relation."""
        names = [
            name
            for name, values in order.fields_get([], ["relation"]).items()
            if not values.get("relation")
        ]
        return order.read(names)

    def test_order_is_read_and_copied(self):
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role)
                self.assertEqual(self._read_plain(order)[0]["state"], "confirmed")
                self.assertEqual(
                    self._read_plain(order.workorder_ids)[0]["duration"], 0
                )
                self.assertEqual(order.copy().state, "draft")

    def test_order_with_work_is_cancelled_and_deleted(self):
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role)
                order.action_cancel()
                self.assertEqual(order.workorder_ids.mapped("state"), ["cancel"])
                self._forget()
                order.unlink()
                self.assertFalse(order.exists())

    def test_order_is_split(self):
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role, 4)
                wizard = self.env["mrp.production.split"].with_user(order.env.user)
                wizard = wizard.create({"production_id": order.id})
                wizard.max_batch_size = 2
                wizard.action_split()
                self.assertEqual(
                    order.production_group_id.production_ids.mapped("product_qty"),
                    [2, 2],
                )

    def test_orders_of_one_owner_are_merged_with_their_terms(self):
        for role in ROLES:
            with self.subTest(role=role):
                vals = {"kind_percent": 10, "kind_price": 5000}
                orders = self.env["mrp.production"]
                for _number in range(2):
                    orders |= self._create_order(self.owner_a, 2, **vals)
                orders.action_confirm()
                self._forget()
                merged = orders.with_user(self.users[role]).action_merge()
                merged = orders.browse(merged["res_id"])
                self.assertEqual((merged.kind_percent, merged.kind_price), (10, 5000))
                self.assertEqual(merged.share_ids.kind_percent, 10)

    def test_order_leaves_a_backorder(self):
        """1 of 4 kg of powder: 10 of 40 kg of ginger; 30 kg wait for the other 3."""
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role, 4)
                order.qty_producing = 1
                order.with_context(
                    skip_backorder=True, mo_ids_to_backorder=order.ids
                ).button_mark_done()
                self.assertEqual((order.state, order.input_kg), ("done", 10))
                rest = order.production_group_id.production_ids - order
                ginger = rest.move_raw_ids.filtered(
                    lambda m: m.product_id == self.ginger
                )
                self.assertEqual(ginger.product_uom_qty, 30)
                self.assertEqual(ginger.restrict_partner_id, self.owner_a)

    def test_cost_lines_follow_the_order_of_who_cannot_see_them(self):
        account = self.env["account.analytic.account"].create(
            {
                "name": "Pabrik",
                "company_id": self.company.id,
                "plan_id": self.env["account.analytic.plan"]
                .create({"name": "Pabrik"})
                .id,
            }
        )
        work = self.bom.operation_ids.workcenter_id
        work.write(
            {"costs_hour": 6000, "analytic_distribution": {str(account.id): 100}}
        )
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role)
                # half an hour at Rp 6.000
                order.workorder_ids.duration = 30
                lines = order.workorder_ids.sudo().wc_analytic_account_line_ids
                self.assertEqual(lines.mapped("amount"), [-3000])
                self._forget()
                order.name = f"{order.name}-X"
                self._forget()
                order.action_cancel()
                self.assertFalse(lines.exists())

    def test_quantity_written_without_the_form_consumes(self):
        """2 kg of powder are 20 kg of ginger and 4 bags."""
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role)
                order.write({"qty_producing": 2})
                order.with_context(skip_consumption=True).button_mark_done()
                self.assertEqual((order.state, order.input_kg), ("done", 20))
        self.assertEqual(self._get_stock(lot=self.lot_a), 160)

    def test_product_out_of_nothing_is_refused(self):
        for role in ROLES:
            with self.subTest(role=role):
                order = self._order_as(role)
                order.move_raw_ids.picked = True
                ginger = order.move_raw_ids.filtered(
                    lambda m: m.product_id == self.ginger
                )
                ginger.quantity = 0
                order.write({"qty_producing": 2})
                with (
                    self.assertRaisesRegex(UserError, "nothing of Jahe segar of Ani"),
                    self.cr.savepoint(),
                ):
                    order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(self._get_stock(lot=self.lot_a), 200)
        self.assertEqual(self._get_stock(self.powder), 0)

    def test_output_that_cannot_be_read_is_told(self):
        order = self._order_as("operator")
        peel = {"product_id": self.peel.id, "quantity": 1}
        for arguments, problem in (
            (("abc",), "above zero"),
            ((float("nan"),), "above zero"),
            ((0,), "above zero"),
            ((2, [peel, {"product": self.peel.id, "qty": 1}]), "by-product 2"),
            ((2, [{**peel, "product_id": 999999999}]), "by-product 1"),
            ((2, [{**peel, "quantity": -1}]), "by-product 1"),
            ((2, None, "31/12/2026"), "31/12/2026"),
        ):
            with (
                self.subTest(arguments=arguments),
                self.assertRaisesRegex(UserError, problem) as caught,
                self.cr.savepoint(),
            ):
                order.action_record_output(*arguments)
            self.assertIn(order.name, str(caught.exception))
        self.assertEqual(order.state, "confirmed")

    def test_manager_adds_products_and_operators_do_not(self):
        products = self.env["product.product"]
        for role, allowed in (("operator", False), ("factory_manager", True)):
            user = self.users[role]
            self.assertEqual(products.with_user(user).has_access("create"), allowed)
