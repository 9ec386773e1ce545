# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestMember(CoopCommon):
    def test_applicant_becomes_active_member_after_paying_principal(self):
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        self.assertRecordValues(
            member.due_ids,
            [{"type_id": self.principal.id, "amount": 100_000, "state": "open"}],
        )
        self._receive(member, {self.principal: 100_000}, "2026-01-06")
        member.action_activate("2026-01-06")
        self.assertEqual(member.state, "active")
        self.assertEqual(str(member.date_joined), "2026-01-06")
        self.assertEqual(self._get_balance(member, self.principal), 100_000)
        self.assert_tied("2026-01-05", "2026-01-06")

    def test_activation_says_how_much_principal_is_missing(self):
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        self._receive(member, {self.principal: 60_000}, "2026-01-06")
        # 100,000 owed less 60,000 paid
        with self.assertRaisesRegex(UserError, "40[.,]000"):
            member.action_activate("2026-01-06")

    def test_activation_needs_a_decided_principal_saving(self):
        self.principal.rate_ids.unlink()
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        with self.assertRaisesRegex(UserError, "meeting"):
            member.action_activate("2026-01-06")

    def test_numbers_are_drawn_in_order_and_skip_taken_ones(self):
        first = self._apply("Zero")
        first.action_approve()
        # a sequence is not rolled back with the test before, so count from here
        count = int(first.number[1:])
        self._apply("Old register", number=f"A{count + 2:05d}")
        members = self._apply("First", "Second")
        members.action_approve()
        self.assertEqual(
            members.mapped("number"), [f"A{count + 1:05d}", f"A{count + 3:05d}"]
        )

    def test_typed_number_finds_that_member_only(self):
        members = self._join("Siti", "Budi", "Ani")
        siti, budi, _ani = members
        siti._write_guarded({"number": "12"})
        budi._write_guarded({"number": "123"})
        for typed, found in (
            ("12", siti),  # exactly a number, though 123 contains it
            (" 123 ", budi),
            ("23", budi),  # part of a number
            ("sit", siti),  # part of a name
            ("999", siti.browse()),
        ):
            with self.subTest(typed=typed):
                model = self.env["coop.member"]
                domain = [("display_name", "ilike", typed), ("id", "in", members.ids)]
                self.assertEqual(model.search(domain), found)
        other = self._create_cooperative("Koperasi Lain")
        stranger = self._new_user("teller", other)
        foreign = self.env["coop.member"].with_user(stranger)
        foreign = foreign.with_context(allowed_company_ids=other.ids)
        for typed in ("12", "sit"):
            self.assertFalse(foreign.search([("display_name", "ilike", typed)]))

    def test_numbered_member_cannot_be_deleted(self):
        member, fresh = self._apply("Siti", "Budi")
        member.action_approve()
        with self.assertRaises(UserError):
            member.unlink()
        fresh.unlink()

    def test_number_is_unique_in_the_cooperative(self):
        self._apply("Siti", number="X1")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._apply("Budi", number="X1").flush_recordset()

    def test_one_live_membership_for_each_person(self):
        member = self._apply("Siti")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["coop.member"].create({"partner_id": member.partner_id.id})
        member.action_refuse("incomplete")
        self.env["coop.member"].create({"partner_id": member.partner_id.id})

    def test_contact_is_taken_into_the_cooperative(self):
        partner = self.env["res.partner"].create({"name": "Siti"})
        self.env["coop.member"].create({"partner_id": partner.id})
        self.assertEqual(partner.company_id, self.company)

    def test_contact_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env["res.partner"].create(
            {"name": "Siti", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.env["coop.member"].create({"partner_id": partner.id})

    def test_state_cannot_be_written_or_smuggled_in(self):
        member = self._apply("Siti")
        with self.assertRaises(UserError):
            member.write({"state": "active"})
        partner = self.env["res.partner"].create({"name": "Budi"})
        with self.assertRaises(UserError):
            self.env["coop.member"].create(
                {"partner_id": partner.id, "state": "active"}
            )
        smuggled = (
            self.env["coop.member"]
            .with_context(default_state="active")
            .create({"partner_id": partner.id})
        )
        self.assertEqual(smuggled.state, "applied")

    def test_actions_refuse_wrong_states(self):
        member = self._apply("Siti")
        for action in ("activate", "suspend", "reinstate", "request_exit", "exit"):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(member, f"action_{action}")()

    def test_suspended_member_is_a_member_and_comes_back(self):
        member = self._join("Siti")
        member.action_suspend("arrears")
        found = self.env["coop.member"]._get_member(
            member.partner_id, self.company, "2026-03-01"
        )
        self.assertEqual(found, member)
        member.action_reinstate()
        self.assertEqual(member.state, "active")

    def test_membership_is_known_for_every_past_day(self):
        member = self._join("Siti", day="2026-01-05")
        member.action_request_exit("moved")
        self._receive(member, {self.principal: 100_000}, "2026-06-30", direction="out")
        member.action_exit("2026-06-30")
        # first day in, day of exit out
        days = {
            "2026-01-04": False,
            "2026-01-05": True,
            "2026-06-29": True,
            "2026-06-30": False,
        }
        for day, expected in days.items():
            found = self.env["coop.member"]._get_member(
                member.partner_id, self.company, day
            )
            self.assertEqual(bool(found), expected, day)

    def test_membership_of_many_partners_costs_one_query(self):
        members = self._join("Siti", "Budi")
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        partners = members.partner_id | stranger
        partners.commercial_partner_id.mapped("name")
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["coop.member"]._get_members_by_partner(
                partners, self.company, "2026-02-01"
            )
        self.assertEqual(found, {member.partner_id.id: member for member in members})

    def test_contact_person_of_a_member_counts_as_the_member(self):
        member = self._join("Siti")
        child = self.env["res.partner"].create(
            {"name": "Delivery", "parent_id": member.partner_id.id}
        )
        found = self.env["coop.member"]._get_member(child, self.company, "2026-02-01")
        self.assertEqual(found, member)

    def test_open_dues_lapse_with_the_exit(self):
        member = self._join("Siti")
        self.mandatory.action_create_dues("2026-02-01")
        member.action_request_exit()
        self._receive(member, {self.principal: 100_000}, "2026-06-30", direction="out")
        member.action_exit("2026-06-30")
        self.assertEqual(
            member.due_ids.filtered(lambda d: d.kind == "mandatory").state, "cancelled"
        )

    def test_readmission_is_a_new_membership_with_a_new_number(self):
        member = self._join("Siti")
        member.action_request_exit()
        self._receive(member, {self.principal: 100_000}, "2026-06-30", direction="out")
        member.action_exit("2026-06-30")
        again = self.env["coop.member"].create({"partner_id": member.partner_id.id})
        again.action_approve("2026-07-01")
        self.assertNotEqual(again.number, member.number)

    def test_approved_register_facts_are_frozen(self):
        member = self._join("Siti")
        for field, value in (("number", "Z9"), ("date_joined", "2020-01-01")):
            with self.subTest(field=field), self.assertRaises(UserError):
                member.write({field: value})

    def test_application_that_paid_cannot_be_refused(self):
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        self._receive(member, {self.principal: 50_000}, "2026-01-06")
        with self.assertRaises(UserError):
            member.action_refuse()

    def test_bulk_application_costs_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "company_id": self.company.id} for n in range(1000)]
        )
        self.env.flush_all()
        # 1,000 rows in one create: no query per row (measured 21)
        with self.assertQueryCount(40):
            members = self.env["coop.member"].create(
                [{"partner_id": partner.id} for partner in partners]
            )
            self.env.flush_all()
        with self.assertQueryCount(30):
            members.action_approve()
            self.env.flush_all()
        self.assertEqual(len(set(members.mapped("number"))), 1000)

    def test_officers_in_office_on_a_day(self):
        member = self._join("Siti")
        officer = self.env["coop.officer"].create(
            {
                "role": "chair",
                "member_id": member.id,
                "date_from": "2026-02-01",
                "date_to": "2029-01-31",
            }
        )
        self.assertEqual(officer.partner_id, member.partner_id)
        search = self.env["coop.officer"]._get_officers
        self.assertEqual(search(self.company, "2026-02-01"), officer)
        self.assertFalse(search(self.company, "2026-01-31"))
        self.assertFalse(search(self.company, "2026-02-01", roles=["treasurer"]))
