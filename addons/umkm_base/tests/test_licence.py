# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import UmkmCase

# Invented number: plastic package (2), 15 digits
PIRT = "2.06.6402.01.0001-31"


@tagged("post_install", "-at_install")
class TestLicence(UmkmCase):
    def licence(self, kind="pirt", number=PIRT, **vals):
        return self.env["umkm.licence"].create(
            {
                "type_id": self.env.ref(f"umkm_base.umkm_licence_type_{kind}").id,
                "number": number,
                "partner_id": self.person_a.id,
                "company_id": self.company_a.id,
                "product": "Ginger powder",
                **vals,
            }
        )

    def test_pirt_number(self):
        self.licence()
        for bad in ("9.06.6402.01.0001-31", "0066402010001311", "20664020100013"):
            with self.assertRaisesRegex(ValidationError, "at least 15 digits"):
                self.licence(number=bad)

    def test_nib_has_thirteen_digits_and_others_are_free(self):
        self.licence("nib", "1234567890123")
        with self.assertRaises(ValidationError):
            self.licence("nib", "123456789012")
        self.licence("halal", "ID64110000012340122")

    def test_term_and_renewal(self):
        # five years, renewal asked for six months before (SPP-IRT)
        licence = self.licence(date_issued="2024-05-10")
        self.assertEqual(licence.date_expiry, date(2029, 5, 9))
        self.assertEqual(licence.date_renew, date(2028, 11, 9))
        renewal = licence.obligation_id
        self.assertEqual(renewal.date_due, date(2028, 11, 9))
        self.assertEqual(renewal.subject_ref, self.person_a)
        licence.date_expiry = "2028-01-31"
        self.assertEqual(renewal.date_due, date(2027, 7, 31))
        licence.action_archive()
        self.assertFalse(renewal.exists())

    def test_renewed_licence_gets_a_new_entry(self):
        licence = self.licence(date_issued="2020-05-10")
        first = licence.obligation_id
        first.action_done("2024-10-01")
        licence.date_issued = "2025-05-10"
        self.assertNotEqual(licence.obligation_id, first)
        self.assertEqual(first.date_done, date(2024, 10, 1))

    def test_state_and_filters(self):
        licence = self.licence(date_issued="2024-05-10")
        expected = {
            "2026-01-01": "valid",
            "2029-01-01": "expiring",
            "2029-05-09": "expiring",
            "2029-05-10": "expired",
        }
        for day, state in expected.items():
            with freeze_time(day):
                licence.invalidate_recordset(["state"])
                self.assertEqual(licence.state, state)
                found = self.env["umkm.licence"].search(
                    [("state", "=", state), ("id", "=", licence.id)]
                )
                self.assertEqual(found, licence)

    def test_number_is_unique_in_its_kind_and_company(self):
        self.licence()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.licence()

    def test_bad_pattern_is_refused(self):
        kind = self.env.ref("umkm_base.umkm_licence_type_other")
        with self.assertRaisesRegex(ValidationError, "regular expression"):
            kind.number_pattern = "[1-8"

    def test_roles_and_companies(self):
        licence = self.licence(date_issued="2024-05-10")
        self.as_role(licence, "teller").product = "Ginger drink"
        with self.assertRaises(AccessError):
            self.as_role(licence, "auditor").product = "x"
        with self.assertRaises(AccessError):
            self.as_role(licence, "teller", self.company_b).read(["number"])
