# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UmkmCase

# Invented number: Loa Kulu, 5 August 1990, man, serial 0001
NIK = "6402020508900001"


@tagged("post_install", "-at_install")
class TestPartner(UmkmCase):
    def test_nik_needs_sixteen_digits(self):
        for bad in ("640202050890000", "64020205089000012", "64020205089000AB"):
            with self.assertRaisesRegex(ValidationError, "Person A"):
                self.person_a.nik = bad
        self.person_a.nik = "640202 050890-0001"
        self.assertEqual(self.person_a.nik, NIK)

    def test_company_has_no_nik(self):
        with self.assertRaisesRegex(ValidationError, "NPWP"):
            self.env["res.partner"].create(
                {"name": "Ltd", "is_company": True, "nik": NIK}
            )

    def test_nik_is_unique_per_company(self):
        self.person_a.nik = NIK
        self.person_b.nik = NIK  # another cooperative may know the same person
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["res.partner"].create(
                {"name": "Twin", "company_id": self.company_a.id, "nik": NIK}
            )

    def test_nik_is_unique_without_company_too(self):
        partners = self.env["res.partner"]
        partners.create({"name": "One", "nik": NIK})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            partners.create({"name": "Two", "nik": NIK})

    def test_empty_nik_may_repeat(self):
        people = self.env["res.partner"].create(
            [{"name": "One", "nik": ""}, {"name": "Two", "nik": "  "}]
        )
        self.assertEqual(people.mapped("nik"), [False, False])

    def test_copy_leaves_the_nik(self):
        self.person_a.nik = NIK
        self.assertFalse(self.person_a.copy().nik)

    def test_misfit_only_warns(self):
        person = self.person_a
        person.write({"nik": NIK, "birthdate": "1990-08-05", "gender": "male"})
        self.assertFalse(person.nik_warning)
        person.gender = "female"
        self.assertIn("other gender", person.nik_warning)
        # women: 40 added to the day
        person.write({"nik": "6402024508900001"})
        self.assertFalse(person.nik_warning)
        person.birthdate = "1991-08-05"
        self.assertIn("another date of birth", person.nik_warning)
        person.write({"nik": "9902023108900001"})
        self.assertIn("no district", person.nik_warning)

    def test_warnings_of_many_cost_one_look_up(self):
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"P{n}",
                    "nik": f"640202050890{n:04}",
                    "company_id": company.id,
                }
                for company in (self.company_a, self.company_b)
                for n in range(1, 51)
            ]
        )
        people.invalidate_recordset()
        with self.assertQueryCount(5):
            people.mapped("nik_warning")

    def test_load_of_a_thousand_is_set_based(self):
        rows = [
            [f"test.p{n}", f"Member {n}", f"640202050890{n:04}", self.company_a.name]
            for n in range(1, 201)
        ]
        result = self.env["res.partner"].load(["id", "name", "nik", "company_id"], rows)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 200)

    def test_nik_is_seen_by_the_own_company_only(self):
        self.person_a.nik = NIK
        self.assertEqual(self.as_role(self.person_a, "teller").nik, NIK)
        with self.assertRaises(AccessError):
            self.as_role(self.person_a, "teller", self.company_b).read(["nik"])
        partners = self.as_role(self.env["res.partner"], "integrator", self.company_b)
        self.assertFalse(partners.search([("nik", "=", NIK)]))

    def test_teller_enters_people_and_auditor_does_not(self):
        partners = self.as_role(self.env["res.partner"], "teller")
        self.assertTrue(partners.create({"name": "New", "nik": NIK}))
        with self.assertRaises(AccessError):
            self.as_role(self.person_a, "auditor").name = "x"

    def test_counts(self):
        self.env["umkm.licence"].create(
            {
                "type_id": self.env.ref("umkm_base.umkm_licence_type_other").id,
                "number": "1",
                "partner_id": self.person_a.id,
                "company_id": self.company_a.id,
            }
        )
        course = self.env["umkm.assistance"].create(
            {
                "name": "Hygiene",
                "company_id": self.company_a.id,
                "participant_ids": [(0, 0, {"partner_id": self.person_a.id})],
            }
        )
        self.person_a.invalidate_recordset()
        self.assertEqual(self.person_a.licence_count, 1)
        self.assertEqual(self.person_a.assistance_count, 1)
        self.assertEqual(course.participant_count, 1)
        action = self.person_a.action_open_assistance()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.assistance_id, course)
        self.assertEqual(
            self.person_a.action_open_licences()["res_model"], "umkm.licence"
        )
