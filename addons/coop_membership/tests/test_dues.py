# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestDues(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls.env["res.partner"].create(
            {"name": "PT Giling", "is_company": True, "company_id": cls.company.id}
        )
        cls.siti, cls.budi, cls.ani = cls._join("Siti", "Budi", "Ani")
        (cls.siti | cls.budi).employer_id = cls.mill
        cls.siti.partner_id.write({"phone": "0812-3456-7890", "email": "siti@a.id"})
        for day in ("2026-02-01", "2026-03-01"):
            cls.mandatory.action_create_dues(day)
        cls.clearing = cls.company._coop_ensure_account(
            "test_clearing", "21999999", "Payroll", "Potongan", "liability_current"
        )

    def _arrears(self, member):
        return self.env["coop.saving.arrears"].search([("member_id", "=", member.id)])

    def _batch(self, day="2026-03-31", **values):
        return self.env["coop.saving.batch"].create(
            {
                "name": "Potongan",
                "kind": "dues",
                "date": day,
                "counterpart_account_id": self.clearing.id,
                **values,
            }
        )

    def _import(self, batch, content, name="list.csv"):
        content = content.encode() if isinstance(content, str) else content
        return (
            self.env["coop.payroll.import"]
            .create(
                {
                    "batch_id": batch.id,
                    "data": base64.b64encode(content),
                    "filename": name,
                }
            )
            .action_import()
        )

    # Arrears

    @freeze_time("2026-03-10 03:00:00")
    def test_arrears_are_what_is_past_its_day(self):
        # the view asks the database for the day: the real one is later than both dues
        self._receive(self.budi, {self.mandatory: 30_000}, "2026-03-05")
        self._receive(self.ani, {self.mandatory: 40_000}, "2026-03-05")
        self.assertRecordValues(
            self._arrears(self.siti) | self._arrears(self.budi),
            [
                {"amount_overdue": 40_000, "overdue_count": 2},
                {"amount_overdue": 10_000, "overdue_count": 1},
            ],
        )
        self.assertEqual(str(self._arrears(self.siti).oldest_due), "2026-02-28")
        self.assertFalse(self._arrears(self.ani))

    def test_reminders_by_chat_e_mail_and_call(self):
        row = self._arrears(self.siti)
        link = row.action_whatsapp()["url"]
        self.assertTrue(link.startswith("https://wa.me/6281234567890?text="))
        self.assertIn("Siti", link)
        self.assertTrue(self.siti.date_reminded)
        with self.assertRaisesRegex(UserError, "no mobile number"):
            self._arrears(self.budi).action_whatsapp()
        rows = row | self._arrears(self.budi)
        mails = self.env["mail.mail"].search([])
        result = rows.action_email()
        self.assertIn("Budi", result["params"]["message"])
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.siti.partner_id)
        self.assertIn("20", mail.body_html)
        rows.action_plan_call()
        rows.action_plan_call()
        self.assertEqual(len(self.siti.activity_ids), 1)
        self.assertEqual(len(self.budi.activity_ids), 1)

    def test_arrears_of_other_companies_are_invisible(self):
        self.assertTrue(self._arrears(self.siti).with_user(self._new_user("auditor")))
        other = self._create_cooperative("Lain")
        stranger = self._new_user("accountant", other)
        foreign = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        self.assertFalse(foreign["coop.saving.arrears"].search([]))
        with self.assertRaises(AccessError):
            self.env["coop.saving.arrears"].with_user(
                self._new_user("operator")
            ).search([])

    def test_dues_are_created_by_themselves_where_wanted(self):
        self.mandatory.automatic_dues = True
        cron = self.env.ref("coop_membership.ir_cron_create_dues")
        with freeze_time("2026-04-01 20:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        dues = self.siti.due_ids.filtered(lambda d: str(d.period) == "2026-04-01")
        self.assertEqual(len(dues), 1)

    # Payroll

    def test_list_of_an_employer_goes_out_and_comes_back(self):
        batch = self._batch(employer_id=self.mill.id)
        self.assertEqual(
            [(row["number"], row["owed"]) for row in batch.get_payroll_list()],
            [(self.siti.number, 40_000), (self.budi.number, 40_000)],
        )
        content, kind = self.env["ir.actions.report"]._render_xlsx(
            "coop_membership.report_payroll", batch.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.active
        self.assertEqual(sheet.max_row, 3)
        # Siti in full, Budi 25,000 of 40,000
        sheet["E2"], sheet["E3"] = 40_000, 25_000
        filled = io.BytesIO()
        book.save(filled)
        self._import(batch, filled.getvalue(), "list.xlsx")
        self.assertEqual(batch.amount_total, 65_000)
        short = {row["number"]: row["short"] for row in batch.get_payroll_list()}
        self.assertEqual(short, {self.siti.number: 0, self.budi.number: 15_000})
        batch.action_post()
        after = {row["number"]: row["short"] for row in batch.get_payroll_list()}
        self.assertEqual(after, short)
        dues = self.env["coop.saving.due"].search(
            batch.action_short_payments()["domain"]
        )
        self.assertRecordValues(dues, [{"member_id": self.budi.id, "rest": 15_000}])
        self.assert_tied("2026-03-31")

    def test_csv_as_indonesians_write_it(self):
        batch = self._batch()
        number = self.siti.number
        self._import(batch, f"Nomor;Nama;Jenis;Jumlah\n{number};Siti;SW;Rp 25.000,00\n")
        self.assertEqual(batch.amount_total, 25_000)
        # the oldest due first
        paid = {str(e.due_id.period): e.amount for e in batch.entry_ids}
        self.assertEqual(paid, {"2026-02-01": 20_000, "2026-03-01": 5_000})

    def test_wrong_rows_of_a_file_are_named_and_nothing_is_prepared(self):
        batch = self._batch()
        number = self.siti.number
        with self.assertRaises(UserError) as caught:
            self._import(
                batch, f"number,type,amount\n{number},SW,20000\nX,SW,1\n{number},SW,a\n"
            )
        self.assertIn("Row 2:", str(caught.exception))
        self.assertIn("Row 3:", str(caught.exception))
        self.assertEqual((batch.state, batch.entry_count), ("draft", 0))
        for content, words in (
            ("a,b\n1,2\n", "needs a column"),
            (b"PK\x03\x04broken", "no spreadsheet"),
            (b"number\xff\xfe", "UTF-8"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._import(batch, content)

    def test_more_than_owed_is_refused_with_the_member(self):
        batch = self._batch()
        with self.assertRaisesRegex(UserError, "Siti"):
            self._import(batch, f"number,type,amount\n{self.siti.number},SW,40001\n")

    def test_employer_limits_what_is_collected(self):
        batch = self._batch(employer_id=self.mill.id)
        batch.action_prepare()
        self.assertEqual(batch.entry_ids.member_id, self.siti | self.budi)
        with self.assertRaisesRegex(UserError, "collects all"):
            batch.action_short_payments()

    def test_dues_are_found_by_what_is_shown(self):
        wulan, tono = self._join("Wulan", "Tono")
        self.mandatory.action_create_dues("2026-02-01")
        self.mandatory.action_create_dues("2026-03-01")
        dues = self.env["coop.saving.due"]
        february, march = dues.search(
            [("member_id", "=", wulan.id), ("kind", "=", "mandatory")]
        )
        self.assertEqual(str(february.period), "2026-02-01")
        for text, expected in (
            (february.display_name, february),
            (f"{wulan.number} 2026-03", march),
            ("wulan " + self.mandatory.name.split()[0].lower(), february | march),
            (f"{tono.number} wulan", dues),
            ("nothing of the kind", dues),
        ):
            found = [due_id for due_id, _name in dues.name_search(text)]
            self.assertEqual(sorted(found), expected.ids, text)
        self.assertIn(march.id, [row[0] for row in dues.name_search("")])
