# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common_floor import FloorHttpCase

KEY = "k" * 20


@tagged("post_install", "-at_install")
class TestFloorProduction(FloorHttpCase):
    """Ani's order of two sacks, 40 and 20 kg, for 6 kg of powder."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = cls._weigh_in(cls.owner_a, 40, 20)
        cls.foreign = cls._weigh_in(cls.owner_b, 30)
        cls.order = cls._create_order(
            cls.owner_a, quantity=6, lots=cls.first | cls.second
        )
        cls.order.action_confirm()
        cls.page = f"{cls.machine}/order/{cls.order.id}"

    def _scan(self, lot):
        return self._read(f"{self.page}?code={lot.name}")

    def _verdict(self, page):
        (card,) = page.xpath("//article[@data-status]")
        return card.get("data-status"), card.text_content()

    def test_machine_shows_its_orders_and_finds_the_one_of_a_sack(self):
        self._log_in(self.operator)
        page = self._read(self.machine)
        shown = page.xpath("//a[@data-order]/@data-order")
        self.assertEqual(shown, [str(self.order.id)])
        other = self._create_order(self.owner_b, quantity=3)
        other.action_confirm()
        answer = self.url_open(f"{self.machine}/scan?code={self.foreign.name}")
        self.assertIn(f"/order/{other.id}?code=", answer.url)

    def test_order_planned_at_another_machine_is_not_here(self):
        elsewhere = self.env["mrp.workcenter"].create(
            {"name": "Oven uji", "company_id": self.company.id}
        )
        self.order.workorder_ids.create(
            {
                "name": "Kering",
                "production_id": self.order.id,
                "workcenter_id": elsewhere.id,
            }
        )
        self._log_in(self.operator)
        self.assertFalse(self._read(self.machine).xpath("//a[@data-order]"))
        self._read(self.page, 404)
        answer = self.url_open(f"{self.machine}/scan?code={self.first.name}")
        self.assertTrue(answer.url.endswith(self.machine))
        self.assertIn("No order waits", answer.text)
        self._read(f"/floor/{elsewhere._get_floor_url().rsplit('/')[-1]}/order/0", 404)

    def test_sack_of_the_order_is_put_in_once(self):
        self._log_in(self.operator)
        page = self._scan(self.first)
        status, text = self._verdict(page)
        self.assertEqual(status, "ok")
        for word in ("Ani", "Jahe segar", self.first.name, "40"):
            self.assertIn(word, text)
        page = self._send(page, "o_floor_consume", resend=True, quantity="30,5")
        lines = self.order.move_raw_ids.move_line_ids.filtered("is_scanned")
        self.assertEqual(lines.mapped("quantity"), [30.5])
        (card,) = page.xpath(f"//div[@data-lot='{self.first.id}']")
        self.assertIn("30.5", card.text_content())

    def test_sack_put_in_by_mistake_is_taken_out(self):
        self._log_in(self.operator)
        page = self._send(self._scan(self.first), "o_floor_consume")
        page = self._send(page, "o_floor_take_out")
        self.assertFalse(page.xpath(f"//div[@data-lot='{self.first.id}']"))
        self.assertFalse(self.order.move_raw_ids.move_line_ids.filtered("is_scanned"))

    def test_foreign_sack_is_refused_in_red_and_cannot_be_sent(self):
        self._log_in(self.operator)
        with self._nothing_changes("stock.move.line", "stock.quant", "stock.move"):
            page = self._scan(self.foreign)
            status, text = self._verdict(page)
            self.assertEqual(status, "wrong")
            self.assertIn("NOT in this order", text)
            self.assertIn("Budi", text)
            self.assertFalse(page.xpath("//form[contains(@class, 'o_floor_consume')]"))
            good = self._scan(self.first)
            page = self._send(good, "o_floor_consume", lot_id=self.foreign.id)
            self.assertIn("Budi is not in", self._alert(page))
        self.assertFalse(self.order.move_raw_ids.move_line_ids.filtered("is_scanned"))

    def test_unknown_number_is_said_so(self):
        self._log_in(self.operator)
        page = self._read(f"{self.page}?code=%3Cscript%3E")
        self.assertEqual(self._verdict(page)[0], "wrong")
        self.assertIn("<script>", self._verdict(page)[1])
        self.assertFalse(page.xpath("//article//script"))

    def test_bad_quantity_keeps_what_was_typed(self):
        self._log_in(self.operator)
        for text, words in (("41", "at most 40"), ("a", "no quantity"), ("-1", "no q")):
            page = self._send(self._scan(self.first), "o_floor_consume", quantity=text)
            self.assertIn(words, self._alert(page))
            self.assertEqual(
                page.xpath(
                    "//form[contains(@class,'o_floor_consume')]"
                    "//input[@name='quantity']/@value"
                ),
                [text],
            )
            self.assertEqual(self._verdict(page)[0], "ok")
        self.assertFalse(self.order.move_raw_ids.move_line_ids.filtered("is_scanned"))

    def test_product_peel_and_loss_close_the_order_once(self):
        self._log_in(self.operator)
        page = self._scan(self.first)
        for lot in self.first | self.second:
            page = self._send(self._scan(lot), "o_floor_consume")
        weighed = {"quantity": "5,75", f"byproduct_{self.peel.id}": "15"}
        page = self._send(page, "o_floor_produce", resend=True, **weighed)
        self.assertFalse(self._alert(page))
        self.assertEqual(self.order.state, "done")
        # 60 kg in, 5.75 of powder and 15 of peel out: 39.25 of water lost
        weights = ("input_kg", "output_kg", "byproduct_kg", "loss_kg")
        found = [self.order[name] for name in weights]
        self.assertEqual(found, [60, 5.75, 15, 39.25])
        made = self.order.move_finished_ids.move_line_ids.lot_id
        self.assertEqual(made.owner_id, self.owner_a)
        self.assertTrue(page.xpath(f"//div[@data-lot='{made.id}']"))
        (labels,) = page.xpath("//a[contains(@class, 'o_floor_labels')]/@href")
        self.assertTrue(labels.endswith(f"/{made.id}"))
        # nothing more to do here
        self.assertFalse(page.xpath("//form"))

    def test_loss_beyond_the_tolerance_needs_a_reason(self):
        self.order.write({"expected_yield": 10, "yield_tolerance": 1})
        self._log_in(self.operator)
        page = self._read(self.page)
        # 4 of 60 kg are 6.67 %, 3.33 points off
        page = self._send(page, "o_floor_produce", quantity="4")
        self.assertIn("give the reason", self._alert(page))
        self.assertEqual(self.order.state, "confirmed")
        form = "//section[contains(@class, 'o_floor_produce')]"
        self.assertEqual(page.xpath(f"{form}//input[@name='quantity']/@value"), ["4"])
        self.assertTrue(page.xpath(f"{form}//details[@open]"))
        page = self._send(page, "o_floor_produce", quantity="4", loss_choice="Too wet")
        self.assertFalse(self._alert(page))
        self.assertEqual(
            (self.order.state, self.order.loss_reason), ("done", "Too wet")
        )

    def test_planned_sack_must_be_scanned_or_left_out(self):
        self._log_in(self.operator)
        page = self._send(self._scan(self.first), "o_floor_consume")
        page = self._send(page, "o_floor_produce", quantity="4")
        self.assertIn(self.second.name, self._alert(page))
        # a sack was put in, so it runs
        self.assertEqual(self.order.state, "progress")
        page = self._send(page, "o_floor_produce", quantity="4", leave_out="1")
        self.assertFalse(self._alert(page))
        self.assertEqual(self.order.input_kg, 40)
        self.assertEqual(self._get_stock(lot=self.second), 20)

    def test_bad_weights_of_products_change_nothing(self):
        self._log_in(self.operator)
        for typed in (
            {"quantity": ""},
            {"quantity": "0"},
            {"quantity": "1e3"},
            {"quantity": "NaN"},
            {"quantity": "4", f"byproduct_{self.peel.id}": "x"},
        ):
            page = self._send(self._read(self.page), "o_floor_produce", **typed)
            self.assertTrue(self._alert(page), typed)
            self.assertEqual(self.order.state, "confirmed")

    def test_auditor_looks_and_has_no_buttons(self):
        self._log_in(self.operator)
        consume = dict(
            self._scan(self.first)
            .xpath("//form[contains(@class,'o_floor_consume')]")[0]
            .form_values()
        )
        self._log_in(self.auditor)
        page = self._scan(self.first)
        self.assertEqual(self._verdict(page)[0], "ok")
        self.assertFalse(page.xpath("//form[@method='post']"))
        for path, data in (
            ("consume", consume),
            ("take_out", {"once": KEY, "lot_id": self.first.id}),
            ("produce", {"once": KEY, "quantity": "6"}),
        ):
            self._post_refused(f"{self.page}/{path}", 403, **data)
        self.assertFalse(self.order.move_raw_ids.move_line_ids.filtered("is_scanned"))

    def test_other_company_and_teller_find_nothing(self):
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        stranger = self._create_user("floor_http_stranger", "operator", company)
        teller = self._create_user("floor_http_teller", "teller")
        for user, status in ((stranger, 404), (teller, 403)):
            self._log_in(user)
            for path in (self.page, f"{self.machine}/scan?code={self.first.name}"):
                self._read(path, status)
            self._post_refused(
                f"{self.page}/consume",
                status,
                once=KEY,
                lot_id=self.first.id,
                quantity="1",
            )
        # a stranger at his own machine learns nothing of this order, nor of its sacks
        centres = self.env["mrp.workcenter"].with_company(company)
        machine = centres.create({"name": "Mesin lain", "company_id": company.id})
        theirs = f"/floor/{machine._get_floor_url().rsplit('/', 1)[1]}"
        self._log_in(stranger)
        self._read(f"{theirs}/order/{self.order.id}", 404)
        self._post_refused(
            f"{theirs}/order/{self.order.id}/consume", 404, once=KEY, quantity="1"
        )

    def test_forms_need_session_token_and_key(self):
        self._log_in(self.operator)
        data = {"lot_id": self.first.id, "quantity": "1"}
        for key in ("", "short", "x" * 99, "k" * 15 + "'"):
            self._post_refused(f"{self.page}/consume", 400, once=key, **data)
        answer = self.url_open(f"{self.page}/consume", data={**data, "once": KEY})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.order.move_raw_ids.move_line_ids.filtered("is_scanned"))

    def test_key_of_one_person_does_not_hold_up_another(self):
        self._log_in(self.operator)
        page = self._scan(self.first)
        self._send(page, "o_floor_consume", once=KEY, quantity="1")
        manager = self._create_user("floor_http_manager", "factory_manager")
        self._log_in(manager)
        self._send(self._scan(self.first), "o_floor_consume", once=KEY, quantity="2")
        lines = self.order.move_raw_ids.move_line_ids.filtered("is_scanned")
        self.assertEqual(sum(lines.mapped("quantity")), 3)
