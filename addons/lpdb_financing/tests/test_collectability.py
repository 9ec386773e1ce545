# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestCollectability(LpdbCommon):
    """Our class of a loan, and beside it what the lender says.

    The published loan: Rp5,000,000 drawn on 24 March 2014, 12 instalments of Rp416,667
    principal due on the 24th; row 1 is 508,334, row 2 is 500,695.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_table = cls.env.ref("lpdb_financing.lpdb_collectability_bank")
        cls.state_table = cls.env.ref("lpdb_financing.lpdb_collectability_state")
        cls.facility.collectability_id = cls.bank_table
        cls._draw()

    def _class(self, day):
        return self.facility.collectability_at(day)["class"]

    def _letter(self, number, day, source=None):
        return self.env["lpdb.dunning.letter"].create(
            {
                "facility_id": self.facility.id,
                "number": number,
                "date": day,
                "source": source or f"S-{number}",
            }
        )

    def _status(self, kind, day, **values):
        return self.env["lpdb.lender.status"].create(
            {
                "facility_id": self.facility.id,
                "kind": kind,
                "date": day,
                "source": "S-77",
                **values,
            }
        )

    def test_class_by_days(self):
        # due 24 April 2014 is day 1: 23 July is day 91 (7 April + 31 + 30 + 23),
        # 22 August day 121, 21 October day 181 (10 + 30 + 20 after 22 August)
        for day, days, name in (
            ("2014-04-23", 0, "Lancar"),
            ("2014-04-24", 1, "Dalam Perhatian Khusus"),
            ("2014-07-22", 90, "Dalam Perhatian Khusus"),
            ("2014-07-23", 91, "Kurang Lancar"),
            ("2014-08-21", 120, "Kurang Lancar"),
            ("2014-08-22", 121, "Diragukan"),
            ("2014-10-20", 180, "Diragukan"),
            ("2014-10-21", 181, "Macet"),
        ):
            found = self.facility.collectability_at(day)
            self.assertEqual(
                (found["days_past_due"], found["class"]), (days, name), day
            )

    def test_figures_of_a_day(self):
        found = self.facility.collectability_at("2014-05-30")
        self.assertEqual(json.loads(json.dumps(found)), found)
        # 37 days: 7 in April and 30 in May
        self.assertEqual(found["days_past_due"], 37)
        self.assertEqual(found["oldest_due"], "2014-04-24")
        self.assertEqual(found["overdue"], 508_334 + 500_695)
        self.assertEqual(found["next_due"], "2014-06-24")
        self.assertEqual(found["next_amount"], 493_056)
        self.assertEqual((found["rank"], found["basis"]), (2, "days"))
        self.assertEqual(found["fall_date"], "2014-07-23")
        self.assertEqual(found["fall_class"], "Kurang Lancar")
        self.assertFalse(found["is_different"])

    def test_partial_payment_stops_nothing_and_the_past_stays(self):
        self._pay("2014-05-02", amount=100_000)
        payment = self._pay("2014-05-05", amount=408_334)
        for day, days in (
            ("2014-05-02", 9),
            ("2014-05-04", 11),
            ("2014-05-05", 0),
            ("2014-05-23", 0),
            ("2014-05-24", 1),
        ):
            found = self.facility.collectability_at(day)
            self.assertEqual(found["days_past_due"], days, day)
        payment.action_reverse("2014-05-10")
        for day, days in (("2014-05-09", 0), ("2014-05-10", 17)):
            found = self.facility.collectability_at(day)
            self.assertEqual(found["days_past_due"], days, day)

    def test_past_before_new_terms(self):
        # the old rows were overdue; the first new one is due a month later
        self.facility.action_restructure("2014-06-24", {"periods": 10})
        for day, days in (("2014-06-23", 61), ("2014-06-24", 0), ("2014-07-24", 1)):
            found = self.facility.collectability_at(day)
            self.assertEqual(found["days_past_due"], days, day)

    def test_class_by_letters(self):
        self.facility.collectability_id = self.state_table
        self._letter("1", "2014-05-31")
        self._letter("2", "2014-07-10")
        self._letter("3", "2014-08-20")
        # a month after 31 May ends on 30 June
        for day, name in (
            ("2014-04-24", "Lancar"),
            ("2014-06-29", "Lancar"),
            ("2014-06-30", "Kurang Lancar"),
            ("2014-08-09", "Kurang Lancar"),
            ("2014-08-10", "Diragukan"),
            ("2014-09-19", "Diragukan"),
            ("2014-09-20", "Macet"),
        ):
            self.assertEqual(self._class(day), name, day)
        found = self.facility.collectability_at("2014-06-10")
        self.assertEqual(
            (found["fall_date"], found["fall_class"]), ("2014-06-30", "Kurang Lancar")
        )
        self.assertEqual(found["allowance_percent"], 0.5)
        # once all that was due then is paid, the letters are answered
        self._pay("2014-09-22", amount=508_334 + 500_695 + 493_056 + 485_417 + 477_778)
        self.assertEqual(self._class("2014-09-21"), "Macet")
        self.assertEqual(self._class("2014-09-22"), "Lancar")

    def test_hand_over_gives_the_last_class_by_letters(self):
        self.facility.collectability_id = self.state_table
        self._status("pupn", "2014-06-10")
        self.assertEqual(self._class("2014-06-09"), "Lancar")
        self.assertEqual(self._class("2014-06-10"), "Macet")
        self._status("returned", "2014-07-01")
        self.assertEqual(self._class("2014-07-01"), "Lancar")

    def test_hand_over_and_write_off_end_nothing(self):
        self._status("pupn", "2014-05-01")
        self.assertEqual(self.facility.lender_state, "pupn")
        self._status("write_off", "2014-05-02")
        self.assertEqual(self.facility.lender_state, "write_off")
        self.assertEqual(str(self.facility.lender_state_date), "2014-05-02")
        self.assertEqual(self.facility.outstanding, 5_000_000)
        self.assertEqual(self.facility.state, "active")
        # interest runs on (row 1 asks 91,667, seven more days run) and is booked
        self.assertTrue(self.facility.action_accrue("2014-05-31"))
        payment = self._pay("2014-06-02", amount=508_334)
        self.assertEqual(payment.principal, 416_667)
        self.assertEqual(self.facility.outstanding, 4_583_333)
        self.assertTied("2014-05-31", "2014-06-02")
        with self.assertRaises(UserError):
            self.facility.action_close()

    def test_lender_may_contradict(self):
        worse = self.bank_table.line_ids.filtered(lambda line: line.rank == 3)
        row = self._status("class", "2014-05-30", class_id=worse.id, stated_days=95)
        self.assertRecordValues(
            row, [{"own_days": 37, "is_different": True, "class_id": worse.id}]
        )
        self.assertIn("37", row.difference)
        self.assertEqual(self.facility.lender_class_id, worse)
        found = self.facility.collectability_at("2014-05-30")
        self.assertEqual(found["class"], "Dalam Perhatian Khusus")
        self.assertEqual(found["lender_class"], "Kurang Lancar")
        self.assertEqual(found["lender_source"], "S-77")
        self.assertTrue(found["is_different"])
        # what the lender said later is not known on an earlier day
        found = self.facility.collectability_at("2014-05-29")
        self.assertEqual(found["lender_class"], "")

    def test_own_class_shows_while_the_letter_is_typed(self):
        worse = self.bank_table.line_ids.filtered(lambda line: line.rank == 3)
        with Form(self.facility) as form:
            with form.lender_status_ids.new() as row:
                row.date = "2014-05-30"
                row.source = "S-77"
                row.class_id = worse
                self.assertEqual(row.own_days, 37)
                self.assertTrue(row.is_different)
        self.assertEqual(self.facility.lender_class_id, worse)

    def test_newer_version_of_the_table_holds(self):
        new = self.bank_table.copy({"date_from": "2014-06-01", "doubt": False})
        self.assertEqual(new.company_id, self.company)
        new.line_ids.filtered(lambda line: line.rank == 3).days_from = 40
        self.assertEqual(self._class("2014-06-02"), "Dalam Perhatian Khusus")
        new.active = True
        # day 40 is 2 June
        self.assertEqual(self._class("2014-05-31"), "Dalam Perhatian Khusus")
        self.assertEqual(self._class("2014-06-02"), "Kurang Lancar")

    def test_table_in_use_stays(self):
        own = self.bank_table.copy({"code": "own", "date_from": "2010-01-01"})
        line = own.line_ids[-1]
        line.days_from = 200
        self.facility.collectability_id = own
        with self.assertRaises(UserError):
            line.days_from = 210
        with self.assertRaises(UserError):
            own.date_from = "2011-01-01"
        with self.assertRaises(UserError):
            self.env["lpdb.collectability.line"].create(
                {
                    "collectability_id": own.id,
                    "rank": 9,
                    "name": "X",
                    "days_from": 999,
                }
            )
        with self.assertRaises(UserError):
            line.unlink()

    def test_nobody_slips_into_the_tables_of_all(self):
        user = new_test_user(
            self.env,
            login="coll_sly",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
        own = self.state_table.with_env(env).copy({"code": "own"})
        self.assertEqual(own.company_id, self.company)
        line = own.line_ids[-1]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            line.write({"collectability_id": self.state_table.id, "rank": 9})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            own.company_id = False
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            own.copy({"company_id": False, "code": "shared"})
        # nor into one that a signed loan uses
        used = own.copy({"code": "used"})
        self.facility.collectability_id = used
        spare = self.env["lpdb.collectability"].browse(own.id)
        with self.assertRaises(UserError):
            spare.line_ids[-1].write({"collectability_id": used.id, "rank": 9})

    def test_archived_rows_do_not_count(self):
        self.facility.collectability_id = self.state_table
        letter = self._letter("1", "2014-05-10")
        status = self._status("pupn", "2014-06-10")
        worse = self.state_table.line_ids[1]
        stated = self._status("class", "2014-06-10", class_id=worse.id, source="S-78")
        status.active = False
        self.assertEqual(self.facility.lender_state, "lender")
        self.assertEqual(self._class("2014-06-10"), "Kurang Lancar")
        letter.active = stated.active = False
        self.assertEqual(self._class("2014-06-10"), "Lancar")
        self.assertFalse(self.facility.lender_class_id)
        self.env.invalidate_all()
        self.assertEqual(self.facility.letter_ids, letter)
        with freeze_time("2014-06-10 03:00:00"):
            self.env.invalidate_all()
            kinds = [e["kind"] for e in self.facility._events_today()[self.facility.id]]
        self.assertEqual(kinds, ["overdue", "due"])

    def test_bad_tables(self):
        lines = [Command.create({"rank": 1, "name": "Lancar", "days_from": 1})]
        values = {"name": "Uji", "code": "x", "date_from": "2014-01-01", "source": "-"}
        with self.assertRaises(ValidationError):
            self.env["lpdb.collectability"].create({**values, "line_ids": lines})
        lines += [Command.create({"rank": 2, "name": "Macet", "days_from": 1})]
        with self.assertRaises(ValidationError):
            self.env["lpdb.collectability"].create({**values, "line_ids": lines})

    def test_bad_letters(self):
        with freeze_time("2014-06-01"), self.assertRaises(ValidationError):
            self._letter("1", "2014-06-03")
        letter = self._letter("1", "2014-05-30")
        with self.assertRaises(ValidationError):
            self._status("class", "2014-05-30")
        with self.assertRaises(ValidationError):
            self._status("pupn", "2014-05-30", class_id=self.bank_table.line_ids[0].id)
        other = self._create_facility(name="Lain", agreement_number="2")
        with self.assertRaises(UserError):
            letter.facility_id = other
        letter.source = "S-1 baru"
        self.assertIn("S-1 baru", self.facility.message_ids[:1].body)

    def test_found_in_the_list(self):
        with freeze_time("2014-05-30"):
            self.env.invalidate_all()
            loans = self.env["lpdb.facility"].search(
                [("days_past_due", ">", 30), ("id", "=", self.facility.id)]
            )
            self.assertEqual(loans, self.facility)
            self.assertEqual(loans.own_class_id.rank, 2)
            self.assertEqual(loans.overdue, 508_334 + 500_695)
            found = loans.search([("own_class_id", "=", loans.own_class_id.id)])
            self.assertEqual(found, self.facility)
            self.assertFalse(loans.search([("own_class_id.rank", "=", 5)]))
            self.assertFalse(loans.search([("days_past_due", ">", 37)]))
            self.assertEqual(
                loans.search([("next_due", "<=", fields.Date.to_date("2014-06-24"))]),
                self.facility,
            )

    def test_two_companies_and_the_auditor(self):
        self._letter("1", "2014-05-30")
        self._status("pupn", "2014-05-30")
        other = self._create_cooperative("Koperasi Lain")
        for role, company, count in (
            ("accountant", self.company, 1),
            ("auditor", self.company, 1),
            ("accountant", other, 0),
            ("auditor", other, 0),
        ):
            user = new_test_user(
                self.env,
                login=f"coll_{role}_{company.id}",
                groups=f"umkm_base.umkm_base_group_{role}",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            env = self.env(user=user, context={"allowed_company_ids": company.ids})
            for model in ("lpdb.dunning.letter", "lpdb.lender.status"):
                self.assertEqual(env[model].search_count([]), count, (role, model))
                self.assertFalse(env[model].has_access("unlink"))
                self.assertEqual(env[model].has_access("create"), role == "accountant")
            facility = self.facility.with_env(env)
            if count:
                self.assertEqual(
                    facility.collectability_at("2014-05-30")["days_past_due"], 37
                )
            else:
                with self.assertRaises(AccessError):
                    facility.collectability_at("2014-05-30")
                with self.assertRaises(AccessError):
                    env["lpdb.dunning.letter"].create(
                        {
                            "facility_id": self.facility.id,
                            "source": "S-9",
                            "date": "2014-05-29",
                        }
                    )
            # all see the law's tables, nobody changes them
            table = self.bank_table.with_env(env)
            self.assertEqual(len(table.line_ids), 5)
            with self.assertRaises(AccessError):
                table.name = "x"
            with self.assertRaises(AccessError):
                self.state_table.with_env(env).line_ids[0].name = "x"
