# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import LpdbCommon


@freeze_time("2026-06-20")
@tagged("post_install", "-at_install")
class TestNominee(LpdbCommon):
    """Rp5,000,000 drawn on 1 June 2026, to be lent on within 30 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_facility(
            name="Pinjaman penyaluran",
            date_agreement="2026-05-01",
            plafond=8_000_000,
            onlending_days=30,
        )
        cls.draw = cls._draw(cls.loan, "2026-06-01", 5_000_000)
        cls.siti, cls.budi, cls.made = cls._members("Siti", "Budi", "Made")

    @classmethod
    def _members(cls, *names, joined="2026-01-05", **values):
        members = cls.env["coop.member"].create(
            [
                {"partner_id": partner.id, "date_applied": "2026-01-02", **values}
                for partner in cls.env["res.partner"].create(
                    [{"name": name, "company_id": cls.company.id} for name in names]
                )
            ]
        )
        # how one becomes a member is coop_membership's; here only that he is one
        members._write_guarded({"state": "active", "date_joined": joined})
        return members

    def _nominees(self, amounts, **values):
        return self.env["lpdb.nominee"].create(
            [
                {
                    "facility_id": self.loan.id,
                    "member_id": member.id,
                    "amount": amount,
                    **values,
                }
                for member, amount in amounts.items()
            ]
        )

    def _submitted(self, amounts=None, day="2026-06-03"):
        nominees = self._nominees(
            amounts or {self.siti: 2_000_000, self.budi: 1_500_000}
        )
        nominees.list_id.action_submit(day, "012/KOP/2026")
        return nominees

    @contextmanager
    def _refused(self, error, text):
        """Expect an error and roll back what was begun, as a request does."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def test_rows_of_a_loan_share_its_draft(self):
        nominees = self._nominees({self.siti: 2_000_000, self.budi: 1_500_000})
        record = nominees.list_id
        self.assertRecordValues(
            record,
            [{"version": 1, "state": "draft", "amount": 3_500_000, "line_count": 2}],
        )
        self.assertEqual(self._nominees({self.made: 1}).list_id, record)

    def test_submitted_list_stays(self):
        nominees = self._submitted()
        record = nominees.list_id
        self.assertEqual(str(record.date_submitted), "2026-06-03")
        nominee = nominees[0]
        for field, value in (("amount", 1), ("member_id", self.made.id)):
            with self._refused(UserError, "cannot change"):
                nominee[field] = value
        with self.assertRaises(UserError):
            nominee.unlink()
        with self.assertRaises(UserError):
            record.unlink()
        with self._refused(UserError, "cannot change"):
            record.reference = "013"
        with self._refused(UserError, "cannot change"):
            self.env["lpdb.nominee"].create(
                {"list_id": record.id, "member_id": self.made.id, "amount": 1}
            )
        other = self._nominees({self.made: 1})
        with self.assertRaises(UserError):
            other.list_id = record
        with self.assertRaises(UserError):
            record.state = "draft"

    def test_correction_is_a_new_version(self):
        nominees = self._submitted()
        nominees[0].action_pay_out("2026-06-05", "KW-1")
        record = nominees.list_id
        record.action_new_version()
        draft = self.loan.nominee_list_ids.filtered(lambda one: one.state == "draft")
        self.assertEqual(draft.version, 2)
        # what happens meanwhile to the list in force goes along
        nominees[1].action_pay_out("2026-06-06")
        copy = draft.line_ids
        self.assertEqual(copy.mapped("state"), ["paid_out", "paid_out"])
        self.assertEqual(self.loan.onlent_amount, 3_500_000)
        self._nominees({self.made: 1_500_000})
        draft.action_submit("2026-06-10", "020/KOP/2026")
        self.assertEqual(record.state, "superseded")
        self.assertEqual(draft.replaces_id, record)
        self.assertEqual(self.loan.onlent_amount, 3_500_000)
        with self._refused(UserError, "cannot change"):
            nominees[0].date_repaid = "2026-06-11"

    def test_who_has_money_stays_on_the_list(self):
        nominees = self._submitted()
        nominees[0].action_pay_out("2026-06-05")
        nominees.list_id.action_new_version()
        draft = self.loan.nominee_list_ids.filtered(lambda one: one.state == "draft")
        line = draft.line_ids.filtered(lambda n: n.member_id == self.siti)
        line.amount = 1_000_000
        with self._refused(UserError, "stay with their amounts: .*Siti"):
            draft.action_submit("2026-06-10", "2")
        line.unlink()
        with self._refused(UserError, "Siti"):
            draft.action_submit("2026-06-10", "2")
        self.assertEqual(draft.state, "draft")

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

    def test_thousand_nominees_at_once(self):
        members = self._members(*[f"Anggota {i:04d}" for i in range(1001)])
        rows = [
            {"facility_id": self.loan.id, "member_id": member.id, "amount": 4_000}
            for member in members
        ]
        one = self._queries(lambda: self.env["lpdb.nominee"].create(rows[:1]))
        many = self._queries(lambda: self.env["lpdb.nominee"].create(rows[1:]))
        # inserts go by the hundred, nothing else grows with the rows
        self.assertLess(many, one + 40)
        self.assertEqual(self.loan.nominee_list_ids.line_count, 1001)
        submit = self._queries(
            lambda: self.loan.nominee_list_ids.action_submit("2026-06-03", "1")
        )
        self.assertLess(submit, 60)
        pay = self._queries(lambda: self.loan.nominee_ids.action_pay_out("2026-06-04"))
        self.assertLess(pay, 40)

    def test_load_over_a_file(self):
        record = self.env["lpdb.nominee.list"].create({"facility_id": self.loan.id})
        result = self.env["lpdb.nominee"].load(
            ["list_id/.id", "member_id/.id", "amount", "purpose"],
            [
                [str(record.id), str(self.siti.id), "1000000", "Bibit"],
                [str(record.id), str(self.budi.id), "500000", "Pupuk"],
            ],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(record.amount, 1_500_000)

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_report_is_signed_by_who_is_in_office(self):
        self.siti.partner_id.nik = "6402014505800001"
        self.env["coop.officer"].create(
            [
                {"role": role, "member_id": member.id, "date_from": "2026-01-05"}
                for role, member in (("chair", self.made), ("treasurer", self.budi))
            ]
        )
        nominees = self._submitted()
        nominees[0].action_pay_out("2026-06-05", "KW-1")
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "lpdb_financing.report_nominee_list", nominees.list_id.ids
        )
        self.assertEqual(kind, "html")
        text = html.decode()
        for part in (
            "DAFTAR NOMINATIF DAN REALISASI PENYALURAN",
            "6402014505800001",
            "012/KOP/2026",
            "5 Juni 2026",
            "KW-1",
            "3.500.000",
            "Dua juta rupiah",
            # still to be lent on
            "Rp1.500.000",
        ):
            self.assertIn(part, text)
        self.assertEqual(
            nominees.list_id._print_signers(),
            [("Ketua", "Made"), ("Bendahara", "Budi"), ("Manajer", "")],
        )
        # signed when the money was paid out, after the list went to the lender
        self.assertEqual(str(nominees.list_id._print_day()), "2026-06-05")

    def _user(self, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login=f"nominee_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, record, user):
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

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
