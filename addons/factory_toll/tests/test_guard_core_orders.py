# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import Form, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardCoreOrders(GuardCommon):
    """Core's wrong consumption in orders, path by path, and that it is prevented.

    20 kg of A's ginger and 40 kg of B's, which is the older, lie in stock.
    """

    def _confirm(self, owner=None, quantity=2.0, mode="toll"):
        order = self._create_order(owner, quantity, mode=mode)
        order.action_confirm()
        return order

    def _finish(self, order):
        order.qty_producing = order.product_qty
        order.action_generate_serial()
        order.move_raw_ids.picked = True
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()

    def _get_component(self, order):
        return order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)

    def _get_stock_of_b(self):
        return self._get_stock(self.ginger, self.owner_b)

    def test_plain_order_over_rpc(self):
        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            self._finish(order)

        # Core takes the 20 kg from B's older lot; right is: from A's.
        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_plain_order_in_the_form(self):
        def act():
            form = Form(self.env["mrp.production"])
            form.production_mode = "toll"
            form.partner_id = self.owner_a
            form.product_id = self.powder
            form.bom_id = self.bom
            form.product_qty = 2
            order = form.save()
            order.action_confirm()
            with Form(order) as form:
                form.qty_producing = 2
            self._finish(order)

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_own_production(self):
        def act():
            order = self._confirm(mode="own")
            order.action_assign()
            self._finish(order)

        # Right is: no ginger, as the cooperative has none.
        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_quantity_typed_without_reservation(self):
        """As the floor page and the consumption warning set it."""

        def act():
            order = self._confirm(self.owner_a)
            order.do_unreserve()
            self._get_component(order).quantity = 20
            self._finish(order)

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_consumption_warning_that_sets_the_quantity(self):
        def act():
            self.bom.consumption = "warning"
            order = self._confirm(self.owner_a)
            order.action_assign()
            component = self._get_component(order)
            component.quantity = 1
            order.qty_producing = 2
            order.action_generate_serial()
            self._get_component(order).quantity = 1
            order.move_raw_ids.picked = True
            issues = order._get_consumption_issues()
            action = order._action_generate_consumption_wizard(issues)
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            wizard.create({}).action_set_qty()

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_line_with_anothers_lot_and_owner(self):
        def act():
            order = self._confirm(self.owner_a)
            component = self._get_component(order)
            component.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                self._line_vals(component, self.lot_b, self.owner_b, 20)
            )
            self._finish(order)

        self._assert_refused(
            act, self._get_stock_of_b, 20, self.lot_b.name, "Budi", "MO/"
        )

    def test_line_with_an_owners_lot_under_nobody(self):
        def act():
            order = self._confirm(mode="own")
            component = self._get_component(order)
            component.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                self._line_vals(component, self.lot_b, False, 20)
            )
            self._finish(order)

        # Core leaves B's 40 in the books, and the cooperative's lot B at -20.
        self._assert_refused(
            act,
            lambda: (self._get_stock_of_b(), self._get_stock(self.ginger, False)),
            (40, -20),
            self.lot_b.name,
            "Budi",
            "MO/",
        )

    def test_lot_changed_on_a_reserved_line(self):
        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            line = self._get_component(order).move_line_ids
            line.write({"lot_id": self.lot_b.id, "owner_id": self.owner_a.id})
            self._finish(order)

        self._assert_refused(
            act,
            lambda: self._get_stock(self.ginger, self.owner_a, self.lot_b),
            -20,
            self.lot_b.name,
            "Budi",
        )

    def test_lots_chosen_as_tags(self):
        def act():
            order = self._confirm(self.owner_a)
            component = self._get_component(order)
            component.lot_ids = self.lot_b
            self._finish(order)

        self._assert_refused(act, self._get_stock_of_b, 20, self.lot_b.name, "Budi")

    def test_backorder(self):
        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            with Form(order) as form:
                form.qty_producing = 1
            order.action_generate_serial()
            order.move_raw_ids.picked = True
            action = order.with_context(skip_consumption=True).button_mark_done()
            Form.from_action(self.env, action).save().action_backorder()
            backorder = order.production_group_id.production_ids - order
            backorder.action_assign()
            self._finish(backorder)

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_split(self):
        def act():
            order = self._confirm(self.owner_a)
            action = order.action_split()
            wizard = Form.from_action(self.env, action)
            wizard.max_batch_size = 1
            wizard.save().action_split()
            for part in order.production_group_id.production_ids:
                part.action_assign()
                self._finish(part)

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_merge_of_two_owners_orders(self):
        def act():
            orders = self._confirm(self.owner_a, 1) | self._confirm(self.owner_b, 1)
            merged = orders.action_merge()
            order = self.env["mrp.production"].browse(merged["res_id"])
            order.action_assign()
            self._finish(order)

        self._assert_refused(act, self._get_stock_of_b, 20, "MO/", "different owners")

    def test_quantity_to_produce_raised(self):
        """20 kg are A's: core fills up the other 20 from B."""

        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            self.env["change.production.qty"].create(
                {"mo_id": order.id, "product_qty": 4}
            ).change_prod_qty()
            order.action_assign()
            self._finish(order)

        # Right is: the 20 kg that A has, and not a gram more.
        self._assert_corrected(act, self._get_stock_of_b, 0, 40)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)

    def test_several_orders_marked_done_at_once(self):
        def act():
            orders = self._confirm(self.owner_a, 1) | self._confirm(self.owner_a, 1)
            orders.action_assign()
            for order in orders:
                order.qty_producing = 1
                order.action_generate_serial()
            orders.move_raw_ids.picked = True
            orders.with_context(
                skip_backorder=True, skip_consumption=True
            ).button_mark_done()

        self._assert_corrected(act, self._get_stock_of_b, 20, 40)

    def test_output_and_byproduct_without_owner(self):
        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            self._finish(order)

        def owners():
            return (
                self._get_stock(self.powder, self.owner_a),
                self._get_stock(self.powder, False),
                self._get_stock(self.peel, self.owner_a),
                self._get_stock(self.peel, False),
            )

        # 2 kg powder and 6 kg peel of A are there; the order makes as much again.
        self._assert_corrected(act, owners, (2, 2, 6, 6), (4, 0, 12, 0))

    def test_output_sent_out_of_the_house(self):
        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            order.move_finished_ids.location_dest_id = self.customers
            self._finish(order)

        def at_customers():
            return self._get_stock(self.powder, location=self.customers)

        self._assert_refused(act, at_customers, 2, "Ani", "MO/")

    def test_component_line_sent_to_a_customer(self):
        """Party to the order is not party to a sale."""

        def act():
            order = self._confirm(self.owner_a)
            order.action_assign()
            self._get_component(order).move_line_ids.location_dest_id = self.customers
            self._finish(order)

        self._assert_refused(
            act,
            lambda: self._get_stock(self.ginger, location=self.customers),
            20,
            self.lot_a.name,
            "Ani",
            "MO/",
        )

    def test_unbuild(self):
        def act():
            self.env["mrp.unbuild"].create(
                {
                    "product_id": self.powder.id,
                    "product_qty": 2,
                    "product_uom_id": self.kg.id,
                    "mo_id": self.order.id,
                    "lot_id": self.powder_a.id,
                    "bom_id": self.bom.id,
                    "location_id": self.stock.id,
                    "location_dest_id": self.stock.id,
                    "company_id": self.company.id,
                }
            ).action_unbuild()

        # Core takes the powder from nobody: A keeps it and gets his ginger back too.
        self._assert_corrected(
            act,
            lambda: (
                self._get_stock(self.powder, self.owner_a),
                self._get_stock(self.powder, False),
                self._get_stock(self.ginger, self.owner_a),
            ),
            (2, -2, 40),
            (0, 0, 40),
        )

    def test_lots_named_in_the_order_are_the_only_ones(self):
        """A sack scanned at the machine that is not in the order, his own too."""
        other = self._weigh_in(self.owner_a, 20)

        def act():
            order = self._create_order(self.owner_a, 2, lots=other)
            order.action_confirm()
            component = self._get_component(order)
            component.move_line_ids.unlink()
            component.move_line_ids = [
                Command.create(self._line_vals(component, self.lot_a, self.owner_a, 20))
            ]
            self._finish(order)

        self._assert_refused(
            act, lambda: self._get_owner_stock(self.lot_a), 0, self.lot_a.name, "MO/"
        )
