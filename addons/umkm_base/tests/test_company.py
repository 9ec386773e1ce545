# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestCompany(UmkmCase):
    def test_time_zone_follows_the_region_and_may_differ(self):
        self.assertEqual(self.company_a.time_zone, "Asia/Makassar")
        self.assertEqual(self.company_b.time_zone, "Asia/Jakarta")
        self.company_b.time_zone = "Asia/Jayapura"
        self.assertEqual(self.company_b.time_zone, "Asia/Jayapura")

    def test_local_date_around_midnight(self):
        # 16:30 UTC is 00:30 of the next day at UTC+8 and 23:30 of the same at UTC+7.
        moment = datetime(2026, 3, 31, 16, 30)
        self.assertEqual(self.company_a._local_date(moment), date(2026, 4, 1))
        self.assertEqual(self.company_b._local_date(moment), date(2026, 3, 31))
        self.assertEqual(
            self.company_a._local_date("2026-03-31 16:30:00"), date(2026, 4, 1)
        )
        with freeze_time("2026-12-31 16:00:00"):
            self.assertEqual(self.company_a._local_date(), date(2027, 1, 1))

    def test_day_that_a_caller_names(self):
        with freeze_time("2026-04-01 03:00:00"):
            self.assertEqual(self.company_b._read_day(None), date(2026, 4, 1))
        self.assertEqual(self.company_b._read_day("2026-01-31"), date(2026, 1, 31))
        self.assertEqual(self.company_b._read_day(date(2026, 1, 31)), date(2026, 1, 31))
        for wrong in ("31/01/2026", "2026-02-30", "kapan", 7):
            with self.assertRaises(UserError) as caught:
                self.company_b._read_day(wrong)
            self.assertIn(str(wrong), str(caught.exception))

    def test_round_amount_is_half_up_and_free_of_float_traps(self):
        company = self.company_a
        self.assertEqual(company._round_amount(2.5), 3.0)
        self.assertEqual(company._round_amount(-2.5), -3.0)
        # 1234.5 that lost a bit on the way, as sums of floats do
        self.assertEqual(company._round_amount(1234.4999999999998), 1235.0)
        self.assertEqual(company._round_amount(Decimal("0.49999999999999999999")), 0.0)
        company.amount_unit = 100
        self.assertEqual(company._round_amount(1250), 1300.0)
        company.amount_unit = 0.01
        self.assertEqual(company._round_amount(2.675), 2.68)

    def test_setup_says_what_it_did_and_may_run_again(self):
        rupiah = self.env.ref("base.IDR")
        companies = self.env["res.company"]
        if companies._has_rupiah_entries(rupiah):
            self.skipTest("the database has entries in rupiah already")
        rupiah.rounding = 0.01
        self.assertIn("now rounded", companies._setup_rupiah_rounding())
        self.assertEqual(rupiah.rounding, 1.0)
        again = companies._setup_rupiah_rounding()
        self.assertEqual(again, "The rupiah is rounded to Rp1.")

    def test_setup_says_when_the_rupiah_cannot_be_rounded(self):
        rupiah = self.env.ref("base.IDR")
        self.env.cr.execute(
            "UPDATE res_currency SET rounding = 0.01 WHERE id = %s", [rupiah.id]
        )
        rupiah.invalidate_recordset()
        companies = self.env.registry["res.company"]
        with patch.object(companies, "_has_rupiah_entries", lambda *a: True):
            line = self.env["res.company"]._setup_rupiah_rounding()
        self.assertIn("stays rounded to Rp0.01", line)
        self.assertEqual(rupiah.rounding, 0.01)

    def test_setup_returns_lines(self):
        lines = self.company_a.action_setup_cooperative()
        self.assertTrue(lines)
        self.assertTrue(all(isinstance(line, str) for line in lines))

    def test_setup_takes_away_the_placeholder_of_a_logo(self):
        company = self.company_a
        company.logo = company._get_logo()
        company.action_setup_cooperative()
        self.assertFalse(company.logo)
        # one pixel of their own
        own = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
            b"awAAAABJRU5ErkJggg=="
        )
        company.logo = own
        company.action_setup_cooperative()
        self.assertTrue(company.logo)

    def test_setup_is_for_the_own_accountant(self):
        for role in ("teller", "factory_manager", "auditor"):
            with self.assertRaises(AccessError):
                self.as_role(self.company_a, role).action_setup_cooperative()
        with self.assertRaises(AccessError):
            stranger = self.as_role(self.company_b, "accountant")
            stranger.action_setup_cooperative()

    def test_document_number_follows_the_date(self):
        self.env["ir.sequence"].create(
            {
                "name": "BAST",
                "code": "umkm.test.bast",
                "padding": 3,
                "suffix": "/BAST/KOP/%(roman_month)s/%(year)s",
                "company_id": self.company_a.id,
            }
        )
        number = self.company_a._next_document_number("umkm.test.bast", "2026-04-12")
        self.assertEqual(number, "001/BAST/KOP/IV/2026")
        number = self.company_a._next_document_number(
            "umkm.test.bast", date(2027, 1, 1)
        )
        self.assertEqual(number, "002/BAST/KOP/I/2027")
        with self.assertRaisesRegex(UserError, "umkm.test.bast"):
            self.company_b._next_document_number("umkm.test.bast", "2026-04-12")

    def test_document_number_of_today_is_the_local_day(self):
        self.env["ir.sequence"].create(
            {
                "name": "Letter",
                "code": "umkm.test.letter",
                "suffix": "/%(roman_month)s/%(year)s",
                "company_id": self.company_a.id,
            }
        )
        with freeze_time("2026-12-31 16:00:00"):
            number = self.company_a._next_document_number("umkm.test.letter")
        self.assertEqual(number, "1/I/2027")

    def test_amount_in_words(self):
        words = self.company_a._amount_in_words(1001000.4)
        self.assertEqual(words, "satu juta seribu rupiah")
