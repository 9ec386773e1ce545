# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestPooled(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = (
            cls._weigh_in(cls.owner_a, 10)
            | cls._weigh_in(cls.owner_b, 10)
            | cls._weigh_in(cls.owner_c, 10)
        )

    def _pool(self, quantity=3.0, lots=None):
        order = self._create_order(quantity=quantity, mode="pooled", lots=lots)
        order.action_confirm()
        return order

    def test_one_raw_move_per_owner(self):
        order = self._pool(lots=self.lots)
        moves = order.move_raw_ids.filtered(lambda m: m.product_id == self.ginger)
        self.assertEqual(len(moves), 3)
        self.assertEqual(moves.mapped("product_uom_qty"), [10, 10, 10])
        self.assertEqual(
            set(moves.restrict_partner_id),
            {self.owner_a, self.owner_b, self.owner_c},
        )

    def test_lots_that_are_picked_for_the_pool_first(self):
        """Two-step manufacturing: the lots lie in stock when the order is confirmed."""
        self.warehouse.manufacture_steps = "pbm"
        order = self._pool(lots=self.lots[:2])
        order.picking_ids.action_assign()
        lines = order.picking_ids.move_line_ids
        self.assertEqual(
            {(line.lot_id, line.owner_id, line.quantity) for line in lines},
            {
                (self.lots[0], self.owner_a, 10),
                (self.lots[1], self.owner_b, 10),
            },
        )
        moves = order.picking_ids.move_ids
        moves.picked = True
        moves.filtered(lambda move: move.product_id == self.bag).picked = False
        order.picking_ids.with_context(cancel_backorder=True)._action_done()
        result = order.action_record_output(2)
        self.assertEqual((result["state"], result["input_kg"]), ("done", 20))
        for owner in (self.owner_a, self.owner_b):
            self.assertEqual(self._get_stock(self.ginger, owner), 0)

    def test_statement_of_outputs_with_and_without_a_lot(self):
        """Peel has no lots, pulp has."""
        pulp = self._create_product("Ampas jahe", "none")
        order = self._pool(lots=self.lots)
        order.action_record_output(
            3, byproducts=[{"product_id": self.peel.id, "quantity": 9}]
        )
        share = order.share_ids[:1]
        moves = order.move_finished_ids
        line = moves.move_line_ids.filtered(
            lambda line: (
                line.owner_id == share.partner_id and line.product_id == self.powder
            )
        )
        # the powder's line stands for another by-product, one with a lot
        sql = "UPDATE stock_move_line SET product_id = %s WHERE id = %s"
        self.env.cr.execute(sql, (pulp.id, line.id))
        self.env.invalidate_all()
        outputs = share.get_pool_statement()["outputs"]
        self.assertEqual(
            [output["product"] for output in outputs], ["Kulit jahe", "Ampas jahe"]
        )

    def test_outputs_are_split_to_the_gram(self):
        """3.001 kg over three equal shares: 1.001, 1.000, 1.000."""
        order = self._pool(lots=self.lots)
        order.action_record_output(
            3.001, byproducts=[{"product_id": self.peel.id, "quantity": 10}]
        )
        owners = (self.owner_a, self.owner_b, self.owner_c)
        self.assertEqual(
            sorted(self._get_stock(self.powder, owner) for owner in owners),
            [1.0, 1.0, 1.001],
        )
        self.assertEqual(
            sorted(self._get_stock(self.peel, owner) for owner in owners),
            [3.333, 3.333, 3.334],
        )
        self.assertEqual(self._get_stock(self.powder), 3.001)

    def test_percents_add_up_to_a_hundred(self):
        """Equal parts are 33.333333 each; the millionth left goes to the first."""
        order = self._pool(lots=self.lots)
        self.assertEqual(
            order.share_ids.mapped("percent"), [33.333334, 33.333333, 33.333333]
        )

    def test_batch_lot_over_the_owners_parts(self):
        order = self._pool(lots=self.lots)
        order.action_record_output(3, lot_name="BATCH-1")
        batch = order.lot_producing_ids
        self.assertEqual(batch.name, "BATCH-1")
        self.assertEqual(len(batch.part_lot_ids), 3)
        self.assertEqual(
            sorted(batch.part_lot_ids.mapped("name")),
            ["BATCH-1/001", "BATCH-1/002", "BATCH-1/003"],
        )

    def test_grade_weighs_in_the_share(self):
        """10 kg at 0.5 beside 10 kg at 1: one third and two thirds."""
        grade = self.env["factory.grade"].create(
            {"name": "B", "code": "UJI-B", "share_factor": 0.5}
        )
        lots = self.lots[:2]
        lots[0].grade_id = grade
        order = self._pool(2, lots)
        order.action_record_output(3)
        self.assertEqual(self._get_stock(self.powder, self.owner_a), 1)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 2)

    def test_grades_count_as_they_did_when_the_order_was_confirmed(self):
        """10 kg at 1.0 beside 10 kg at 0.8: 1.000 and 0.800 of 1.8 kg, whatever after.

        Also in the rest of an order that is made in two goes: half of each.
        """
        full, less = self.env["factory.grade"].create(
            [
                {"name": "A", "code": "UJI-F1", "share_factor": 1.0},
                {"name": "B", "code": "UJI-F2", "share_factor": 0.8},
            ]
        )

        def spoil_factor(lots):
            less.share_factor = 0.5

        def spoil_grade(lots):
            lots[1].grade_id = full

        for spoil in (spoil_factor, spoil_grade):
            for parts in ([2], [1, 1]):
                with self.subTest(spoil.__name__, parts=parts):
                    less.share_factor = 0.8
                    lots = self._weigh_in(self.owner_a, 10)
                    lots |= self._weigh_in(self.owner_b, 10)
                    lots[0].grade_id, lots[1].grade_id = full, less
                    orders = self._pool(2, lots)
                    if len(parts) > 1:
                        orders = orders._split_productions({orders: parts})
                    spoil(lots)
                    for order in orders:
                        order.action_record_output(1.8 / len(parts))
                    lines = orders.move_finished_ids.move_line_ids.filtered("owner_id")
                    self.assertAlmostEqual(
                        sum(
                            lines.filtered(
                                lambda line: (
                                    line.owner_id == self.owner_a
                                    and line.product_id == self.powder
                                )
                            ).mapped("quantity")
                        ),
                        1.0,
                    )
                    self.assertEqual(set(orders.mapped("state")), {"done"})

    def test_shares_are_frozen(self):
        """Whatever a client writes, also when it calls the order a draft again."""
        order = self._pool(lots=self.lots)
        other = self._create_order(quantity=1, mode="pooled")
        share = order.share_ids[0]
        order.state = "draft"
        attacks = [
            lambda: share.write({"graded_qty": 99}),
            lambda: share.write({"percent": 99}),
            lambda: share.write({"production_id": other.id}),
            lambda: share.write({"partner_id": self.owner_b.id}),
            share.unlink,
            lambda: share.create(
                {
                    "production_id": other.id,
                    "partner_id": self.owner_c.id,
                    "graded_qty": 1,
                }
            ),
            lambda: order.write({"share_ids": [Command.clear()]}),
            lambda: order.write({"partner_id": self.owner_c.id}),
            lambda: order.write({"production_mode": "own"}),
        ]
        for attack in attacks:
            with self.assertRaises(UserError):
                attack()
        self.assertEqual(share.graded_qty, 10)

    def test_lots_stand_with_the_shares(self):
        """Said when a lot is taken out, not when the order is to be closed."""
        order = self._pool(lots=self.lots)
        attacks = [
            [Command.unlink(self.lots[2].id)],
            [Command.set(self.lots[:2].ids)],
            [Command.clear()],
            False,
        ]
        for role in ("operator", "factory_manager"):
            user = new_test_user(
                self.env,
                f"toll_pooled_{role}",
                f"umkm_base.umkm_base_group_{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for attack in attacks:
                for state in ("confirmed", "draft"):
                    order.state = state
                    # each call begins with nothing remembered, as over RPC
                    self.env.flush_all()
                    self.env.invalidate_all()
                    with (
                        self.subTest(attack, role=role, state=state),
                        self.assertRaisesRegex(UserError, "duplicate.*copy"),
                        self.cr.savepoint(),
                    ):
                        order.with_user(user).write({"owned_lot_ids": attack})
        order.state = "confirmed"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.owned_lot_ids, self.lots)
        # more of who has a share may lie ready
        more = self._weigh_in(self.owner_a, 5)
        order.owned_lot_ids |= more
        with self.assertRaisesRegex(UserError, "Ani"), self.cr.savepoint():
            order.owned_lot_ids -= more
        self.env.invalidate_all()
        self.assertEqual(order.action_record_output(3)["state"], "done")

    def test_way_out_is_a_copy_without_the_lot(self):
        """As the message says: cancel, duplicate, take the lot out of the copy."""
        order = self._pool(2, self.lots)
        order.action_cancel()
        again = order.copy()
        again.owned_lot_ids -= self.lots[2]
        again.action_confirm()
        self.assertEqual(again.share_ids.mapped("graded_qty"), [10, 10])
        again.action_record_output(2)
        self.assertEqual(self._get_stock(self.ginger, self.owner_c), 10)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 1)

    def test_shares_follow_the_lots_of_a_draft(self):
        order = self._create_order(quantity=2, mode="pooled", lots=self.lots)
        order.owned_lot_ids -= self.lots[0]
        order.owned_lot_ids |= self._weigh_in(self.owner_b, 20)
        order.action_confirm()
        self.assertEqual(
            {share.partner_id: share.graded_qty for share in order.share_ids},
            {self.owner_b: 30, self.owner_c: 10},
        )

    def test_share_in_a_draft_is_not_for_clients(self):
        order = self._create_order(quantity=1, mode="pooled", lots=self.lots[:2])
        with self.assertRaisesRegex(UserError, "taken from the lots"):
            order.share_ids = [
                Command.create({"partner_id": self.owner_c.id, "graded_qty": 1})
            ]

    def test_pool_without_lots_is_refused(self):
        with self.assertRaises(UserError):
            self._pool()

    def test_pool_never_takes_who_is_not_in_it(self):
        order = self._pool(2, self.lots[:2])
        order.action_record_output(2)
        self.assertEqual(self._get_stock(self.ginger, self.owner_c), 10)

    def _start_in_the_form(self):
        order = self._pool(2, self.lots[:2])
        with Form(order) as form:
            form.qty_producing = 2
        order.action_generate_serial()
        owned = order.move_raw_ids.filtered("restrict_partner_id")
        self.assertEqual(owned.mapped("quantity"), [10, 10])
        return order, owned.filtered(lambda m: m.restrict_partner_id == self.owner_b)

    def test_form_takes_every_owners_material(self):
        order, _move = self._start_in_the_form()
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 1)

    def test_owner_who_put_nothing_in_gets_nothing(self):
        order, move = self._start_in_the_form()
        move.picked = False
        with self.assertRaisesRegex(UserError, "Ani.*50.00.*100.00 %"):
            order.with_context(skip_consumption=True).button_mark_done()

    def test_owner_who_put_in_less_than_his_share_is_refused(self):
        order, move = self._start_in_the_form()
        move.quantity = 5
        with self.assertRaisesRegex(UserError, "50.00 %, but 10.000 kg.*66.67"):
            order.with_context(skip_consumption=True).button_mark_done()

    def test_backorders_of_a_pool_are_split_as_a_whole(self):
        """1 kg and 2 kg over three equal shares: 1 kg each, not 0.334 + 0.667."""
        order = self._pool(3, self.lots)
        for part in order._split_productions({order: [1, 2]}):
            part.action_record_output(part.product_qty)
        for owner in (self.owner_a, self.owner_b, self.owner_c):
            self.assertEqual(self._get_stock(self.powder, owner), 1)
        self.assertEqual(self._get_stock(self.ginger), 0)

    def test_backorder_has_the_shares_of_its_order(self):
        order = self._pool(3, self.lots)
        _first, rest = order._split_productions({order: [1, 2]})
        self.assertRecordValues(
            rest.share_ids,
            [
                {"partner_id": owner.id, "graded_qty": 10}
                for owner in (self.owner_a, self.owner_b, self.owner_c)
            ],
        )

    def test_shares_tell_who_put_in_what_and_who_gets_what(self):
        order = self._pool(2, self.lots[:2])
        order.action_record_output(2, [{"product_id": self.peel.id, "quantity": 5}])
        for share in order.share_ids:
            self.assertEqual((share.put_in_kg, share.percent), (10, 50))
            self.assertEqual(share.received, "Bubuk jahe 1.000 kg, Kulit jahe 2.500 kg")

    # ---- a quantity written before the order is confirmed ---------------------------

    def _start_in_draft(self):
        """Over RPC: a quantity moves the state on, past the confirmation."""
        order = self._create_order(quantity=2, mode="pooled", lots=self.lots[:2])
        order.qty_producing = 2
        self.assertNotEqual(order.state, "draft")
        return order

    def test_draft_being_produced_is_settled_at_confirmation(self):
        order = self._start_in_draft()
        order.action_confirm()
        self.assertEqual(order.share_ids.partner_id, self.owner_a | self.owner_b)

    def test_draft_marked_done_takes_every_owners_material(self):
        order = self._start_in_draft()
        order.action_generate_serial()
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        for owner in (self.owner_a, self.owner_b):
            self.assertEqual(self._get_stock(self.ginger, owner), 0)
            self.assertEqual(self._get_stock(self.powder, owner), 1)

    def test_draft_started_in_the_form_can_be_finished(self):
        order = self._create_order(quantity=2, mode="pooled", lots=self.lots[:2])
        order.qty_producing = 2
        order._set_qty_producing()
        order.action_confirm()
        order.action_generate_serial()
        order.button_mark_done()
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 0)
        self.assertEqual(self._get_stock(self.ginger, self.owner_c), 10)
        self.assertEqual(self._get_stock(self.powder, self.owner_b), 1)

    def test_draft_without_lots_cannot_be_marked_done(self):
        order = self._create_order(quantity=2, mode="pooled")
        order.qty_producing = 2
        with self.assertRaisesRegex(UserError, "name the owners' lots"):
            order.button_mark_done()

    def test_every_balance_closes(self):
        order = self._pool(lots=self.lots)
        order.action_record_output(2.999)
        rows = self.env["factory.mass.balance"].check_mass_balance(
            "2000-01-01", "2100-01-01"
        )
        self.assertEqual([row for row in rows if row["difference"]], [])
