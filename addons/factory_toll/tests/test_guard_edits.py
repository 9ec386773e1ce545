# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestGuardEdits(TollCommon):
    """What is done stays as it is, and stock has no owner change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 40)
        cls.lot_b = cls._weigh_in(cls.owner_b, 40)
        cls.order = cls._create_order(cls.owner_a, 2)
        cls.order.action_record_output(2)
        cls.line = cls.order.move_raw_ids.move_line_ids.filtered("owner_id")
        cls.manager = new_test_user(
            cls.env,
            "toll_edit_manager",
            "umkm_base.umkm_base_group_factory_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_done_line_cannot_change_owner_lot_or_quantity(self):
        self.order.is_locked = False
        for vals in (
            {"owner_id": self.owner_b.id},
            {"owner_id": False},
            {"lot_id": self.lot_b.id},
            {"lot_id": self.lot_b.id, "owner_id": self.owner_b.id},
            {"quantity": 10},
            {"quantity": 0},
            {"location_id": self.env.ref("stock.stock_location_customers").id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(UserError),
                self.cr.savepoint(),
            ):
                self.line.write(vals)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 20)

    def test_done_output_cannot_be_given_to_another(self):
        line = self.order.move_finished_ids.move_line_ids.filtered(
            lambda line: line.product_id == self.powder
        )
        with self.assertRaises(UserError):
            line.owner_id = self.owner_b

    def test_done_quantity_of_the_move_stands(self):
        self.order.is_locked = False
        for quantity in (10, 30):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.line.move_id.quantity = quantity

    def test_done_line_of_the_cooperative_cannot_be_given_an_owners_lot(self):
        own = self._add_own_stock(self.ginger, 20)
        order = self._create_order(mode="own", quantity=2)
        order.action_confirm()
        order.action_record_output(2)
        line = order.move_raw_ids.move_line_ids.filtered(lambda ml: ml.lot_id == own)
        for vals in (
            {"lot_id": self.lot_b.id, "owner_id": self.owner_b.id},
            {"lot_id": self.lot_b.id},
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                line.write(vals)
        self.assertEqual(self._get_stock(lot=self.lot_b), 40)

    def test_line_cannot_be_added_to_a_done_move(self):
        for lot, owner in (
            (self.lot_a, self.owner_a),
            (self.lot_b, self.owner_b),
            (self.lot_b, False),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.env["stock.move.line"].create(
                    {
                        "move_id": self.line.move_id.id,
                        "product_id": self.ginger.id,
                        "product_uom_id": self.kg.id,
                        "quantity": 5,
                        "location_id": self.stock.id,
                        "location_dest_id": self.line.location_dest_id.id,
                        "lot_id": lot.id,
                        "owner_id": owner and owner.id,
                    }
                )
        self.assertEqual(self._get_stock(lot=self.lot_b), 40)

    def test_line_of_the_cooperative_can_still_be_edited(self):
        own = self._add_own_stock(self.ginger, 30)
        order = self._create_order(mode="own", quantity=2)
        order.action_record_output(2)
        line = order.move_raw_ids.move_line_ids.filtered(lambda ml: ml.lot_id == own)
        line.quantity = 25
        self.assertEqual(self._get_stock(lot=own), 5)

    def test_lot_cannot_change_its_owner(self):
        for owner in (self.owner_b, self.env["res.partner"]):
            with self.assertRaisesRegex(UserError, self.lot_a.name):
                self.lot_a.owner_id = owner

    def test_cooperatives_lot_cannot_be_given_an_owner(self):
        own = self._add_own_stock(self.ginger, 20)
        with self.assertRaises(UserError):
            own.owner_id = self.owner_a

    def test_token_in_the_context_of_a_client_is_worth_nothing(self):
        with self.assertRaises(UserError):
            self.lot_a.with_context(toll_owner_token=True).owner_id = self.owner_b

    def test_quant_cannot_be_written_past_the_moves(self):
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot_a.id), ("location_id", "=", self.stock.id)]
        )
        for vals in (
            {"owner_id": self.owner_b.id},
            {"quantity": 0},
            {"lot_id": self.lot_b.id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(UserError),
                self.cr.savepoint(),
            ):
                quant.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            quant.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            quant.owner_id = self.owner_b

    def test_quant_cannot_be_made_past_the_moves(self):
        with self.assertRaises(UserError):
            self.env["stock.quant"].with_user(self.manager).create(
                {
                    "product_id": self.ginger.id,
                    "location_id": self.stock.id,
                    "lot_id": self.lot_a.id,
                    "owner_id": self.owner_b.id,
                    "quantity": 10,
                }
            )

    def test_owner_of_stock_is_noted_on_its_lot(self):
        """However it came in: a plain stock update, as core's own tests do."""
        lot = self.env["stock.lot"].create(
            {"name": "JAHE-B2", "product_id": self.ginger.id}
        )
        update = self.env["stock.quant"]._update_available_quantity
        update(self.ginger, self.stock, 15, lot_id=lot, owner_id=self.owner_b)
        self.assertEqual(lot.owner_id, self.owner_b)
        order = self._create_order(
            lots=self.lot_a | lot, mode="pooled", company_id=self.company.id
        )
        order.action_confirm()
        # 20 kg are left of lot A
        self.assertEqual(
            {share.partner_id: share.graded_qty for share in order.share_ids},
            {self.owner_a: 20, self.owner_b: 15},
        )

    def test_lot_that_others_have_too_is_nobodys(self):
        lot = self._add_own_stock(self.ginger, 10)
        update = self.env["stock.quant"]._update_available_quantity
        update(self.ginger, self.stock, 15, lot_id=lot, owner_id=self.owner_b)
        self.assertFalse(lot.owner_id)
