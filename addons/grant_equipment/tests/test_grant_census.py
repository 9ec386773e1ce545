# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLE, GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestGrantCensus(GrantEquipmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machines = cls.signed([cls._line(delivered_quantity=3)]).equipment_ids
        cls.outside = cls.signed(to_partner_id=cls.tailor.id).equipment_ids
        cls.census = (
            cls.env["grant.census"]
            .with_user(cls.officer)
            .create(
                {
                    "name": "Sensus 2024",
                    "date": "2024-12-31",
                    "custodian_id": cls.coop.partner_id.id,
                }
            )
        )

    def test_expected_found_missing_unexpected_and_duplicate(self):
        """3 expected; 2 found, one of them twice; 1 of another holder; 1 unknown."""
        self.census.action_open()
        first, second, third = self.machines
        answers = self.census.action_scan(
            [
                first.label_code,
                second.label_code,
                f" {first.label_code} ",
                self.outside.label_code,
                "PALSU-1",
            ]
        )
        self.assertEqual(
            [answer["result"] for answer in answers],
            ["found", "found", "duplicate", "unexpected", "unknown"],
        )
        self.census.action_close()
        self.assertRecordValues(
            self.census,
            [
                {
                    "expected_count": 3,
                    "found_count": 2,
                    "missing_count": 1,
                    "unexpected_count": 2,
                    "duplicate_count": 1,
                }
            ],
        )
        missing = self.census.line_ids.filtered(lambda line: line.result == "missing")
        self.assertEqual(missing.equipment_id, third)

    def test_conditions_seen_are_registered_at_the_end(self):
        self.census.action_open()
        machine = self.machines[0]
        with self.assertRaisesRegex(UserError, "Note what is damaged"):
            self.census.action_scan(machine.label_code, "major_damage")
        self.census.action_scan(machine.label_code, "major_damage", "Terbakar")
        self.assertEqual(machine.condition, "good")
        self.census.action_close()
        self.assertEqual(machine.condition, "major_damage")
        self.assertEqual(str(machine.condition_date), "2024-12-31")

    def test_scans_need_an_open_census(self):
        with self.assertRaisesRegex(UserError, "in state Counting"):
            self.census.action_scan("FS-1")
        self.census.action_open()
        self.census.action_close()
        with self.assertRaisesRegex(UserError, "in state Counting"):
            self.census.action_scan("FS-1")

    def test_closed_census_does_not_change(self):
        self.census.action_open()
        self.census.action_close()
        with self.assertRaisesRegex(UserError, "can no longer change"):
            self.census.date = "2025-01-01"
        with self.assertRaises(AccessError):
            self.census.line_ids[0].scan_count = 1
        with self.assertRaisesRegex(UserError, "only drafts"):
            self.census.unlink()

    def test_empty_scope_is_refused(self):
        self.census.custodian_id = self.supplier
        with self.assertRaisesRegex(UserError, "Nothing is registered"):
            self.census.action_open()

    def test_monitoring_officer_counts_and_strangers_do_not_see(self):
        counter = self._create_user("counter", ROLE % "monitoring_officer", self.dinas)
        census = self.census.with_user(counter)
        census.action_open()
        self.assertEqual(
            census.action_scan(self.machines[0].label_code)[0]["result"], "found"
        )
        stranger = self._create_user(
            "counter_stranger", ROLE % "monitoring_officer", self.stranger
        )
        self.assertFalse(census.with_user(stranger).search([("id", "=", census.id)]))
        with self.assertRaises(AccessError):
            census.with_user(stranger).action_scan("FS-1")
        auditor = self._create_user("auditor_dinas", ROLE % "auditor", self.dinas)
        with self.assertRaises(AccessError):
            census.with_user(auditor).action_scan("FS-1")
