# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestReadinessGate(SharingCommon):
    """SC-NTT: a house that works without an agreement, as a trial that names who."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls.env["res.partner"].create({"name": "Pemprov (contoh)"})
        cls.idle = cls._create_site("IDLE", ready=False)
        cls.line = cls._create_centre("Garis potong", cls.idle)

    def _book(self, centre, kind="use"):
        return self.env["factory.booking"].create(
            {
                "workcenter_id": centre.id,
                "partner_id": self.budi.id,
                "kind": kind,
                "date_start": "2026-03-03 01:00:00",
                "date_end": "2026-03-03 04:00:00",
            }
        )

    def _order(self, centre):
        product = self.env["product.product"].create(
            {"name": "Daging potong", "is_storable": True}
        )
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": 10,
                "date_start": "2026-03-03 01:00:00",
                "workorder_ids": [
                    Command.create(
                        {
                            "name": "Potong",
                            "workcenter_id": centre.id,
                            "product_uom_id": product.uom_id.id,
                        }
                    )
                ],
            }
        )
        return order

    def _allow_trial(self, site):
        return self.env["factory.site.trial"].create(
            {
                "site_id": site.id,
                "allowed_by_id": self.region.id,
                "reason": "Uji coba menunggu perjanjian",
                "date_from": "2026-03-01",
                "date_to": "2026-03-10",
            }
        )

    def test_booking_on_a_site_that_is_not_ready_is_refused(self):
        booking = self._book(self.line)
        with self.assertRaisesRegex(UserError, "Machines delivered"):
            booking.action_confirm()
        with self.assertRaises(UserError):
            booking.action_start()
        self.assertEqual(booking.state, "held")

    def test_order_on_a_site_that_is_not_ready_is_refused(self):
        order = self._order(self.line)
        self.assertEqual(order.site_id, self.idle)
        with self.assertRaisesRegex(UserError, "IDLE"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_site_of_an_order_comes_from_its_warehouse(self):
        order = self._order(self.oven)
        order.workorder_ids.unlink()
        self.assertEqual(order.site_id, self.site)

    def test_trial_lets_it_run_and_names_who_allowed_it(self):
        trial = self._allow_trial(self.idle)
        booking, order = self._book(self.line), self._order(self.line)
        booking.action_confirm()
        order.action_confirm()
        self.assertEqual(booking.trial_id, trial)
        self.assertEqual(order.trial_id, trial)
        self.assertEqual(trial.allowed_by_id, self.region)
        with self.assertRaises(UserError):
            trial.reason = "Lain"
        with self.assertRaises(UserError):
            trial.unlink()
        with self.assertRaises(UserError):
            order.trial_id = False

    def test_trial_that_ended_covers_nothing_more(self):
        self._allow_trial(self.idle).action_end("2026-03-02")
        with self.assertRaises(UserError):
            self._book(self.line).action_confirm()

    def test_ready_site_needs_an_agreement_unless_the_operator_owns_it(self):
        self._book(self.oven).action_confirm()
        self.site.owner_partner_id = self.region
        order = self._order(self.oven)
        with self.assertRaisesRegex(UserError, "agreement"):
            order.action_confirm()
        agreement = self.env["grant.agreement"].create(
            {
                "name": "PKS-1/2026",
                "kind": "management",
                "donor_id": self.region.id,
                "recipient_id": self.company.partner_id.id,
                "site_id": self.site.id,
                "date_start": "2026-01-01",
            }
        )
        agreement.action_sign()
        self.assertFalse(self.site.agreement_id)
        agreement.action_activate()
        order.action_confirm()
        self.assertEqual(self.site.agreement_id, agreement)
        self.assertFalse(order.trial_id)
        agreement.action_terminate("2026-03-02", "Di bawah standar")
        with self.assertRaises(UserError):
            self._order(self.oven).action_confirm()

    def test_agreement_with_somebody_else_does_not_count(self):
        self.site.owner_partner_id = self.region
        agreement = self.env["grant.agreement"].create(
            {
                "name": "PKS-2/2026",
                "kind": "management",
                "donor_id": self.region.id,
                "recipient_id": self.budi.id,
                "site_id": self.site.id,
                "date_start": "2026-01-01",
            }
        )
        agreement.action_sign()
        agreement.action_activate()
        with self.assertRaisesRegex(UserError, "agreement"):
            self._book(self.oven).action_confirm()

    def test_confirmed_booking_is_judged_again_when_it_changes(self):
        booking = self._book(self.oven)
        booking.action_confirm()
        day = ("2026-03-03 05:00:00", "2026-03-03 06:00:00")
        for change in (
            lambda: booking.write({"workcenter_id": self.line.id}),
            lambda: booking.action_reschedule(*day, workcenter_id=self.line.id),
            lambda: self._book(self.line, "maintenance").write({"kind": "use"}),
        ):
            with self.assertRaisesRegex(UserError, "IDLE"), self.env.cr.savepoint():
                change()
        booking.action_reschedule(*day)

    def test_start_is_judged_again(self):
        booking, order = self._book(self.oven), self._order(self.oven)
        booking.action_confirm()
        order.action_confirm()
        gate = self.site.gate_ids.filtered(lambda g: g.gate_id.code == "land_title")
        gate.action_record("failed", "Sertifikat dibatalkan")
        for start in (booking.action_start, order.workorder_ids.button_start):
            with self.assertRaisesRegex(UserError, "UJI-1"), self.env.cr.savepoint():
                start()
        gate.action_record("passed", "Sertifikat terbit")
        booking.action_start()
        self.assertEqual(booking.state, "in_use")

    def test_maintenance_needs_no_readiness(self):
        booking = self._book(self.line, "maintenance")
        self.assertEqual(booking.state, "confirmed")

    def test_equipment_stands_where_its_centre_stands(self):
        equipment = self.env["maintenance.equipment"].create(
            {"name": "Pengering hibah", "workcenter_id": self.oven.id}
        )
        self.assertEqual(equipment.site_id, self.site)
        self.assertEqual(self.oven.equipment_ids, equipment)
        self.assertEqual(self.site.equipment_count, 1)
