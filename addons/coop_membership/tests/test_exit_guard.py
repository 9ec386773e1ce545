# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from datetime import date
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import exit_terms
from .common import ROLES
from .exit_common import ExitCommon

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[3] / "tests/vectors/members.json").read_text()
    )
}


@tagged("post_install", "-at_install")
class TestExitGuard(ExitCommon):
    """What is reversed, frozen and shown, and who may do what."""

    def test_reversal_opens_invoice_and_savings_again(self):
        invoice = self._invoice(self.siti.partner_id, 75_000)
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        voucher = self._pay(settlement.payment_ids, 1_000, "2026-07-01")
        with self.assertRaisesRegex(UserError, "vouchers first"):
            settlement.action_reverse("2026-07-02")
        voucher.action_reverse("2026-07-02")
        settlement.action_reverse("2026-07-02")
        self.assertEqual(self.siti.state, "exiting")
        self.assertFalse(self.siti.date_exited)
        self.assertEqual(invoice.amount_residual, 75_000)
        self.assertEqual(self.siti.savings_balance, 150_000)
        self.assertEqual(self._get_ledger(self.refund), 0)
        self.siti.action_exit("2026-07-03")
        self.assertEqual(len(self.siti.exit_ids), 2)
        self.assertEqual(
            self.siti.exit_ids.mapped("date_requested"), [date(2026, 6, 30)] * 2
        )
        self.assert_tied("2026-07-01", "2026-07-02", "2026-07-03")

    def test_entries_of_a_settlement_are_reversed_with_it_only(self):
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        entry = self.env["coop.saving.entry"].search(
            [("exit_id", "=", settlement.id)], limit=1
        )
        with self.assertRaisesRegex(UserError, "as a whole"):
            entry.action_reverse("2026-07-01")
        with self.assertRaises(UserError):
            entry.with_user(self.accountant).write({"exit_id": False})

    def test_nobody_books_on_the_refund_account_by_hand(self):
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        other = self.company._coop_account("entrance_fee")
        move = self.env["account.move"].create(
            {
                "date": "2026-07-01",
                "line_ids": [
                    Command.create({"account_id": self.refund.id, "debit": 1_000}),
                    Command.create({"account_id": other.id, "credit": 1_000}),
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "control account"):
            move.action_post()

    def test_staying_after_all_drops_the_draft(self):
        settlement = self._leave()
        self.siti.action_reinstate()
        self.assertEqual(settlement.state, "cancelled")
        self.assertEqual(self._leave().state, "draft")

    def test_settlement_is_frozen_and_not_smuggled(self):
        settlement = self._leave()
        with self.assertRaises(UserError):
            settlement.write({"state": "posted"})
        settlement.action_post("2026-06-30")
        for field, value in (
            ("disposal", "donate"),
            ("instalment_count", 12),
            ("date_refund", "2030-01-01"),
        ):
            with self.subTest(field=field), self.assertRaises(UserError):
                settlement.write({field: value})
        with self.assertRaises(UserError):
            settlement.unlink()
        accountant = settlement.with_user(self.accountant)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            accountant.payment_ids.write({"amount": 1})
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            accountant.line_ids.write({"amount": 1})

    def test_accountant_settles_and_teller_pays(self):
        teller = self._new_user("teller")
        self.siti.with_user(teller).action_request_exit("moved", date="2026-06-30")
        settlement = self.siti.exit_ids
        with self.assertRaises(AccessError):
            self.siti.with_user(teller).action_exit("2026-06-30")
        settlement.with_user(self.accountant).action_post("2026-06-30")
        action = settlement.payment_ids.with_user(teller).action_pay()
        voucher = self.env["coop.receipt"].browse(action["res_id"])
        voucher.with_user(teller).date = "2026-07-01"
        voucher.with_user(teller).action_post()
        self.assertEqual(settlement.amount_rest, 0)

    def test_settlements_are_the_companys_own(self):
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        heir = self.env["coop.member.heir"].create(
            {
                "member_id": self.budi.id,
                "partner_id": self.siti.partner_id.id,
                "percent": 100,
            }
        )
        rule = self._set_rule()
        other = self._create_cooperative("Koperasi Lain")
        for role in ("accountant", "auditor"):
            stranger = self._new_user(role, other)
            foreign = self.env(
                user=stranger, context={"allowed_company_ids": other.ids}
            )
            for record in (
                settlement,
                settlement.line_ids,
                settlement.payment_ids,
                heir,
                rule,
            ):
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    record.with_env(foreign).read(["company_id"])
        for role in ROLES:
            allowed = role in ("teller", "accountant", "auditor")
            user = (
                self.accountant
                if role == "accountant"
                else self._new_user(role, login=f"exit_{role}")
            )
            self.assertEqual(
                settlement.with_user(user).has_access("read"), allowed, role
            )

    def test_letter_shows_amounts_payees_and_days(self):
        self._set_rule(instalment_count=2)
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        html = self.env["ir.qweb"]._render(
            "coop_membership.report_member_exit",
            {"docs": settlement, "doc_ids": settlement.ids},
        )
        for text in ("Siti", settlement.name, "75", "eratus lima puluh ribu rupiah"):
            self.assertIn(text, html)

    def test_parts_add_up_for_any_heirs(self):
        decimal = exit_terms.Decimal
        for total in (0, 1, 7, 99_999, 150_001):
            for weights in ([100], [33.3333, 66.6667], [12.5] * 8, [1, 98, 1]):
                parts = exit_terms.split_exactly(
                    decimal(total), [decimal(str(w)) for w in weights], decimal(1)
                )
                self.assertEqual(sum(parts), total)
                self.assertGreaterEqual(min(parts), 0)
                for part in parts:
                    rows = exit_terms.instalments(
                        part, date(2026, 1, 31), 3, 1, decimal(1)
                    )
                    self.assertEqual(sum(amount for _day, amount in rows), part)
