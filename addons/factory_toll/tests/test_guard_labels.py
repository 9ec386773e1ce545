# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardLabels(GuardCommon):
    """A done scrap, and a lot that is labelled, say what they said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env,
            "toll_labels_operator",
            "umkm_base.umkm_base_group_operator",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _scrap(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.ginger.id,
                "lot_id": self.lot_a.id,
                "owner_id": self.owner_a.id,
                "scrap_qty": 1,
                "location_id": self.stock.id,
                "product_uom_id": self.kg.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        self.assertEqual(self._get_left(), 19)
        return scrap.with_user(self.operator)

    def _get_left(self):
        return self._get_stock(lot=self.lot_a, owner=self.owner_a)

    def test_done_scrap_reopened(self):
        scrap = self._scrap()

        def act():
            scrap.state = "draft"
            scrap.action_validate()

        # one of the 19 kg that are left goes once more
        self._assert_refused(act, self._get_left, 18, scrap.name, "Ani")

    def test_done_scrap_called_again(self):
        scrap = self._scrap()
        self._assert_refused(
            scrap.action_validate, self._get_left, 18, scrap.name, "Ani"
        )
        self._assert_refused(scrap.do_scrap, self._get_left, 18, scrap.name, "Ani")

    def test_what_a_done_scrap_says(self):
        scrap = self._scrap()
        for vals in (
            {"owner_id": self.owner_b.id, "lot_id": self.lot_b.id},
            {"scrap_qty": 3},
            {"product_id": self.powder.id},
            {"location_id": self.shelf.id},
            {"scrap_location_id": self.customers.id},
        ):
            with self.assertRaisesRegex(UserError, scrap.name), self.cr.savepoint():
                scrap.write(vals)
        scrap.write({"owner_id": self.owner_a.id, "origin": "Lapuk"})
        self.assertEqual(scrap.origin, "Lapuk")

    def test_labelled_lot_renamed(self):
        lot = self.lot_a.with_user(self.operator)
        name = self.lot_a.name

        def act():
            lot.name = "XX"

        self._assert_refused(act, lambda: lot.name, "XX", name, "Ani")
        lot.name = name

    def test_lot_cut_off_from_its_intake(self):
        lot = self.lot_a.with_user(self.operator)
        line = self.lot_a.intake_line_id

        def act():
            lot.intake_line_id = False

        self._assert_refused(
            act, lambda: bool(lot.intake_line_id), False, self.lot_a.name
        )
        self.assertEqual(self.lot_a.intake_line_id, line)

    def test_lot_that_nobody_has_is_renamed(self):
        lot = self.env["stock.lot"].create(
            {
                "name": "COBA",
                "product_id": self.ginger.id,
                "company_id": self.company.id,
            }
        )
        lot.with_user(self.operator).name = "COBA-2"
        self.assertEqual(lot.name, "COBA-2")
