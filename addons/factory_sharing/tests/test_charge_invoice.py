# SPDX-License-Identifier: AGPL-3.0-or-later

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestChargeInvoice(SharingCommon):
    """What becomes of a charge: invoice, payment, and what stays behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tariff = cls._create_tariff(
            {"price": 15_000, "audience": "member", "basis": "greater"},
            {"price": 25_000, "audience": "non_member", "basis": "greater"},
        )

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
        self.assertEqual(len(services), 9)
        self.assertFalse(services.taxes_id)
