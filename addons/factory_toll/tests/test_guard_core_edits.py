# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardCoreEdits(GuardCommon):
    """Core lets done lines, stock and owners be rewritten; here they stand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order.is_locked = False
        raw = cls.order.move_raw_ids
        cls.line = raw.filtered(lambda m: m.product_id == cls.ginger).move_line_ids
        cls.manager = new_test_user(
            cls.env,
            "toll_core_manager",
            "umkm_base.umkm_base_group_factory_manager,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _get_ginger(self):
        return (
            self._get_stock(self.ginger, self.owner_a),
            self._get_stock(self.ginger, self.owner_b),
        )

    def test_lot_and_owner_of_a_done_line(self):
        def act():
            self.line.write({"lot_id": self.lot_b.id, "owner_id": self.owner_b.id})

        # A's 20 come back, B's 20 are gone.
        self._assert_refused(
            act, self._get_ginger, (40, 20), self.lot_a.name, "Ani", "MO/"
        )

    def test_quantity_of_a_done_line(self):
        def act():
            self.line.quantity = 5

        self._assert_refused(
            act, self._get_ginger, (35, 40), self.lot_a.name, "Ani", "MO/"
        )

    def test_done_line_whose_state_was_written_before(self):
        """Core undoes the line's stock by the state of the move, not of the line."""

        def act():
            self.line.write({"state": "assigned"})
            self.line.write({"lot_id": self.lot_b.id, "owner_id": self.owner_b.id})

        self._assert_refused(
            act, self._get_ginger, (40, 20), self.lot_a.name, "Ani", "MO/"
        )

    def test_line_added_to_a_done_move(self):
        def act():
            self.env["stock.move.line"].create(
                self._line_vals(self.line.move_id, self.lot_b, self.owner_b, 10)
            )

        self._assert_refused(
            act, self._get_ginger, (20, 30), self.lot_b.name, "Budi", "MO/"
        )

    def test_stock_chosen_on_a_done_line_of_the_cooperative(self):
        """A done line takes lot and owner of the stock that is put into it."""
        self._add_own_stock(self.ginger, 10)
        shelf = self.shelf
        picking = self._create_picking(
            self.warehouse.int_type_id, self.ginger, 5, self.buyer, destination=shelf
        )
        picking.move_line_ids.unlink()
        own = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.ginger.id),
                ("owner_id", "=", False),
                ("location_id", "=", self.stock.id),
            ]
        )
        move = picking.move_ids
        line = self.env["stock.move.line"].create(
            self._line_vals(move, own.lot_id, False, 5, picking_id=picking.id)
        )
        move.picked = True
        picking._action_done()
        theirs = self.lot_b.quant_ids.filtered(lambda q: q.location_id == self.stock)

        def act():
            line.quant_id = theirs

        self._assert_refused(
            act,
            lambda: self._get_stock(lot=self.lot_b, location=shelf),
            5,
            self.lot_b.name,
            "Budi",
            "/INT/",
        )

    def test_open_line_put_under_a_done_move(self):
        """The books would say that B's 40 kg went into A's order."""
        order = self._create_order(self.owner_b, 4)
        order.action_confirm()
        line = order.move_raw_ids.move_line_ids.filtered("lot_id")

        def act():
            line.move_id = self.line.move_id

        self._assert_refused(
            act, lambda: line.state, "done", self.lot_b.name, "Budi", "MO/"
        )

    def test_done_move_given_to_another_order(self):
        other = self._create_order(self.owner_b, 1)

        def act():
            self.line.move_id.raw_material_production_id = other

        self._assert_refused(
            act,
            lambda: other in self.line.move_id.raw_material_production_id,
            True,
            self.lot_a.name,
            "Ani",
            "MO/",
        )

    def test_transfer_called_done_that_moved_nothing(self):
        """What A has and what his papers say he has would differ."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.ginger.id,
                "product_uom_qty": 5,
                "product_uom": self.kg.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
            }
        )
        vals = self._line_vals(move, self.lot_a, self.owner_a, 5)
        self.env["stock.move.line"].create(vals)

        def act():
            move.state = "done"

        self._assert_refused(
            act, lambda: move.state, "done", self.lot_a.name, "Ani", "validate"
        )

    def test_done_move_set_back(self):
        """Core would take the same 20 kg a second time."""

        def act():
            move = self.line.move_id
            move.state = "assigned"
            move._action_done()

        self._assert_refused(
            act, self._get_ginger, (0, 40), self.lot_a.name, "Ani", "MO/"
        )

    def test_stock_written_to_another_owner(self):
        quant = self.lot_a.quant_ids.filtered(lambda q: q.location_id == self.stock)

        def act():
            quant.with_user(self.manager).write({"owner_id": self.owner_b.id})

        self._assert_refused(act, self._get_ginger, (0, 60), self.lot_a.name, "Ani")

    def test_stock_made_from_nothing(self):
        def act():
            self.env["stock.quant"].with_user(self.manager).create(
                {
                    "product_id": self.ginger.id,
                    "location_id": self.stock.id,
                    "lot_id": self.lot_a.id,
                    "owner_id": self.owner_b.id,
                    "quantity": 10,
                }
            )

        self._assert_refused(act, self._get_ginger, (20, 50), self.lot_a.name, "Ani")

    def test_owner_merged_into_another_contact(self):
        def act():
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (self.owner_a | self.owner_b).ids, self.owner_b
            )

        # Ani's 20 kg and Budi's 40 kg are Budi's then.
        self._assert_refused(
            act,
            lambda: self._get_stock(self.ginger, self.owner_b),
            60,
            self.lot_a.name,
            "Ani",
        )

    def test_contact_without_stock_can_be_merged_into_the_owner(self):
        twin = self.env["res.partner"].create({"name": "Ani (lagi)"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.owner_a | twin).ids, self.owner_a
        )
        self.assertFalse(twin.exists())
        self.assertEqual(self._get_ginger(), (20, 40))

    def test_owner_cannot_be_deleted(self):
        """Core's columns say: on delete, no owner, which is the cooperative."""
        for partner, lot in ((self.owner_a, self.lot_a), (self.owner_b, self.lot_b)):
            with self.assertRaisesRegex(UserError, lot.name), self.cr.savepoint():
                partner.unlink()
        self.env.cr.execute(
            """
            SELECT conrelid::regclass::text, confdeltype FROM pg_constraint
            WHERE conname IN ('stock_quant_owner_id_fkey', 'stock_lot_owner_id_fkey',
                              'stock_move_line_owner_id_fkey')
            ORDER BY 1
            """
        )
        self.assertEqual(
            self.env.cr.fetchall(),
            [("stock_lot", "r"), ("stock_move_line", "r"), ("stock_quant", "r")],
        )
