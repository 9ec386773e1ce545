# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from datetime import date, timedelta
from pathlib import Path

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .exit_common import ExitCommon

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[3] / "tests/vectors/members.json").read_text()
    )
}


@tagged("post_install", "-at_install")
class TestExit(ExitCommon):
    """What a settlement pays, to whom and when."""

    def test_exit_settles_savings_against_debts_in_one_document(self):
        invoice = self._invoice(self.siti.partner_id, 75_000)
        settlement = self._leave()
        self.siti.action_exit("2026-06-30")
        self.assertEqual(self.siti.state, "exited")
        self.assertEqual(str(self.siti.date_exited), "2026-06-30")
        # voluntary 50,000 goes first, then 25,000 of the principal 100,000;
        # 150,000 saved less 75,000 owed leaves 75,000
        self.assertEqual(settlement.amount_due, 75_000)
        self.assertEqual(settlement.payment_ids.mapped("amount"), [75_000])
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_residual, 0)
        entries = self.env["coop.saving.entry"].search(
            [("exit_id", "=", settlement.id)], order="id"
        )
        self.assertEqual(
            [(e.type_id, e.kind, e.amount) for e in entries],
            [
                (self.voluntary, "offset", -50_000),
                (self.principal, "offset", -25_000),
                (self.principal, "refund", -75_000),
            ],
        )
        self.assertEqual(self.siti.savings_balance, 0)
        self.assertEqual(self._get_ledger(self.refund), 75_000)
        self.assert_tied("2026-06-29", "2026-06-30")

    def test_refund_is_paid_to_the_payee_only_and_never_beyond(self):
        settlement = self._leave()
        settlement.action_post("2026-06-30")
        payment = settlement.payment_ids
        with self.assertRaisesRegex(UserError, "not to be paid before"):
            self._pay(payment, 1_000, "2026-06-29")
        first = self._pay(payment, 100_000, "2026-07-01")
        self.assertEqual((payment.paid, payment.rest), (100_000, 50_000))
        with self.assertRaisesRegex(UserError, "50[.,]000"):
            self._pay(payment, 50_001, "2026-07-02")
        wrong = self.env["coop.receipt"].create(
            {
                "direction": "out",
                "partner_id": self.budi.partner_id.id,
                "date": "2026-07-02",
                "line_ids": [
                    Command.create({"exit_payment_id": payment.id, "amount": 1_000})
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "payee only"):
            wrong.action_post()
        self._pay(payment, 50_000, "2026-07-02")
        self.assertEqual(settlement.amount_rest, 0)
        self.assert_tied("2026-06-30", "2026-07-01", "2026-07-02")
        first.action_reverse("2026-07-03")
        self.assertEqual((payment.paid, payment.rest), (50_000, 100_000))
        self.assertEqual(self._get_ledger(self.refund), 100_000)
        self.assert_tied("2026-07-02", "2026-07-03")

    def test_debts_beyond_savings_are_named_and_nothing_is_booked(self):
        self._invoice(self.siti.partner_id, 200_000)
        self._leave()
        # 200,000 owed less 150,000 saved
        with self.assertRaisesRegex(UserError, "50[.,]000"):
            self.siti.action_exit("2026-06-30")
        self.assertEqual(self.siti.state, "exiting")
        self.assertEqual(self.siti.savings_balance, 150_000)

    def test_claims_of_the_member_are_paid_with_the_savings(self):
        payable = self.company._coop_ensure_account(
            "test_payable",
            "21199999",
            "Payable",
            "Utang",
            "liability_payable",
            reconcile=True,
        )
        expense = self.company._coop_ensure_account(
            "test_expense", "51999999", "Purchases", "Pembelian", "expense"
        )
        move = self.env["account.move"].create(
            {
                "date": "2026-03-01",
                "journal_id": self.company._coop_journal("migration").id,
                "line_ids": [
                    Command.create({"account_id": expense.id, "debit": 30_000}),
                    Command.create(
                        {
                            "account_id": payable.id,
                            "credit": 30_000,
                            "partner_id": self.siti.partner_id.id,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        settlement = self._leave()
        self.siti.action_exit("2026-06-30")
        # 150,000 saved and 30,000 of deliveries that were not paid
        self.assertEqual(settlement.amount_due, 180_000)
        self.assertEqual(sum(move.line_ids.mapped("amount_residual")), 0)
        self.assert_tied("2026-06-30")

    def test_member_bears_his_part_of_a_loss_as_the_meeting_decided(self):
        settlement = self._leave()
        with self.assertRaises(ValidationError):
            settlement.loss_total = 40_000
        meeting = self.env["coop.meeting"].create(
            {"name": "RAT rugi", "date": "2026-03-01"}
        )
        settlement.write({"loss_total": 40_000, "loss_meeting_id": meeting.id})
        # own capital: Siti 100,000 of 200,000 principal savings, so half
        self.assertEqual(settlement.loss_amount, 20_000)
        settlement.action_post("2026-06-30")
        self.assertEqual(settlement.amount_due, 130_000)
        loss_account = self.company._coop_account("shu_member")
        self.assertEqual(self._get_ledger(loss_account), 20_000)
        self.assert_tied("2026-06-30")

    def test_heirs_share_exactly_and_each_is_proven(self):
        wife, son = self.env["res.partner"].create([{"name": "Ibu"}, {"name": "Anak"}])
        settlement = self._leave(kind="death")
        self.env["coop.member.heir"].create(
            [
                {
                    "member_id": self.siti.id,
                    "partner_id": wife.id,
                    "relation": "spouse",
                    "percent": 33.3333,
                    "proof": "SKAW 12/2026",
                },
                {
                    "member_id": self.siti.id,
                    "partner_id": son.id,
                    "relation": "child",
                    "percent": 33.3333,
                },
            ]
        )
        with self.assertRaisesRegex(UserError, r"66\.6666.*Anak"):
            settlement.action_post("2026-06-30")
        son_heir = self.siti.heir_ids.filtered(lambda heir: heir.partner_id == son)
        son_heir.write({"percent": 66.6667, "proof": "SKAW 12/2026"})
        settlement.action_post("2026-06-30")
        # 150,000 by 33.3333 : 66.6667 is 49,999.95 : 100,000.05; floors 49,999 and
        # 100,000 leave 1 rupiah, which the larger remainder 0.95 takes
        self.assertEqual(
            {(p.partner_id, p.amount) for p in settlement.payment_ids},
            {(wife, 50_000), (son, 100_000)},
        )
        self.assertEqual(wife.company_id, self.company)
        with self.assertRaises(UserError):
            son_heir.percent = 50
        with self.assertRaises(UserError):
            self.env["coop.member.heir"].create(
                {
                    "member_id": self.siti.id,
                    "partner_id": self.budi.partner_id.id,
                    "percent": 1,
                }
            )

    def test_instalments_follow_the_rule_of_the_day_of_the_request(self):
        rule = self._set_rule(notice_months=2, end_of="month", instalment_count=4)
        self._set_rule(date_from="2026-07-01", notice_months=12)
        settlement = self._leave(day="2026-06-15")
        self.assertEqual(settlement.rule_id, rule)
        settlement.action_post("2026-06-30")
        # 15 June and two months, to the end of August; 150,000 / 4 = 37,500
        self.assertEqual(
            [(str(p.date_due), p.amount) for p in settlement.payment_ids],
            [
                ("2026-08-31", 37_500),
                ("2026-09-30", 37_500),
                ("2026-10-31", 37_500),
                ("2026-11-30", 37_500),
            ],
        )

    def test_vector_tap_exit_01(self):
        """Pay-out days and the transfer of TAP-EXIT-01 (SuperCoop Berlin).

        Its end date is the last day of holding; our day of exit is the first day
        without membership, so a gift or transfer is settled on the day after.
        """
        vector = VECTORS["TAP-EXIT-01"]
        requested = date.fromisoformat(vector["inputs"]["resignation_date"])
        expected = vector["expected"]
        self._set_rule(notice_months=36, end_of="year")
        exits = self.env["coop.member.exit"]
        self.env["coop.saving.rate"].create(
            {
                "type_id": self.principal.id,
                "date_from": "2024-01-01",
                "amount": 100_000,
                "meeting_id": self.principal.rate_ids.meeting_id.id,
            }
        )
        seller, giver, donor, receiver = self._join(
            "Seller", "Giver", "Donor", "Receiver", day="2024-01-05"
        )
        # a share is 100,000; the giver holds two
        self._receive(giver, {self.voluntary: 100_000}, "2024-01-05")
        end_days = []
        for disposal, member in (("refund", seller), ("donate", donor)):
            member.action_request_exit(date=str(requested))
            record = exits.search([("member_id", "=", member.id)])
            record.disposal = disposal
            end_days.append(str(record.date_refund))
        giver.action_request_exit(date=str(requested))
        transfer = exits.search([("member_id", "=", giver.id)])
        transfer.write({"disposal": "transfer", "receiver_id": receiver.id})
        end_days.append(str(transfer.date_refund))
        self.assertEqual(end_days, expected["pay_out_day"])
        start = expected["transfer"]["receiver_start"]
        self.assertEqual(start, str(requested + timedelta(days=1)))
        before = receiver.savings_balance
        transfer.action_post(start)
        self.assertEqual(
            str(giver.date_exited - timedelta(days=1)), expected["share_end_date"][2]
        )
        # one share is 100,000: the receiver's one becomes three, the giver has none
        self.assertEqual(
            (receiver.savings_balance - before) / 100_000 + 1,
            expected["transfer"]["receiver_shares"],
        )
        self.assertEqual(
            giver.savings_balance, expected["transfer"]["giver_open_shares"]
        )
        pairs = self.env["coop.saving.entry"].search([("exit_id", "=", transfer.id)])
        self.assertEqual(pairs.member_id, giver | receiver)
        self.assertEqual(sum(pairs.mapped("amount")), 0)
        self.assertFalse(transfer.payment_ids)
        self.assert_tied(str(requested), start)
        # undoing it takes the receiver's shares back and opens the giver's again
        transfer.action_reverse("2024-09-20")
        self.assertEqual(receiver.savings_balance, before)
        self.assertEqual(giver.savings_balance, 200_000)
        self.assertEqual(giver.state, "exiting")
        self.assert_tied("2024-09-19", "2024-09-20")

    def test_savings_given_to_the_cooperative_are_donated_capital(self):
        settlement = self._leave()
        settlement.disposal = "donate"
        settlement.action_post("2026-06-30")
        donated = self.company._coop_account("donated")
        self.assertEqual(self._get_ledger(donated), 150_000)
        self.assertEqual(settlement.amount_due, 0)
        self.assertFalse(settlement.payment_ids)
        self.assert_tied("2026-06-30")
