# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MACHINE_CODE, GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestMaintenanceEquipment(GrantEquipmentCommon):
    def restricted(self, rule):
        agreement = self.agreement(
            restriction_end="2029-04-03", permitted_transfer=rule
        )
        agreement.action_sign()
        return self.signed(agreement_id=agreement.id).equipment_ids

    def loaded(self, **vals):
        """A machine that comes with data, not with a handover."""
        return self.Equipment.with_user(self.officer).create(
            {
                "name": "Ketel lama",
                "owner_id": self.dinas.partner_id.id,
                "goods_code": MACHINE_CODE,
                **vals,
            }
        )

    def test_register_numbers_count_per_owner_and_code(self):
        first = self.signed([self._line(delivered_quantity=2)]).equipment_ids
        second = self.signed().equipment_ids
        other_code = self.signed([self._line(goods_code="3.04.01.04.004")])
        self.assertEqual(first.sorted("id").mapped("register_number"), ["0001", "0002"])
        self.assertEqual(second.register_number, "0003")
        self.assertEqual(other_code.equipment_ids.register_number, "0001")

    def test_register_goes_on_after_loaded_numbers(self):
        self.loaded(register_number="9999")
        self.assertEqual(self.loaded().register_number, "A000")

    def test_code_given_later_gets_a_number(self):
        machine = self.loaded(goods_code=False)
        self.assertFalse(machine.register_number)
        machine.goods_code = MACHINE_CODE
        self.assertEqual(machine.register_number, "0001")

    @mute_logger("odoo.sql_db")
    def test_register_number_is_unique_and_well_formed(self):
        self.loaded(register_number="0007")
        for wrong in ("0007", "0000", "7", "AA00"):
            with self.subTest(wrong), self.assertRaises(IntegrityError):
                self.loaded(register_number=wrong)

    def test_full_code_is_refused_with_advice(self):
        self.loaded(register_number="Z999")
        with self.assertRaisesRegex(UserError, "no register numbers left"):
            self.loaded()

    @mute_logger("odoo.sql_db")
    def test_goods_code_is_checked_by_the_database(self):
        with self.assertRaises(CheckViolation):
            self.loaded(goods_code="305.01.04.001")
        result = self.Equipment.with_user(self.officer).load(
            ["name", "goods_code"], [["Ketel", "305.01.04.001"]]
        )
        self.assertIn("ten digits", result["messages"][0]["message"])

    def test_loaded_machine_opens_its_custody(self):
        machine = self.loaded(
            custodian_id=self.coop.partner_id.id, effective_date="2020-05-01"
        )
        self.assertRecordValues(
            machine.custody_ids,
            [{"partner_id": self.coop.partner_id.id, "role": "operator"}],
        )
        self.assertEqual(str(machine.custody_ids.date_from), "2020-05-01")

    def test_custody_and_title_are_not_written_by_hand(self):
        dryer = self.signed().equipment_ids
        for name, value in (
            ("custodian_id", self.tailor.id),
            ("owner_id", self.tailor.id),
            ("title_state", "transferred"),
            ("register_number", "0005"),
            ("acquisition_value", 1),
            ("restriction_end", "2030-01-01"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "was granted"):
                dryer[name] = value
        dryer.write({"name": "Pengering 1", "title_state": "government"})

    def test_custody_history_is_not_written_by_hand(self):
        row = self.signed().equipment_ids.custody_ids.sudo()
        with self.assertRaisesRegex(UserError, "not by hand"):
            row.date_to = "2024-05-01"
        with self.assertRaisesRegex(UserError, "not by hand"):
            row.copy()
        with self.assertRaisesRegex(UserError, "history of custody stays"):
            row.unlink()

    def test_forged_context_opens_nothing(self):
        dryer = self.signed().equipment_ids
        with self.assertRaisesRegex(UserError, "was granted"):
            dryer.with_context(grant_guard=True).owner_id = self.tailor

    def test_granted_machine_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archive them instead"):
            self.signed().equipment_ids.unlink()

    def test_transfer_before_the_handover_is_refused(self):
        dryer = self.signed().equipment_ids
        with self.assertRaisesRegex(ValidationError, "later than the day"):
            dryer.action_transfer_custody(self.tailor.id, "2024-04-02")

    def test_transfer_to_the_present_holder_is_refused(self):
        dryer = self.signed().equipment_ids
        with self.assertRaisesRegex(UserError, "holds .* already"):
            dryer.action_transfer_custody(self.coop.partner_id.id, "2024-05-01")

    def test_transfer_needs_party_day_and_role(self):
        dryer = self.signed().equipment_ids
        for wrong in ((0, "2024-05-01"), (self.tailor.id, False)):
            with self.subTest(wrong), self.assertRaisesRegex(UserError, "to whom"):
                dryer.action_transfer_custody(*wrong)
        with self.assertRaisesRegex(UserError, "to whom"):
            dryer.action_transfer_custody(self.tailor.id, "2024-05-01", role="king")

    def test_restriction_without_exception(self):
        dryer = self.restricted("none")
        with self.assertRaisesRegex(UserError, "give it back to"):
            dryer.action_transfer_custody(
                self.tailor.id, "2024-05-01", permission="Surat 1"
            )
        dryer.action_transfer_custody(self.dinas.partner_id.id, "2024-05-01")
        # withdrawn: the giver is again what he was, and nobody operates
        self.assertEqual(dryer.custodian_role, "region")
        self.assertFalse(dryer.operator_id)
        self.assertEqual(dryer.company_id, self.dinas)

    def test_restriction_with_permission(self):
        dryer = self.restricted("permission")
        with self.assertRaisesRegex(UserError, "letter that allows it"):
            dryer.action_transfer_custody(self.tailor.id, "2024-05-01")
        dryer.action_transfer_custody(
            self.tailor.id, "2024-05-01", permission="800/12/2024"
        )
        self.assertEqual(dryer.custody_id.permission, "800/12/2024")

    def test_restriction_ends(self):
        dryer = self.restricted("none")
        dryer.action_transfer_custody(self.tailor.id, "2029-04-04")
        self.assertEqual(dryer.custodian_id, self.tailor)

    def test_new_operator_takes_the_machine_into_his_company(self):
        dryer = self.signed().equipment_ids
        dryer.action_transfer_custody(
            self.stranger.partner_id.id, "2025-01-01", role="operator"
        )
        self.assertEqual(dryer.company_id, self.stranger)
        self.assertEqual(dryer.grant_company_id, self.dinas)
        self.assertEqual(dryer.custody_count, 2)

    def test_title_moves_by_deed(self):
        agreement = self.agreement()
        agreement.action_sign()
        dryer = self.signed(agreement_id=agreement.id).equipment_ids
        with self.assertRaisesRegex(UserError, "by which deed"):
            dryer.action_set_title("transferred", self.coop.partner_id.id)
        dryer.action_set_title("transferred", self.coop.partner_id.id, "NPHD 9/2025")
        self.assertEqual(dryer.owner_id, self.coop.partner_id)
        self.assertEqual(dryer.title_state, "transferred")
        # the new owner's own register begins
        self.assertEqual(dryer.register_number, "0001")

    def test_title_moves_only_under_a_grant(self):
        dryer = self.signed().equipment_ids
        with self.assertRaisesRegex(UserError, "only under a grant agreement"):
            dryer.action_set_title("transferred", self.coop.partner_id.id, "Surat 1")

    def test_condition_counts_as_inspection(self):
        dryer = self.restricted("free")
        dryer.sudo()._guard_opened().inspection_interval_months = 3
        with self.assertRaisesRegex(UserError, "Note what is damaged"):
            dryer.action_register_condition("minor_damage", "2024-07-01")
        dryer.action_register_condition("minor_damage", "2024-07-01", "Bearing aus")
        self.assertEqual(dryer.condition, "minor_damage")
        self.assertEqual(str(dryer.date_next_inspection), "2024-10-01")
        with self.assertRaisesRegex(UserError, "looked at later"):
            dryer.action_register_condition("good", "2024-06-01")

    def test_labels_differ_and_survive(self):
        machines = self.signed([self._line(delivered_quantity=3)]).equipment_ids
        labels = machines.mapped("label_code")
        self.assertEqual(len(set(labels)), 3)
        machines[0].label_code = "PRE-000001"
        self.assertEqual(machines[0].label_code, "PRE-000001")

    def test_overdue_and_restricted_are_found(self):
        dryer = self.restricted("free")
        dryer.sudo()._guard_opened().write({"restriction_end": "2999-01-01"})
        found = self.Equipment.search(
            [("is_restricted", "=", True), ("id", "=", dryer.id)]
        )
        self.assertEqual(found.id, dryer.id)
        self.assertFalse(
            self.Equipment.search(
                [("is_restricted", "=", False), ("id", "=", dryer.id)]
            )
        )

    def test_wizards_do_what_the_actions_do(self):
        dryer = self.signed().equipment_ids
        by_officer = dict(self.env.context, active_ids=dryer.ids)
        env = self.env(user=self.officer, context=by_officer)
        env["grant.equipment.inspection"].create(
            {"condition": "major_damage", "date": "2024-05-01", "note": "Terbakar"}
        ).action_register()
        env["grant.custody.transfer"].create(
            {"partner_id": self.dinas.partner_id.id, "date": "2024-05-02"}
        ).action_transfer()
        self.assertEqual(dryer.condition, "major_damage")
        self.assertEqual(dryer.custodian_id, self.dinas.partner_id)
        self.assertEqual(self.dinas.partner_id.grant_equipment_count, 1)
