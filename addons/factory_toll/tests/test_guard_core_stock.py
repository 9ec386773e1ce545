# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardCoreStock(GuardCommon):
    """Core's wrong scraps and counts, and that they are prevented.

    Stock: 2 kg of powder and 6 kg of peel (no lot) of A, 20 kg ginger of A, 40 of B.
    """

    def _scrap(self, owner, validate):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.powder.id,
                "product_uom_id": self.kg.id,
                "scrap_qty": 1,
                "lot_id": self.powder_a.id,
                "owner_id": owner and owner.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        )
        validate(scrap)

    def test_scrap_under_nobody(self):
        self._assert_refused(
            lambda: self._scrap(False, lambda scrap: scrap.do_scrap()),
            lambda: (self._get_powder_of_a(), self._get_powder_of_nobody()),
            (2, -1),
            self.powder_a.name,
            "Ani",
            "SP/",
        )

    def test_scrap_past_the_warning_that_there_is_none(self):
        def confirm(scrap):
            action = scrap.action_validate()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            wizard.create({}).action_done()

        self._assert_refused(
            lambda: self._scrap(self.owner_b, confirm),
            lambda: self._get_stock(self.powder, self.owner_b),
            -1,
            self.powder_a.name,
            "Ani",
            "Budi",
        )

    def _count(self, owner, quantity, user=None):
        quants = self.env["stock.quant"]
        if user:
            quants = quants.with_user(user)
        quant = quants.with_context(inventory_mode=True).create(
            {
                "product_id": self.powder.id,
                "location_id": self.stock.id,
                "lot_id": self.powder_a.id,
                "owner_id": owner and owner.id,
                "inventory_quantity": quantity,
            }
        )
        quant.with_user(user or self.env.user).action_apply_inventory()

    def test_count_under_nobody(self):
        """The list of counts hides the owner as long as nobody asks for him."""
        self._assert_refused(
            lambda: self._count(False, 2),
            lambda: (self._get_powder_of_a(), self._get_powder_of_nobody()),
            (2, 2),
            self.powder_a.name,
            "Ani",
        )

    def test_quantity_on_hand_typed_on_the_product(self):
        """A's 6 kg are on hand; who types 5 makes 5 more, the cooperative's."""

        def act():
            self.peel.qty_available = 5

        self._assert_refused(
            act,
            lambda: (
                self._get_stock(self.peel, self.owner_a),
                self._get_stock(self.peel, False),
            ),
            (6, 5),
            self.peel.name,
            "Ani",
        )

    def test_product_no_longer_stored(self):
        """Core ships it, and the owner's stock stays in the books for ever."""

        def act():
            self.peel.is_storable = False
            picking = self._create_picking(self.out_type, self.peel, 6, self.buyer)
            picking.move_ids.picked = True
            picking._action_done()
            self.assertEqual(picking.state, "done")

        self._assert_refused(
            act,
            lambda: self._get_stock(self.peel, self.owner_a),
            6,
            self.peel.name,
            "Ani",
        )

    def test_operator_counts_an_owners_stock_away(self):
        operator = new_test_user(
            self.env,
            "toll_count_operator",
            "umkm_base.umkm_base_group_operator,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._assert_refused(
            lambda: self._count(self.owner_a, 0, operator),
            self._get_powder_of_a,
            0,
            self.powder_a.name,
            "Ani",
            "factory manager",
        )

    def test_operator_counts_an_owners_stock_up(self):
        operator = new_test_user(
            self.env,
            "toll_count_up_operator",
            "umkm_base.umkm_base_group_operator,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._assert_refused(
            lambda: self._count(self.owner_a, 5, operator),
            self._get_powder_of_a,
            5,
            self.powder_a.name,
            "Ani",
            "factory manager",
        )

    def test_stock_user_gives_stock_at_customers_to_a_company(self):
        user = new_test_user(
            self.env,
            "toll_holder_user",
            "stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        place = {
            "product_id": self.bag.id,
            "location_id": self.env.ref("stock.stock_location_customers").id,
        }
        other = self.env["res.company"].create({"name": "Koperasi lain"})
        quants = self.env["stock.quant"]
        quant = quants.create({**place, "quantity": 1})
        self.assertFalse(quant.holder_company_id == other)
        with self.assertRaises(AccessError):
            quant.with_user(user).holder_company_id = other
        with self.assertRaises(AccessError):
            quants.with_user(user).create({**place, "holder_company_id": other.id})

    def test_negative_stock_beside_an_owners(self):
        """Core lets the cooperative go below zero while A's peel lies there."""

        def act():
            self.env["stock.scrap"].create(
                {
                    "product_id": self.peel.id,
                    "product_uom_id": self.kg.id,
                    "scrap_qty": 5,
                    "location_id": self.stock.id,
                    "company_id": self.company.id,
                }
            ).do_scrap()

        self._assert_refused(
            act,
            lambda: self._get_stock(self.peel, False),
            -5,
            self.peel.name,
            "the cooperative",
            "SP/",
        )
