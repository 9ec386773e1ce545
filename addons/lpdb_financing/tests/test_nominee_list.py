# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .nominee_common import NomineeCommon


@freeze_time("2026-06-20")
@tagged("post_install", "-at_install")
class TestNomineeList(NomineeCommon):
    """Versions of the list, many members at once, the paper."""

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

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

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

    def test_member_who_left_is_left_out_of_the_next_version(self):
        nominees = self._submitted()
        nominees[0].action_pay_out("2026-06-05", "KW-1")
        for member in (self.siti, self.budi):
            member._write_guarded({"state": "exited", "date_exited": "2026-06-10"})
        nominees.list_id.action_new_version()
        draft = self.loan.nominee_list_ids.filtered(lambda one: one.state == "draft")
        # Siti has money already and stays
        self.assertEqual(draft.line_ids.member_id, self.siti)
        self.assertIn("Budi", draft.note)
        self.assertNotIn("Siti", draft.note)
        draft.action_submit("2026-06-11", "013/KOP/2026")
        self.assertEqual(nominees.list_id.state, "superseded")

    def test_reversed_draw_ends_its_list(self):
        nominees = self._nominees({self.siti: 5_000_000}, draw_id=self.draw.id)
        record = nominees.list_id
        record.action_submit("2026-06-03", "1")
        self.draw.action_reverse("2026-06-05", "salah")
        self.assertEqual(record.state, "superseded")
        self.assertEqual(record.line_ids, nominees)
        draw = self._draw(self.loan, "2026-06-06", 5_000_000)
        other = self._nominees({self.budi: 5_000_000}, draw_id=draw.id)
        other.list_id.action_submit("2026-06-07", "2")
        self.assertEqual(other.list_id.state, "submitted")

    def test_draw_whose_money_was_lent_on_stays(self):
        nominees = self._nominees({self.siti: 5_000_000}, draw_id=self.draw.id)
        nominees.list_id.action_submit("2026-06-03", "1")
        nominees.action_pay_out("2026-06-04")
        with self._refused(UserError, "lent on to .*Siti"):
            self.draw.action_reverse("2026-06-05", "salah")
        self.assertEqual(self.draw.state, "posted")
        nominees.date_lent = False
        self.draw.action_reverse("2026-06-05", "salah")
        self.assertEqual(self.draw.state, "reversed")

    def test_draw_under_money_of_a_list_of_the_loan_stays(self):
        self._submitted()[0].action_pay_out("2026-06-05")
        with self._refused(UserError, "would be lent on"):
            self.draw.action_reverse("2026-06-06", "salah")
