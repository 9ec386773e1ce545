# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_kind import KindCommon


@tagged("post_install", "-at_install")
class TestChargeKindRoles(KindCommon):
    """Who runs, agrees, sees and may change what is paid in kind."""

    def test_operator_runs_it_and_sees_no_price(self):
        operator = self._new_user("operator")
        order = self._order("toll", (self.budi, 40), confirm=False)
        mine = order.with_user(operator)
        mine.action_confirm()
        mine.action_record_output(4)
        usage = self._get_usages(order).with_user(operator)
        self.assertEqual(usage.kind_quantity, 0.48)
        for name in ("kind_value", "unit_value", "kind_line_id", "charge_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                usage.read([name])
        with self.assertRaises(AccessError):
            self.env["factory.tariff"].with_user(operator).quote(
                {"unit": "percent_output", "quantity": 1}
            )

    def test_operator_makes_it_and_its_backorder_in_the_form(self):
        """1 of 4 kg comes out, the rest in a part of the order; a copy is made, too."""
        lot = self._weigh_in(self.budi, 40)
        orders = self.env["mrp.production"].with_user(self._new_user("operator"))
        form = Form(
            orders.with_context(default_production_mode="toll"),
            view="mrp.mrp_production_form_view",
        )
        form.product_id = self.powder.with_user(orders.env.user)
        form.partner_id = self.budi
        form.product_qty = 4
        form.kind_by_tariff = True
        form.owned_lot_ids.add(lot)
        order = form.save()
        self.assertTrue(order.copy().kind_by_tariff)
        order.action_confirm()
        with Form(order) as form:
            form.qty_producing = 1
        order.action_generate_serial()
        action = order.button_mark_done()
        wizard = order.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_backorder()
        rest = order.production_group_id.production_ids - order
        self.assertTrue(rest.kind_by_tariff)
        rest.action_record_output(3)
        # 12 % of 1 and of 3 kg
        self.assertEqual((order.kind_kg, rest.kind_kg), (0.12, 0.36))

    def test_operator_does_not_agree_in_place_of_the_tariff(self):
        order = self._order("toll", (self.budi, 40), confirm=False)
        mine = order.with_user(self._new_user("operator"))
        for vals in (
            {"kind_by_tariff": False, "kind_percent": 5},
            {"kind_byproducts": True},
        ):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "to agree"):
                mine.write(vals)
        # the same again, as a client writes the whole form
        mine.write({"kind_percent": 0, "kind_byproducts": False})
        manager = self._new_user("factory_manager")
        order.with_user(manager).write({"kind_by_tariff": False, "kind_percent": 5})
        with self.assertRaisesRegex(AccessError, "to agree"):
            mine.write({"kind_by_tariff": True, "kind_percent": 0})

    def test_core_user_without_a_role_opens_the_order(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        user = new_test_user(
            self.env,
            login="kind_core_user",
            groups="mrp.group_mrp_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with Form(order.with_user(user)) as form:
            self.assertEqual(form.kind_kg, 0.48)
            self.assertNotIn("usage_ids", form._view["fields"])

    def test_client_cannot_tell_what_an_order_tells(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        [usage] = self._get_usages(order)
        for vals in (
            {"quantity": 1},
            {"kind_quantity": 0},
            {"source_key": False},
            {"is_chargeable": False},
            {"partner_id": self.siti.partner_id.id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "told by order"):
                usage.write(vals)
        with self.assertRaisesRegex(UserError, "told by order"):
            usage.unlink()
        with self.assertRaisesRegex(UserError, "recorded by the order"):
            self._create_usage(self.budi, 1, unit="percent_output")

    def test_other_company_neither_sees_nor_settles_it(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        [usage] = self._get_usages(order)
        other = self._create_cooperative("Koperasi Natura Lain")
        stranger = self._new_user("accountant", other)
        with self.assertRaises(AccessError):
            usage.with_user(stranger).read(["kind_quantity"])
        with self.assertRaises(AccessError):
            self._charge_order(order).with_user(stranger).action_invoice()
