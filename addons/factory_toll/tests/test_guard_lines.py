# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardLines(GuardCommon):
    """Lines of what moved: not deleted, not dated anew, not for who only reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raw = cls.order.move_raw_ids
        cls.line = raw.filtered(lambda m: m.product_id == cls.ginger).move_line_ids
        cls.operator = cls._create_user("operator")

    @classmethod
    def _create_user(cls, role):
        return new_test_user(
            cls.env,
            f"toll_lines_{role}",
            f"umkm_base.umkm_base_group_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_done_line_deleted_after_its_state_was_written(self):
        line = self.line.with_user(self.operator)

        def act():
            line.state = "assigned"
            line.unlink()

        self._assert_refused(
            act, lambda: len(line.exists()), 0, self.lot_a.name, "Ani", "MO/"
        )

    def test_done_line_is_not_deleted_whatever_its_state_says(self):
        """Also the cooperative's: core, too, means to keep it, but asks the copy."""
        bags = self.order.move_raw_ids.move_line_ids - self.line
        self.assertEqual(bags.product_id, self.bag)
        self.assertFalse(bags.owner_id)
        bags.state = "assigned"
        with self.assertRaisesRegex(UserError, self.order.name), self.cr.savepoint():
            bags.with_user(self.operator).unlink()
        self.assertTrue(bags.exists())

    def test_line_of_an_open_order_is_deleted(self):
        order = self._create_order(self.owner_a, 1)
        order.action_confirm()
        order.action_assign()
        lines = order.move_raw_ids.move_line_ids
        self.assertTrue(lines)
        lines.with_user(self.operator).unlink()
        self.assertFalse(lines.exists())

    def test_open_line_called_done(self):
        order = self._create_order(self.owner_a, 1)
        order.action_confirm()
        order.action_assign()
        line = order.move_raw_ids.move_line_ids.filtered("owner_id")
        with self.assertRaisesRegex(UserError, "Ani"), self.cr.savepoint():
            line.with_user(self.operator).state = "done"

    def test_date_of_a_done_line(self):
        line = self.line.with_user(self.operator)
        date = self.line.date

        def act():
            line.date = "2020-01-01 00:00:00"

        self._assert_refused(
            act,
            lambda: str(self.line.date),
            "2020-01-01 00:00:00",
            self.lot_a.name,
            "Ani",
        )
        self.assertEqual(self.line.date, date)

    def test_what_we_date_ourselves_is_dated(self):
        """An intake and an order of a day that is past."""
        moment = "2026-01-06 01:00:00"
        receipt = self.env["stock.move.line"].search(
            [("lot_id", "=", self.lot_a.id), ("location_id.usage", "=", "supplier")]
        )
        self.assertEqual([str(date) for date in receipt.mapped("date")], [moment])
        order = self._create_order(self.owner_a, 1)
        order.with_user(self.operator).action_record_output(
            1, date="2026-01-07 05:00:00"
        )
        moves = order.move_raw_ids | order.move_finished_ids
        dates = moves.filtered(lambda m: m.state == "done").move_line_ids.mapped("date")
        self.assertEqual({str(date) for date in dates}, {"2026-01-07 05:00:00"})
        self.assertEqual(str(order.date_finished), "2026-01-07 05:00:00")

    def test_who_only_reads_moves_no_stock(self):
        """Core gives every internal user all rights on lines."""
        order = self._create_order(self.owner_a, 1)
        order.action_confirm()
        order.action_assign()
        open_line = order.move_raw_ids.move_line_ids.filtered("owner_id")
        vals = self._line_vals(open_line.move_id, self.lot_a, self.owner_a, 1)
        for role in ("auditor", "monitoring_officer", "teller"):
            lines = self.env["stock.move.line"].with_user(self._create_user(role))
            mine = lines.browse(open_line.id)
            for act in (
                lambda mine=mine: mine.write({"quantity": 3}),
                lambda mine=mine: mine.unlink(),
                lambda lines=lines: lines.create(vals),
            ):
                with (
                    self.subTest(role=role),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    act()
            for operation in ("write", "create", "unlink"):
                self.assertFalse(lines.has_access(operation))
        self.assertEqual(open_line.quantity, 10)

    def test_who_moves_stock_may(self):
        for role in ("operator", "factory_manager"):
            user = self.operator if role == "operator" else self._create_user(role)
            lines = self.env["stock.move.line"].with_user(user)
            for operation in ("read", "write", "create", "unlink"):
                self.assertTrue(lines.has_access(operation), (role, operation))

    # ---- what was bought -----------------------------------------------------------

    def _buy(self):
        self.env["factory.purchase.price"].create(
            {"product_id": self.ginger.id, "price": 6000, "date_from": "2026-01-01"}
        )
        lot = self._weigh_in(self.owner_c, 10, mode="bought")
        self.assertFalse(lot.owner_id)
        return lot

    def _get_receipt(self, lot):
        return self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("location_id.usage", "=", "supplier")]
        )

    def test_receipt_of_what_was_bought(self):
        """The ticket and the bill say 10 kg."""
        lot = self._buy()
        line = self._get_receipt(lot).with_user(self.operator)

        def act():
            line.quantity = 3

        self._assert_refused(
            act,
            lambda: self._get_stock(lot=lot),
            3,
            lot.intake_id.name,
            "Cancel the intake",
        )

    def test_receipt_of_what_was_bought_in_other_ways(self):
        lot = self._buy()
        line = self._get_receipt(lot)
        accountant = self._create_user("accountant")
        for act in (
            lambda: line.with_user(accountant).write({"quantity": 3}),
            lambda: line.with_user(self.operator).write({"owner_id": self.owner_b.id}),
            lambda: line.with_user(self.operator).write({"state": "assigned"}),
            lambda: line.with_user(self.operator).write({"date": "2020-01-01"}),
            lambda: line.move_id.with_user(self.operator).write({"quantity": 3}),
            lambda: line.move_id.with_user(self.operator).write({"state": "draft"}),
            lambda: line.copy({"quantity": 1}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                act()
        self.assertEqual(self._get_stock(lot=lot), 10)

    # ---- a place of no company -----------------------------------------------------

    def test_delivery_under_nobody_out_of_a_shared_room(self):
        """Core ships what is nobody's there; A's 6 kg stay beside minus 4."""
        room = self.env["stock.location"].create(
            {"name": "Ruang bersama", "usage": "transit", "company_id": False}
        )
        there = self._create_picking(
            self.warehouse.int_type_id,
            self.peel,
            6,
            self.owner_a,
            destination=room,
            owner_id=self.owner_a.id,
        )
        there.move_ids.picked = True
        there._action_done()
        self.assertEqual(self._get_stock(self.peel, self.owner_a, location=room), 6)
        delivery = self._create_picking(
            self.warehouse.out_type_id, self.peel, 4, self.buyer
        )
        delivery.move_ids.location_id = room
        delivery.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            self._line_vals(delivery.move_ids, self.env["stock.lot"], False, 4)
        )
        delivery.move_ids.picked = True
        self._assert_refused(
            delivery._action_done,
            lambda: self._get_stock(self.peel, False, location=room),
            -4,
            "/OUT/",
            "Ruang bersama",
        )
