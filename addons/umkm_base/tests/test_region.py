# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import UmkmCase

# Names and codes as a public list of the Ministry's codes has them (cahyadsn/wilayah,
# Kepmendagri 300.2.2-2138/2025, MIT), villages left out.
OFFICIAL = {
    "11.01": "Kabupaten Aceh Selatan",
    "12.19": "Kabupaten Batu Bara",
    "19.06": "Kabupaten Belitung Timur",
    "32.05": "Kabupaten Garut",
    "33.20": "Kabupaten Jepara",
    "34.04": "Kabupaten Sleman",
    "35.27": "Kabupaten Sampang",
    "51.01": "Kabupaten Jembrana",
    "53.01": "Kabupaten Kupang",
    "53.01.05": "Kupang Barat",
    "63.01": "Kabupaten Tanah Laut",
    "64.02": "Kabupaten Kutai Kartanegara",
    "64.02.02": "Loa Kulu",
    "64.03.08": "Biduk-Biduk",
    "64.71": "Kota Balikpapan",
    "64.72": "Kota Samarinda",
    "71.05": "Kabupaten Minahasa Selatan",
    "73.10": "Kabupaten Pangkajene dan Kepulauan",
    "96.02": "Kabupaten Sorong Selatan",
    "96.02.09": "Kokoda",
    "96.05": "Kabupaten Maybrat",
    "96.05.24": "Mare Selatan",
}


@tagged("post_install", "-at_install")
class TestRegion(UmkmCase):
    def test_seed_is_complete(self):
        counts = dict(self.env["umkm.region"]._read_group([], ["level"], ["__count"]))
        self.assertEqual(counts["province"], 38)
        self.assertEqual(counts["regency"], 514)
        self.assertGreaterEqual(counts["district"], 7277)

    def test_names_are_official(self):
        regions = self.env["umkm.region"].search([("code", "in", list(OFFICIAL))])
        self.assertEqual({one.code: one.name for one in regions}, OFFICIAL)

    def test_province_time_zones(self):
        expected = {"64": "Asia/Makassar", "62": "Asia/Jakarta", "91": "Asia/Jayapura"}
        for code, zone in expected.items():
            region = self.env.ref(f"umkm_base.region_{code}")
            parts = self.env["umkm.region"].search([("id", "child_of", region.id)])
            self.assertEqual(set(parts.mapped("time_zone")), {zone})

    def test_seed_again_changes_nothing(self):
        region = self.env.ref("umkm_base.region_64_02_02")
        region.name = "Renamed"
        with self.assertQueryCount(3):
            self.assertEqual(self.env["umkm.region"]._load_seed(), 0)
        self.assertEqual(region.name, "Renamed")

    def test_seed_fills_a_gap(self):
        self.env.ref("umkm_base.region_64_02_02").unlink()
        self.assertEqual(self.env["umkm.region"]._load_seed(), 1)
        region = self.env.ref("umkm_base.region_64_02_02")
        self.assertEqual(region.parent_id, self.kukar)
        self.assertEqual(region.parent_path, f"{self.kukar.parent_path}{region.id}/")

    def test_village_takes_all_from_its_code(self):
        village = self.env["umkm.region"].create(
            {"code": "64.02.02.2009", "name": "Jonggon Jaya"}
        )
        self.assertEqual(village.level, "village")
        self.assertEqual(village.parent_id.code, "64.02.02")
        self.assertEqual(village.time_zone, "Asia/Makassar")
        self.assertEqual(
            village.display_name,
            "Jonggon Jaya, Loa Kulu, Kabupaten Kutai Kartanegara",
        )

    def test_batch_creates_parents_before_parts(self):
        regions = self.env["umkm.region"].create(
            [
                {"code": "64.02.99.2001", "name": "Village"},
                {"code": "64.02.99", "name": "District"},
            ]
        )
        self.assertEqual(regions[0].parent_id, regions[1])

    def test_load_of_villages_is_set_based(self):
        rows = [
            [f"test.v{n}", f"64.02.02.2{n:03}", f"Village {n}"] for n in range(100, 300)
        ]
        result = self.env["umkm.region"].load(["id", "code", "name"], rows)
        self.assertFalse(result["messages"])
        self.assertEqual(len(set(result["ids"])), 200)

    def test_bad_codes_are_refused(self):
        regions = self.env["umkm.region"]
        for vals in (
            {"code": "6402", "name": "No dots"},
            {"code": "64.02.98.2001", "name": "No such district"},
            {"code": "64.97", "name": "Wrong level", "level": "village"},
            {"code": "64.96", "name": "Wrong parent", "parent_id": self.garut.id},
        ):
            with self.assertRaises(ValidationError):
                regions.create(vals)

    def test_former_name_is_found(self):
        found = self.env["umkm.region"].name_search("Palangkaraya")
        self.assertIn("Kota Palangka Raya", [name for _id, name in found])

    def test_roles(self):
        vals = {"code": "64.95", "name": "New"}
        self.assertTrue(
            self.as_role(self.env["umkm.region"], "integrator").create(vals)
        )
        with self.assertRaises(AccessError):
            self.as_role(self.kukar, "accountant").name = "x"
        self.assertTrue(self.as_role(self.kukar, "auditor").name)
