# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestTollOrder(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # B's ginger is older: first in, first out would take it.
        cls.lot_b = cls._weigh_in(cls.owner_b, 40, date="2026-01-05 01:00:00")
        cls.lot_a = cls._weigh_in(cls.owner_a, 40, date="2026-01-06 01:00:00")

    def test_order_takes_its_owners_lot_and_gives_him_the_product(self):
        order = self._create_order(self.owner_a)
        result = order.action_record_output(
            3.8, byproducts=[{"product_id": self.peel.id, "quantity": 11.5}]
        )
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0.0)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40.0)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 3.8)
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 11.5)
        self.assertEqual(self._get_stock(self.powder, False), 0.0)
        self.assertEqual(order.lot_producing_ids.owner_id, self.owner_a)
        # 40 kg in, 3.8 powder and 11.5 peel out: 24.7 lost; 3.8 / 40 = 9.5 %.
        self.assertEqual(result["loss_kg"], 24.7)
        self.assertEqual(result["actual_yield"], 9.5)
        self.assertEqual(result["lot_ids"], order.lot_producing_ids.ids)

    def test_by_product_weighed_in_two_goes(self):
        """1 kg and 2 kg of peel are 3 kg."""
        rows = [
            {"product_id": self.peel.id, "quantity": 1},
            {"product_id": self.peel.id, "quantity": 2},
        ]
        order = self._create_order(self.owner_a)
        result = order.action_record_output(3.8, byproducts=rows)
        self.assertEqual(result["byproduct_kg"], 3)
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 3)

    def test_by_product_weighed_into_two_lots(self):
        """1 kg and 2 kg into lot P1, 4 kg into lot P2."""
        pulp = self._create_product("Ampas", "lot")
        rows = [
            {"product_id": pulp.id, "quantity": quantity, "lot_name": name}
            for quantity, name in ((1, "P1"), (4, "P2"), (2, "P1"))
        ]
        order = self._create_order(self.owner_a)
        result = order.action_record_output(3.8, byproducts=rows)
        self.assertEqual(result["byproduct_kg"], 7)
        lines = order.move_finished_ids.move_line_ids
        self.assertEqual(
            {
                (line.lot_id.name, line.quantity, line.owner_id.name)
                for line in lines
                if line.product_id == pulp
            },
            {("P1", 3, "Ani"), ("P2", 4, "Ani")},
        )

    def test_who_is_no_member_is_served_the_same(self):
        lot = self._weigh_in(self.owner_c, 12.345)
        order = self._create_order(self.owner_c, 1.2, lot)
        order.action_record_output(1.234)
        self.assertEqual(self._get_stock(self.ginger, self.owner_c), 0.0)
        self.assertEqual(self._get_stock(self.powder, self.owner_c), 1.234)

    def test_order_made_in_the_form_and_marked_done_there(self):
        form = Form(
            self.env["mrp.production"].with_context(default_production_mode="toll"),
            view="mrp.mrp_production_form_view",
        )
        form.product_id = self.powder
        form.partner_id = self.owner_a
        form.product_qty = 4
        order = form.save()
        order.action_confirm()
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, self.lot_a)
        with Form(order) as form:
            form.qty_producing = 4
        order.action_generate_serial()
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 4)
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 12)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40)

    def test_named_lots_set_the_demand_and_are_all_taken(self):
        second = self._weigh_in(self.owner_a, 7.5)
        order = self._create_order(self.owner_a, 1, self.lot_a | second)
        order.action_confirm()
        component = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        self.assertEqual(component.product_uom_qty, 47.5)
        self.assertEqual(component.restrict_partner_id, self.owner_a)
        order.action_record_output(4.6)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0.0)

    def test_only_the_named_lot_is_taken(self):
        second = self._weigh_in(self.owner_a, 20)
        order = self._create_order(self.owner_a, 2, second)
        order.action_record_output(2)
        self.assertEqual(self._get_stock(lot=self.lot_a), 40.0)
        self.assertEqual(self._get_stock(lot=second), 0.0)

    def test_two_owners_lots_in_one_toll_order_are_refused(self):
        with self.assertRaisesRegex(ValidationError, self.lot_b.name):
            self._create_order(self.owner_a, lots=self.lot_a | self.lot_b)

    def test_owners_lot_in_own_production_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create_order(mode="own", lots=self.lot_a)

    def test_toll_order_without_owner_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_order()

    def test_missing_material_is_told_and_nothing_is_taken(self):
        order = self._create_order(self.owner_a, 5)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "40.0 of 50.0"):
            order.action_record_output(5)

    def test_material_in_quarantine_waits_for_its_release(self):
        lot = self._weigh_in(self.owner_c, 30, to_quarantine=True)
        order = self._create_order(self.owner_c, 3)
        order.action_confirm()
        order.action_assign()
        self.assertFalse(
            order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger).quantity
        )
        lot.intake_id.action_release()
        self.assertEqual(self._get_stock(lot=lot), 30)
        order.action_record_output(3)
        self.assertEqual(self._get_stock(self.powder, self.owner_c), 3)

    def test_done_order_can_be_dated_back(self):
        order = self._create_order(self.owner_a)
        order.action_record_output(4, date="2026-01-10 05:00:00")
        self.assertEqual(str(order.date_finished), "2026-01-10 05:00:00")
        lines = (order.move_raw_ids | order.move_finished_ids).move_line_ids
        self.assertEqual(set(map(str, lines.mapped("date"))), {"2026-01-10 05:00:00"})

    def test_yield_outside_the_tolerance_needs_a_reason(self):
        self.bom.write({"expected_yield": 10, "yield_tolerance": 1})
        order = self._create_order(self.owner_a)
        with self.assertRaisesRegex(UserError, "7.50 %"), self.cr.savepoint():
            order.action_record_output(3)
        order.action_record_output(3, loss_reason="Spilled at the mill")
        self.assertEqual(order.loss_reason, "Spilled at the mill")
        self.assertEqual(order.loss_kg, 37)

    def test_yield_within_the_tolerance_needs_none(self):
        self.bom.write({"expected_yield": 10, "yield_tolerance": 1})
        order = self._create_order(self.owner_a)
        order.action_record_output(3.6)
        self.assertEqual(order.state, "done")

    def test_owner_and_mode_stand_once_confirmed(self):
        order = self._create_order(self.owner_a)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.partner_id = self.owner_b
        with self.assertRaises(UserError):
            order.production_mode = "own"

    def test_weighing_nothing_out_is_refused(self):
        order = self._create_order(self.owner_a)
        with self.assertRaises(UserError):
            order.action_record_output(0)

    def test_backorder_keeps_the_owner(self):
        order = self._create_order(self.owner_a)
        order.action_confirm()
        order.qty_producing = 1
        order._set_qty_producing()
        order.action_generate_serial()
        action = order.button_mark_done()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_backorder()
        backorder = order.production_group_id.production_ids - order
        self.assertEqual(backorder.partner_id, self.owner_a)
        self.assertEqual(backorder.production_mode, "toll")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 30)
        backorder.action_record_output(3)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 4)

    def test_orders_of_two_owners_cannot_be_merged(self):
        orders = self._create_order(self.owner_a) | self._create_order(self.owner_b)
        orders.action_confirm()
        with self.assertRaisesRegex(UserError, "merged"):
            orders.action_merge()

    def test_orders_of_one_owner_can_be_merged(self):
        orders = self._create_order(self.owner_a, 1) | self._create_order(
            self.owner_a, 2
        )
        orders.action_confirm()
        orders.action_merge()
        merged = self.env["mrp.production"].search(
            [("partner_id", "=", self.owner_a.id), ("state", "=", "confirmed")]
        )
        self.assertEqual(merged.production_mode, "toll")
        merged.action_record_output(3)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 10)

    def test_split_order_keeps_the_owner(self):
        order = self._create_order(self.owner_a)
        order.action_confirm()
        parts = order._split_productions({order: [1, 3]})
        self.assertEqual(parts.partner_id, self.owner_a)
        for part in parts:
            part.action_record_output(part.product_qty)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 40)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 4)

    # ---- lots to choose from -------------------------------------------------------

    def _get_offered(self, mode, owner=None):
        """Return the lots that the order's form offers."""
        view = self.env.ref("mrp.mrp_production_form_view")
        arch = self.env["mrp.production"].get_view(view.id)["arch"]
        [node] = etree.fromstring(arch).xpath("//field[@name='owned_lot_ids']")
        domain = safe_eval(
            node.get("domain"),
            {
                "production_mode": mode,
                "partner_id": owner.id if owner else False,
                "company_id": self.company.id,
            },
        )
        operator = new_test_user(
            self.env,
            "toll_order_offered",
            "umkm_base.umkm_base_group_operator",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        return self.env["stock.lot"].with_user(operator).search(domain)

    def test_lots_that_are_used_up_are_not_offered(self):
        """A's first lot went into an order whole; B's went back to him."""
        self._create_order(self.owner_a, 4, self.lot_a).action_record_output(4)
        self.lot_b.intake_id.action_cancel()
        more = self._weigh_in(self.owner_a, 10)
        other = self._weigh_in(self.owner_b, 5)
        made = self.env["stock.lot"].search(
            [("product_id", "=", self.powder.id), ("owner_id", "=", self.owner_a.id)]
        )
        with self.cr.savepoint() as savepoint:
            self.assertEqual(self._get_offered("toll", self.owner_a), more | made)
            savepoint.rollback()
        self.assertEqual(self._get_offered("pooled"), more | made | other)

    def test_used_up_lot_is_refused_whoever_names_it(self):
        self._create_order(self.owner_a, 4, self.lot_a).action_record_output(4)
        for mode, owner in (("toll", self.owner_a), ("pooled", None)):
            order = self._create_order(owner, 1, self.lot_a, mode=mode)
            with self.assertRaisesRegex(UserError, f"nothing.*{self.lot_a.name}"):
                order.action_confirm()

    # ---- number of what is made ----------------------------------------------------

    def test_product_of_an_owner_gets_a_speaking_number(self):
        """As its material does, M26000001: the year, counted through."""
        order = self._create_order(self.owner_a, 1)
        order.action_record_output(1, date="2026-01-31 05:00:00")
        pool = self._create_order(None, 1, self.lot_b, mode="pooled")
        pool.action_confirm()
        with freeze_time("2026-12-31 18:00:00"):
            # 2027 in Jakarta already
            pool.action_record_output(4)
        form = self._create_order(self.owner_a, 1)
        form.action_confirm()
        form.action_generate_serial()
        self.assertRegex(order.lot_producing_ids.name, r"^P26\d{6}$")
        self.assertRegex(pool.lot_producing_ids.name, r"^P27\d{6}$")
        self.assertRegex(form.lot_producing_ids.name, r"^P\d{8}$")

    def test_number_of_the_houses_choice_goes_before(self):
        """A prefix of the product's own is kept; own production is core's."""
        self.powder.serial_prefix_format = "BJ-"
        order = self._create_order(self.owner_a, 1)
        order.action_record_output(1)
        self.assertRegex(order.lot_producing_ids.name, r"^BJ-\d+$")
        named = self._create_order(self.owner_a, 1)
        named.action_record_output(1, lot_name="KRT-7")
        self.assertEqual(named.lot_producing_ids.name, "KRT-7")
