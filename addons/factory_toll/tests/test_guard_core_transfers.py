# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import tagged

from .guard_common import GuardCommon


@tagged("post_install", "-at_install")
class TestGuardCoreTransfers(GuardCommon):
    """Core's wrong deliveries, transfers and returns, and that they are prevented.

    Stock: 2 kg of powder and 6 kg of peel (no lot) of A, 20 kg ginger of A, 40 of B.
    """

    def _give_out(self, product, quantity):
        """Hand out to A what is his; return the done delivery."""
        picking = self._create_picking(
            self.out_type, product, quantity, self.owner_a, owner_id=self.owner_a.id
        )
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def test_delivery_to_a_buyer(self):
        def act():
            picking = self._create_picking(self.out_type, self.powder, 2, self.buyer)
            picking.move_ids.quantity = 2
            picking.move_ids.picked = True
            picking.move_line_ids.lot_id = self.powder_a
            picking._action_done()

        self._assert_refused(
            act, self._get_powder_of_a, 0, self.powder_a.name, "Ani", "/OUT/"
        )

    def test_delivery_of_untracked_goods(self):
        """No lot tells whose the peel is: the stock does."""

        def act():
            picking = self._create_picking(self.out_type, self.peel, 6, self.buyer)
            picking.move_ids.quantity = 6
            picking.move_ids.picked = True
            picking._action_done()

        self._assert_refused(
            act,
            lambda: self._get_stock(self.peel, self.owner_a),
            0,
            self.peel.name,
            "/OUT/",
        )

    def test_delivery_of_a_whole_package(self):
        package = self.env["stock.package"].create({"name": "PACK-A"})
        picking = self._create_picking(
            self.int_type, self.powder, 2, self.owner_a, destination=self.stock
        )
        picking.move_line_ids.result_package_id = package
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(package.quant_ids.owner_id, self.owner_a)

        def act():
            out = self._create_picking(self.out_type, self.powder, 0, self.buyer)
            out.action_add_entire_packs(package.ids)
            out.move_ids.picked = True
            out._action_done()

        self._assert_refused(
            act, self._get_powder_of_a, 0, self.powder_a.name, "Ani", "/OUT/"
        )

    def test_order_named_on_a_delivery(self):
        """A move that claims to be a component of A's order, bound for a buyer."""
        order = self._create_order(self.owner_a, 1)

        def act():
            picking = self._create_picking(self.out_type, self.powder, 2, self.buyer)
            move = picking.move_ids
            move.raw_material_production_id = order
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    self._line_vals(
                        move, self.powder_a, self.owner_a, 2, picking_id=picking.id
                    )
                )
            ]
            move.move_line_ids.location_dest_id = self.customers
            move.picked = True
            move._action_done()

        self._assert_refused(act, self._get_powder_of_a, 0, self.powder_a.name, "Ani")

    def test_count_named_on_a_delivery(self):
        def act():
            loss = self.powder.with_company(self.company).property_stock_inventory
            picking = self._create_picking(
                self.int_type, self.powder, 2, self.buyer, destination=loss
            )
            move = picking.move_ids
            move.is_inventory = True
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    self._line_vals(
                        move, self.powder_a, self.owner_a, 2, picking_id=picking.id
                    )
                )
            ]
            move.picked = True
            picking._action_done()

        self._assert_refused(
            act, self._get_powder_of_a, 0, self.powder_a.name, "Ani", "/INT/"
        )

    def test_owner_assigned_to_a_transfer(self):
        """Core overwrites the owner on every line when the transfer is done."""

        def act():
            picking = self._create_picking(
                self.int_type, self.powder, 2, self.owner_b, destination=self.shelf
            )
            picking.owner_id = self.owner_b
            picking.button_validate()

        self._assert_refused(
            act,
            lambda: self._get_stock(self.powder, self.owner_b, location=self.shelf),
            2,
            self.powder_a.name,
            "Ani",
            "Budi",
        )

    def test_internal_transfer_under_nobody(self):
        def act():
            picking = self._create_picking(
                self.int_type, self.powder, 2, self.buyer, destination=self.shelf
            )
            picking.move_line_ids.owner_id = False
            picking.move_ids.picked = True
            picking._action_done()

        self._assert_refused(
            act,
            lambda: self._get_stock(self.powder, False, location=self.shelf),
            2,
            self.powder_a.name,
            "Ani",
            "/INT/",
        )

    def test_return_of_a_delivery_under_nobody(self):
        """Core makes it the cooperative's, with a value."""
        self.peel.with_company(self.company).standard_price = 100
        delivery = self._give_out(self.peel, 6)

        def act():
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": delivery.id}
            )
            wizard.product_return_moves.quantity = 6
            back = wizard._create_return()
            back.owner_id = False
            back.move_ids.restrict_partner_id = False
            back.move_line_ids.owner_id = False
            back.move_ids.picked = True
            back._action_done()

        self._assert_refused(
            act,
            lambda: (
                self._get_stock(self.peel, self.owner_a),
                self._get_stock(self.peel, False),
                self.peel.total_value,
            ),
            (0, 6, 600),
            self.peel.name,
            "Ani",
        )

    def test_return_of_an_intake_to_somebody_else(self):
        """The ginger that A brought goes back to B."""
        receipt = self.lot_a.intake_id.picking_id

        def act():
            wizard = self.env["stock.return.picking"].create({"picking_id": receipt.id})
            wizard.product_return_moves.quantity = 20
            back = wizard._create_return()
            back.write({"partner_id": self.owner_b.id, "owner_id": False})
            back.move_line_ids.unlink()
            move = back.move_ids
            move.restrict_partner_id = False
            move.move_line_ids = [
                Command.create(
                    self._line_vals(
                        move, self.lot_a, self.owner_a, 20, picking_id=back.id
                    )
                )
            ]
            move.picked = True
            back._action_done()

        self._assert_refused(
            act, lambda: self._get_owner_stock(self.lot_a), 0, self.lot_a.name, "Ani"
        )

    def test_relocation_out_of_the_house(self):
        quant = self.powder_a.quant_ids.filtered(lambda q: q.location_id == self.stock)

        def act():
            self.env["stock.quant.relocate"].create(
                {
                    "quant_ids": [Command.set(quant.ids)],
                    "dest_location_id": self.customers.id,
                }
            ).action_relocate_quants()

        self._assert_refused(act, self._get_powder_of_a, 0, self.powder_a.name, "Ani")

    def test_package_moved_and_unpacked_keeps_its_owner(self):
        """Core does this right: no fault to show."""
        quant = self.powder_a.quant_ids.filtered(lambda q: q.location_id == self.stock)
        package = self.env["stock.package"].create({"name": "PACK-B"})
        self.env["stock.quant.relocate"].create(
            {
                "quant_ids": [Command.set(quant.ids)],
                "dest_location_id": self.shelf.id,
                "dest_package_id": package.id,
            }
        ).action_relocate_quants()
        self.assertEqual(package.quant_ids.owner_id, self.owner_a)
        package.unpack()
        self.assertEqual(
            self._get_stock(self.powder, self.owner_a, location=self.shelf), 2
        )

    def test_putaway_keeps_the_owner(self):
        """Core does this right: only the place changes."""
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.powder.id,
                "location_in_id": self.stock.id,
                "location_out_id": self.env["stock.location"]
                .create({"name": "Rak bubuk", "location_id": self.stock.id})
                .id,
                "company_id": self.company.id,
            }
        )
        order = self._create_order(self.owner_a, 1)
        order.action_record_output(1)
        lines = order.move_finished_ids.move_line_ids
        line = lines.filtered(lambda line: line.product_id == self.powder)
        self.assertEqual(line.location_dest_id.name, "Rak bubuk")
        self.assertEqual(line.owner_id, self.owner_a)
