# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import tagged

from .common_floor import FloorHttpCase


@tagged("post_install", "-at_install")
class TestFloorProcess(FloorHttpCase):
    """The house tests powder while it is milled: a number, ND, a text, a choice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        number = {"type": "quantitative", "has_plausible": True}
        test = cls.env["qc.test"].create(
            {
                "name": "Uji proses",
                "company_id": False,
                "test_lines": [
                    Command.create(vals)
                    for vals in (
                        {
                            **number,
                            "name": "Suhu",
                            "code": "temperature",
                            "has_min": False,
                            "max_value": 60,
                            "plausible_max": 300,
                        },
                        {
                            **number,
                            "name": "Besi",
                            "code": "fe",
                            "has_min": False,
                            "max_value": 25,
                            "plausible_max": 5000,
                            "allow_nd": True,
                        },
                        {
                            "type": "text",
                            "name": "Bau",
                            "code": "smell",
                            "text_accepted": "khas jahe; khas",
                        },
                        {
                            "type": "qualitative",
                            "name": "Warna",
                            "code": "colour",
                            "ql_values": [
                                Command.create({"name": "Kuning", "ok": True}),
                                Command.create({"name": "Hitam", "ok": False}),
                            ],
                        },
                    )
                ],
            }
        )
        standard = cls.env["factory.quality.standard"].create(
            {
                "code": "UJI",
                "version": "1",
                "name": "Uji proses",
                "date_from": "2020-01-01",
                "source": "uji",
                "level_ids": [Command.create({"test_id": test.id})],
            }
        )
        cls.env["factory.quality.adoption"].create(
            {
                "warehouse_id": cls.warehouse.id,
                "product_id": cls.powder.id,
                "stage": "process",
                "standard_id": standard.id,
                "date_from": "2020-01-01",
            }
        )
        cls.lot = cls._weigh_in(cls.owner_a, 40)

    def setUp(self):
        super().setUp()
        self._log_in(self.operator)
        self.order = self._create_order(self.owner_a, quantity=4)
        self.order.action_confirm()
        self.path = f"{self.machine}/order/{self.order.id}"

    def _state(self, page):
        (card,) = page.xpath("//article[@data-process]")
        return card.get("data-process")

    def _record(self, page=None, **typed):
        page = self._read(f"{self.path}/test") if page is None else page
        return self._send(page, "o_floor_test", **typed)

    def _results(self):
        lines = self.order.inspection_ids.inspection_lines
        return {
            line.code: line.qualitative_value.name or line.result
            for line in lines.filtered("is_answered")
        }

    def test_order_page_leads_to_its_test_and_waits_for_it(self):
        page = self._read(self.path)
        self.assertEqual(self._state(page), "waiting")
        (link,) = page.xpath("//a[contains(@class, 'o_floor_process_link')]/@href")
        self.assertEqual(link, f"{self.path}/test")
        page = self._send(page, "o_floor_produce", quantity="4")
        self.assertIn("has not passed its test", self._alert(page))
        self.assertNotEqual(self.order.state, "done")
        page = self._record(
            q_temperature="55,5", nd_fe="1", q_smell="Khas Jahe", q_colour="Kuning"
        )
        self.assertFalse(self._alert(page))
        self.assertEqual(self._state(page), "passed")
        self.assertEqual(
            self._results(),
            {"temperature": "55,5", "fe": "ND", "smell": "Khas Jahe"}
            | {"colour": "Kuning"},
        )
        page = self._send(
            self._read(self.path), "o_floor_produce", quantity="4", leave_out="1"
        )
        self.assertFalse(self._alert(page))
        self.assertEqual(self.order.state, "done")

    def test_what_is_typed_first_is_kept_for_later(self):
        page = self._record(q_temperature="50")
        self.assertEqual(self._state(page), "waiting")
        self.assertIn("50", page.xpath("//form//input[@type='text']/@value"))
        page = self._record(page, nd_fe="1")
        self.assertEqual(self._results(), {"temperature": "50", "fe": "ND"})
        (ticked,) = page.xpath("//input[@name='nd_fe']")
        self.assertEqual(ticked.get("checked"), "checked")

    def test_failure_is_told_and_only_a_manager_repeats(self):
        page = self._record(
            q_temperature="75", nd_fe="1", q_smell="khas", q_colour="Kuning"
        )
        self.assertEqual(self._state(page), "failed")
        self.assertIn("75", page.text_content())
        self.assertFalse(page.xpath("//form"))
        self._log_in(self._create_user("floor_http_manager", "factory_manager"))
        self.order.inspection_ids.action_test_again("cooled down")
        self.assertEqual(self._state(self._read(self.path)), "waiting")

    def test_impossible_and_unread_results_are_refused_kindly(self):
        for typed, words in (
            ({"q_temperature": "900"}, "only 0 to 300"),
            ({"q_temperature": "hangat"}, "write a number"),
            ({"q_temperature": "ND"}, "ND is no answer"),
            ({"q_colour": "Hijau"}, "choose one of"),
            ({}, "at least one"),
        ):
            page = self._record(**typed)
            self.assertIn(words, self._alert(page), typed)
            self.assertFalse(self._results())
            for text in typed.values():
                self.assertTrue(
                    text == "Hijau" or text in page.xpath("//form//input/@value")
                )

    def test_number_of_two_readings(self):
        # in English 1,250 is a thousand; no powder is that hot, so it is 1.25
        page = self._record(q_temperature="1,250")
        self.assertFalse(self._alert(page))
        self.assertEqual(self._results(), {"temperature": "1.250"})
        # of iron both are possible: asked, nothing written
        page = self._record(page, q_temperature="", q_fe="1,250")
        (asked,) = page.xpath("//*[@id='asked']//b")
        self.assertEqual(asked.text_content(), "1250")
        self.assertNotIn("fe", self._results())
        self._record(page)
        self.assertEqual(self._results()["fe"], "1250")

    def test_auditor_looks_and_a_stranger_finds_nothing(self):
        self._log_in(self.auditor)
        page = self._read(f"{self.path}/test")
        self.assertEqual(self._state(page), "waiting")
        self.assertFalse(page.xpath("//form"))
        typed = {"once": "p" * 20, "q_temperature": "50"}
        self._post_refused(f"{self.path}/test", 403, **typed)
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        self._log_in(self._create_user("floor_http_other", "operator", company))
        self._read(f"{self.path}/test", 404)
        self._post_refused(f"{self.path}/test", 404, **typed)
        self.assertFalse(self._results())
