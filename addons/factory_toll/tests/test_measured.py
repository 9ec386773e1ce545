# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.factory_toll.models.mrp_production_measured import MEASURED

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestMeasured(TollCommon):
    """What an order weighed is written by the order itself, by no client.

    40 kg of ginger give 4 kg of powder and 12 kg of peel: 24 kg are lost, 10 % yield.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_own_stock(cls.bag, 100, cost=500)
        lot = cls._weigh_in(cls.owner_a, 40)
        cls.order = cls._create_order(cls.owner_a, 4, lot)
        cls.users = [
            new_test_user(
                cls.env,
                f"toll_measured_{role}",
                f"umkm_base.umkm_base_group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ("operator", "factory_manager")
        ]

    def _close(self):
        self.order.with_user(self.users[0]).action_record_output(
            4,
            byproducts=[{"product_id": self.peel.id, "quantity": 12}],
            loss_reason="Air",
        )

    def test_nobody_writes_what_was_measured(self):
        for close in (False, True):
            if close:
                self._close()
            for user in self.users:
                order = self.order.with_user(user)
                for name in sorted(MEASURED):
                    with (
                        self.subTest(name, closed=close, login=user.login),
                        self.assertRaisesRegex(UserError, "weighed by the order"),
                    ):
                        order.write({name: 7.5})
        self.assertRecordValues(
            self.order,
            [
                {
                    "input_kg": 40,
                    "additive_kg": 0,
                    "output_kg": 4,
                    "byproduct_kg": 12,
                    "kind_kg": 0,
                    "loss_kg": 24,
                    "actual_yield": 10,
                }
            ],
        )

    def test_what_the_yield_was_judged_by_stands_once_closed(self):
        vals = {"expected_yield": 12, "yield_tolerance": 5, "loss_reason": "Debu"}
        manager = self.users[1]
        self.order.with_user(manager).write({"expected_yield": 10.5})
        self.order.with_user(manager).write({"yield_tolerance": 1})
        self._close()
        # a state that was written past the guard opens nothing
        for state in ("done", "progress"):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE mrp_production SET state = %s WHERE id = %s",
                [state, self.order.id],
            )
            self.env.invalidate_all()
            for user in self.users:
                for name, value in vals.items():
                    with (
                        self.subTest(name, state=state, login=user.login),
                        self.assertRaisesRegex(UserError, "is closed"),
                    ):
                        self.order.with_user(user).write({name: value})

    def test_same_values_again_are_accepted(self):
        """As a client that writes a whole record back."""
        self._close()
        order = self.order.with_user(self.users[0])
        names = [*MEASURED, "expected_yield", "yield_tolerance", "loss_reason"]
        [values] = order.read(names)
        values.pop("id")
        order.write(values)
        self.assertEqual(order.loss_reason, "Air")

    def test_no_order_is_made_with_weights(self):
        for user in self.users:
            orders = self.env["mrp.production"].with_user(user)
            vals = {
                "product_id": self.powder.id,
                "product_qty": 1,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
            }
            with self.assertRaisesRegex(UserError, "weighed by the order"):
                orders.create({**vals, "loss_kg": 1})
            with self.assertRaisesRegex(UserError, "weighed by the order"):
                orders.with_context(default_kind_kg=1).create(vals)
            self.assertFalse(orders.create(vals).loss_kg)
