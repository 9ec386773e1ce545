# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.factory_toll.models.quality_token import own

from .common_quality import GOOD_GINGER, WET_GINGER, QualityCommon


@tagged("post_install", "-at_install")
class TestQualityLots(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("operator")
        cls.manager = cls._create_user("factory_manager")

    def test_without_adoption_nothing_is_asked(self):
        lot = self._weigh_in(self.owner_a, 40)
        self.assertEqual(lot.quality_state, "none")
        self.assertEqual(self._get_stock(self.ginger, lot=lot), 40)

    def test_new_lot_shows_no_standard(self):
        lot = self.env["stock.lot"].with_user(self.operator).new({})
        self.assertFalse(lot.quality_level_id)
        self.assertFalse(lot.quality_adopted_on)

    def test_operator_releases_an_intake_by_passing(self):
        self._adopt(self.ginger)
        intake = (
            self.env["factory.intake"]
            .with_user(self.operator)
            .create(
                {
                    "partner_id": self.owner_a.id,
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": kg})
                        for kg in (40, 25)
                    ],
                }
            )
        )
        intake.action_accept()
        first, second = intake.line_ids.lot_id
        self.assertTrue(intake.is_in_quarantine)
        self.assertEqual(first.quality_state, "waiting")
        self.assertEqual(self._get_stock(lot=first, location=self.quarantine), 40)
        summary = first.action_record_result(GOOD_GINGER, True, "Balai Uji Samarinda")
        self.assertEqual(
            (summary["state"], summary["quality_state"], summary["missing"]),
            ("success", "passed", []),
        )
        self.assertEqual(first.inspection_ids.laboratory, "Balai Uji Samarinda")
        self.assertEqual(first.inspection_ids.concluded_by_id, self.operator)
        # The first sack is free, the second still waits.
        self.assertEqual(self._get_stock(lot=first), 40)
        self.assertEqual(self._get_stock(owner=self.owner_a, lot=second), 0)
        self.assertTrue(intake.is_in_quarantine)
        second.action_record_result(GOOD_GINGER)
        self.assertFalse(intake.is_in_quarantine)

    def test_questions_for_the_floor(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40).with_user(self.operator)
        asked = lot.get_quality_questions()
        self.assertEqual(
            [(q["code"], q["limits"].replace(",", ".")) for q in asked["questions"]],
            [
                ("moisture", "≤ 12 %"),
                ("essential_oil", "≥ 1.5 ml/100 g"),
                ("ash", "≤ 8 %"),
                ("foreign_matter", "≤ 2 %"),
            ],
        )
        # By the id of the question as well, as a page sends it.
        key = str(lot.inspection_ids.inspection_lines[0].test_line.id)
        for wrong in ([], "11,5", None):
            with self.assertRaisesRegex(UserError, "questions and answers"):
                lot.action_record_result(wrong)
        summary = lot.action_record_result({key: "11,5"}, conclude=False)
        self.assertEqual(len(summary["missing"]), 3)

    def test_number_that_reads_in_two_ways_is_refused(self):
        """An Indonesian's 1.250 is a thousand, a scale's is one and a quarter."""
        self._adopt(self.ginger)
        for lang in ("id_ID", "en_US"):
            self.env["res.lang"]._activate_lang(lang)
        inspection = self._weigh_in(self.owner_a, 40).inspection_ids
        line = inspection.inspection_lines.filtered(lambda q: q.code == "ash")
        # as for a question whose standard has no bounds
        own(line).has_plausible = False
        for lang, unclear, clear in (
            ("id_ID", "1.250", "1,250"),
            ("en_US", "1,250", "1.250"),
        ):
            mine = inspection.with_user(self.operator).with_context(lang=lang)
            message = f"(?s){line.name}.*1250"
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                mine.action_record_result({"ash": unclear})
            # the desk's form, or a client that writes the line
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                line.with_env(mine.env).result = unclear
            for text, value in ((clear, 1.25), ("1250", 1250), (1.234, 1.234)):
                mine.action_record_result({"ash": text})
                self.assertEqual(line.quantitative_value, value, lang)

    def test_plausible_bounds_tell_how_a_number_is_meant(self):
        """No ginger has 1,250 % of ash."""
        self._adopt(self.ginger)
        self.env["res.lang"]._activate_lang("id_ID")
        lot = self._weigh_in(self.owner_a, 40).with_context(lang="id_ID")
        lot.action_record_result({"ash": "1.250"})
        line = lot.inspection_ids.inspection_lines.filtered(lambda q: q.code == "ash")
        self.assertEqual(line.quantitative_value, 1.25)

    def test_manual_quarantine_is_released_by_hand(self):
        lot = self._weigh_in(self.owner_a, 40, to_quarantine=True)
        lot.intake_id.action_release()
        self.assertEqual(self._get_stock(lot=lot), 40)
        self.assertFalse(lot.intake_id.is_in_quarantine)

    def test_what_must_pass_is_not_released_by_hand(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        with self.assertRaisesRegex(UserError, "must pass its quality test"):
            lot.intake_id.with_user(self.manager).action_release()

    def test_what_is_not_tested_goes_on(self):
        other = self._create_product("Kunyit", "lot")
        self._adopt(self.ginger)
        intake = self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "line_ids": [
                    Command.create({"product_id": product.id, "gross_kg": 10})
                    for product in (self.ginger, other)
                ],
            }
        )
        intake.action_accept()
        self.assertEqual(self._get_stock(other), 10)
        self.assertEqual(self._get_stock(self.ginger, location=self.stock), 0)

    def test_optional_test_does_not_hold_back(self):
        self._adopt(self.ginger, is_required=False)
        lot = self._weigh_in(self.owner_a, 40)
        self.assertEqual(lot.quality_state, "waiting")
        self.assertFalse(lot.is_quality_blocked)
        self.assertEqual(self._get_stock(lot=lot), 40)
        lot.action_record_result(WET_GINGER)
        self.assertTrue(lot.is_quality_blocked)

    def test_grade_comes_from_the_result(self):
        grade_a, grade_b = self.env["factory.grade"].create(
            [{"name": name, "code": f"QA-{name}"} for name in ("A", "B")]
        )
        standard = self._create_graded_standard(grade_a, grade_b)
        self._adopt(self.ginger, standard=standard)
        lot = self._weigh_in(self.owner_a, 40)
        lot.action_record_result({"moisture": 9})
        self.assertEqual((lot.quality_state, lot.grade_id), ("passed", grade_a))
        with self.assertRaisesRegex(UserError, "was tested"):
            lot.grade_id = grade_b
        wet = self._weigh_in(self.owner_a, 40)
        wet.action_record_result({"moisture": 11})
        self.assertEqual(wet.quality_state, "failed")
        self.assertEqual(wet.proposed_grade_ids.grade_id, grade_b)
        self.env["factory.lot.disposition"].create(
            {
                "lot_id": wet.id,
                "kind": "downgrade",
                "level_id": wet.proposed_grade_ids.id,
                "reason": "Still dry enough for B",
            }
        )
        self.assertEqual((wet.quality_state, wet.is_quality_blocked), ("waiting", True))
        self.assertEqual(wet._get_open_inspection().inspection_lines.result, "11")
        wet.action_record_result({})
        self.assertEqual((wet.quality_state, wet.grade_id), ("passed", grade_b))
        self.assertEqual(self._get_stock(lot=wet), 40)

    def _create_graded_standard(self, *grades):
        """Grade by grade the moisture may be one percent more, from 10 % on."""
        tests = self.env["qc.test"].create(
            [
                {
                    "name": grade.name,
                    "company_id": False,
                    "test_lines": [
                        Command.create(
                            {
                                "code": "moisture",
                                "name": "Moisture",
                                "type": "quantitative",
                                "has_min": False,
                                "max_value": 10 + index,
                            }
                        )
                    ],
                }
                for index, grade in enumerate(grades)
            ]
        )
        return self.env["factory.quality.standard"].create(
            {
                "code": "Rumah jahe",
                "version": "1",
                "name": "House standard",
                "date_from": "2020-01-01",
                "source": "The members' meeting",
                "level_ids": [
                    Command.create({"grade_id": grade.id, "test_id": test.id})
                    for grade, test in zip(grades, tests, strict=True)
                ],
            }
        )

    def test_concluded_results_stand(self):
        self._adopt(self.ginger)
        lot = self._weigh_wet()
        inspection = lot.inspection_ids.with_user(self.manager)
        line = inspection.inspection_lines[0]
        changes = [
            lambda: line.write({"result": "11"}),
            lambda: line.write({"quantitative_value": 11}),
            lambda: line.write({"max_value": 20}),
            lambda: line.write({"success": True}),
            lambda: inspection.write({"state": "success"}),
            lambda: inspection.write({"success": True}),
            lambda: inspection.write({"lot_id": False}),
            lambda: inspection.write({"object_id": False}),
            lambda: inspection.write({"inspection_lines": [Command.clear()]}),
            lambda: inspection.action_draft(),
            lambda: inspection.action_cancel(),
            lambda: inspection.action_approve(),
            lambda: lot.write({"quality_state": "passed"}),
            lambda: lot.write({"is_quality_blocked": False}),
        ]
        for change in changes:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertTrue(lot.is_quality_blocked)

    def test_nobody_makes_an_inspection_that_passes(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        inspections = self.env["qc.inspection"]
        for vals in (
            {"object_id": f"stock.lot,{lot.id}", "state": "success"},
            {"lot_id": lot.id, "state": "success"},
        ):
            with self.assertRaisesRegex(UserError, "from the lot or order"):
                inspections.create(vals)
        plain = inspections.create({"object_id": f"product.product,{self.ginger.id}"})
        for vals in ({"object_id": f"stock.lot,{lot.id}"}, {"lot_id": lot.id}):
            with self.assertRaisesRegex(UserError, "nothing else of it"):
                plain.write(vals)
        moved = self._weigh_in(self.owner_a, 1).inspection_ids.inspection_lines
        with self.assertRaisesRegex(UserError, "nothing else of it"):
            moved.write({"inspection_id": plain.id})

    def test_a_lot_is_not_created_as_passed(self):
        lot = (
            self.env["stock.lot"]
            .with_user(self.manager)
            .with_context(default_quality_state="passed")
            .create(
                {
                    "name": "Akal",
                    "product_id": self.ginger.id,
                    "quality_state": "passed",
                }
            )
        )
        self.assertEqual(lot.quality_state, "none")

    def test_tested_again_by_the_manager_only(self):
        self._adopt(self.ginger)
        lot = self._weigh_wet()
        with self.assertRaises(AccessError):
            lot.with_user(self.operator).action_test_again("Second opinion")
        with self.assertRaisesRegex(UserError, "Give the reason"):
            lot.with_user(self.manager).action_test_again(" ")
        lot.with_user(self.manager).action_test_again("Second opinion")
        # It waits, and is still blocked by the failure before.
        self.assertEqual((lot.quality_state, lot.is_quality_blocked), ("waiting", True))
        lot.with_user(self.operator).action_record_result(GOOD_GINGER)
        self.assertEqual(lot.quality_state, "passed")
        self.assertEqual(len(lot.inspection_ids), 2)

    def test_release_before_the_result_ends_with_a_failure(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        with self.assertRaises(AccessError):
            self.env["factory.lot.disposition"].with_user(self.operator).create(
                {"lot_id": lot.id, "kind": "accept", "reason": "Urgent"}
            )
        self.env["factory.lot.disposition"].with_user(self.manager).create(
            {"lot_id": lot.id, "kind": "accept", "reason": "The laboratory is closed"}
        )
        self.assertEqual(lot.quality_state, "released")
        self.assertEqual(self._get_stock(lot=lot), 40)
        lot.action_record_result(WET_GINGER)
        self.assertEqual((lot.quality_state, lot.is_quality_blocked), ("failed", True))

    def test_companies_do_not_see_each_other(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        other = self.env["res.company"].create({"name": "Koperasi Lain"})
        stranger = self._create_user("factory_manager", other)
        models = {
            "qc.inspection": lot.inspection_ids,
            "qc.inspection.line": lot.inspection_ids.inspection_lines,
            "factory.quality.adoption": lot.inspection_ids.adoption_id,
        }
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model, records in models.items():
            found = env[model].search([])
            self.assertFalse(found & records, model)
        standards = env["factory.quality.standard"].search([])
        self.assertIn(self.sni_ginger.id, standards.ids)
        with self.assertRaises(AccessError):
            env["stock.lot"].browse(lot.id).action_record_result(GOOD_GINGER)

    def test_auditor_reads_and_changes_nothing(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        auditor = self._create_user("auditor")
        self.assertEqual(
            lot.with_user(auditor).get_quality_questions()["quality_state"], "waiting"
        )
        with self.assertRaises(AccessError):
            lot.with_user(auditor).action_record_result(GOOD_GINGER)
        with self.assertRaises(AccessError):
            self.sni_ginger.with_user(auditor).action_new_version("2030")
