# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from pathlib import Path

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_quality import QualityCommon

VECTORS = json.loads(
    (Path(__file__).parents[3] / "tests/vectors/quality.json").read_text()
)
LIMITS = {vector["id"]: vector["limits"] for vector in VECTORS["quality_limits"]}
LABS = {vector["id"]: vector for vector in VECTORS["lab_results"]}
# The vectors' names of the limits and our codes of the questions.
CODES = {
    "SNI-NILAM": {
        "bobot_jenis_25": "specific_gravity",
        "indeks_bias_20": "refractive_index",
        "bil_asam_max": "acid_value",
        "bil_ester_max": "ester_value",
        "putaran_optik": "optical_rotation",
        "patchouli_alcohol_min_pct": "patchouli_alcohol",
        "alpha_copaene_max_pct": "alpha_copaene",
        "fe_max_mgkg": "iron",
        "kelarutan_etanol90": "solubility",
        "warna": "colour",
    },
    "SNI-VCO": {
        "air_max_pct": "water",
        "iod": "iodine_value",
        "ffa_laurat_max_pct": "free_fatty_acid",
        "peroksida_max": "peroxide_value",
        "C6": "c6",
        "C8": "c8",
        "C10": "c10",
        "C12": "c12",
        "C14": "c14",
        "C16": "c16",
        "C18": "c18",
        "C18_1": "c18_1",
        "C18_2": "c18_2",
        "C18_3": "c18_3",
        "ALT_max": "plate_count",
    },
    "SNI-JAHE-KERING": {
        "air_max_pct": "moisture",
        "minyak_atsiri_min_ml_100g": "essential_oil",
        "abu_max_pct": "ash",
        "benda_asing_max_pct": "foreign_matter",
    },
}


@tagged("post_install", "-at_install")
class TestQualityStandards(QualityCommon):
    def _get_standards(self):
        return {
            "SNI-NILAM": self.sni_patchouli,
            "SNI-VCO": self.sni_vco,
            "SNI-JAHE-KERING": self.sni_ginger,
        }

    def _get_inspection(self, standard):
        """Start an inspection of a lot of the cooperative by a standard."""
        lot = self._add_own_stock(
            self._create_product(standard.code, "lot"), 10, lot_name=standard.code
        )
        lot.action_start_inspection(standard.level_ids.id)
        return lot.inspection_ids

    def test_seeded_limits_are_those_printed(self):
        for name, standard in self._get_standards().items():
            questions = standard.level_ids.test_id.test_lines.grouped("code")
            self.assertEqual(set(questions), set(CODES[name].values()))
            for key, printed in LIMITS[name].items():
                question = questions[CODES[name][key]]
                if isinstance(printed, str):
                    self.assertNotEqual(question.type, "quantitative")
                    continue
                if isinstance(printed, list):
                    expected = (*printed, True, True)
                elif "_min" in key:
                    expected = (printed, 0, True, False)
                else:
                    expected = (0, printed, False, True)
                found = (
                    question.min_value,
                    question.max_value,
                    question.has_min,
                    question.has_max,
                )
                self.assertEqual(found, expected, key)

    def test_every_end_of_every_limit_decides(self):
        # Ends pass; a step of the field's digits beyond them fails.
        step = 0.00001
        for name, standard in self._get_standards().items():
            lines = self._get_inspection(standard).inspection_lines.grouped("code")
            for key, printed in LIMITS[name].items():
                line = lines[CODES[name][key]]
                if isinstance(printed, str):
                    continue
                ends = printed if isinstance(printed, list) else [printed]
                upper = [False, True] if len(ends) == 2 else ["_min" not in key]
                for end, is_upper in zip(ends, upper, strict=True):
                    line.result = f"{end:.5f}"
                    self.assertTrue(line.success, f"{key} {end}")
                    if end == 0:
                        continue  # below zero percent is implausible
                    line.result = f"{end + (step if is_upper else -step):.5f}"
                    self.assertFalse(line.success, f"{key} beyond {end}")

    def test_patchouli_of_aceh_passes(self):
        # LAB-NILAM-PA: patchouli alcohol 31.115 and 44.0 % against at least 30 %
        line = self._get_inspection(self.sni_patchouli).inspection_lines.filtered(
            lambda line: line.code == "patchouli_alcohol"
        )
        for value in ("31,115", "44,0"):
            line.result = value
            self.assertTrue(line.success)
        line.result = "29,9"
        self.assertFalse(line.success)

    def test_yield_of_distillation(self):
        # LAB-NILAM-YIELD: 2.3 % of oil at 120 C, 3.77 % in 6 h at 135 C; the house
        # expects the latter, give or take half a point
        found = LABS["LAB-NILAM-YIELD"]["values"]["yield_pct"]
        leaf = self._create_product("Daun nilam kering", "lot")
        oil = self._create_product("Minyak nilam", "lot")
        recipe = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": oil.product_tmpl_id.id,
                "product_qty": found["135C_6h"],
                "company_id": self.company.id,
                "consumption": "flexible",
                "expected_yield": found["135C_6h"],
                "yield_tolerance": 0.5,
                "bom_line_ids": [
                    Command.create({"product_id": leaf.id, "product_qty": 100})
                ],
            }
        )
        for condition, oil_kg in found.items():
            intake = self.env["factory.intake"].create(
                {
                    "partner_id": self.owner_a.id,
                    "line_ids": [
                        Command.create({"product_id": leaf.id, "gross_kg": 100})
                    ],
                }
            )
            intake.action_accept()
            order = self._create_order(
                self.owner_a,
                lots=intake.lot_ids,
                product_id=oil.id,
                bom_id=recipe.id,
                quantity=found["135C_6h"],
            )
            if condition == "120C":
                # 3.77 - 2.3 is more than half a point: why?
                with (
                    self.assertRaisesRegex(UserError, "reason"),
                    self.env.cr.savepoint(),
                ):
                    order.action_record_output(oil_kg)
            reason = "120 C" if condition == "120C" else ""
            summary = order.action_record_output(oil_kg, loss_reason=reason)
            # of 100 kg of leaves, kilograms are percent
            self.assertAlmostEqual(order.actual_yield, oil_kg, 6)
            self.assertAlmostEqual(summary["loss_kg"], 100 - oil_kg, 3)

    def test_every_vector_has_a_test(self):
        source = Path(__file__).read_text()
        for vector in (*VECTORS["quality_limits"], *VECTORS["lab_results"]):
            self.assertIn(vector["id"], source)

    def test_refractive_index_as_density_is_refused(self):
        # LAB-NILAM-AKPRIND: 1.4897, a refractive index mislabelled as density
        inspection = self._get_inspection(self.sni_patchouli)
        with self.assertRaisesRegex(UserError, "typing error"):
            inspection.action_record_result({"specific_gravity": 1.4897})
        with self.assertRaisesRegex(UserError, "typing error"):
            inspection.inspection_lines[0].quantitative_value = 1.4897
        self.assertEqual(inspection.inspection_lines[0].code, "specific_gravity")

    def test_text_choice_and_not_detected(self):
        lot = self._get_inspection(self.sni_patchouli).lot_id
        summary = lot.action_record_result(
            {"solubility": "1:10 Jernih", "colour": "reddish brown", "iron": "nd"}
        )
        lines = {line["code"]: line for line in summary["lines"]}
        for code in ("solubility", "colour", "iron"):
            self.assertTrue(lines[code]["success"], code)
        self.assertEqual(summary["state"], "ready")
        self.assertIn("Patchouli alcohol", summary["missing"])
        summary = lot.action_record_result({"solubility": "keruh", "colour": "Black"})
        lines = {line["code"]: line for line in summary["lines"]}
        self.assertFalse(lines["solubility"]["success"])
        self.assertFalse(lines["colour"]["success"])
        with self.assertRaisesRegex(UserError, "ND is no answer"):
            lot.action_record_result({"patchouli_alcohol": "ND"})
        with self.assertRaisesRegex(UserError, "choose one of"):
            lot.action_record_result({"colour": "mauve"})

    def test_a_zero_is_an_answer_and_nothing_is_none(self):
        inspection = self._get_inspection(self.sni_ginger)
        with self.assertRaisesRegex(UserError, "no result yet for Moisture"):
            inspection.action_confirm()
        inspection.action_record_result({"foreign_matter": 0})
        line = inspection.inspection_lines.filtered(
            lambda line: line.code == "foreign_matter"
        )
        self.assertRecordValues(
            line, [{"is_answered": True, "success": True, "result": "0"}]
        )

    def test_all_or_nothing(self):
        inspection = self._get_inspection(self.sni_ginger)
        with self.assertRaisesRegex(UserError, "no question 'colour'"):
            with self.env.cr.savepoint():
                inspection.action_record_result({"moisture": 11, "colour": "red"})
        self.assertFalse(any(inspection.inspection_lines.mapped("is_answered")))

    def test_contradicting_limits_are_refused(self):
        test = self.env["qc.test"].create({"name": "Coba", "company_id": False})
        for vals in (
            {"min_value": 5, "max_value": 4},
            {
                "has_min": False,
                "max_value": 12,
                "has_plausible": True,
                "plausible_max": 10,
            },
        ):
            with self.assertRaisesRegex(ValidationError, "contradict"):
                test.test_lines = [
                    Command.create({"name": "X", "type": "quantitative", **vals})
                ]

    def test_locks_of_a_used_version(self):
        self._adopt(self.ginger)
        level = self.sni_ginger.level_ids
        test = level.test_id
        spare = self.env["qc.test"].create({"name": "Lain", "company_id": False})
        changes = [
            lambda: test.test_lines[0].write({"max_value": 13}),
            lambda: test.test_lines[0].unlink(),
            lambda: test.write({"name": "Lain"}),
            lambda: test.test_lines[0].write({"test": spare.id}),
            lambda: self.env["qc.test.question"].create(
                {"test": test.id, "name": "X", "type": "text"}
            ),
            lambda: level.write({"sequence": 5}),
            lambda: level.unlink(),
            lambda: self.sni_ginger.write({"version": "2030"}),
            lambda: self.sni_ginger.unlink(),
        ]
        for change in changes:
            with self.assertRaisesRegex(UserError, "in use"):
                change()
        self.sni_ginger.doubt = "Seen in a second copy"

    def test_new_version_leaves_the_old_one(self):
        self._adopt(self.ginger)
        action = self.sni_ginger.action_new_version("2030")
        new = self.env["factory.quality.standard"].browse(action["res_id"])
        self.assertEqual(new.previous_id, self.sni_ginger)
        self.assertFalse(new.is_used)
        moisture = new.level_ids.test_id.test_lines[0]
        moisture.max_value = 10
        old = self.sni_ginger.level_ids.test_id.test_lines[0]
        self.assertEqual((moisture.code, old.max_value), ("moisture", 12.0))
        # From 2025 on the new one counts, by the date of the weighing.
        new.date_from = "2025-01-01"
        self._adopt(self.ginger, standard=new, date_from="2025-01-01")
        before = self._weigh_in(self.owner_a, 10, date="2024-12-30 03:00:00")
        after = self._weigh_in(self.owner_a, 10, date="2025-01-02 03:00:00")
        self.assertEqual(before.inspection_ids.standard_id, self.sni_ginger)
        self.assertEqual(after.inspection_ids.standard_id, new)

    def test_adoption_is_not_earlier_than_the_standard(self):
        with self.assertRaisesRegex(ValidationError, "cannot be adopted"):
            self._adopt(self.ginger, date_from="1990-01-01")

    def test_a_used_adoption_only_ends(self):
        adoption = self._adopt(self.ginger)
        self._weigh_in(self.owner_a, 10)
        with self.assertRaisesRegex(UserError, "tested by this adoption"):
            adoption.is_required = False
        adoption.date_to = "2020-12-31"
        self.assertFalse(self._weigh_in(self.owner_a, 10).inspection_ids)
