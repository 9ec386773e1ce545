# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TollCommon

MOMENT = "2025-12-31 17:00:00"


@tagged("post_install", "-at_install")
class TestStockOpening(TollCommon):
    def _create(self, name="S-1", **vals):
        return self.env["factory.stock.opening"].create(
            {
                "name": name,
                "date": MOMENT,
                "product_id": self.ginger.id,
                "owner_id": self.owner_a.id,
                "lot_name": f"LAMA-{name}",
                "quantity": 12.5,
                **vals,
            }
        )

    def test_lots_come_in_under_their_owners(self):
        openings = self._create("S-1") + self._create(
            "S-2", owner_id=self.owner_b.id, quantity=7
        )
        openings.action_post()
        self.assertEqual(openings.mapped("state"), ["posted", "posted"])
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 12.5)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 7)
        self.assertEqual(openings.lot_id.mapped("owner_id.name"), ["Ani", "Budi"])
        self.assertEqual(str(openings[0].move_id.move_line_ids.date), MOMENT)
        quant = openings[0].lot_id.quant_ids.filtered(lambda q: q.quantity > 0)
        self.assertEqual(str(quant.in_date), MOMENT)

    def test_opening_is_received_in_the_balance(self):
        self._create().action_post()
        (row,) = self.env["factory.mass.balance"].check_mass_balance(
            "2025-12-01", "2026-01-31"
        )
        self.assertEqual(
            (row["received"], row["lost"], row["closing"], row["difference"]),
            (12.5, 0, 12.5, 0),
        )

    def test_owners_material_has_no_value(self):
        opening = self._create(unit_cost=6000)
        opening.action_post()
        self.assertEqual(opening.move_id.value, 0)

    def test_own_stock_is_valued_at_its_cost(self):
        opening = self._create(owner_id=False, unit_cost=6000, quantity=10)
        opening.action_post()
        # 10 kg at Rp6,000
        self.assertEqual(opening.move_id.value, 60_000)
        self.assertFalse(opening.lot_id.owner_id)

    def test_own_goods_without_lots(self):
        opening = self._create(
            product_id=self.bag.id, owner_id=False, lot_name=False, quantity=500
        )
        opening.action_post()
        self.assertEqual(self._get_stock(self.bag), 500)

    def test_quarantine_and_place(self):
        shelf = self.env["stock.location"].create(
            {"name": "Rak 1", "location_id": self.stock.id}
        )
        quarantine = self._create("S-1", to_quarantine=True)
        placed = self._create("S-2", location_id=shelf.id)
        (quarantine + placed).action_post()
        self.assertEqual(
            quarantine.move_id.location_dest_id, self.warehouse.quarantine_location_id
        )
        self.assertEqual(placed.move_id.location_dest_id, shelf)

    def test_bad_rows_are_named_and_nothing_is_posted(self):
        self._create("LAIN", owner_id=self.owner_b.id, lot_name="X").action_post()
        for vals, problem in (
            ({"lot_name": False}, "number of the lot"),
            ({"product_id": self.peel.id}, "not kept by lot"),
            ({"product_id": self.peel.id, "lot_name": False}, "kept by lot"),
            ({"lot_name": "X"}, "of Budi already"),
        ):
            with self.subTest(problem=problem), self.cr.savepoint() as savepoint:
                good, bad = self._create("S-1"), self._create("S-2", **vals)
                with self.assertRaisesRegex(UserError, f"S-2.*{problem}"):
                    (good + bad).action_post()
                self.assertEqual(good.state, "draft")
                savepoint.rollback()
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)

    def test_two_rows_of_one_lot(self):
        openings = self._create("S-1", lot_name="L") + self._create("S-2", lot_name="L")
        openings.action_post()
        self.assertEqual(len(openings.lot_id), 1)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 25)

    def test_posted_lot_stands(self):
        opening = self._create()
        opening.action_post()
        for change in (
            lambda: opening.write({"quantity": 1}),
            lambda: opening.write({"state": "draft"}),
            lambda: opening.unlink(),
            lambda: opening.action_post(),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    def test_results_cannot_be_given(self):
        opening = (
            self.env["factory.stock.opening"]
            .with_context(default_state="posted")
            .create(
                {
                    "name": "S-9",
                    "product_id": self.ginger.id,
                    "lot_name": "L",
                    "quantity": 1,
                    "state": "posted",
                }
            )
        )
        self.assertEqual(opening.state, "draft")
        with self.assertRaises(UserError):
            opening.state = "posted"

    def test_reversal_takes_it_out_again(self):
        opening = self._create()
        opening.action_post()
        opening.action_reverse()
        self.assertEqual(opening.state, "reversed")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)

    def test_used_lot_is_not_reversed(self):
        opening = self._create(quantity=10)
        opening.action_post()
        self._create_order(self.owner_a, 1, opening.lot_id).action_record_output(1)
        with self.assertRaisesRegex(UserError, "cannot be reversed"):
            opening.action_reverse()

    def test_roles(self):
        opening = self._create()

        def user(login, group, company=self.company):
            return new_test_user(
                self.env,
                login,
                f"umkm_base.umkm_base_group_{group}",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

        with self.assertRaises(AccessError):
            opening.with_user(user("so.weigher", "operator")).action_post()
        other = self.env["res.company"].create({"name": "Koperasi lain"})
        stranger = user("so.stranger", "factory_manager", other)
        with self.assertRaises(AccessError):
            opening.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).action_post()
        opening.with_user(user("so.manager", "factory_manager")).action_post()
        self.assertEqual(opening.state, "posted")
