# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestGrantHandoverReversal(GrantEquipmentCommon):
    def test_reversal_returns_custody_and_archives(self):
        handover = self.signed()
        dryer = handover.equipment_ids
        reversal = self.Handover.browse(
            handover.action_reverse("2024-04-10", "Salah penerima")
        )
        self.assertRecordValues(
            reversal,
            [
                {
                    "state": "signed",
                    "reversed_id": handover.id,
                    "name": "002/BAST/DPU/IV/2024",
                    "from_partner_id": self.coop.partner_id.id,
                    "to_partner_id": self.dinas.partner_id.id,
                }
            ],
        )
        self.assertTrue(handover.is_reversed)
        self.assertFalse(dryer.active)
        self.assertEqual(dryer.custodian_id, self.dinas.partner_id)
        self.assertEqual(reversal.equipment_ids, dryer)

    def test_reversal_of_handing_on_keeps_the_machine(self):
        dryer = self.signed(to_partner_id=self.ministry.id, to_role="ministry")
        dryer = dryer.equipment_ids
        onward = self.signed(
            [self._line(equipment_ids=[Command.set(dryer.ids)])],
            from_partner_id=self.ministry.id,
            from_role="ministry",
            date="2024-05-01",
        )
        onward.action_reverse("2024-05-02", "Belum siap")
        self.assertTrue(dryer.active)
        self.assertEqual(dryer.custodian_id, self.ministry)
        self.assertEqual(dryer.custodian_role, "ministry")

    def test_reversal_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "Enter why"):
            self.signed().action_reverse("2024-04-10")

    def test_reversal_is_made_once(self):
        handover = self.signed()
        reversal_id = handover.action_reverse("2024-04-10", "Salah")
        with self.assertRaisesRegex(UserError, "reversed already"):
            handover.action_reverse("2024-04-11", "Lagi")
        with self.assertRaisesRegex(UserError, "reversed already"):
            self.Handover.browse(reversal_id).action_reverse("2024-04-11", "Lagi")

    def test_reversal_after_handing_on_is_refused(self):
        handover = self.signed()
        handover.equipment_ids.action_transfer_custody(self.tailor.id, "2024-05-01")
        with self.assertRaisesRegex(UserError, "changed hands since"):
            handover.action_reverse("2024-06-01", "Salah")

    def test_reversal_before_the_handover_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "later than the day"):
            self.signed().action_reverse("2024-04-02", "Salah")

    def test_reversal_gives_title_back(self):
        agreement = self.agreement()
        agreement.action_sign()
        dryer = self.signed(
            to_partner_id=self.dinas.partner_id.id,
            from_partner_id=self.supplier.id,
            from_role="supplier",
            to_role="region",
            date="2024-01-05",
        ).equipment_ids
        handover = self.signed(
            [self._line(equipment_ids=[Command.set(dryer.ids)])],
            title_outcome="passes",
            agreement_id=agreement.id,
        )
        self.assertEqual(dryer.title_state, "transferred")
        handover.action_reverse("2024-04-10", "Hibah batal")
        self.assertEqual(dryer.title_state, "government")
        self.assertEqual(dryer.owner_id, self.dinas.partner_id)

    def test_wizard_opens_the_reversal(self):
        handover = self.signed()
        wizard = (
            self.env["grant.handover.reversal"]
            .with_user(self.officer)
            .with_context(active_id=handover.id)
            .create({"date": "2024-04-10", "reason": "Salah"})
        )
        action = wizard.action_reverse()
        self.assertEqual(self.Handover.browse(action["res_id"]).reversed_id, handover)
