# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestBatch(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clearing = cls.company._coop_ensure_account(
            "test_clearing", "21999999", "Payroll", "Potongan", "liability_current"
        )

    def _batch(self, kind, day="2026-02-28", **values):
        return self.env["coop.saving.batch"].create(
            {"name": "Uji", "kind": kind, "date": day, **values}
        )

    def test_opening_balances_pay_the_principal_saving(self):
        members = self._apply("Siti", "Budi", date_joined="2020-05-01")
        members.action_approve("2026-01-01")
        batch = self._batch("opening", "2026-01-01")
        rows = []
        for member in members:
            rows += [
                {"number": member.number, "type": "SP", "amount": 100_000},
                {"number": member.number, "type": "SW", "amount": 240_000},
                {"member_id": member.id, "type_id": self.voluntary.id, "amount": 5_000},
            ]
        self.assertEqual(batch.action_prepare(rows), 6)
        self.assertEqual(batch.amount_total, 690_000)
        batch.action_post()
        # one line per control account and one on the account of opening balances
        self.assertEqual(len(batch.move_id.line_ids), 4)
        members.action_activate()
        self.assertEqual(str(members[0].date_joined), "2020-05-01")
        self.assertEqual(members[0].savings_balance, 345_000)
        self.assert_tied("2025-12-31", "2026-01-01")

    def test_dues_of_all_members_are_collected_in_one_entry(self):
        members = self._join("Siti", "Budi")
        self.mandatory.action_create_dues("2026-02-01")
        batch = self._batch("dues", counterpart_account_id=self.clearing.id)
        self.assertEqual(batch.action_prepare(), 2)
        batch.action_post()
        self.assertEqual(batch.move_id.amount_total, 40_000)
        self.assertEqual(set(members.due_ids.mapped("state")), {"paid"})
        self.assert_tied("2026-02-27", "2026-02-28")

    def test_payroll_list_pays_the_oldest_dues_first(self):
        member = self._join("Siti")
        self.mandatory.action_create_dues("2026-02-01")
        self.mandatory.action_create_dues("2026-03-01")
        batch = self._batch(
            "dues", "2026-03-31", counterpart_account_id=self.clearing.id
        )
        batch.action_prepare(
            [{"number": member.number, "type": "SW", "amount": 25_000}]
        )
        batch.action_post()
        dues = member.due_ids.filtered(lambda d: d.kind == "mandatory")
        self.assertEqual(dues.sorted("period").mapped("paid"), [20_000, 5_000])

    def test_list_beyond_what_is_owed_is_refused(self):
        member = self._join("Siti")
        batch = self._batch("dues", counterpart_account_id=self.clearing.id)
        with self.assertRaisesRegex(UserError, "owe less"):
            batch.action_prepare([{"number": member.number, "type": "SW", "amount": 1}])

    def test_wrong_rows_are_named_and_nothing_is_prepared(self):
        member = self._join("Siti")
        batch = self._batch("opening")
        number = member.number
        with self.assertRaises(UserError) as caught:
            batch.action_prepare(
                [
                    {"number": number, "type": "SS", "amount": 1_000},
                    {"number": "NONE", "type": "SS", "amount": 1_000},
                    {"number": number, "type": "XX", "amount": 1_000},
                    {"number": number, "type": "SS", "amount": "much"},
                    {"number": number, "type": "SS", "amount": -5},
                    {"number": number, "type": "SS", "amount": 0.001},
                ]
            )
        message = str(caught.exception)
        self.assertIn("5 rows", message)
        for row in range(2, 7):
            self.assertIn(f"Row {row}:", message)
        self.assertNotIn("Row 1:", message)
        self.assertEqual((batch.state, batch.entry_count), ("draft", 0))

    def test_prepared_batch_can_start_again_or_be_deleted(self):
        member = self._join("Siti")
        batch = self._batch("opening")
        row = {"number": member.number, "type": "SS", "amount": 1_000}
        batch.action_prepare([row])
        batch.action_reset()
        self.assertEqual(batch.entry_count, 0)
        batch.action_prepare([row])
        batch.unlink()
        self.assertFalse(member.account_ids.entry_ids.filtered("batch_id"))

    def test_posted_batch_is_immutable_and_reversed_as_a_whole(self):
        member = self._join("Siti")
        batch = self._batch("opening")
        batch.action_prepare([{"number": member.number, "type": "SS", "amount": 1_000}])
        batch.action_post()
        with self.assertRaises(UserError):
            batch.date = "2026-01-01"
        with self.assertRaises(UserError):
            batch.unlink()
        with self.assertRaises(UserError):
            batch.action_post()
        with self.assertRaises(UserError):
            batch.entry_ids.action_reverse()
        batch.action_reverse("2026-03-01")
        self.assertEqual(batch.state, "reversed")
        self.assertEqual(self._get_balance(member, self.voluntary), 0)
        self.assert_tied("2026-02-28", "2026-03-01")

    def test_interest_needs_the_other_account(self):
        member = self._join("Siti")
        batch = self._batch("interest")
        self.assertEqual(
            batch.counterpart_account_id, self.company._coop_account("savings_interest")
        )
        batch.counterpart_account_id = False
        batch.action_prepare([{"number": member.number, "type": "SS", "amount": 500}])
        with self.assertRaisesRegex(UserError, "other side"):
            batch.action_post()
        batch.counterpart_account_id = self.clearing
        batch.action_post()
        self.assert_tied()

    def test_entries_stand_on_the_day_that_the_batch_has_when_posted(self):
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        batch = self._batch("opening")
        row = {"number": member.number, "type": "SP", "amount": 100_000}
        batch.action_prepare([row])
        batch.date = "2026-02-03"
        batch.action_post()
        entry = batch.entry_ids
        self.assertEqual([str(entry.date), str(batch.move_id.date)], ["2026-02-03"] * 2)
        self.assertRecordValues(
            entry, [{"state": "posted", "move_id": batch.move_id.id, "line_no": 1}]
        )

    def test_empty_batch_is_refused(self):
        with self.assertRaisesRegex(UserError, "nothing to collect"):
            self._batch("dues").action_prepare()

    def test_batch_queries_do_not_grow_with_members(self):
        members = self._apply(*(f"P{n}" for n in range(200)))
        members.action_approve("2026-01-05")
        batch = self._batch("opening")
        rows = [
            {"number": member.number, "type": "SP", "amount": 100_000}
            for member in members
        ]
        self.env.flush_all()
        with self.assertQueryCount(120):
            batch.action_prepare(rows)
            batch.action_post()
            self.env.flush_all()
        members.action_activate()
        self.assertEqual(set(members.mapped("state")), {"active"})

    def test_due_paid_meanwhile_is_named(self):
        member = self._join("Siti")
        self.mandatory.action_create_dues("2026-02-01")
        batch = self._batch("dues", counterpart_account_id=self.clearing.id)
        batch.action_prepare()
        self._receive(member, {self.mandatory: 15_000}, "2026-02-20")
        with self.assertRaisesRegex(
            UserError, "Siti.*2026-02-01: open .*5.000.*20.000"
        ):
            batch.action_post()
        batch.entry_ids.due_id.action_cancel()
        with self.assertRaisesRegex(UserError, "open .*0.*, asked .*20.000"):
            batch.action_post()
