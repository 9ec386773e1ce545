# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_quality import GOOD_GINGER, WET_GINGER, QualityCommon


@tagged("post_install", "-at_install")
class TestDisposition(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._adopt(cls.ginger)
        cls.manager = cls._create_user("factory_manager")

    def test_rework_of_an_owners_lot(self):
        lot = self._weigh_wet()
        disposition = (
            self.env["factory.lot.disposition"]
            .with_user(self.manager)
            .create({"lot_id": lot.id, "kind": "rework", "reason": "Dry it again"})
        )
        order = disposition.production_ids
        self.assertRecordValues(
            order,
            [
                {
                    "production_mode": "toll",
                    "partner_id": self.owner_a.id,
                    "product_id": self.ginger.id,
                    "product_qty": 40,
                    "state": "draft",
                }
            ],
        )
        self.assertEqual(disposition.state, "open")
        # 40 kg lose 1.2 kg of water: (40 - 1.2) kg are weighed out.
        summary = order.action_record_output(38.8)
        self.assertEqual((summary["input_kg"], summary["loss_kg"]), (40, 1.2))
        self.assertEqual(disposition.state, "done")
        dried = self.env["stock.lot"].browse(summary["lot_ids"])
        self.assertEqual(
            (dried.owner_id, dried.quality_state), (self.owner_a, "waiting")
        )
        self.assertTrue(dried.is_quality_blocked)
        dried.action_record_result(GOOD_GINGER)
        self.assertEqual(self._get_stock(owner=self.owner_a, lot=dried), 38.8)
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 0)
        # The failed lot keeps its history.
        self.assertEqual(lot.quality_state, "failed")

    def test_rework_that_fails_again(self):
        lot = self._weigh_wet()
        order = self._dispose(lot, "rework").production_ids
        summary = order.action_record_output(39.0)
        again = self.env["stock.lot"].browse(summary["lot_ids"])
        again.action_record_result(WET_GINGER)
        self.assertTrue(again.is_quality_blocked)
        second = self._dispose(again, "rework")
        second.production_ids.action_record_output(38.0)
        self.assertEqual(second.state, "done")

    def test_rework_into_another_product(self):
        self._add_own_stock(self.bag, 100)
        lot = self._weigh_wet()
        disposition = self._dispose(lot, "rework", rework_bom_id=self.bom.id)
        order = disposition.production_ids
        # 10 kg of ginger a kilogram of powder: 40 kg are 4 kg, in 2 bags each
        self.assertRecordValues(
            order,
            [
                {
                    "production_mode": "toll",
                    "partner_id": self.owner_a.id,
                    "product_id": self.powder.id,
                    "product_qty": 4,
                    "product_uom_id": self.kg.id,
                    "bom_id": self.bom.id,
                }
            ],
        )
        summary = order.action_record_output(
            3.8, byproducts=[{"product_id": self.peel.id, "quantity": 12}]
        )
        self.assertEqual(order.state, "done")
        # 40 kg in, 3.8 + 12 kg out
        self.assertEqual((summary["input_kg"], summary["loss_kg"]), (40, 24.2))
        self.assertEqual(disposition.state, "done")
        raw = order.move_raw_ids.move_line_ids
        self.assertEqual(raw.lot_id, lot)
        self.assertEqual(self._get_stock(self.bag), 92)
        powder = self.env["stock.lot"].browse(summary["lot_ids"])
        self.assertEqual(self._get_stock(self.powder, self.owner_a, powder), 3.8)
        self.assertEqual(self._get_stock(self.peel, self.owner_a), 12)
        # dry ginger's standard is none of powder's, and the house adopted no other
        self.assertEqual(powder.quality_state, "none")
        self.assertFalse(powder.is_quality_blocked)
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 0)

    def test_rework_into_another_product_meets_that_products_standard(self):
        self._adopt(self.powder, "finished", self.sni_vco, is_required=False)
        lot = self._weigh_wet()
        order = self._dispose(lot, "rework", rework_bom_id=self.bom.id).production_ids
        summary = order.action_record_output(4.0)
        powder = self.env["stock.lot"].browse(summary["lot_ids"])
        self.assertEqual(powder.inspection_ids.standard_id, self.sni_vco)
        # what comes of a failed lot must pass, even where the house only looks
        self.assertTrue(powder.is_quality_blocked)

    def test_rework_of_a_pooled_batch_into_another_product(self):
        self._adopt(self.powder, "finished")
        batch, _parts = self._create_failed_batch(adopt=False)
        oil = self._create_product("Minyak jahe", "lot")
        recipe = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": oil.product_tmpl_id.id,
                "product_qty": 2,
                "company_id": self.company.id,
                "bom_line_ids": [
                    # grams: 500 g of powder are 2 kg of "oil"
                    Command.create(
                        {
                            "product_id": self.powder.id,
                            "product_qty": 500,
                            "product_uom_id": self.env.ref("uom.product_uom_gram").id,
                        }
                    )
                ],
            }
        )
        order = self._dispose(batch, "rework", rework_bom_id=recipe.id).production_ids
        # 4 kg / 0.5 kg * 2 kg
        self.assertEqual((order.production_mode, order.product_qty), ("pooled", 16))
        summary = order.action_record_output(3.0)
        made = self.env["stock.lot"].browse(summary["lot_ids"])
        quantities = {lot.owner_id: self._get_stock(oil, lot=lot) for lot in made}
        # Ani 1 and Budi 3 of 4 kg
        self.assertEqual(quantities, {self.owner_a: 0.75, self.owner_b: 2.25})

    def test_recipe_of_a_rework_must_use_the_lot(self):
        lot = self._weigh_wet()
        self.bom.bom_line_ids[0].product_id = self._create_product("Kunyit", "lot")
        with (
            self.assertRaisesRegex(UserError, "does not use the product"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "rework", rework_bom_id=self.bom.id)
        self.assertFalse(lot.disposition_ids)

    def test_rework_of_the_cooperatives_own_lot(self):
        lot = self._add_own_stock(self.ginger, 20)
        lot.action_start_inspection(self.sni_ginger.level_ids.id)
        lot.action_record_result(WET_GINGER)
        order = self._dispose(lot, "rework").production_ids
        self.assertEqual(order.production_mode, "own")
        order.action_record_output(19.0)
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, lot)
        self.assertEqual(order.lot_producing_ids.quality_state, "waiting")

    def test_rework_of_a_pooled_batch(self):
        batch, _parts = self._create_failed_batch()
        order = self._dispose(batch, "rework").production_ids
        self.assertEqual(order.production_mode, "pooled")
        # 4 kg of powder, 1 kg of Ani and 3 kg of Budi, dried to 3.6 kg: 0.9 and 2.7.
        summary = order.action_record_output(3.6)
        again = self.env["stock.lot"].browse(summary["lot_ids"])
        quantities = {
            lot.owner_id: self._get_stock(self.powder, lot=lot) for lot in again
        }
        self.assertEqual(quantities, {self.owner_a: 0.9, self.owner_b: 2.7})
        self.assertEqual(set(again.mapped("quality_state")), {"waiting"})

    def _create_failed_batch(self, adopt=True):
        if adopt:
            self._adopt(self.powder, "finished")
        lots = self._weigh_in(self.owner_a, 10) | self._weigh_in(self.owner_b, 30)
        for lot in lots:
            lot.action_record_result(GOOD_GINGER)
        order = self._create_order(lots=lots, mode="pooled")
        summary = order.action_record_output(4.0)
        parts = self.env["stock.lot"].browse(summary["lot_ids"])
        parts.batch_lot_id.action_record_result(WET_GINGER)
        return parts.batch_lot_id, parts

    def test_parts_of_a_batch_are_not_decided_about(self):
        _batch, parts = self._create_failed_batch()
        with (
            self.assertRaisesRegex(UserError, "decide about the batch"),
            self.env.cr.savepoint(),
        ):
            self._dispose(parts[0], "destroy", witnesses="Ketua")

    def test_return_of_a_batch_goes_to_each_owner(self):
        batch, parts = self._create_failed_batch()
        disposition = self._dispose(batch, "return")
        self.assertEqual(
            disposition.picking_ids.partner_id, self.owner_a | self.owner_b
        )
        for picking in disposition.picking_ids:
            picking.button_validate()
        self.assertEqual(disposition.state, "done")
        self.assertFalse(
            parts.quant_ids.filtered(
                lambda q: q.location_id.usage == "internal" and q.quantity
            )
        )

    def test_return_to_the_owner_only(self):
        lot = self._weigh_wet()
        disposition = self._dispose(lot, "return")
        picking = disposition.picking_ids
        self.assertEqual(picking.state, "assigned")
        picking.partner_id = self.owner_b
        with self.assertRaises(UserError), self.env.cr.savepoint():
            picking.button_validate()
        picking.partner_id = self.owner_a
        picking.button_validate()
        self.assertEqual(disposition.state, "done")
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 0)

    def test_bought_lot_goes_back_to_who_sold_it(self):
        self.env["factory.purchase.price"].create(
            {"product_id": self.ginger.id, "price": 6000, "date_from": "2020-01-01"}
        )
        lot = self._weigh_in(self.owner_b, 20, mode="bought")
        lot.action_record_result(WET_GINGER)
        picking = self._dispose(lot, "return").picking_ids
        self.assertEqual(picking.partner_id, self.owner_b)
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_destroy_before_witnesses(self):
        lot = self._weigh_wet()
        with (
            self.assertRaisesRegex(UserError, "name the witnesses"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "destroy")
        disposition = self._dispose(
            lot, "destroy", witnesses="Rina (pengawas), Joko (ketua RT)", quantity=15
        )
        self.assertRecordValues(
            disposition.scrap_ids,
            [{"state": "done", "scrap_qty": 15, "owner_id": self.owner_a.id}],
        )
        self.assertEqual(disposition.state, "done")
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 25)
        # The rest is decided about for itself.
        self._dispose(lot, "return").picking_ids.button_validate()
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 0)

    def test_release_by_a_named_manager(self):
        lot = self._weigh_wet()
        disposition = (
            self.env["factory.lot.disposition"]
            .with_user(self.manager)
            .create(
                {
                    "lot_id": lot.id,
                    "kind": "accept",
                    "reason": "Distilled fresh, moisture does not matter",
                    "decided_by_id": self.env.ref("base.user_admin").id,
                }
            )
        )
        self.assertEqual(disposition.decided_by_id, self.manager)
        self.assertEqual(
            (lot.quality_state, lot.is_quality_blocked), ("released", False)
        )
        self.assertEqual(self._get_stock(lot=lot), 40)
        disposition.action_revoke("The distiller broke down")
        self.assertTrue(lot.is_quality_blocked)

    def test_only_the_manager_decides(self):
        lot = self._weigh_wet()
        for role in ("operator", "accountant", "auditor"):
            user = self._create_user(role)
            with self.assertRaises(AccessError):
                self.env["factory.lot.disposition"].with_user(user).create(
                    {"lot_id": lot.id, "kind": "accept", "reason": "I say so"}
                )

    def test_append_only(self):
        disposition = self._dispose(self._weigh_wet(), "rework")
        changes = [
            lambda: disposition.write({"reason": "Another"}),
            lambda: disposition.write({"decided_by_id": self.manager.id}),
            lambda: disposition.write({"state": "done"}),
            lambda: disposition.unlink(),
        ]
        for change in changes:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_documents_are_not_tied_by_hand(self):
        lot = self._weigh_wet()
        disposition = self._dispose(lot, "rework")
        order = self._create_order(self.owner_a)
        with self.assertRaisesRegex(UserError, "by hand"), self.env.cr.savepoint():
            order.disposition_id = disposition
        with self.assertRaisesRegex(UserError, "by hand"), self.env.cr.savepoint():
            self._create_order(self.owner_a, disposition_id=disposition.id)

    def test_one_decision_at_a_time_and_revoking(self):
        lot = self._weigh_wet()
        first = self._dispose(lot, "rework")
        with (
            self.assertRaisesRegex(UserError, "not carried out yet"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "return")
        with (
            self.assertRaisesRegex(UserError, "Give the reason"),
            self.env.cr.savepoint(),
        ):
            first.action_revoke("")
        first.action_revoke("The dryer is broken")
        self.assertEqual(first.production_ids.state, "cancel")
        self.assertEqual((first.state, first.revoked_by_id), ("revoked", self.env.user))
        self._dispose(lot, "return").picking_ids.button_validate()
        self.assertEqual(self._get_stock(lot=lot, location=self.quarantine), 0)

    def test_what_did_not_fail_has_no_disposition(self):
        lot = self._weigh_in(self.owner_a, 10)
        with (
            self.assertRaisesRegex(UserError, "has not failed"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "return")
        lot.action_record_result(GOOD_GINGER)
        with (
            self.assertRaisesRegex(UserError, "has not failed"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "accept")

    def test_more_than_there_is(self):
        lot = self._weigh_wet()
        with self.assertRaisesRegex(UserError, "only 40"), self.env.cr.savepoint():
            self._dispose(lot, "destroy", witnesses="Rina", quantity=41)
        with (
            self.assertRaisesRegex(UserError, "the whole lot"),
            self.env.cr.savepoint(),
        ):
            self._dispose(lot, "rework", quantity=10)
