# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteTemplate(SharingCommon):
    """A house that works is the template of the next region's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        regions = cls.env["umkm.region"]
        cls.region = regions.search([("code", "=", "92")], limit=1) or regions.create(
            {"code": "92", "name": "Papua Barat", "level": "province"}
        )
        cls.site.write({"commodity": "jahe", "date_actual_ready": "2026-01-31"})
        cls.site.action_record_gate("design", "not_applicable", "Rumah lama dipakai")
        cls.site.budget_ids = [
            (0, 0, {"name": "Mesin", "amount": 6e9, "fund_source": "APBN"})
        ]
        cls.env["factory.site.status"].create(
            {
                "site_id": cls.site.id,
                "date": "2026-01-31",
                "claim": "Beroperasi",
                "claimed_state": "operating",
                "source_text": "Dinas",
            }
        )
        cls.tariff = cls._create_tariff(
            {"price": 10_000, "workcenter_id": cls.oven.id},
            {
                "price": 3_000,
                "charge_type": "service",
                "unit": "kg",
                "product_id": cls.env["product.product"]
                .create(
                    {
                        "name": "Giling",
                        "type": "service",
                        "company_id": cls.company.id,
                    }
                )
                .id,
            },
            site_id=cls.site.id,
        )
        cls.next = cls._create_cooperative("Koperasi Berikutnya")

    def _copy(self, *args, **kwargs):
        site_id = self.site.action_copy_as_template(*args, **kwargs)
        return self.env["factory.site"].browse(site_id)

    def test_what_happened_at_the_site_is_not_copied(self):
        copy = self._copy("RPB Papua Barat", "PAPUA", self.region.id)
        self.assertRecordValues(
            copy,
            [
                {
                    "name": "RPB Papua Barat",
                    "code": "PAPUA",
                    "region_id": self.region.id,
                    "commodity": "jahe",
                    "company_id": False,
                    "owner_partner_id": False,
                    "warehouse_id": False,
                    "physical_progress": 0,
                    "date_actual_ready": False,
                    "readiness_state": "not_ready",
                    "gate_count": 17,
                    "gate_clear_count": 1,
                    "status_count": 0,
                    "equipment_count": 0,
                }
            ],
        )
        self.assertFalse(copy.agreement_ids)
        self.assertFalse(copy.trial_ids)
        spared = copy.gate_ids.filtered("is_clear")
        self.assertEqual(spared.gate_id.code, "design")
        self.assertIn(self.site.name, spared.evidence)
        self.assertRecordValues(
            copy.budget_ids, [{"name": "Mesin", "amount": 6e9, "fund_source": "APBN"}]
        )
        self.assertFalse(copy.workcenter_ids)

    def test_centres_and_tariffs_come_as_drafts_of_the_new_operator(self):
        copy = self._copy("RPB lain", "LAIN", company_id=self.next.id)
        centre = copy.workcenter_ids
        self.assertEqual((centre.name, centre.company_id), ("Oven uji", self.next))
        tariff = self.env["factory.tariff"].search([("site_id", "=", copy.id)])
        self.assertRecordValues(
            tariff,
            [{"state": "draft", "company_id": self.next.id, "meeting_id": False}],
        )
        # the line of a service of the first cooperative is left out, and said so
        self.assertRecordValues(
            tariff.line_ids, [{"price": 10_000, "workcenter_id": centre.id}]
        )
        self.assertIn("1 lines", str(copy.message_ids.mapped("body")))
        self.assertEqual(self.site.workcenter_ids, self.oven)

    def test_wizard_makes_the_same(self):
        action = self.site.action_open_copy_wizard()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        result = wizard.create(
            {"name": "RPB wizard", "code": "WIZ", "region_id": self.region.id}
        ).action_copy()
        copy = self.env["factory.site"].browse(result["res_id"])
        self.assertEqual((copy.code, copy.gate_clear_count), ("WIZ", 1))
        with self.assertRaises(UserError):
            self.site.action_copy_as_template(" ")

    def test_only_whoever_may_make_sites_copies_them(self):
        auditor = self._new_user("auditor")
        with self.assertRaises(AccessError):
            self.site.with_user(auditor).action_copy_as_template("Lain", "X1")
        manager = self._new_user("factory_manager")
        site_id = self.site.with_user(manager).action_copy_as_template(
            "Cabang", "X2", company_id=self.company.id
        )
        self.assertTrue(self.env["factory.site"].browse(site_id).workcenter_ids)

    def test_manager_is_offered_the_only_operator_he_can_name(self):
        manager = self._new_user("factory_manager")
        action = self.site.with_user(manager).action_open_copy_wizard()
        wizards = self.env[action["res_model"]].with_user(manager)
        wizard = wizards.with_context(**action["context"]).create(
            {"name": "Cabang", "code": "X3", "region_id": self.region.id}
        )
        self.assertEqual(wizard.company_id, self.company)
        result = wizard.action_copy()
        copy = self.env["factory.site"].browse(result["res_id"])
        self.assertEqual(copy.company_id, self.company)
