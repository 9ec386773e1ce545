# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestIndicator(UmkmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.indicator = cls.env.ref("umkm_base.umkm_indicator_workers")

    def state(self, value, **vals):
        return self.env["umkm.indicator.value"].create(
            {
                "indicator_id": self.indicator.id,
                "subject_ref": f"res.partner,{self.person_a.id}",
                "company_id": self.company_a.id,
                "date_to": "2026-03-31",
                "value": value,
                "source": "Report of the manager",
                **vals,
            }
        )

    def test_subject_by_reference_and_by_model_and_id(self):
        by_reference = self.state(12)
        self.assertEqual(by_reference.res_model, "res.partner")
        self.assertEqual(by_reference.res_id, self.person_a.id)
        by_id = self.state(
            12, subject_ref=False, res_model="umkm.region", res_id=self.kukar.id
        )
        self.assertEqual(by_id.subject_ref, self.kukar)

    def test_contradicting_values_stand_side_by_side(self):
        first = self.state(12)
        second = self.state(15, source="Visit of the dinas")
        third = self.state(20, kind="target")
        values = first | second | third
        self.assertEqual(values.mapped("contradiction_count"), [1, 1, 0])
        self.assertEqual(values.mapped("value"), [12, 15, 20])

    def test_bad_subjects_are_refused(self):
        for vals in (
            {"subject_ref": False},
            {"subject_ref": False, "res_model": "res.groups", "res_id": 1},
            {"subject_ref": False, "res_model": "res.partner", "res_id": 2**30},
            {"subject_ref": f"res.partner,{self.person_b.id}"},
        ):
            with self.assertRaises(ValidationError):
                self.state(1, **vals)

    def test_roles(self):
        value = self.state(12)
        values = self.env["umkm.indicator.value"]
        self.as_role(value, "monitoring_officer").value = 13
        self.assertEqual(self.as_role(value, "auditor").value, 13)
        with self.assertRaises(AccessError):
            self.as_role(value, "auditor").value = 14
        with self.assertRaises(AccessError):
            self.as_role(value, "operator").read(["value"])
        officer = self.as_role(values, "monitoring_officer", self.company_b)
        self.assertFalse(officer.search([("id", "=", value.id)]))

    def test_author_is_who_enters(self):
        officer = self.user("monitoring_officer")
        value = self.as_role(
            self.env["umkm.indicator.value"], "monitoring_officer"
        ).create(
            {
                "indicator_id": self.indicator.id,
                "subject_ref": f"res.partner,{self.person_a.id}",
                "value": 3,
                "source": "Visit",
            }
        )
        self.assertEqual(value.author_id, officer)
        self.assertEqual(value.company_id, self.company_a)
        self.assertEqual(value.unit, self.indicator.unit)
