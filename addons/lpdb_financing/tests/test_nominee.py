# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .nominee_common import NomineeCommon


@freeze_time("2026-06-20")
@tagged("post_install", "-at_install")
class TestNominee(NomineeCommon):
    """Who stands on the list, with how much, and who sees it."""

    def test_rows_of_a_loan_share_its_draft(self):
        nominees = self._nominees({self.siti: 2_000_000, self.budi: 1_500_000})
        record = nominees.list_id
        self.assertRecordValues(
            record,
            [{"version": 1, "state": "draft", "amount": 3_500_000, "line_count": 2}],
        )
        self.assertEqual(self._nominees({self.made: 1}).list_id, record)

    def test_submission_needs_members_and_a_letter(self):
        record = self.env["lpdb.nominee.list"].create({"facility_id": self.loan.id})
        with self._refused(UserError, "names no member"):
            record.action_submit("2026-06-03", "1")
        self._nominees({self.siti: 1})
        with self._refused(UserError, "number of the letter"):
            record.action_submit("2026-06-03")
        record.action_submit("2026-06-03", "1")
        with self._refused(UserError, "submitted already"):
            record.action_submit("2026-06-03", "1")

    def test_no_more_than_drawn(self):
        with self._refused(UserError, "more than"):
            self._nominees({self.siti: 3_000_000, self.budi: 2_000_001})
        self.assertFalse(self.loan.nominee_list_ids)
        nominees = self._nominees({self.siti: 3_000_000, self.budi: 2_000_000})
        with self._refused(UserError, "more than"):
            nominees[0].amount = 3_000_001
        # who is refused frees his part
        nominees[1].action_refuse("pindah usaha")
        nominees[0].amount = 5_000_000

    def test_lists_of_draws_share_the_limit(self):
        self._submitted({self.siti: 4_000_000})
        values = {"draw_id": self.draw.id}
        with self._refused(UserError, "more than"):
            self._nominees({self.budi: 1_000_001}, **values)
        nominee = self._nominees({self.budi: 1_000_000}, **values)
        self.assertEqual(nominee.draw_id, self.draw)
        self.assertEqual(nominee.list_id.version, 1)

    def test_planned_before_the_draw_within_the_ceiling(self):
        loan = self._create_facility(name="Usulan", plafond=100)
        values = {"facility_id": loan.id, "member_id": self.siti.id}
        self.env["lpdb.nominee"].create({**values, "amount": 100})
        with self._refused(UserError, "more than"):
            self.env["lpdb.nominee"].create(
                {**values, "member_id": self.budi.id, "amount": 1}
            )

    def test_only_members_of_the_day(self):
        late = self._members("Nanti", joined="2026-06-21")
        gone = self._members("Pergi")
        gone._write_guarded({"state": "exited", "date_exited": "2026-06-10"})
        held = self._members("Tahan")
        held._write_guarded({"state": "suspended"})
        asking = self.env["coop.member"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Calon"}).id}
        )
        for member, name in (
            (late, "Nanti"),
            (gone, "Pergi"),
            (held, "Tahan"),
            (asking, "Calon"),
        ):
            with self._refused(ValidationError, f"No member.*{name}"):
                self._nominees({self.siti: 1, member: 1})
        # he was a member when he got the money, before he left
        self._nominees({gone: 1}, date_lent="2026-06-09")
        with self._refused(ValidationError, "No member"):
            self._nominees({late: 1}, date_lent="2026-06-10")

    def test_member_is_checked_again_on_the_day_of_the_money(self):
        nominees = self._submitted()
        self.budi._write_guarded({"state": "exited", "date_exited": "2026-06-10"})
        with self._refused(ValidationError, "No member.*Budi"):
            nominees[1].action_pay_out("2026-06-15")

    def test_duplicates_are_named(self):
        with self._refused(ValidationError, "Twice: .*Siti"):
            self.env["lpdb.nominee"].create(
                [
                    {
                        "facility_id": self.loan.id,
                        "member_id": member.id,
                        "amount": 1,
                    }
                    for member in (self.siti, self.budi, self.siti)
                ]
            )
        self._nominees({self.siti: 1})
        with self._refused(ValidationError, "Twice: .*Siti"):
            self._nominees({self.siti: 2})

    def test_days_of_lending_are_plausible(self):
        nominees = self._submitted()
        with self._refused(ValidationError, "between its receipt and today"):
            nominees.action_pay_out("2026-05-31")
        with self._refused(ValidationError, "between its receipt and today"):
            nominees.action_pay_out("2026-06-21")

    def test_states_follow_the_days(self):
        nominee = self._submitted()[0]
        self.assertEqual(nominee.state, "planned")
        nominee.action_pay_out("2026-06-05")
        self.assertFalse(nominee.is_proven)
        nominee.proof_number = "KW-1"
        self.assertTrue(nominee.is_proven)
        with self._refused(UserError, "Not so"):
            nominee.action_refuse()
        nominee.action_repay("2026-06-20")
        self.assertEqual(nominee.state, "repaid")

    def test_deadline_of_the_draw(self):
        # 1 June and 30 days; 3,500,000 of 5,000,000 lent on
        self.assertEqual(str(self.draw.onlending_deadline), "2026-07-01")
        self.assertEqual(self.draw.onlending_missing, 5_000_000)
        self._submitted().action_pay_out("2026-06-05")
        self.assertEqual(self.draw.onlent_amount, 3_500_000)
        self.assertEqual(self.draw.onlending_missing, 1_500_000)
        self.loan.invalidate_recordset()
        self.assertIn("is to be lent on by", self.loan.onlending_warning)

    def test_late_lending_does_not_help_the_deadline(self):
        nominees = self._submitted()
        with freeze_time("2026-07-10"):
            nominees[0].action_pay_out("2026-07-01")
            nominees[1].action_pay_out("2026-07-02")
            self.assertEqual(self.draw.onlent_amount, 3_500_000)
            self.assertEqual(self.draw.onlending_missing, 3_000_000)
            self.loan.invalidate_recordset()
            self.assertIn("was not lent on by", self.loan.onlending_warning)
            late = self.env["lpdb.draw"].search(
                [("onlending_deadline", "<", "today"), ("onlending_missing", ">", 0)]
            )
            self.assertEqual(late, self.draw)

    def test_no_clause_no_warning(self):
        self.loan.onlending_days = 0
        self.assertFalse(self.draw.onlending_deadline)
        self.assertEqual(self.draw.onlending_missing, 0)
        self.assertFalse(self.loan.onlending_warning)

    def test_auditor_reads_only(self):
        nominees = self._submitted()
        seen = self._as(nominees, self._user("auditor"))
        self.assertEqual(sum(seen.mapped("amount")), 3_500_000)
        self.assertEqual(seen.list_id.amount, 3_500_000)
        with self.assertRaises(AccessError):
            seen.action_pay_out("2026-06-05")
        with self.assertRaises(AccessError):
            seen.list_id.action_submit("2026-06-05", "1")
        with self.assertRaises(AccessError):
            seen.create(
                {"facility_id": self.loan.id, "member_id": self.made.id, "amount": 1}
            )

    def test_accountant_does_the_whole_path(self):
        user = self._user("accountant")
        loan = self._as(self.loan, user)
        nominee = loan.env["lpdb.nominee"].create(
            {"facility_id": loan.id, "member_id": self.siti.id, "amount": 1_000}
        )
        nominee.list_id.action_submit("2026-06-03", "1")
        nominee.action_pay_out("2026-06-05", "KW")
        nominee.list_id.action_new_version()
        self.assertEqual(len(loan.nominee_list_ids), 2)

    def test_other_roles_and_companies_see_nothing(self):
        nominees = self._submitted()
        for role in ("teller", "operator", "factory_manager", "monitoring_officer"):
            user = self._user(role)
            self.assertFalse(nominees.with_user(user).has_access("read"), role)
        other = self._create_cooperative("Koperasi Lain")
        user = self._user("accountant", other)
        seen = self._as(nominees, user)
        self.assertFalse(seen.search([]))
        self.assertFalse(self._as(nominees.list_id, user).search([]))
        with self.assertRaises(AccessError):
            seen.read(["amount"])
        with self.assertRaises(AccessError):
            seen.create(
                {"facility_id": self.loan.id, "member_id": self.made.id, "amount": 1}
            )
        stranger = self.env["res.partner"].create(
            {"name": "Orang lain", "company_id": other.id}
        )
        member = self.env["coop.member"].create(
            {"partner_id": stranger.id, "company_id": other.id}
        )
        member._write_guarded({"state": "active", "date_joined": "2026-01-01"})
        with self.assertRaises(UserError):
            self._nominees({member: 1})
