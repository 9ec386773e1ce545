# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common_floor import FloorHttpCase

KEY = "r" * 20
# SNI 01-3393-1994: moisture at most 12, essential oil at least 1.5, ash at most 8,
# foreign matter at most 2 (tests/vectors/quality.json)
GOOD = {"moisture": "11,5", "essential_oil": "1.8", "ash": "6", "foreign_matter": "1"}


@tagged("post_install", "-at_install")
class TestFloorResult(FloorHttpCase):
    """The house tests ginger at intake by the standard of dry ginger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["factory.quality.adoption"].create(
            {
                "warehouse_id": cls.warehouse.id,
                "product_id": cls.ginger.id,
                "stage": "intake",
                "standard_id": cls.env.ref(
                    "factory_toll.factory_quality_standard_dry_ginger"
                ).id,
                "date_from": "2020-01-01",
            }
        )
        cls.lot = cls._weigh_in(cls.owner_a, 40)
        cls.page = f"/floor/lot/{cls.lot.id}"

    def setUp(self):
        super().setUp()
        self._log_in(self.operator)

    def _state(self, page):
        (card,) = page.xpath("//article[@data-quality]")
        return card.get("data-quality")

    def _record(self, page=None, resend=False, **results):
        page = self._read(self.page) if page is None else page
        answers = {f"q_{code}": result for code, result in results.items()}
        return self._send(page, "o_floor_test", resend=resend, **answers)

    def test_good_results_free_the_lot(self):
        page = self._read(self.page)
        self.assertEqual(self._state(page), "waiting")
        self.assertIn("12", page.xpath("//form//label/span")[0].text_content())
        page = self._record(page, moisture=GOOD["moisture"])
        self.assertEqual(self._state(page), "waiting")
        kept = page.xpath("//form//input[@type='text']/@value")
        self.assertIn("11,5", kept)
        page = self._record(page, resend=True, **GOOD)
        self.assertFalse(self._alert(page))
        self.assertEqual(self._state(page), "passed")
        self.assertEqual(self._get_stock(lot=self.lot), 40)
        self.assertFalse(page.xpath("//form"))

    def test_failed_lot_is_refused_at_the_machine(self):
        page = self._record(**{**GOOD, "moisture": "14.2"})
        self.assertEqual(self._state(page), "failed")
        self.assertIn("14.2", page.text_content())
        order = self._create_order(self.owner_a, quantity=4)
        order.action_confirm()
        page = self._read(f"{self.machine}/order/{order.id}?code={self.lot.name}")
        (card,) = page.xpath("//article[@data-status]")
        self.assertEqual(card.get("data-status"), "wrong")
        self.assertIn("failed its quality test", card.text_content())

    def test_nonsense_is_refused_and_kept(self):
        # moisture of ginger is no 900 %
        for text in ("900", "wet", "--"):
            page = self._record(moisture=text, ash="6")
            self.assertTrue(self._alert(page), text)
            self.assertIn(text, page.xpath("//form//input/@value"))
            answered = self.lot.get_quality_questions()["questions"]
            self.assertFalse([q for q in answered if q["is_answered"]])
        page = self._send(self._read(self.page), "o_floor_test")
        self.assertIn("at least one", self._alert(page))
        self._post_refused(f"{self.page}/result", 400, q_1="5")

    def test_lot_without_a_standard_says_so(self):
        other = self._add_own_stock(self.powder, 5)
        page = self._read(f"/floor/lot/{other.id}")
        self.assertEqual(self._state(page), "none")
        page = self._send(page, "o_floor_start_test")
        self.assertIn("No standard is adopted", self._alert(page))

    def test_auditor_looks_and_others_find_nothing(self):
        self._log_in(self.auditor)
        page = self._read(self.page)
        self.assertEqual(self._state(page), "waiting")
        self.assertFalse(page.xpath("//form"))
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        for user, status in (
            (self.auditor, 403),
            (self._create_user("floor_http_stranger", "operator", company), 404),
            (self._create_user("floor_http_teller", "teller"), 403),
        ):
            self._log_in(user)
            if user != self.auditor:
                self._read(self.page, status)
            for path in ("result", "start"):
                self._post_refused(f"{self.page}/{path}", status, once=KEY, q_1="5")
        self.assertEqual(self.lot.quality_state, "waiting")
