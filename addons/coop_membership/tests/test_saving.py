# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestSaving(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members = cls._join("Siti", "Budi")
        cls.siti, cls.budi = cls.members

    def _entry(self, **values):
        account = self.siti.account_ids.filtered(lambda a: a.type_id == self.principal)
        return self.env["coop.saving.entry"].create(
            {
                "account_id": account.id,
                "date": "2026-03-01",
                "kind": "deposit",
                "amount": 5_000,
                "journal_id": self.counter.id,
                **values,
            }
        )

    def _voluntary(self, amount=50_000, day="2026-02-01"):
        self._receive(self.siti, {self.voluntary: amount}, day)
        return self.siti.account_ids.filtered(lambda a: a.type_id == self.voluntary)

    # Dues

    def test_dues_are_created_once_for_each_member_and_period(self):
        self.assertEqual(self.mandatory.action_create_dues("2026-02-10"), 2)
        self.assertEqual(self.mandatory.action_create_dues("2026-02-20"), 0)
        late = self._join("Late", day="2026-02-15")
        self.assertEqual(self.mandatory.action_create_dues("2026-02-20"), 1)
        self.assertRecordValues(
            late.due_ids.filtered(lambda d: d.kind == "mandatory"),
            [{"amount": 20_000, "paid": 0, "state": "open"}],
        )

    def test_dues_of_1000_members_cost_as_many_queries_as_of_two(self):
        self.env.flush_all()
        with self.assertQueryCount(15):
            self.mandatory.action_create_dues("2026-02-10")

    def test_quarterly_period_is_counted_from_january(self):
        self.mandatory.interval_months = 3
        self.mandatory.action_create_dues("2026-05-20")
        due = self.siti.due_ids.filtered(lambda d: d.kind == "mandatory")
        self.assertEqual(str(due.period), "2026-04-01")
        self.assertEqual(str(due.date_due), "2026-06-30")

    def test_due_takes_the_amount_in_force_and_that_of_the_class(self):
        extraordinary = self.env["coop.member.class"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "extraordinary")]
        )
        self.budi.class_id = extraordinary
        meeting = self.mandatory.rate_ids.meeting_id
        self.env["coop.saving.rate"].create(
            [
                {
                    "type_id": self.mandatory.id,
                    "date_from": "2026-03-01",
                    "amount": 25_000,
                    "meeting_id": meeting.id,
                },
                {
                    "type_id": self.mandatory.id,
                    "date_from": "2026-01-01",
                    "amount": 5_000,
                    "class_id": extraordinary.id,
                    "meeting_id": meeting.id,
                },
            ]
        )
        self.mandatory.action_create_dues("2026-02-10")
        self.mandatory.action_create_dues("2026-03-10")
        for member, amounts in (
            (self.siti, [20_000, 25_000]),
            (self.budi, [5_000] * 2),
        ):
            dues = member.due_ids.filtered(lambda d: d.kind == "mandatory")
            self.assertEqual(dues.sorted("period").mapped("amount"), amounts)

    def test_dues_without_decided_amount_are_refused(self):
        self.mandatory.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "meeting"):
            self.mandatory.action_create_dues("2026-02-10")

    def test_nothing_is_booked_until_a_due_is_paid(self):
        before = self.env["account.move"].search_count([])
        self.mandatory.action_create_dues("2026-02-10")
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_waived_due_is_closed(self):
        self.mandatory.action_create_dues("2026-02-10")
        due = self.siti.due_ids.filtered(lambda d: d.kind == "mandatory")
        due.action_cancel()
        self.assertEqual((due.state, due.rest), ("cancelled", 0))
        with self.assertRaises(UserError):
            due.action_cancel()

    def test_paid_part_of_a_due_cannot_be_written(self):
        self.mandatory.action_create_dues("2026-02-10")
        due = self.siti.due_ids.filtered(lambda d: d.kind == "mandatory")
        for values in ({"paid": 20_000}, {"state": "paid"}, {"amount": 1}):
            with self.subTest(values=values), self.assertRaises(UserError):
                due.write(values)

    # Types and rates

    def test_principal_amount_needs_a_meeting_with_resolution(self):
        with self.assertRaises(ValidationError):
            self.env["coop.saving.rate"].create(
                {
                    "type_id": self.principal.id,
                    "date_from": "2026-05-01",
                    "amount": 150_000,
                }
            )

    def test_used_amount_is_locked(self):
        rate = self.principal.rate_ids
        with self.assertRaises(UserError):
            rate.amount = 1
        with self.assertRaises(UserError):
            rate.unlink()

    def test_control_account_serves_one_type_and_is_no_trade_account(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["coop.saving.type"].create(
                {
                    "name": "Second",
                    "code": "S2",
                    "account_id": self.voluntary.account_id.id,
                }
            )
        receivable = self.company._coop_ensure_account(
            "test_trade", "11288888", "R", "P", "asset_receivable", reconcile=True
        )
        with self.assertRaises(ValidationError):
            self.env["coop.saving.type"].create(
                {"name": "Third", "code": "S3", "account_id": receivable.id}
            )

    def test_used_type_keeps_its_account(self):
        other = self.company._coop_ensure_account(
            "test_other", "31119999", "O", "L", "equity"
        )
        with self.assertRaises(UserError):
            self.principal.account_id = other

    # Entries

    def test_single_entry_posts_its_own_journal_entry(self):
        entry = self._entry()
        entry.action_post()
        self.assertEqual(entry.state, "posted")
        self.assertEqual(str(entry.move_id.date), "2026-03-01")
        self.assertEqual(self._get_balance(self.siti, self.principal), 105_000)
        self.assert_tied("2026-02-28", "2026-03-01")

    def test_entry_in_general_journal_needs_the_other_account(self):
        entry = self._entry(journal_id=self.savings_journal.id)
        with self.assertRaisesRegex(UserError, "other side"):
            entry.action_post()

    def test_sign_must_fit_the_kind(self):
        for kind, amount in (("deposit", -1), ("withdrawal", 1), ("deposit", 0)):
            with (
                self.subTest(kind=kind),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                self._entry(kind=kind, amount=amount).flush_recordset()

    def test_posted_entry_is_immutable(self):
        entry = self._entry()
        entry.action_post()
        for values in ({"amount": 1}, {"date": "2026-01-01"}, {"state": "draft"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                entry.write(values)
        with self.assertRaises(UserError):
            entry.unlink()
        with self.assertRaises(UserError):
            self._entry(state="posted")
        with self.assertRaises(UserError):
            entry.action_post()

    def test_entry_pays_only_dues_of_its_account(self):
        self.mandatory.action_create_dues("2026-02-10")
        with self.assertRaisesRegex(ValidationError, "not owed"):
            self._entry(due_id=self.budi.due_ids.filtered("rest").id)

    def test_reversal_mirrors_once(self):
        entry = self._entry()
        entry.action_post()
        reversal = entry.action_reverse("2026-03-05", "typing error")
        self.assertRecordValues(
            reversal,
            [{"amount": -5_000, "kind": "reversal", "reversed_entry_id": entry.id}],
        )
        self.assertEqual(self._get_balance(self.siti, self.principal), 100_000)
        self.assert_tied("2026-03-04", "2026-03-05")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            entry.action_reverse("2026-03-06")

    def test_balance_cannot_be_written(self):
        account = self.siti.account_ids[:1]
        with self.assertRaises(UserError):
            account.balance = 1_000_000
        with self.assertRaises(UserError):
            self.env["coop.saving.account"].create(
                {
                    "member_id": self.siti.id,
                    "type_id": self.mandatory.id,
                    "balance": 5,
                }
            )

    def test_running_balance_follows_date_and_order(self):
        account = self._voluntary(50_000, "2026-02-01")
        self._receive(self.siti, {self.voluntary: 7_000}, "2026-02-03")
        self._receive(self.siti, {self.voluntary: 3_000}, "2026-02-02")
        # by date: 50,000; 53,000 on the 2nd; 60,000 on the 3rd
        self.assertEqual(
            account.entry_ids.sorted("date").mapped("balance_after"),
            [50_000, 53_000, 60_000],
        )

    # Drawing

    def test_withdrawal_beyond_the_balance_is_refused(self):
        self._voluntary(50_000)
        with self.assertRaisesRegex(UserError, "50[.,]000"):
            self._receive(self.siti, {self.voluntary: 50_001}, "2026-02-02", "out")

    def test_blocked_amount_cannot_be_drawn(self):
        account = self._voluntary(50_000)
        account.action_block(20_000)
        with self.assertRaises(UserError):
            self._receive(self.siti, {self.voluntary: 30_001}, "2026-02-02", "out")
        self._receive(self.siti, {self.voluntary: 30_000}, "2026-02-02", "out")
        self.assertEqual(account.balance, 20_000)
        account.action_block(-20_000)
        self._receive(self.siti, {self.voluntary: 20_000}, "2026-02-02", "out")

    def test_more_than_the_balance_cannot_be_blocked(self):
        account = self._voluntary(50_000)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            account.action_block(50_001)

    def test_past_day_cannot_spend_what_came_later(self):
        self._voluntary(50_000, "2026-02-10")
        with self.assertRaisesRegex(UserError, "later date"):
            self._receive(self.siti, {self.voluntary: 10_000}, "2026-02-09", "out")

    def test_principal_stays_while_the_membership_lasts(self):
        with self.assertRaisesRegex(UserError, "cannot be drawn"):
            self._receive(self.siti, {self.principal: 100_000}, "2026-02-09", "out")

    def test_membership_holds_savings_whatever_posts_them(self):
        # the counter's rule (UU 25/1992, elucidation of art. 41) for entries by hand
        entry = self._entry(kind="withdrawal", amount=-1_000)
        with self.assertRaisesRegex(UserError, "request to exit"):
            entry.action_post()
        entry.unlink()
        self.siti.action_request_exit()
        self._entry(kind="refund", amount=-100_000).action_post()
        self.siti.action_exit("2026-03-02")
        with self.assertRaisesRegex(UserError, "saves no more"):
            self._entry(date="2026-03-03").action_post()

    def test_entry_of_one_who_left_is_still_reversed(self):
        self.siti.action_request_exit()
        refund = self._entry(kind="refund", amount=-100_000)
        refund.action_post()
        self.siti.action_exit("2026-03-02")
        self.assertEqual(refund.action_reverse("2026-03-03").state, "posted")

    def test_principal_due_of_a_member_is_not_waived(self):
        tono = self._apply("Tono")
        tono.action_approve("2026-01-05")
        with self.assertRaisesRegex(UserError, "owes the principal saving"):
            tono.due_ids.action_cancel()

    def test_amount_of_the_members_class_is_asked(self):
        first, other = self.env["coop.member.class"].create(
            [{"name": "A", "code": "A"}, {"name": "B", "code": "B"}]
        )
        meeting = self.principal.rate_ids.meeting_id
        account = self.company._coop_ensure_account(
            "test_sp2", "31999999", "Second", "Kedua", "equity"
        )
        saving = self.principal.copy({"code": "SP2", "account_id": account.id})
        saving.rate_ids = [
            Command.create(
                {
                    "date_from": "2025-01-01",
                    "amount": 5,
                    "class_id": first.id,
                    "meeting_id": meeting.id,
                }
            )
        ]
        tono = self._apply("Tono", class_id=other.id)
        with self.assertRaisesRegex(UserError, "no principal saving in force"):
            tono._check_principal_decided(self.company, meeting.date)

    def test_meeting_stays_once_an_amount_rests_on_it(self):
        meeting = self.principal.rate_ids.meeting_id
        for vals in ({"date": "2026-01-01"}, {"kind": "board"}, {"resolution": "x"}):
            with self.assertRaisesRegex(UserError, "cannot change any more"):
                meeting.write(vals)
        meeting.resolution_number = "01/RAT/2025"
