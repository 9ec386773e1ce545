# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestScan(TollCommon):
    """An order of Ani's two sacks, 40 and 20 kg; Budi's sack of 30 kg stands by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls._weigh_in(cls.owner_a, 40, 20)
        cls.foreign = cls._weigh_in(cls.owner_b, 30)
        cls._add_own_stock(cls.bag, 100)
        cls.order = cls._create_order(
            cls.owner_a, quantity=6, lots=cls.first | cls.second
        )
        cls.order.action_confirm()
        cls.operator = new_test_user(
            cls.env,
            login="scan_operator",
            groups="umkm_base.umkm_base_group_operator",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
            lang="en_US",
        )

    def _scan(self, lot, order=None):
        return (order or self.order).with_user(self.operator).scan_lot(lot.name)

    def test_sack_of_the_order_tells_what_to_put_in(self):
        found = self._scan(self.first)
        self.assertEqual(
            {key: found[key] for key in ("status", "reason", "lot_id", "owner")},
            {"status": "ok", "reason": "", "lot_id": self.first.id, "owner": "Ani"},
        )
        self.assertEqual(
            (found["remaining"], found["free"], found["put_in"], found["proposed"]),
            (40, 40, 0, 40),
        )

    def test_label_may_be_read_as_an_address_or_in_small_letters(self):
        name = self.first.name
        for code in (f" {name}\n", name.lower(), f"https://rpb.id/lot/{name}"):
            self.assertEqual(self.order.scan_lot(code)["lot_id"], self.first.id)

    def test_number_is_no_pattern(self):
        for code in ("%", "_" * len(self.first.name), "", None, "X" * 500):
            self.assertEqual(self.order.scan_lot(code)["status"], "wrong")

    def test_foreign_sack_is_refused_and_nothing_is_written(self):
        before = self.order.move_raw_ids.move_line_ids.ids
        found = self._scan(self.foreign)
        self.assertEqual(found["status"], "wrong")
        self.assertIn("Budi", found["reason"])
        with self.assertRaisesRegex(UserError, "Budi is not in"):
            self.order.with_user(self.operator).action_consume_lot(self.foreign.id, 1)
        self.assertEqual(self.order.move_raw_ids.move_line_ids.ids, before)
        self.assertEqual(self._get_stock(lot=self.foreign), 30)

    def test_own_sack_that_the_order_does_not_name_is_refused(self):
        other = self._weigh_in(self.owner_a, 10)
        self.assertEqual(self._scan(other)["status"], "wrong")
        house = self._add_own_stock(self.ginger, 5)
        found = self._scan(house)
        self.assertEqual(found["status"], "wrong")
        self.assertIn("Koperasi Uji Maklon", found["reason"])

    def test_other_product_and_quarantine_are_refused(self):
        powder = self._add_own_stock(self.powder, 5)
        self.assertIn("takes no", self._scan(powder)["reason"])
        waiting = self._weigh_in(self.owner_a, 10, to_quarantine=True)
        order = self._create_order(self.owner_a, quantity=1)
        order.action_confirm()
        found = self._scan(waiting, order)
        self.assertEqual((found["status"], found["free"]), ("wrong", 0))
        self.assertIn("Quarantine", found["reason"])

    def test_sack_kept_for_another_order_is_not_free(self):
        self.order.action_assign()
        order = self._create_order(self.owner_a, quantity=1)
        order.action_confirm()
        self.assertEqual(self._scan(self.first, order)["status"], "wrong")

    def test_only_what_was_scanned_goes_in(self):
        order = self.order.with_user(self.operator)
        after = order.action_consume_lot(self.first.id, 30)
        # 40 - 30 are left of the sack, 60 - 30 of the plan
        self.assertEqual((after["put_in"], after["free"]), (30, 10))
        order.action_consume_lot(self.first.id, 4.5)
        with self.assertRaisesRegex(UserError, self.second.name):
            order.action_record_output(3.5)
        order.action_leave_out_unscanned()
        order.action_record_output(3.5)
        self.assertEqual(order.input_kg, 34.5)
        # 34.5 of the first sack, none of the second
        self.assertEqual(self._get_stock(lot=self.first), 5.5)
        self.assertEqual(self._get_stock(lot=self.second), 20)

    def test_all_scanned_closes_without_a_question(self):
        order = self.order.with_user(self.operator)
        for lot in self.first | self.second:
            order.action_consume_lot(lot.id)
        self.assertEqual(self._scan(self.first)["status"], "done")
        summary = order.action_record_output(6)
        self.assertEqual((summary["state"], summary["input_kg"]), ("done", 60))

    def test_without_scans_all_reserved_goes_in(self):
        self.assertEqual(self.order.action_record_output(6)["input_kg"], 60)

    def test_scan_wins_over_what_was_reserved(self):
        order = self._create_order(self.owner_b, quantity=1)
        order.action_confirm()
        order.action_assign()
        newer = self._weigh_in(self.owner_b, 10)
        order.action_consume_lot(newer.id)
        self.assertEqual(order.action_record_output(1)["input_kg"], 10)
        self.assertEqual(self._get_stock(lot=newer), 0)
        self.assertEqual(self._get_stock(lot=self.foreign), 30)

    def test_more_than_there_is_and_nonsense_are_refused(self):
        for quantity in (40.001, 0, -5):
            with self.assertRaisesRegex(UserError, "at most 40"):
                self.order.action_consume_lot(self.first.id, quantity)
        self.order.action_consume_lot(self.first.id)
        with self.assertRaisesRegex(UserError, "in already"):
            self.order.action_consume_lot(self.first.id, 1)
        with self.assertRaises(UserError):
            self.order.action_consume_lot(0)

    def test_scan_is_undone_while_the_order_is_open(self):
        self.order.action_consume_lot(self.first.id)
        self.order.action_take_out_lot(self.first.id)
        self.assertEqual(self._scan(self.first)["put_in"], 0)
        with self.assertRaisesRegex(UserError, "not in"):
            self.order.action_take_out_lot(self.first.id)

    def test_closed_order_takes_nothing(self):
        self.order.action_record_output(6)
        extra = self._weigh_in(self.owner_a, 5)
        self.assertEqual(self._scan(extra)["status"], "wrong")
        with self.assertRaises(UserError):
            self.order.action_consume_lot(extra.id)

    def test_pooled_order_takes_each_owners_named_sack(self):
        self.order.action_cancel()
        order = self._create_order(
            quantity=7, lots=self.first | self.foreign, mode="pooled"
        )
        order.action_confirm()
        for lot in self.first | self.foreign:
            order.action_consume_lot(lot.id)
        self.assertEqual(self._scan(self.second, order)["status"], "wrong")
        self.assertEqual(order.action_record_output(7)["input_kg"], 70)

    def test_auditor_looks_and_may_not_put_in(self):
        auditor = new_test_user(
            self.env,
            login="scan_auditor",
            groups="umkm_base.umkm_base_group_auditor",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        order = self.order.with_user(auditor)
        self.assertEqual(order.scan_lot(self.first.name)["status"], "ok")
        with self.assertRaises(AccessError):
            order.action_consume_lot(self.first.id)

    def test_other_company_learns_nothing(self):
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        stranger = new_test_user(
            self.env,
            login="scan_stranger",
            groups="umkm_base.umkm_base_group_operator",
            company_id=company.id,
            company_ids=company.ids,
            lang="en_US",
        )
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).scan_lot(self.first.name)
        product = self.env["product.product"].create(
            {
                "name": "Jahe lain",
                "is_storable": True,
                "tracking": "lot",
                "company_id": company.id,
            }
        )
        theirs = self.env["stock.lot"].create(
            {
                "name": "LAIN-1",
                "product_id": product.id,
                "company_id": company.id,
                "owner_id": self.owner_c.id,
            }
        )
        found = self.order.with_user(self.operator).scan_lot(theirs.name)
        self.assertEqual((found["status"], found["owner"]), ("wrong", ""))
