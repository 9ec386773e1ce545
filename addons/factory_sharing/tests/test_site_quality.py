# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.factory_toll.tests.common_quality import QualityCommon


@tagged("post_install", "-at_install")
class TestSiteQuality(QualityCommon):
    """A site shows by which standards it works, and since when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["factory.site"].create(
            {
                "name": "Rumah produksi uji",
                "code": "UJI-QC",
                "company_id": cls.company.id,
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.bare = cls.env["factory.site"].create(
            {"name": "Rumah produksi kosong", "code": "UJI-KSG"}
        )

    def test_site_shows_the_adoptions_of_its_house(self):
        first = self._adopt(self.ginger)
        ended = self._adopt(self.powder, date_to="2020-12-31")
        self.assertEqual(self.site.quality_adoption_ids, first | ended)
        self.assertEqual(self.site.quality_standard_count, 1)
        self.assertFalse(self.bare.quality_adoption_ids)
        self.assertEqual(self.bare.quality_standard_count, 0)

    def test_button_adopts_for_the_house_of_the_site(self):
        manager = self._create_user("factory_manager")
        action = self.site.with_user(manager).action_adopt_standard()
        adoptions = self.env[action["res_model"]].with_user(manager)
        adoption = adoptions.with_context(**action["context"]).create(
            {"product_id": self.ginger.id, "standard_id": self.sni_ginger.id}
        )
        self.assertEqual(adoption.warehouse_id, self.warehouse)
        self.assertEqual(self.site.quality_adoption_ids, adoption)

    def test_other_company_sees_none_and_others_are_not_refused(self):
        self._adopt(self.ginger)
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        officer = new_test_user(
            self.env,
            "quality_monitoring",
            "umkm_base.umkm_base_group_monitoring_officer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        stranger = self._create_user("factory_manager", company)
        self.assertFalse(self.site.with_user(officer).quality_adoption_ids)
        self.assertFalse(
            self.env["factory.quality.adoption"]
            .with_user(stranger)
            .with_context(allowed_company_ids=company.ids)
            .search([("warehouse_id", "=", self.warehouse.id)])
        )
        # and no page asks the officer for what he may not read
        view = self.env["factory.site"].with_user(officer).get_view(view_type="form")
        self.assertNotIn("quality_adoption_ids", view["arch"])
        own = self.env["factory.site"].with_user(self._create_user("operator"))
        view = own.get_view(view_type="form")
        self.assertIn("quality_adoption_ids", view["arch"])
