# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import new_test_user

from .common import TollCommon

# Results that meet SNI 01-3393-1994: moisture at most 12, essential oil at least 1.5,
# ash at most 8, foreign matter at most 2 (tests/vectors/quality.json).
GOOD_GINGER = {
    "moisture": 11.5,
    "essential_oil": "1,8",
    "ash": 6,
    "foreign_matter": "ND",
}
WET_GINGER = {**GOOD_GINGER, "moisture": 14.2}


class QualityCommon(TollCommon):
    """The house of TollCommon that works by the Indonesian standards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sni_ginger = cls.env.ref("factory_toll.factory_quality_standard_dry_ginger")
        cls.sni_patchouli = cls.env.ref(
            "factory_toll.factory_quality_standard_patchouli"
        )
        cls.sni_vco = cls.env.ref("factory_toll.factory_quality_standard_vco")

    @classmethod
    def _adopt(cls, product, stage="intake", standard=None, **vals):
        return cls.env["factory.quality.adoption"].create(
            {
                "warehouse_id": cls.warehouse.id,
                "product_id": product.id,
                "stage": stage,
                "standard_id": (standard or cls.sni_ginger).id,
                "date_from": "2020-01-01",
                **vals,
            }
        )

    @classmethod
    def _create_user(cls, role, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"quality_{role}_{company.id}",
            f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _dispose(cls, lot, kind, **vals):
        return cls.env["factory.lot.disposition"].create(
            {"lot_id": lot.id, "kind": kind, "reason": "Kadar air 14,2 %", **vals}
        )

    @classmethod
    def _weigh_wet(cls, owner=None, weight=40):
        """Weigh in a lot that fails moisture; it stays in quarantine."""
        lot = cls._weigh_in(owner or cls.owner_a, weight)
        lot.action_record_result(WET_GINGER)
        return lot

    @property
    def quarantine(self):
        return self.warehouse._get_quarantine_location()
