# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestReference(UmkmCase):
    def test_kbli_code_may_repeat_in_another_edition_only(self):
        kbli = self.env["umkm.kbli"]
        kbli.create({"code": "20294", "title": "Other", "edition": "2009"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            kbli.create({"code": "20294", "title": "Again", "edition": "2020"})

    def test_kbli_seed_names_its_source(self):
        oil = self.env.ref("umkm_base.kbli_2020_20294")
        self.assertEqual(oil.display_name, "20294 Industri Minyak Atsiri (KBLI 2020)")
        self.assertIn("2/2020", oil.source)
        furniture = self.env.ref("umkm_base.kbli_2025_31012")
        self.assertEqual(furniture.title, "Industri Furnitur dari Rotan dan Bambu")

    def test_kbli_loads_whole_and_finds_its_groups(self):
        rows = [
            ["test.k20", "20", "Industri Bahan Kimia", "2009"],
            ["test.k2029", "2029", "Industri Kimia Lainnya", "2009"],
            ["test.k20294", "20294", "Minyak Atsiri", "2009"],
        ]
        names = ["id", "code", "title", "edition"]
        result = self.env["umkm.kbli"].load(names, rows)
        self.assertFalse(result["messages"])
        division, group, leaf = self.env["umkm.kbli"].browse(result["ids"])
        self.assertEqual(leaf.parent_id, group)
        self.assertEqual(group.parent_id, division)
        again = self.env["umkm.kbli"].load(names, rows)
        self.assertEqual(again["ids"], result["ids"])

    def test_units(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        convert = {"quintal": 100.0, "ons": 0.1}
        for name, kilograms in convert.items():
            unit = self.env.ref(f"umkm_base.product_uom_{name}")
            self.assertAlmostEqual(unit._compute_quantity(1, kilogram), kilograms)
        hours = self.env.ref("umkm_base.product_uom_hok")._compute_quantity(
            2, self.env.ref("uom.product_uom_hour")
        )
        self.assertEqual(hours, 16)

    def test_counted_units_do_not_turn_into_each_other(self):
        names = ("ekor", "butir", "ikat", "lembar", "batang")
        units = [self.env.ref(f"umkm_base.product_uom_{name}") for name in names]
        units.append(self.env.ref("uom.product_uom_unit"))
        roots = {unit.parent_path.split("/")[0] for unit in units}
        self.assertEqual(len(roots), len(units))

    def test_quantities_are_weighed_to_the_gram(self):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        self.assertGreaterEqual(digits, 3)

    def test_language_and_currency(self):
        self.assertIn(
            "id_ID", [code for code, _name in self.env["res.lang"].get_installed()]
        )
        partner = (
            self.env["res.partner"].with_context(lang=None).create({"name": "New"})
        )
        self.assertEqual(partner.lang, "id_ID")
        self.assertTrue(self.env.ref("base.IDR").active)

    def test_cluster_of_a_company_is_seen_by_it_alone(self):
        clusters = self.env["umkm.cluster"].create(
            [
                {"name": "For all", "region_id": self.kukar.id},
                {"name": "Of A", "company_id": self.company_a.id},
            ]
        )
        domain = [("id", "in", clusters.ids)]
        model = self.env["umkm.cluster"]
        seen = self.as_role(model, "monitoring_officer", self.company_b).search(domain)
        self.assertEqual(seen.mapped("name"), ["For all"])
        self.assertEqual(self.as_role(model, "auditor").search_count(domain), 2)
