# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestGrantAgreement(GrantEquipmentCommon):
    def active(self, **vals):
        agreement = self.agreement(kind="management", **vals)
        agreement.action_sign()
        agreement.action_activate()
        return agreement

    def test_active_between_first_and_last_day(self):
        agreement = self.active(date_end="2025-03-31")
        days = ("2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01")
        self.assertEqual(
            [agreement._is_active_on(day) for day in days], [False, True, True, False]
        )

    def test_draft_and_signed_are_not_active(self):
        agreement = self.agreement(kind="management")
        self.assertFalse(agreement._is_active_on("2024-05-01"))
        agreement.action_sign()
        self.assertFalse(agreement._is_active_on("2024-05-01"))

    def test_terminated_was_active_until_its_last_day(self):
        agreement = self.active()
        agreement.action_terminate("2024-08-31", "Di bawah standar")
        self.assertTrue(agreement._is_active_on("2024-08-31"))
        self.assertFalse(agreement._is_active_on("2024-09-01"))

    def test_termination_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "Enter why agreement 027"):
            self.active().action_terminate("2024-08-31")

    def test_signed_terms_do_not_change(self):
        agreement = self.active()
        with self.assertRaisesRegex(UserError, "can no longer change"):
            agreement.restriction_end = "2030-01-01"
        agreement.evaluation_note = "Produksi naik"
        with self.assertRaisesRegex(UserError, "Signed agreements stay"):
            agreement.unlink()

    def test_operator_is_reassigned(self):
        """Aceh Tamiang: the dinas may name another operator; history stays."""
        agreement = self.active(date_end="2026-12-31")
        successor = self.env["grant.agreement"].browse(
            agreement.action_reassign(
                self.stranger.partner_id.id, "031/PKS/2025", "2025-01-01", "Standar"
            )
        )
        self.assertEqual(agreement.state, "terminated")
        self.assertEqual(str(agreement.date_ended), "2024-12-31")
        self.assertRecordValues(
            successor,
            [
                {
                    "state": "draft",
                    "predecessor_id": agreement.id,
                    "recipient_id": self.stranger.partner_id.id,
                    "kind": "management",
                }
            ],
        )

    def test_operator_is_reassigned_in_the_form(self):
        agreement = self.active(date_end="2026-12-31")
        wizard = self.env["grant.agreement.reassign"].create(
            {
                "agreement_id": agreement.id,
                "partner_id": self.stranger.partner_id.id,
                "number": "031/PKS/2025",
                "date": "2025-01-01",
                "reason": "Standar",
            }
        )
        successor = self.env["grant.agreement"].browse(
            wizard.action_reassign()["res_id"]
        )
        self.assertEqual((agreement.state, successor.state), ("terminated", "draft"))
        self.assertEqual(successor.recipient_id, self.stranger.partner_id)

    def test_first_year_is_free(self):
        """Province of NTT, 1 July 2024: free for one year, then a contribution."""
        agreement = self.agreement(
            contribution_kind="fixed",
            contribution_amount=2500000,
            contribution_free_until="2025-06-30",
        )
        self.assertTrue(agreement._is_contribution_free_on("2025-06-30"))
        self.assertFalse(agreement._is_contribution_free_on("2025-07-01"))

    def test_contribution_needs_its_figure(self):
        with self.assertRaisesRegex(ValidationError, "how much the operator"):
            self.agreement(contribution_kind="percent")

    @mute_logger("odoo.sql_db")
    def test_parties_dates_and_numbers_are_checked(self):
        # the client is told as ValidationError, with the constraint's own message
        for wrong in (
            {"recipient_id": self.dinas.partner_id.id},
            {"date_end": "2024-03-31"},
            {"inspection_interval_months": -1},
        ):
            with self.subTest(wrong), self.assertRaises(CheckViolation):
                self.agreement(**wrong)
        self.agreement()
        with self.assertRaises(UniqueViolation):
            self.agreement()

    def test_wrong_order_of_actions_is_refused(self):
        with self.assertRaisesRegex(UserError, "needs agreements in state Signed"):
            self.agreement().action_activate()
