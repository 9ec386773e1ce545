# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SharingCommon

# Figures and addresses: tests/vectors/site_scenarios.json, by the same names.
KUTAI = "https://www.kutairaya.com/news.php?id="
HEAD_AND_OFFICE = KUTAI + "12658"
NTT = "https://www.lintasntt.com/"


@tagged("post_install", "-at_install")
class TestSiteScenarios(SharingCommon):
    """The houses that were built and stood idle, as their sources tell it."""

    def _gate(self, site, code):
        return site.gate_ids.filtered(lambda gate: gate.gate_id.code == code)

    def _state(self, site, date, claim, state, source, **vals):
        return self.env["factory.site.status"].create(
            {
                "site_id": site.id,
                "date": date,
                "claim": claim,
                "claimed_state": state,
                "source_text": source,
                **vals,
            }
        )

    def _book(self, centre, day):
        return self.env["factory.booking"].create(
            {
                "workcenter_id": centre.id,
                "partner_id": self.budi.id,
                "override_reason": "Catatan lama",
                "date_start": f"{day} 01:00:00",
                "date_end": f"{day} 05:00:00",
            }
        )

    # SC-KUKAR: physical progress is not readiness

    def _kukar(self):
        site = self._create_site("KUKAR", ready=False, physical_progress=0)
        percent = {"figure_kind": "physical"}
        self._state(
            site,
            "2023-01-25",
            "Bangunan di atas 90 %, 3 dari 4 mesin",
            "building",
            "Kutai Raya",
            figure=90,
            **percent,
        )
        self._state(
            site,
            "2023-01-25",
            "3 dari 4 mesin di lokasi, mesin utama belum ada",
            "building",
            "Kutai Raya",
            figure_kind="machines",
            figure=3,
            figure_total=4,
        )
        self._state(
            site,
            "2023-02-24",
            "Fisik sekitar 100 %",
            "building",
            "Pusaran Media",
            figure=100,
            **percent,
        )
        for code, state, date, evidence in (
            ("progress", "passed", "2023-02-24", "Fisik sekitar 100 %"),
            ("machines", "failed", "2023-01-25", "3 dari 4 mesin"),
            ("utilities", "failed", "2023-01-25", "Hanya listrik rumah tangga"),
            ("land_title", "failed", "2023-02-24", "Satu dari dua HPL belum selesai"),
            ("commissioning", "passed", "2023-03-23", "Project commissioning"),
            ("design", "failed", "2023-08-01", "BPOM: gudang, sekat, WC, pengering"),
            ("commissioning", "failed", "2024-10-22", "Tidak sesuai spesifikasi"),
            ("bast_region", "failed", "2025-08-12", "Pusat belum menyerahkan"),
        ):
            site.action_record_gate(code, state, evidence, date)
        return site

    def test_kukar_is_built_to_100_percent_and_held(self):
        site = self._kukar()
        self.assertEqual(
            (site.physical_progress, str(site.progress_date), site.progress_source),
            (100, "2023-02-24", "Pusaran Media"),
        )
        self.assertEqual(site.readiness_state, "not_ready")
        red = {"utilities", "land_title", "design", "commissioning", "bast_region"}
        held = set(site.blocking_gate_ids.mapped("gate_id.code"))
        self.assertLessEqual(red | {"management"}, held)
        self.assertNotIn("progress", held)
        # 24 February 2023 to 2 March 2026: 3 years with one leap day, and 6 days
        self.assertEqual(site.blocking_days, 3 * 365 + 1 + 6)
        self.assertEqual(site.blocking_actor, "Region or cooperative")
        # the handover to the cooperative waits for the one to the region
        self.assertIn(
            self._gate(site, "bast_region"),
            self._gate(site, "management").waits_for_ids,
        )

    def test_kukar_commissioning_was_said_to_have_passed_and_later_not(self):
        entries = self._gate(self._kukar(), "commissioning").entry_ids.sorted("id")
        self.assertEqual(
            [(entry.state, str(entry.date)) for entry in entries],
            [("passed", "2023-03-23"), ("failed", "2024-10-22")],
        )

    def test_kukar_refusal_names_every_gate_and_the_agreement(self):
        site = self._kukar()
        site.owner_partner_id = self.budi
        centre = self._create_centre("Oven Jonggon", site)
        with self.assertRaises(UserError) as refused:
            self._book(centre, "2026-03-03").action_confirm()
        message = str(refused.exception)
        for part in (
            "Land title since 2023-02-24; to act: Region or cooperative",
            "Power and water proven since 2023-01-25",
            "Handover centre to region since 2025-08-12; to act: Ministry and region",
            "no management agreement",
        ):
            self.assertIn(part, message)

    def test_kukar_village_head_and_office_stand_side_by_side(self):
        site = self._kukar()
        url = {"url": HEAD_AND_OFFICE}
        head = self._state(
            site, "2025-08-12", "Tidak dapat beroperasi", "idle", "Kepala desa", **url
        )
        office = self._state(
            site, "2025-08-12", "Berjalan skala kecil", "operating", "Dinas", **url
        )
        self.assertEqual(head.contradicted_by_ids, office)
        self.assertEqual(office.contradicted_by_ids, head)
        self.assertEqual(site.contradiction_count, 2)
        found = self.env["factory.site.status"].search(
            [("is_contradicted", "=", True), ("site_id", "=", site.id)]
        )
        self.assertEqual(found, head | office)
        # readiness comes from the gates, whatever anybody says
        self.assertEqual(site.readiness_state, "not_ready")

    def test_two_figures_of_one_day_are_kept_and_the_lower_one_counts(self):
        site = self._create_site("ANGKA", ready=False, physical_progress=0)
        percent = {"figure_kind": "physical"}
        high = self._state(
            site, "2026-02-01", "Selesai", "other", "Kontraktor", figure=100, **percent
        )
        low = self._state(
            site, "2026-02-01", "Belum", "other", "Pengawas", figure=85, **percent
        )
        self.assertEqual(low.contradicted_by_ids, high)
        self.assertEqual(site.physical_progress, 85)
        with self.assertRaisesRegex(UserError, "85"):
            site.action_record_gate("pho", "passed", "BA PHO")
        # the supervisor corrects himself: his last word counts
        self._state(
            site, "2026-02-01", "Ralat", "other", "Pengawas", figure=100, **percent
        )
        self.assertEqual(site.physical_progress, 100)
        self.assertTrue(site.action_record_gate("pho", "passed", "BA PHO"))

    # SC-NTT: operating without agreement

    def test_ntt_slaughter_without_agreement_is_a_trial_that_names_who(self):
        province = self.env["res.partner"].create({"name": "Pemprov NTT"})
        site = self._create_site("NTT", owner_partner_id=province.id)
        centre = self._create_centre("Garis potong", site)
        self._gate(site, "management").action_record(
            "failed", "Koperasi: tidak ada MoU", "2024-07-02"
        )
        fifth = self._book(centre, "2026-03-03")
        with self.assertRaises(UserError) as refused:
            fifth.action_confirm()
        self.assertIn("Management agreement since 2024-07-02", str(refused.exception))
        self.assertIn("to act: Pemprov NTT", str(refused.exception))
        trial = self.env["factory.site.trial"].create(
            {
                "site_id": site.id,
                "allowed_by_id": province.id,
                "reason": "Uji coba menunggu MoU",
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        fifth.action_confirm()
        self.assertEqual(fifth.trial_id, trial)
        self.assertEqual(fifth.trial_id.allowed_by_id, province)

    def test_ntt_province_and_cooperative_contradict_one_day_apart(self):
        site = self._create_site("NTT", ready=False)
        province = self._state(
            site, "2024-07-01", "Gratis satu tahun", "operating", "Pemprov NTT", url=NTT
        )
        coop = self._state(
            site, "2024-07-02", "Tidak ada MoU, uji coba", "idle", "KSU Talenta"
        )
        self.assertEqual(coop.contradicted_by_ids, province)

    def test_ntt_free_year_then_a_contribution(self):
        province = self.env["res.partner"].create({"name": "Pemprov NTT"})
        site = self._create_site("NTT", owner_partner_id=province.id)
        agreement = self.env["grant.agreement"].create(
            {
                "name": "PKS-NTT (contoh)",
                "kind": "management",
                "donor_id": province.id,
                "recipient_id": self.company.partner_id.id,
                "site_id": site.id,
                "date_start": "2024-07-01",
                "contribution_kind": "percent",
                "contribution_percent": 5,
                "contribution_free_until": "2025-06-30",
                "evaluation_date": "2025-06-30",
            }
        )
        agreement.action_sign()
        agreement.action_activate()
        self.assertTrue(agreement._is_contribution_free_on("2025-06-30"))
        self.assertFalse(agreement._is_contribution_free_on("2025-07-01"))
        self.assertEqual(site.agreement_id, agreement)
        self.assertEqual(str(site.agreement_date_evaluation), "2025-06-30")
        # what was not in the contract is asked for, with its source
        site.budget_ids = [
            (
                0,
                0,
                {
                    "name": "Plafon, lantai, toilet (diminta)",
                    "amount": 1.5e9,
                    "source": NTT,
                },
            )
        ]
        self.assertEqual(site.budget_total, 1_500_000_000)

    # SC-BATUBARA: started after the harvest

    def test_batubara_runs_with_the_raw_material_gate_red(self):
        site = self._create_site("BATU", ready=False)
        site.action_record_gate("management", "passed", "Diserahkan", "2024-11-01")
        site.action_record_gate(
            "raw_material", "failed", "Cabai dibeli dari Aceh", "2025-06-01"
        )
        site.action_record_gate("operating", "passed", "2,6 t terjual", "2025-01-01")
        # it sold before its trial gate passed: recorded, and flagged
        self.assertTrue(self._gate(site, "operating").is_out_of_order)
        held = site.blocking_gate_ids.mapped("gate_id.code")
        self.assertIn("raw_material", held)
        self.assertNotIn("operating", held)
        self.assertEqual(site.readiness_state, "not_ready")
        raw = self._gate(site, "raw_material")
        self.assertEqual(raw.actor, "Cooperative and producers")
        # 1 June 2025 to 2 March 2026
        self.assertEqual(raw.days_held, 274)

    def test_batubara_budget_parts_do_not_add_up_to_what_was_stated(self):
        # 9.8 and 1.7 billion are 11.5; the press wrote 11.6
        site = self._create_site("BATU", ready=False)
        site.budget_ids = [
            (0, 0, {"name": "Bagian 1", "amount": 9_800_000_000}),
            (0, 0, {"name": "Bagian 2", "amount": 1_700_000_000}),
        ]
        self.assertEqual(site.budget_total, 11_500_000_000)
