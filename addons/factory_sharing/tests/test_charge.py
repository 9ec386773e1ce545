# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestCharge(SharingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tariff = cls._create_tariff(
            {"price": 15_000, "audience": "member", "basis": "greater"},
            {"price": 25_000, "audience": "non_member", "basis": "greater"},
        )

    def test_use_becomes_a_charge_by_tariff(self):
        usage = self._create_usage(self.siti.partner_id, 3, booked_quantity=4)
        [charge_id] = usage.action_price()
        charge = self.env["factory.charge"].browse(charge_id)
        # the greater of 3 h used and 4 h booked, at 15,000
        self.assertRecordValues(
            charge,
            [
                {
                    "quantity": 4,
                    "price_unit": 15_000,
                    "amount": 60_000,
                    "state": "draft",
                    "tariff_id": self.tariff.id,
                    "site_id": self.site.id,
                }
            ],
        )
        self.assertEqual(usage.action_price(), [charge_id])

    def test_membership_is_fixed_when_posted(self):
        usage = self._create_usage(self.siti.partner_id, 2)
        charge = self._charge(usage)
        self.assertEqual(charge.member_id, self.siti)
        self.assertTrue(charge.is_member_business)
        stranger = self._charge(self._create_usage(self.budi, 2))
        self.assertFalse(stranger.is_member_business)
        self.assertEqual((charge.amount, stranger.amount), (30_000, 50_000))

    def test_price_follows_the_membership_until_posting(self):
        joiner = self.env["res.partner"].create({"name": "Citra (contoh)"})
        usage = self._create_usage(joiner, 1)
        charge = self.env["factory.charge"].browse(usage.action_price())
        self.assertEqual(charge.amount, 25_000)
        member = self._create_member("Citra lain")
        self.env.cr.execute(
            "UPDATE coop_member SET partner_id = %s WHERE id = %s",
            (joiner.id, member.id),
        )
        self.env.invalidate_all()
        charge.action_post()
        self.assertEqual((charge.amount, charge.member_id), (15_000, member))

    def test_posted_charge_and_its_use_are_immutable(self):
        usage = self._create_usage(self.budi, 2)
        charge = self._charge(usage)
        for change in (
            lambda: charge.write({"amount": 1}),
            lambda: charge.write({"state": "draft"}),
            lambda: charge.unlink(),
            lambda: charge.action_cancel(),
            lambda: charge.action_waive("Terlambat"),
            lambda: usage.write({"quantity": 1}),
            lambda: usage.unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_client_cannot_set_a_price(self):
        usage = self._create_usage(self.budi, 2)
        charge = self.env["factory.charge"].create(
            {"usage_id": usage.id, "amount": 1, "state": "posted"}
        )
        self.assertEqual((charge.amount, charge.state), (50_000, "draft"))
        with self.assertRaises(UserError):
            self.env["factory.charge"].create({"amount": 1})

    @mute_logger("odoo.sql_db")
    def test_use_is_charged_once(self):
        usage = self._create_usage(self.budi, 2)
        self._charge(usage)
        with self.assertRaises(IntegrityError):
            self.env["factory.charge"].create({"usage_id": usage.id})

    def test_cancelled_draft_opens_the_use_again(self):
        usage = self._create_usage(self.budi, 2)
        charge = self.env["factory.charge"].browse(usage.action_price())
        charge.action_cancel()
        self.assertFalse(usage.is_charged)
        usage.quantity = 3
        again = self.env["factory.charge"].browse(usage.action_price())
        self.assertEqual(again.amount, 75_000)

    def test_waiver_needs_a_reason_and_survives_posting(self):
        usage = self._create_usage(self.budi, 2)
        charge = self.env["factory.charge"].browse(usage.action_price())
        with self.assertRaises(UserError):
            charge.action_waive("")
        charge.action_waive("Mesin rusak di tengah jalan")
        charge.action_post()
        self.assertEqual((charge.amount, charge.amount_full), (0, 50_000))
        self.assertEqual(charge.waived_by_id, self.env.user)

    def test_disputed_charge_waits(self):
        charge = self._charge(self._create_usage(self.budi, 2))
        charge.action_dispute("Hanya satu jam")
        with self.assertRaisesRegex(UserError, "dispute"):
            charge.action_invoice()
        self.assertEqual(
            self.env["factory.charge"].invoice_open(self.company.id, "2026-03-31"), []
        )
        charge.action_settle_dispute("Catatan mesin: dua jam")
        charge.action_invoice("2026-03-02")
        self.assertEqual(charge.state, "invoiced")

    def test_numbers_start_again_with_the_year_of_the_use(self):
        siti = self.siti.partner_id
        charges = self._charge(
            self._create_usage(siti, 1, date="2026-03-02"),
            self._create_usage(siti, 1, date="2027-03-02"),
        )
        self.assertEqual(charges.mapped("name"), ["CHG/2026/00001", "CHG/2027/00001"])

    def test_reversal_points_at_what_it_takes_back(self):
        usage = self._create_usage(self.budi, 2)
        charge = self._charge(usage)
        [reversal_id] = charge.action_reverse("Salah orang")
        reversal = self.env["factory.charge"].browse(reversal_id)
        self.assertEqual((reversal.amount, reversal.reversal_of_id), (-50_000, charge))
        self.assertFalse(usage.is_charged)
        with self.assertRaises(UserError):
            charge.action_reverse("Lagi")
        usage.partner_id = self.siti.partner_id
        self.assertEqual(self._charge(usage).amount, 30_000)

    def test_credit_of_a_wrong_user_goes_to_whom_was_invoiced(self):
        usage = self._create_usage(self.budi, 2)
        charge = self._charge(usage)
        charge.action_invoice("2026-03-02")
        reversal = self.env["factory.charge"].browse(charge.action_reverse("Salah"))
        usage.write({"partner_id": self.siti.partner_id.id, "date": "2026-03-01"})
        again = self._charge(usage)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(
            charge | reversal | again,
            [
                {"partner_id": self.budi.id, "amount": 50_000},
                {"partner_id": self.budi.id, "amount": -50_000},
                {"partner_id": self.siti.partner_id.id, "amount": 30_000},
            ],
        )
        self.assertEqual(str(charge.date), "2026-03-02")
        self.assertEqual(str(again.date), "2026-03-01")
        (reversal | again).action_invoice("2026-03-03")
        self.assertEqual(reversal.move_id.move_type, "out_refund")
        self.assertEqual(reversal.move_id.partner_id, self.budi)
        self.assertEqual(again.move_id.partner_id, self.siti.partner_id)
        self._check_tied()

    def test_defaults_of_a_client_do_not_reach_a_charge(self):
        defaults = {
            "default_state": "invoiced",
            "default_name": "CHG/1",
            "default_waiver_reason": "Gratis",
            "default_dispute_state": "settled",
            "default_is_member_business": True,
        }
        first = self._create_usage(self.budi, 2).with_context(**defaults)
        second = self._create_usage(self.budi, 2)
        charges = self.env["factory.charge"].browse(first.action_price())
        charges |= charges.with_context(**defaults).create({"usage_id": second.id})
        clean = {
            "state": "draft",
            "name": False,
            "waiver_reason": False,
            "dispute_state": False,
            "is_member_business": False,
        }
        self.assertRecordValues(charges, [clean, clean])

    def test_operator_cannot_keep_a_use_from_being_charged(self):
        operator = self._new_user("operator")
        usage = self._create_usage(self.budi, 2)
        own = usage.with_user(operator)
        for vals in (
            {"is_charged": True},
            {"member_id": self.siti.id},
            {"is_chargeable": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                own.write(vals)
        own.write({"quantity": 3, "is_chargeable": True})
        vals = {
            "partner_id": self.budi.id,
            "workcenter_id": self.oven.id,
            "quantity": 1,
            "date": "2026-03-02",
        }
        usages = own.browse()
        made = usages.with_context(default_is_charged=True).create(
            {**vals, "is_charged": True, "member_id": self.siti.id}
        )
        self.assertFalse(made.is_charged)
        self.assertFalse(made.member_id)
        with self.assertRaises(AccessError):
            usages.create({**vals, "is_chargeable": False})
        with self.assertRaises(AccessError):
            usages.with_context(default_is_chargeable=False).create(vals)
        usage.with_user(self._new_user("factory_manager")).is_chargeable = False
        self.assertFalse(usage.is_chargeable)

    def test_charged_use_stays_though_its_mark_is_lost(self):
        usage = self._create_usage(self.budi, 2)
        self._charge(usage)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE factory_usage SET is_charged = false WHERE id = %s", (usage.id,)
        )
        self.env.invalidate_all()
        own = usage.with_user(self._new_user("operator"))
        with self.assertRaisesRegex(UserError, "charged"):
            own.write({"quantity": 1})
