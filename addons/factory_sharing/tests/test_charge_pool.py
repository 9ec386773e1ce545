# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_pool import PoolCommon


@tagged("post_install", "-at_install")
class TestChargePool(PoolCommon):
    """The machine time of a pooled order, charged to its owners by share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rina = cls._create_member("Rina (contoh)")

    def _price(self, usage):
        charges = self.env["factory.charge"].browse(usage.action_price())
        return charges.sorted(lambda charge: charge.partner_id.name)

    def test_charges_add_up_to_the_rupiah(self):
        """Rp10,000 over three equal shares: 3,334 and twice 3,333."""
        self._create_tariff({"price": 10_000})
        order = self._pool(
            (self.siti.partner_id, 10), (self.rina.partner_id, 10), (self.budi, 10)
        )
        usage = self._use(order, 1)
        charges = self._price(usage)
        self.assertEqual(len(charges), 3)
        self.assertEqual(sorted(charges.mapped("amount")), [3_333, 3_333, 3_334])
        self.assertTrue(usage.is_charged)
        self.assertEqual(sorted(usage.action_price()), sorted(charges.ids))
        charges.action_post()
        self.assertEqual(sum(charges.mapped("amount")), 10_000)

    def test_minimum_and_set_up_fee_count_once(self):
        """2 h at 10,000, at least 50,000, and 5,000 once: 55,000, a fifth for Budi."""
        self._create_tariff({"price": 10_000, "minimum": 50_000, "setup_fee": 5_000})
        order = self._pool((self.siti.partner_id, 40), (self.budi, 10))
        charges = self._price(self._use(order, 2))
        self.assertRecordValues(
            charges,
            [
                {"partner_id": self.budi.id, "amount": 11_000, "quantity": 0.4},
                {
                    "partner_id": self.siti.partner_id.id,
                    "amount": 44_000,
                    "quantity": 1.6,
                },
            ],
        )

    def test_each_pays_his_share_by_his_own_tariff(self):
        """Members 20,000, others 25,000 an hour; 3 h, a quarter and three quarters."""
        self._create_tariff(
            {"price": 20_000, "audience": "member"},
            {"price": 25_000, "audience": "non_member"},
        )
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        charges = self._price(self._use(order, 3))
        charges.action_post()
        self.assertRecordValues(
            charges,
            [
                # 3 x 25,000 / 4
                {"amount": 18_750, "member_id": False, "is_member_business": False},
                # 3 x 20,000 x 3 / 4
                {
                    "amount": 45_000,
                    "member_id": self.siti.id,
                    "is_member_business": True,
                },
            ],
        )

    def test_late_charge_goes_by_the_frozen_shares(self):
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        order.action_record_output(4)
        order.owned_lot_ids.grade_id = self.env["factory.grade"].create(
            {"name": "B", "code": "UJI-POOL", "share_factor": 0.5}
        )
        charges = self._price(self._use(order, 4, date="2026-03-31"))
        self.assertEqual(charges.mapped("amount"), [10_000, 30_000])

    def test_the_houses_own_share_is_not_charged(self):
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.company.partner_id, 10))
        charges = self._price(self._use(order, 4))
        self.assertEqual(charges.partner_id, self.siti.partner_id)
        self.assertEqual(charges.amount, 30_000)

    def test_use_for_one_owner_of_the_pool_is_his_alone(self):
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        usage = self._create_usage(self.budi, 1, production_id=order.id)
        charges = self._price(usage)
        self.assertEqual((charges.partner_id, charges.amount), (self.budi, 10_000))

    def test_cancelled_part_is_open_again_and_nothing_is_charged_twice(self):
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        usage = self._use(order, 4)
        charges = self._price(usage)
        charges[0].action_cancel()
        self.assertFalse(usage.is_charged)
        again = self._price(usage)
        self.assertEqual(again.mapped("amount"), [10_000, 30_000])
        self.assertEqual(again[1], charges[1])

    def test_client_cannot_charge_the_pool_at_once(self):
        self._create_tariff({"price": 10_000})
        usage = self._use(self._pool((self.siti.partner_id, 30)), 1)
        with self.assertRaisesRegex(UserError, "shared by the owners"):
            self.env["factory.charge"].create({"usage_id": usage.id})

    def test_invoice_of_each_owner_and_reversal_of_one(self):
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        usage = self._use(order, 4)
        charges = self._price(usage)
        charges.action_post()
        charges.action_invoice("2026-03-02")
        self.assertEqual(charges.move_id.mapped("amount_untaxed"), [10_000, 30_000])
        charges[0].action_reverse("Salah timbang")
        self.assertFalse(usage.is_charged)

    def test_finished_work_order_of_a_pool_is_metered_once_for_all(self):
        self._create_tariff({"price": 10_000})
        self.bom.operation_ids = [
            Command.create(
                {
                    "name": "Pengeringan",
                    "workcenter_id": self.oven.id,
                    "time_cycle_manual": 60,
                }
            )
        ]
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        with freeze_time("2026-03-02 01:00:00"):
            order.workorder_ids.button_start()
        with freeze_time("2026-03-02 03:00:00"):
            order.workorder_ids.button_finish()
        usage = self.env["factory.usage"].search([("production_id", "=", order.id)])
        self.assertRecordValues(
            usage, [{"quantity": 2, "partner_id": self.company.partner_id.id}]
        )
        # 2 h at 10,000: a quarter and three quarters
        self.assertEqual(self._price(usage).mapped("amount"), [5_000, 15_000])

    # ---- roles --------------------------------------------------------------------

    def test_who_may_price_post_and_see_the_charges_of_a_pool(self):
        """Rp10,000 over 30 and 10 kg: 7,500 Siti's, 2,500 Budi's."""
        self._create_tariff({"price": 10_000})
        order = self._pool((self.siti.partner_id, 30), (self.budi, 10))
        operator = self._new_user("operator")
        usage = (
            self.env["factory.usage"]
            .with_user(operator)
            .create(
                {
                    "partner_id": self.company.partner_id.id,
                    "production_id": order.id,
                    "workcenter_id": self.oven.id,
                    "quantity": 1,
                    "date": "2026-03-02",
                }
            )
        )
        users = {
            role: self._new_user(role)
            for role in ("teller", "auditor", "factory_manager", "accountant")
        }
        for user in (operator, users["teller"], users["auditor"]):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                usage.with_user(user).action_price()
        charges = self.env["factory.charge"].browse(
            usage.with_user(users["accountant"]).action_price()
        )
        self.assertEqual(
            {charge.partner_id: charge.amount for charge in charges},
            {self.siti.partner_id: 7_500, self.budi: 2_500},
        )
        for role in ("teller", "auditor"):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                charges.with_user(users[role]).action_post()
        charges.with_user(users["accountant"]).action_post()
        for role in ("teller", "auditor", "factory_manager", "accountant"):
            seen = charges.with_user(users[role]).search([("id", "in", charges.ids)])
            self.assertEqual(seen.sorted("id"), charges.sorted("id"), role)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            charges.with_user(operator).read(["amount"])
        for partner in (self.siti.partner_id, self.budi):
            portal = new_test_user(
                self.env,
                f"pool_{partner.id}",
                "base.group_portal",
                partner_id=partner.id,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            seen = charges.with_user(portal).search([])
            self.assertEqual(seen.partner_id, partner)
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                (charges - seen).with_user(portal).read(["amount"])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                seen.with_user(portal).action_reverse("no")
