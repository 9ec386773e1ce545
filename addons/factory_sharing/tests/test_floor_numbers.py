# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import new_test_user, tagged

from .common_floor import FloorHttpCase


@tagged("post_install", "-at_install")
class TestFloorNumbers(FloorHttpCase):
    """An Indonesian types numbers: 1.250 is a thousand, 1,25 one and a quarter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.indonesian = new_test_user(
            cls.env,
            login="floor_http_indonesian",
            groups="umkm_base.umkm_base_group_operator",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
            lang="id_ID",
        )

    def setUp(self):
        super().setUp()
        self._log_in(self.indonesian)
        self.new = f"/floor/weigh/new?partner_id={self.owner_a.id}"

    def _first(self, page=None, **typed):
        sack = {"product_id": self.ginger.id, "tare": "", **typed}
        page = self._read(self.new) if page is None else page
        return self._send(page, "o_floor_sack", **sack)

    def _weighed(self):
        lines = self.env["factory.intake"].search(
            [("partner_id", "=", self.owner_a.id)]
        )
        return lines.line_ids.mapped("net_kg")

    def _asked(self, page):
        found = page.xpath("//*[@id='asked']//b")
        return found[0].text_content() if found else ""

    def test_clear_numbers_are_saved_at_once(self):
        page = self._first(gross="1,5")
        self.assertFalse(self._alert(page))
        for text in ("1,250", "31.25", "1.250,5", "0.125"):
            page = self._send(page, "o_floor_sack", gross=text, tare="")
            self.assertFalse(self._alert(page))
        self.assertEqual(self._weighed(), [1.5, 1.25, 31.25, 1250.5, 0.125])

    def test_unclear_number_is_shown_before_it_is_saved(self):
        with self._nothing_changes("factory.intake", "factory.floor.request"):
            page = self._first(gross="1.250")
            self.assertTrue(self._alert(page))
            # without a point, and in words: nobody reads it as one and a quarter
            self.assertEqual(self._asked(page), "1250")
            card = page.xpath("//*[@id='asked']")[0].text_content()
            self.assertIn("seribu dua ratus lima puluh", card)
            self.assertIn("1,25", card)
        # yes
        page = self._send(page, "o_floor_sack")
        self.assertFalse(self._alert(page))
        self.assertEqual(self._weighed(), [1250])
        # the yes was for that sack
        page = self._send(page, "o_floor_sack", gross="1.250", tare="")
        self.assertEqual(self._asked(page), "1250")
        self.assertEqual(self._weighed(), [1250])
        # no: one and a quarter
        page = self._send(page, "o_floor_sack", gross="1,25")
        self.assertFalse(self._asked(page))
        self.assertEqual(self._weighed(), [1250, 1.25])

    def test_emptied_field_stays_empty_while_asked(self):
        page = self._first(gross="40,5", tare="0,5")
        page = self._send(page, "o_floor_sack", gross="1.250", tare="")
        self.assertEqual(self._asked(page), "1250")
        # not the empty sack of before
        self._send(page, "o_floor_sack")
        self.assertEqual(self._weighed(), [40, 1250])

    def test_each_unclear_number_of_a_form_is_asked_about(self):
        page = self._first(gross="3.000", tare="1.250")
        self.assertEqual(self._asked(page), "3000")
        page = self._send(page, "o_floor_sack")
        self.assertEqual(self._asked(page), "1250")
        page = self._send(page, "o_floor_sack")
        self.assertFalse(self._asked(page))
        self.assertEqual(self._weighed(), [1750])

    def test_other_language_reads_by_its_own_signs(self):
        self._log_in(self.operator)
        page = self._first(gross="1.250")
        self.assertFalse(self._alert(page))
        page = self._send(page, "o_floor_sack", gross="1,250", tare="")
        self.assertEqual(self._asked(page), "1250")
        self.assertEqual(self._weighed(), [1.25])

    def test_order_asks_what_goes_in_and_what_comes_out(self):
        lot = self._weigh_in(self.owner_a, 2000)
        order = self._create_order(self.owner_a, quantity=200)
        order.action_confirm()
        path = f"{self.machine}/order/{order.id}"
        page = self._read(f"{path}?code={lot.name}")
        page = self._send(page, "o_floor_consume", quantity="1.250")
        self.assertEqual(self._asked(page), "1250")
        self.assertFalse(order.move_raw_ids.move_line_ids.filtered("is_scanned"))
        # only the form that was sent asks
        self.assertFalse(page.xpath("//*[@class='o_floor_produce']//*[@id='asked']"))
        page = self._send(page, "o_floor_consume")
        scanned = order.move_raw_ids.move_line_ids.filtered("is_scanned")
        self.assertEqual(scanned.quantity, 1250)
        typed = {f"byproduct_{self.peel.id}": "1.000"}
        page = self._send(page, "o_floor_produce", quantity="125", **typed)
        self.assertEqual(self._asked(page), "1000")
        self.assertNotEqual(order.state, "done")
