# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteLicence(SharingCommon):
    """P-IRT holds for five years for a product at a place; halal does not expire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pirt = cls.env.ref("umkm_base.umkm_licence_type_pirt")
        cls.halal = cls.env.ref("umkm_base.umkm_licence_type_halal")
        cls.powder = cls.env["product.product"].create({"name": "Bubuk jahe"})
        cls.need = cls.env["factory.site.licence"].create(
            {
                "site_id": cls.site.id,
                "product_id": cls.powder.id,
                "type_id": cls.pirt.id,
            }
        )
        cls.gate = cls.site.gate_ids.filtered(lambda g: g.gate_id.code == "licences")

    def _licence(self, issued="2021-03-11", **vals):
        return self.env["umkm.licence"].create(
            {
                "type_id": self.pirt.id,
                "number": "206640201012345",
                "partner_id": self.company.partner_id.id,
                "site_id": self.site.id,
                "date_issued": issued,
                **vals,
            }
        )

    def _book(self, day="2026-03-03"):
        return self.env["factory.booking"].create(
            {
                "workcenter_id": self.oven.id,
                "partner_id": self.budi.id,
                "date_start": f"{day} 01:00:00",
                "date_end": f"{day} 02:00:00",
            }
        )

    def test_missing_licence_holds_production_and_the_gate(self):
        self.assertEqual(self.need.state, "missing")
        self.assertEqual(self.site.licence_alert_count, 1)
        booking = self._book()
        with self.assertRaisesRegex(UserError, "PIRT for Bubuk jahe is missing"):
            booking.action_confirm()
        with self.assertRaisesRegex(UserError, "PIRT"):
            self.gate.action_record("passed", "Semua izin ada")
        self._licence()
        self.assertEqual(self.need.state, "expiring")
        booking.action_confirm()
        self.gate.action_record("passed", "Semua izin ada")

    def test_licence_counts_on_the_day_of_the_run(self):
        # issued on 11 March 2021 for 60 months: the last day is 10 March 2026
        self._licence()
        self.assertEqual(str(self.need.date_expiry), "2026-03-10")
        self._book("2026-03-10").action_confirm()
        with self.assertRaisesRegex(UserError, "to 2026-03-10"):
            self._book("2026-03-11").action_confirm()

    def test_night_lets_an_expired_licence_hold_the_gate(self):
        self._licence()
        with freeze_time("2026-03-10 20:00:00"):  # 11 March, 04:00 in Makassar
            self.env["factory.site"]._cron_check_licences()
            self.assertEqual(self.gate.state, "failed")
            self.assertEqual(str(self.gate.date), "2026-03-11")
            self.assertIn("206640201012345", self.gate.evidence)
            self.assertEqual(self.site.readiness_state, "trial")
            self.assertTrue(self.site.activity_ids)
            # renewed: somebody passes the gate again, with evidence
            self._licence("2026-03-11", number="206640201012399")
            self.gate.action_record("passed", "P-IRT baru 206640201012399")
            self.assertEqual(self.site.readiness_state, "ready")

    def test_licence_of_another_product_or_site_does_not_count(self):
        other = self.env["product.product"].create({"name": "Sirup jahe"})
        self._licence(product_id=other.id)
        self.assertEqual(self.need.state, "missing")
        away = self._create_site("JAUH", ready=False)
        self._licence(number="206640201012377", site_id=away.id)
        self.assertEqual(self.need.state, "missing")
        self._licence(number="206640201012388", product_id=self.powder.id)
        self.assertEqual(self.need.number, "206640201012388")

    def test_needs_come_from_the_products_made_at_the_site(self):
        self.powder.licence_type_ids = self.pirt | self.halal
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.powder.product_tmpl_id.id,
                "operation_ids": [
                    Command.create({"name": "Keringkan", "workcenter_id": self.oven.id})
                ],
            }
        )
        added = self.site.action_load_licence_needs()
        # PIRT was listed already
        self.assertEqual(self.site.licence_need_ids.type_id, self.pirt | self.halal)
        self.assertEqual(len(added), 1)
        self.assertEqual(self.site.action_load_licence_needs(), [])

    @mute_logger("odoo.sql_db")
    def test_need_is_listed_once(self):
        vals = {"site_id": self.site.id, "type_id": self.halal.id}
        self.env["factory.site.licence"].create(vals)
        with self.assertRaises(IntegrityError):
            self.env["factory.site.licence"].create(vals)

    def test_renewal_stands_in_the_calendar(self):
        # P-IRT is renewed six months before its end
        licence = self._licence("2025-03-11")
        self.assertEqual(str(licence.date_expiry), "2030-03-10")
        self.assertEqual(str(licence.obligation_id.date_due), "2029-09-10")

    def test_roles_and_companies(self):
        auditor = self._new_user("auditor")
        own = {"allowed_company_ids": self.company.ids}
        read = self.need.with_user(auditor).with_context(**own)
        self.assertEqual(read.state, "missing")
        with self.assertRaises(AccessError):
            read.write({"note": "x"})
        other = self._create_cooperative("Koperasi Tetangga")
        stranger = self._new_user("factory_manager", other)
        with self.assertRaises(AccessError):
            self.need.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).read(["type_id"])
