# SPDX-License-Identifier: AGPL-3.0-or-later
import io
from datetime import date

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestApplication(CoopCommon):
    def _elect(self, role, member, date_from="2026-01-01", date_to=False):
        return self.env["coop.officer"].create(
            {
                "role": role,
                "member_id": member.id,
                "date_from": date_from,
                "date_to": date_to,
            }
        )

    def test_checklist_warns_and_required_papers_hold_the_approval(self):
        types = self.env["coop.member.document.type"].search([])
        self.assertEqual(len(types), 4)
        member = self._apply("Siti")
        for name in types.mapped("name"):
            self.assertIn(name, member.documents_missing)
        types[0].is_required = True
        with self.assertRaisesRegex(UserError, "Siti.*KTP"):
            member.action_approve("2026-01-05")
        self.env["coop.member.document"].create(
            {"member_id": member.id, "type_id": types[0].id, "reference": "3201..."}
        )
        member.invalidate_recordset()
        self.assertNotIn("KTP", member.documents_missing)
        member.action_approve("2026-01-05")
        self.assertEqual(member.state, "approved")

    def test_paper_of_one_class_is_not_asked_of_another(self):
        extraordinary = self.env["coop.member.class"].search(
            [("code", "=", "ALB"), ("company_id", "=", self.company.id)]
        )
        paper = self.env["coop.member.document.type"].create(
            {"name": "Akta", "class_id": extraordinary.id, "is_required": True}
        )
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        other = self._apply("PT Maju", class_id=extraordinary.id)
        with self.assertRaisesRegex(UserError, paper.name):
            other.action_approve("2026-01-05")

    def test_officer_who_decided_stays_who_he_was(self):
        siti, budi = self._join("Siti", "Budi")
        chair = self._elect("chair", siti)
        chair.date_from = "2026-01-02"
        self._apply("Ani").action_approve("2026-01-05")
        for values in ({"member_id": budi.id}, {"date_from": "2025-01-01"}):
            with self.assertRaisesRegex(UserError, "posted fact"):
                chair.write(values)
        with self.assertRaisesRegex(UserError, "posted fact"):
            chair.unlink()
        chair.date_to = "2026-12-31"

    def test_contact_of_a_member_stays_in_the_cooperative(self):
        siti = self._join("Siti")
        other = self.env["res.company"].create({"name": "Koperasi Lain"})
        accountant = self._new_user("accountant")
        for company in (self.env["res.company"], other):
            with self.assertRaisesRegex(UserError, "Siti belongs to Koperasi Uji"):
                siti.partner_id.with_user(accountant).sudo().company_id = company
        heir = self.env["coop.member.heir"].create(
            {
                "member_id": siti.id,
                "partner_id": self.env["res.partner"].create({"name": "Ani"}).id,
                "percent": 100,
            }
        )
        with self.assertRaisesRegex(UserError, "Ani belongs to Koperasi Uji"):
            heir.partner_id.company_id = False

    def test_approval_names_the_officer_in_office(self):
        siti, budi = self._join("Siti", "Budi")
        former = self._elect("chair", siti, "2023-01-01", "2025-12-31")
        treasurer = self._elect("treasurer", budi)
        chair = self._elect("chair", siti)
        member = self._apply("Baru")
        member.approved_by_id = former
        with self.assertRaisesRegex(UserError, "not in office"):
            member.action_approve("2026-02-01")
        member.write(
            {"approved_by_id": treasurer.id, "approval_resolution": "SK-3/2026"}
        )
        member.action_approve("2026-02-01")
        self.assertEqual(member.approved_by_id, treasurer)
        self.assertEqual(member.date_approved, date(2026, 2, 1))
        # the chair stands for the board when nobody else is named
        second = self._apply("Kedua")
        second.action_approve("2026-02-01")
        self.assertEqual(second.approved_by_id, chair)
        for field, value in (
            ("approved_by_id", chair.id),
            ("approval_resolution", "SK-4"),
            ("date_approved", "2026-02-02"),
        ):
            with self.subTest(field=field), self.assertRaises(UserError):
                member.write({field: value})

    def _apply_with_fee(self):
        stranger = self.env["res.partner"].create(
            {"name": "Pelanggan", "company_id": self.company.id}
        )
        self._invoice(stranger, 1_000)
        fee = self.env["coop.entrance.fee"].create(
            {
                "date_from": "2026-01-01",
                "amount": 25_000,
                "meeting_id": self.principal.rate_ids.meeting_id.id,
            }
        )
        member = self._apply("Siti")
        receivable = stranger.property_account_receivable_id
        member.partner_id.property_account_receivable_id = receivable
        return member, fee

    def test_entrance_fee_is_income_taken_at_the_counter(self):
        member, fee = self._apply_with_fee()
        member.action_approve("2026-01-05")
        invoice = member.entrance_invoice_id
        account = self.company._coop_account("entrance_fee")
        self.assertEqual(invoice.invoice_line_ids.account_id, account)
        self.assertEqual(invoice.amount_total, 25_000)
        self._receive(member, {self.principal: 100_000}, "2026-01-06")
        with self.assertRaisesRegex(UserError, "25[.,]000"):
            member.action_activate("2026-01-06")
        receipt = self.env["coop.receipt"].create(
            {"member_id": member.id, "date": "2026-01-06"}
        )
        receipt.action_propose()
        self.assertEqual(receipt.amount_total, 25_000)
        receipt.action_post()
        member.action_activate("2026-01-06")
        self.assertEqual(member.state, "active")
        with self.assertRaises(UserError):
            fee.amount = 1

    def test_fee_in_force_on_the_day_of_the_approval_counts(self):
        member, _fee = self._apply_with_fee()
        member.action_approve("2025-12-31")
        self.assertFalse(member.entrance_invoice_id)

    def test_refusal_credits_an_unpaid_entrance_fee(self):
        member, _fee = self._apply_with_fee()
        member.action_approve("2026-01-05")
        member.action_refuse("moved")
        self.assertEqual(member.entrance_invoice_id.payment_state, "reversed")

    def test_principal_in_instalments_where_the_class_allows(self):
        member = self._apply("Siti")
        # the statutes allow four instalments, the first at the entry
        member.class_id.principal_percent = 25
        member.action_approve("2026-01-05")
        self._receive(member, {self.principal: 20_000}, "2026-01-06")
        # 25 % of 100,000 less 20,000
        with self.assertRaisesRegex(UserError, r"\b5[.,]000"):
            member.action_activate("2026-01-06")
        self._receive(member, {self.principal: 5_000}, "2026-01-07")
        member.action_activate("2026-01-07")
        self.assertEqual(member.state, "active")
        self.assertEqual(member.dues_open, 75_000)
        self.assert_tied("2026-01-06", "2026-01-07")

    @freeze_time("2026-06-15 03:00:00")
    def test_arrears_propose_a_suspension_once(self):
        siti, budi = self._join("Siti", "Budi")
        rule = self.env["coop.arrears.rule"].create(
            {"date_from": "2026-01-01", "overdue_count": 3, "source": "ART pasal 7"}
        )
        for month in range(2, 7):
            self.mandatory.action_create_dues(f"2026-{month:02d}-01")
        self._receive(budi, {self.mandatory: 60_000}, "2026-06-10")
        accountant = self._new_user("accountant")
        # due at the ends of February to May for Siti, 4; Budi paid 3 and owes May
        rows = self.env["coop.member"]._get_arrears(self.company, date(2026, 6, 15))
        self.assertEqual(
            [(member, count, float(amount)) for member, count, amount in rows],
            [(siti.id, 4, 80_000)],
        )
        for _run in range(2):
            rule._cron_propose_suspensions()
        self.assertEqual(len(siti.activity_ids), 1)
        self.assertEqual(siti.activity_ids.user_id, accountant)
        self.assertFalse(budi.activity_ids)
        self.assertEqual(siti.state, "active")

    def test_figures_count_sexes_and_warn_below_the_founding_minimum(self):
        siti, budi, _rudi = self._join("Siti", "Budi", "Rudi")
        siti.partner_id.gender = "female"
        budi.partner_id.gender = "male"
        figures = self.env["coop.member"].get_member_figures("2026-12-31")
        self.assertEqual(
            [figures[key] for key in ("total", "male", "female", "unknown", "joined")],
            [3, 1, 1, 1, 3],
        )
        # UU 6/2023: nine since 2020; twenty for a cooperative founded before
        self.assertEqual(figures["minimum"], 9)
        self.assertIn("UU 6/2023", figures["warning"])
        self.company.sudo().legal_entity_date = "2015-05-05"
        figures = self.env["coop.member"].get_member_figures("2026-12-31")
        self.assertEqual(figures["minimum"], 20)
        budi.action_request_exit()
        budi.action_exit("2026-06-30")
        before = self.env["coop.member"].get_member_figures("2026-06-29")
        after = self.env["coop.member"].get_member_figures("2026-06-30")
        self.assertEqual((before["total"], after["total"]), (3, 2))
        self.assertEqual(after["left"], 1)

    def test_register_keeps_those_who_left_on_paper_and_in_the_workbook(self):
        siti, budi = self._join("Siti", "Budi")
        self._apply("Pelamar")
        siti.partner_id.nik = "3201014101900001"
        budi.action_request_exit("pindah")
        budi.action_exit("2026-06-30")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_register", None, data={"whole": True}
        )
        text = html.decode()
        for expected in ("Siti", "Budi", "3201014101900001", "pindah"):
            self.assertIn(expected, text)
        self.assertNotIn("Pelamar", text)
        content, kind = self.env["ir.actions.report"]._render_xlsx(
            "coop_membership.register_xlsx", None, {"whole": True}
        )
        self.assertEqual(kind, "xlsx")
        sheet = load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(min_row=4, max_row=5, values_only=True))
        self.assertEqual(
            [row[1:4] for row in rows],
            [
                (siti.number, "Siti", "3201014101900001"),
                (budi.number, "Budi", ""),
            ],
        )
        self.assertEqual(rows[1][10].date(), date(2026, 6, 30))

    def test_nik_and_address_stay_in_the_company(self):
        member = self._join("Siti")
        member.partner_id.write(
            {"nik": "3201014101900001", "street": "Jalan Melati 1", "city": "Garut"}
        )
        paper = self.env["coop.member.document"].create(
            {
                "member_id": member.id,
                "type_id": self.env["coop.member.document.type"].search([], limit=1).id,
                "file": "UklKSEFTSUE=",
                "file_name": "ktp.jpg",
            }
        )
        scan = self.env["ir.attachment"].search(
            [("res_model", "=", paper._name), ("res_field", "=", "file")]
        )
        self.assertTrue(scan)
        other = self._create_cooperative("Koperasi Lain")
        for role in ("teller", "accountant", "auditor", "operator"):
            foreign = self.env(
                user=self._new_user(role, other),
                context={"allowed_company_ids": other.ids},
            )
            for record, fields in (
                (member.partner_id, ["nik", "street"]),
                (member, ["number"]),
                (paper, ["reference"]),
                (scan, ["datas"]),
            ):
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    record.with_env(foreign).read(fields)
            people = foreign["res.partner"]
            self.assertFalse(people.search([("nik", "=", "3201014101900001")]))
            self.assertFalse(people.search([("street", "ilike", "Melati")]))
            self.assertFalse(foreign["coop.member"]._get_register(member))
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                foreign["coop.member"].get_member_figures(company_id=self.company.id)

    def test_new_records_are_closed_to_other_companies(self):
        member = self._join("Siti")
        meeting = self.principal.rate_ids.meeting_id
        records = [
            self.env["coop.entrance.fee"].create(
                {"date_from": "2026-01-01", "amount": 1, "meeting_id": meeting.id}
            ),
            self.env["coop.arrears.rule"].create(
                {"date_from": "2026-01-01", "source": "ART"}
            ),
            self.env["coop.member.document.type"].search([], limit=1),
        ]
        other = self._create_cooperative("Koperasi Lain")
        user = self._new_user("accountant", other)
        foreign = self.env(user=user, context={"allowed_company_ids": other.ids})
        for record in records:
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                record.with_env(foreign).read()
        auditor = self._new_user("auditor")
        for record in [*records, member]:
            mine = record.with_user(auditor)
            mine.read(["company_id"])
            self.assertFalse(mine.has_access("write"))

    def test_vector_neg_03_paying_again_doubles_nothing(self):
        """NEG-03: unreconciling and reconciling a payment issued the shares twice."""
        member, _fee = self._apply_with_fee()
        member.action_approve("2026-01-05")
        receipt = self.env["coop.receipt"].create(
            {"member_id": member.id, "date": "2026-01-06"}
        )
        receipt.action_propose()
        receipt.action_post()
        member.action_activate("2026-01-06")
        number, savings = member.number, member.savings_balance
        invoice = member.entrance_invoice_id
        paid = receipt.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        owed = invoice.line_ids.filtered(
            lambda line: line.account_id == paid.account_id
        )
        owed.remove_move_reconcile()
        self.assertEqual(invoice.amount_residual, 25_000)
        (owed | paid).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual((member.number, member.savings_balance), (number, savings))
        self.assertEqual(len(member.account_ids.entry_ids), 1)
        with self.assertRaises(UserError):
            member.action_activate("2026-01-07")
        self.assert_tied("2026-01-06")

    def test_vector_neg_04_one_receipt_with_two_lines(self):
        """NEG-04: a payment of two lines broke on its one register number."""
        member = self._apply("Siti")
        member.action_approve("2026-01-05")
        receipt = self._receive(
            member, {self.principal: 100_000, self.voluntary: 5_000}, "2026-01-06"
        )
        self.assertTrue(receipt.name)
        self.assertEqual(len(receipt.entry_ids), 2)
        self.assertEqual(len(receipt.entry_ids.move_id), 1)

    def test_form_takes_an_application_with_papers(self):
        member = self._apply("Siti")
        kind = self.env["coop.member.document.type"].search([], limit=1)
        teller = self._new_user("teller")
        member.with_user(teller).write(
            {"document_ids": [Command.create({"type_id": kind.id})]}
        )
        self.assertEqual(member.document_ids.company_id, self.company)
