# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
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

    def test_one_invoice_per_user_with_income_apart(self):
        charges = self._charge(
            self._create_usage(self.siti.partner_id, 2),
            self._create_usage(self.siti.partner_id, 1, date="2026-03-01"),
            self._create_usage(self.budi, 1),
        )
        charges.action_invoice("2026-03-02")
        moves = charges.move_id
        self.assertEqual(len(moves), 2)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        siti = moves.filtered(lambda move: move.partner_id == self.siti.partner_id)
        self.assertEqual(siti.amount_untaxed, 45_000)
        self.assertEqual(
            siti.invoice_line_ids.account_id,
            self.company.factory_income_member_account_id,
        )
        other = (moves - siti).invoice_line_ids.account_id
        self.assertEqual(other, self.company.factory_income_nonmember_account_id)
        ties = self._check_tied()
        self.assertEqual(ties["charges_members"]["ledger"], 45_000)
        self.assertEqual(ties["charges_nonmembers"]["ledger"], 25_000)
        with self.assertRaises(UserError):
            charges.action_invoice()

    def test_reversal_after_the_invoice_becomes_a_credit_note(self):
        charge = self._charge(self._create_usage(self.budi, 2))
        charge.action_invoice("2026-03-02")
        reversal = self.env["factory.charge"].browse(charge.action_reverse("Keliru"))
        reversal.action_invoice("2026-03-03")
        self.assertEqual(reversal.move_id.move_type, "out_refund")
        self.assertEqual(reversal.move_id.amount_untaxed, 50_000)
        ties = self._check_tied()
        self.assertEqual(ties["charges_invoiced"]["ledger"], 0)

    def test_line_of_a_charge_cannot_be_edited_on_a_draft_invoice(self):
        charge = self._charge(self._create_usage(self.budi, 2))
        self.company.factory_charge_journal_id.restrict_mode_hash_table = False
        charge.action_invoice("2026-03-02")
        move = charge.move_id
        move.button_draft()
        with self.assertRaises(UserError):
            move.invoice_line_ids.price_unit = 1
        move.button_cancel()
        self.assertEqual((charge.state, charge.move_id.id), ("posted", False))
        charge.action_invoice("2026-03-02")
        self.assertNotEqual(charge.move_id, move)
        self._check_tied()

    def test_line_of_an_invoice_keeps_its_charge(self):
        charges = self._charge(
            self._create_usage(self.budi, 2), self._create_usage(self.budi, 1)
        )
        charges.action_invoice("2026-03-02")
        line = charges.move_id.invoice_line_ids.filtered(
            lambda one: one.charge_id == charges[0]
        )
        for charge_id in (False, charges[1].id):
            with self.assertRaisesRegex(UserError, charges[0].name):
                line.write({"charge_id": charge_id})
        line.write({"charge_id": charges[0].id})
        other = charges.move_id.line_ids.filtered(lambda one: not one.charge_id)
        with self.assertRaises(UserError):
            other.write({"charge_id": charges[0].id})

    def test_books_and_savings_are_shown_to_whom_they_concern(self):
        statements = self.env["factory.statement"]
        asked = (
            self.siti.partner_id.id,
            "2026-01-01",
            "2026-03-31",
            self.company.id,
        )
        portal = new_test_user(
            self.env,
            login="siti_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        portal.partner_id = self.siti.partner_id
        # her principal saving of 100,000
        for user in (self._new_user("accountant"), portal):
            [saving] = statements.with_user(user).get_statement(*asked)["savings"]
            self.assertEqual(saving["balance"], 100_000)
        manager = statements.with_user(self._new_user("factory_manager"))
        self.assertEqual(manager.get_statement(*asked)["savings"], [])
        with self.assertRaises(AccessError):
            self.company.with_user(portal).check_ties("2026-03-31")

    def test_member_does_not_leave_uses_behind(self):
        usage = self._create_usage(self.siti.partner_id, 2)
        self._create_usage(self.siti.partner_id, 1, is_chargeable=False)
        self._create_usage(self.budi, 1)

        def texts():
            return " / ".join(self.siti._get_exit_obstacles()[self.siti.id])

        self.assertIn("1 uses not priced", texts())
        charge = self._charge(usage)
        self.assertIn("1 charges not invoiced", texts())
        self.assertNotIn("not priced", texts())
        charge.action_invoice("2026-03-02")
        self.assertNotIn("not invoiced", texts())

    def test_closed_period_gets_no_invoice(self):
        charge = self._charge(self._create_usage(self.budi, 2))
        self.company.sudo().sale_lock_date = "2026-02-28"
        with self.assertRaisesRegex(UserError, "closed"):
            charge.action_invoice("2026-02-15")
        # without a journal of its own only the ledger knows which lock holds
        self.company.factory_charge_journal_id = False
        with self.assertRaisesRegex(UserError, "closed"), self.env.cr.savepoint():
            charge.action_invoice("2026-02-15")
        self.env.invalidate_all()
        charge.action_invoice("2026-03-01")
        self.assertEqual(str(charge.move_id.date), "2026-03-01")

    def test_part_payment_ties_at_every_day(self):
        charge = self._charge(self._create_usage(self.budi, 2))
        charge.action_invoice("2026-03-02")
        invoice = charge.move_id
        self._pay(self.budi, invoice, 20_000, "2026-03-05")
        self.assertEqual(self._check_tied("2026-03-04")["receivable"]["ledger"], 50_000)
        self.assertEqual(self._check_tied("2026-03-05")["receivable"]["ledger"], 30_000)
        self._pay(self.budi, invoice, 30_000, "2026-03-09")
        self.assertEqual(charge.payment_state, "paid")
        self.assertEqual(self._check_tied()["receivable"]["ledger"], 0)

    def test_price_open_takes_what_is_left(self):
        first = self._create_usage(self.budi, 1)
        own = self._create_usage(self.budi, 1, is_chargeable=False)
        late = self._create_usage(self.budi, 1, date="2026-04-01")
        found = self.env["factory.usage"].price_open(self.company.id, "2026-03-31")
        self.assertEqual(len(found), 1)
        self.assertTrue(first.is_charged)
        self.assertFalse(own.is_charged or late.is_charged)

    def test_uses_that_cannot_be_priced_are_all_named(self):
        for kind in ("setup", "no_show"):
            self._create_usage(self.budi, 1, charge_type=kind)
        with self.assertRaisesRegex(UserError, "(?s)setup.*no_show"):
            self.env["factory.usage"].price_open(self.company.id, "2026-03-31")

    def test_bulk_create_of_uses_asks_for_members_once(self):
        vals = {
            "partner_id": self.budi.id,
            "workcenter_id": self.oven.id,
            "quantity": 1,
            "date": "2026-03-02",
        }
        self.env["factory.usage"].create([vals])
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.env["factory.usage"].create([dict(vals) for _i in range(100)])
            self.env.flush_all()

    def test_setup_is_idempotent(self):
        before = self.env["account.account"].search_count([])
        accounts = self.company.factory_income_member_account_id
        self.company.action_setup_cooperative()
        self.assertEqual(self.env["account.account"].search_count([]), before)
        self.assertEqual(self.company.factory_income_member_account_id, accounts)
        services = self.env["product.product"].search(
            [("company_id", "=", self.company.id), ("type", "=", "service")]
        )
        self.assertEqual(len(services), 8)
        self.assertFalse(services.taxes_id)
