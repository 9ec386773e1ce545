# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestSecurity(TollCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_a = cls._weigh_in(cls.owner_a, 40)
        cls.lot_b = cls._weigh_in(cls.owner_b, 40)
        cls.price = cls.env["factory.purchase.price"].create(
            {"product_id": cls.ginger.id, "price": 6000, "date_from": "2026-01-01"}
        )

    @classmethod
    def _create_user(cls, role, company=None, **vals):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"toll_{role}_{company.id}",
            f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **vals,
        )

    def _intake_as(self, user, **vals):
        return (
            self.env["factory.intake"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.owner_a.id,
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": 10})
                    ],
                    **vals,
                }
            )
        )

    def test_operator_weighs_and_runs_orders(self):
        user = self._create_user("operator")
        intake = self._intake_as(user, to_quarantine=True)
        intake.action_accept()
        intake.action_release()
        order = self._create_order(self.owner_a, 1, intake.lot_ids)
        order = order.with_user(user)
        order.action_confirm()
        order.action_record_output(0.9, loss_reason="test")
        self.assertEqual(order.state, "done")
        new = (
            self.env["mrp.production"]
            .with_user(user)
            .create(
                {
                    "product_id": self.powder.id,
                    "product_qty": 1,
                    "bom_id": self.bom.id,
                    "production_mode": "toll",
                    "partner_id": self.owner_b.id,
                }
            )
        )
        new.action_record_output(1)
        self._intake_as(user).action_cancel()
        rows = self.env["factory.mass.balance"].with_user(user)
        self.assertFalse(
            [
                row
                for row in rows.check_mass_balance("2000-01-01", "2100-01-01")
                if row["difference"]
            ]
        )

    def test_operator_sees_no_money(self):
        user = self._create_user("operator")
        intake = self._intake_as(user, mode="bought")
        intake.action_accept()
        self.assertEqual(intake.sudo().amount, 60000)
        for record, field in ((intake, "amount"), (intake.line_ids, "price")):
            with self.assertRaises(AccessError):
                record.read([field])
        for model in ("factory.purchase.price", "factory.value.added"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_operator_leaves_shares_and_prices_alone(self):
        user = self._create_user("operator")
        with self.assertRaises(AccessError):
            self.env["factory.production.share"].with_user(user).create(
                {"production_id": 1, "partner_id": 1, "graded_qty": 1}
            )
        with self.assertRaises(AccessError):
            self.price.with_user(user).price = 1

    def test_manager_does_everything(self):
        user = self._create_user("factory_manager")
        self.price.with_user(user).price = 6500
        self.env["factory.grade"].with_user(user).create({"name": "A", "code": "M-A"})
        intake = self._intake_as(user, mode="bought")
        intake.action_accept()
        self.assertEqual(intake.amount, 65000)
        draft = self._intake_as(user)
        draft.unlink()

    def test_accountant_reads_and_sets_prices(self):
        user = self._create_user("accountant")
        self.price.with_user(user).price = 6100
        self.assertEqual(
            self.lot_a.intake_id.with_user(user).read(["amount"])[0]["amount"], 0
        )
        with self.assertRaises(AccessError):
            self._intake_as(user)
        self.env["mrp.production"].with_user(user).search([]).mapped("loss_kg")

    def test_auditor_reads_everything_and_writes_nothing(self):
        user = self._create_user("auditor")
        for model in (
            "factory.intake",
            "factory.intake.line",
            "factory.purchase.price",
            "factory.value.added",
            "factory.mass.balance",
            "factory.production.share",
            "stock.lot",
            "mrp.production",
        ):
            self.env[model].with_user(user).search([]).read(["display_name"])
        with self.assertRaises(AccessError):
            self._intake_as(user)
        with self.assertRaises(AccessError):
            self.lot_a.intake_id.with_user(user).action_cancel()
        with self.assertRaises(AccessError):
            self.price.with_user(user).price = 1

    def test_auditor_cannot_accept_or_release(self):
        user = self._create_user("auditor")
        draft = self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "line_ids": [
                    Command.create({"product_id": self.ginger.id, "gross_kg": 10})
                ],
                "to_quarantine": True,
            }
        )
        with self.assertRaises(AccessError):
            draft.with_user(user).action_accept()
        draft.action_accept()
        with self.assertRaises(AccessError):
            draft.with_user(user).action_release()
        self.assertTrue(draft.is_in_quarantine)

    def test_companies_never_see_each_other(self):
        other = self.env["res.company"].create({"name": "Koperasi Lain"})
        user = self._create_user("factory_manager", other)
        for records in (
            self.lot_a.intake_id,
            self.lot_a.intake_id.line_ids,
            self.price,
            self.lot_a,
        ):
            records = records.with_user(user).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(records.search([]) & records, records._name)
            with self.assertRaises(AccessError):
                records.read(["display_name"])
        balance = records.env["factory.mass.balance"]
        self.assertFalse(balance.search([]))
        self.assertFalse(balance.check_mass_balance("2000-01-01", "2100-01-01"))

    def test_portal_user_sees_his_own_only(self):
        user = new_test_user(
            self.env,
            "toll_portal",
            "base.group_portal",
            partner_id=self.owner_a.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        intakes = self.env["factory.intake"].with_user(user).search([])
        self.assertEqual(intakes.partner_id.ids, self.owner_a.ids)
        lots = self.env["stock.lot"].with_user(user).search([])
        self.assertEqual(lots, self.lot_a)
        with self.assertRaises(AccessError):
            self.lot_b.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            intakes.action_cancel()
