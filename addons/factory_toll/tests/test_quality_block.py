# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_quality import GOOD_GINGER, WET_GINGER, QualityCommon


@tagged("post_install", "-at_install")
class TestQualityBlock(QualityCommon):
    """A failed lot cannot leave, whichever way it is tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._adopt(cls.ginger)
        cls.wet = cls._weigh_wet()

    def _assert_refused(self, action, message="failed its quality test"):
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            action()

    def _transfer(self, picking_type, source, target, lot, quantity=40, **vals):
        """Enter a transfer of exactly this lot and do it."""
        common = {
            "product_id": lot.product_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": self.owner_a.id,
                "owner_id": self.owner_a.id,
                "move_ids": [
                    Command.create(
                        {
                            **common,
                            "product_uom_qty": quantity,
                            "picked": True,
                            "move_line_ids": [
                                Command.create(
                                    {
                                        **common,
                                        "quantity": quantity,
                                        "lot_id": lot.id,
                                        "owner_id": lot.owner_id.id,
                                        "picked": True,
                                    }
                                )
                            ],
                        }
                    )
                ],
                **vals,
            }
        )
        picking._action_done()
        return picking

    def test_delivery_to_the_owner_himself(self):
        self._assert_refused(
            lambda: self._transfer(
                self.warehouse.out_type_id,
                self.quarantine,
                self.env.ref("stock.stock_location_customers"),
                self.wet,
            )
        )

    def test_move_out_of_quarantine(self):
        self._assert_refused(
            lambda: self._transfer(
                self.warehouse.int_type_id, self.quarantine, self.stock, self.wet
            )
        )
        self._assert_refused(self.wet.intake_id.action_release)

    def _weigh_untested(self):
        """Weigh in ginger that may be used before its result is there."""
        other = self._create_product("Jahe merah", "lot")
        self._adopt(other, is_required=False)
        self.bom.bom_line_ids[0].product_id = other
        intake = self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "line_ids": [Command.create({"product_id": other.id, "gross_kg": 40})],
            }
        )
        intake.action_accept()
        return intake.line_ids.lot_id

    def _prepare_raw_line(self, raw, lot, **vals):
        return {
            "product_id": lot.product_id.id,
            "quantity": 40,
            "lot_id": lot.id,
            "owner_id": lot.owner_id.id,
            "location_id": self.stock.id,
            "location_dest_id": raw.location_dest_id.id,
            **vals,
        }

    def _get_raw(self, order, lot):
        return order.move_raw_ids.filtered(lambda m: m.product_id == lot.product_id)

    def test_order_of_its_owner(self):
        lot = self._weigh_untested()
        order = self._create_order(self.owner_a)
        order.action_confirm()
        lot.action_record_result(WET_GINGER)
        order.action_assign()
        # It is not offered by itself ...
        raw = self._get_raw(order, lot)
        self.assertEqual(raw.quantity, 0)
        # ... and refused when it is named, at once.
        line = self._prepare_raw_line(raw, lot)
        self._assert_refused(lambda: raw.write({"move_line_ids": [(0, 0, line)]}))
        good = self._add_own_stock(lot.product_id, 5)
        raw.move_line_ids = [Command.create({**line, "lot_id": good.id})]
        self._assert_refused(lambda: raw.move_line_ids.write({"lot_id": lot.id}))

    def test_order_that_took_it_before_the_result(self):
        lot = self._weigh_untested()
        order = self._create_order(self.owner_a)
        order.action_confirm()
        raw = self._get_raw(order, lot)
        raw.move_line_ids.unlink()
        line = self._prepare_raw_line(raw, lot, picked=True)
        raw.move_line_ids = [Command.create(line)]
        lot.action_record_result(WET_GINGER)
        self.assertEqual(raw.move_line_ids.lot_id, lot, "somebody put it in already")
        raw.picked = True
        order.qty_producing = 4
        order.action_generate_serial()
        self._assert_refused(order.button_mark_done)

    def test_order_that_names_it_is_refused_when_confirmed(self):
        lot = self._weigh_untested()
        waiting = self._create_order(self.owner_a, lots=lot)
        draft = self._create_order(self.owner_a, lots=lot)
        pooled = self._create_order(lots=lot, mode="pooled")
        # it may be planned as long as it may pass
        waiting.action_confirm()
        self.assertEqual(self._get_raw(waiting, lot).state, "assigned")
        lot.action_record_result(WET_GINGER)
        self.assertFalse(self._get_raw(waiting, lot).move_line_ids)
        for action in (
            draft.action_confirm,
            pooled.action_confirm,
            draft.button_mark_done,
            lambda: draft.action_record_output(4.0),
            waiting.action_assign,
        ):
            self._assert_refused(action, f"cannot take lot {lot.name}: it failed")
        # taken out of the order, or released, it is the order's again
        self._dispose(lot, "accept")
        draft.action_confirm()
        waiting.action_assign()

    def test_confirmed_pool_is_told_its_way_out(self):
        """The lots of its shares stand: it cannot simply leave one out."""
        lot = self._weigh_untested()
        pool = self._create_order(lots=lot, mode="pooled")
        pool.action_confirm()
        lot.action_record_result(WET_GINGER)
        self._assert_refused(pool.action_assign, "Cancel the order, duplicate it")

    def test_own_order_that_names_it_is_refused_when_confirmed(self):
        lot = self._add_own_stock(self.ginger, 40)
        lot.action_start_inspection(self.sni_ginger.level_ids.id)
        lot.action_record_result(WET_GINGER)
        order = self._create_order(lots=lot, mode="own")
        self._assert_refused(order.action_confirm)

    def test_scrap_without_a_decision(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.ginger.id,
                "lot_id": self.wet.id,
                "owner_id": self.owner_a.id,
                "location_id": self.quarantine.id,
                "scrap_qty": 40,
                "company_id": self.company.id,
            }
        )
        self._assert_refused(scrap.action_validate)

    def test_count_to_zero(self):
        quant = self.wet.quant_ids.filtered(lambda q: q.location_id == self.quarantine)
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = 0
        self._assert_refused(quant.action_apply_inventory)

    def test_relabelling(self):
        manager = self._create_user("factory_manager")
        passed = self._weigh_in(self.owner_a, 5)
        passed.action_record_result(GOOD_GINGER)
        quant = self.wet.quant_ids.filtered(lambda q: q.location_id == self.quarantine)
        line = self.env["stock.move.line"].search([("lot_id", "=", self.wet.id)])
        self.assertEqual(len(line), 1)
        changes = [
            lambda: quant.with_user(manager).write({"lot_id": passed.id}),
            lambda: line.write({"lot_id": passed.id}),
            lambda: line.write({"quantity": 1}),
            lambda: line.move_id.write({"state": "draft"}),
            lambda: self.wet.write({"batch_lot_id": passed.id}),
        ]
        for number, change in enumerate(changes):
            with (
                self.subTest(number),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                change()
        self.assertEqual(self._get_stock(lot=self.wet, location=self.quarantine), 40)

    def test_return_by_cancelling_the_intake(self):
        self._assert_refused(self.wet.intake_id.action_cancel, "by a disposition")
        waiting = self._weigh_in(self.owner_a, 10)
        waiting.intake_id.action_cancel()
        self.assertEqual(waiting.intake_id.state, "reversed")
        self.assertEqual(waiting.inspection_ids.state, "canceled")
        self.assertFalse(waiting.is_quality_blocked)

    def test_may_be_moved_into_quarantine_and_within_stock(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak", "location_id": self.stock.id}
        )
        self._adopt(self.powder, "finished", self.sni_ginger)
        dry = self._weigh_in(self.owner_a, 40)
        dry.action_record_result(GOOD_GINGER)
        order = self._create_order(self.owner_a, lots=dry)
        summary = order.action_record_output(4.0)
        lot = self.env["stock.lot"].browse(summary["lot_ids"])
        lot.action_record_result(WET_GINGER)
        internal = self.warehouse.int_type_id
        self._transfer(internal, self.stock, shelf, lot, 4)
        self._transfer(internal, shelf, self.quarantine, lot, 4)
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 4)
        self._assert_refused(
            lambda: self._transfer(internal, self.quarantine, shelf, lot, 4)
        )

    def test_cooperatives_own_lot(self):
        lot = self._add_own_stock(self.powder, 10)
        lot.action_start_inspection(self.sni_ginger.level_ids.id)
        self._assert_refused(
            lambda: self._transfer(
                self.warehouse.out_type_id,
                self.stock,
                self.env.ref("stock.stock_location_customers"),
                lot,
                10,
                owner_id=False,
            ),
            "must pass its quality test",
        )
        lot.action_record_result(WET_GINGER)
        move = self.env["stock.move"].create(
            {
                "product_id": self.powder.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.quantity, 0)

    def test_order_waits_for_its_own_test(self):
        self._adopt(self.powder, "process")
        dry = self._weigh_in(self.owner_a, 40)
        dry.action_record_result(GOOD_GINGER)
        order = self._create_order(self.owner_a, lots=dry)
        order.action_confirm()
        self.assertEqual(order.inspection_ids.stage, "process")
        action = order.action_view_inspections()
        self.assertEqual(action["domain"], [("id", "in", order.inspection_ids.ids)])
        self.assertEqual(order.inspection_count, 1)
        self._assert_refused(
            lambda: order.action_record_output(4.0), "test during the order"
        )
        order.action_record_result(WET_GINGER)
        self._assert_refused(
            lambda: order.action_record_output(4.0), "test during the order"
        )
        order.inspection_ids.action_test_again("Dried another day")
        order.action_record_result(GOOD_GINGER)
        order.action_record_output(4.0)
        self.assertEqual(order.state, "done")

    def test_pooled_batch_is_one_block(self):
        self._adopt(self.powder, "finished")
        lots = self._weigh_in(self.owner_a, 10) | self._weigh_in(self.owner_b, 30)
        for lot in lots:
            lot.action_record_result(GOOD_GINGER)
        order = self._create_order(lots=lots, mode="pooled")
        summary = order.action_record_output(4.0)
        parts = self.env["stock.lot"].browse(summary["lot_ids"]).sorted("name")
        batch = parts.batch_lot_id
        # One inspection for the batch of both owners' parts.
        self.assertEqual(parts.owner_id, self.owner_a | self.owner_b)
        self.assertEqual(len(batch.inspection_ids), 1)
        self.assertFalse(parts.inspection_ids)
        self.assertEqual(parts.mapped("is_quality_blocked"), [True, True])
        parts[0].action_record_result(GOOD_GINGER)
        self.assertEqual(parts.mapped("quality_state"), ["passed", "passed"])
