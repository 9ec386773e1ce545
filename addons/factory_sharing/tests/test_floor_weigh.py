# SPDX-License-Identifier: AGPL-3.0-or-later
import io
from base64 import b64decode

from PIL import Image

from odoo import http
from odoo.tests import tagged

from .common_floor import FloorHttpCase

KEY = "w" * 20


@tagged("post_install", "-at_install")
class TestFloorWeigh(FloorHttpCase):
    def setUp(self):
        super().setUp()
        self._log_in(self.operator)
        self.new = f"/floor/weigh/new?partner_id={self.owner_a.id}"

    def _first(self, **typed):
        """Weigh Ani's first sack; return the page and her open ticket."""
        sack = {"product_id": self.ginger.id, "gross": "42,5", "tare": "0,5"}
        page = self._send(self._read(self.new), "o_floor_sack", **{**sack, **typed})
        return page, self._ticket()

    def _ticket(self):
        return self.env["factory.intake"].search(
            [("partner_id", "=", self.owner_a.id)], order="id desc", limit=1
        )

    def _typed(self, page, name):
        sack = "//form[contains(concat(' ', @class, ' '), ' o_floor_sack ')]"
        found = page.xpath(f"{sack}//input[@name='{name}']/@value")
        return [text for text in found if text]

    def test_two_sacks_are_weighed_and_accepted(self):
        page, intake = self._first()
        self.assertEqual((intake.state, intake.mode), ("draft", "toll"))
        # the next sack is as the one before; its weight is not
        self.assertEqual(self._typed(page, "tare"), ["0.5"])
        self.assertFalse(self._typed(page, "gross"))
        page = self._send(page, "o_floor_sack", resend=True, gross="31.25")
        self.assertEqual(intake.line_ids.mapped("net_kg"), [42, 30.75])
        page = self._send(page, "o_floor_accept", resend=True)
        self.assertFalse(self._alert(page))
        self.assertEqual(intake.state, "accepted")
        self.assertIn(intake.name, page.text_content())
        lots = intake.line_ids.lot_id
        self.assertEqual(len(lots), 2)
        self.assertEqual(lots.owner_id, self.owner_a)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 72.75)
        (labels,) = page.xpath("//a[contains(@class, 'o_floor_labels')]/@href")
        self.assertTrue(labels.endswith(f"intake_label/{intake.id}"))
        for lot in lots:
            self.assertTrue(page.xpath(f"//div[@data-lot='{lot.id}']"))
        self.assertFalse(page.xpath("//form[contains(@class, 'o_floor_sack')]"))

    def test_first_sack_sent_twice_is_one_ticket(self):
        form = self._read(self.new)
        sack = {"product_id": self.ginger.id, "gross": "40", "tare": ""}
        self._send(form, "o_floor_sack", resend=True, **sack)
        intakes = self.env["factory.intake"].search(
            [("partner_id", "=", self.owner_a.id)]
        )
        self.assertEqual(intakes.line_ids.mapped("net_kg"), [40])

    def test_looking_writes_nothing(self):
        with self._nothing_changes("factory.intake", "factory.floor.request"):
            for path in ("/floor/weigh", "/floor/weigh?q=Ani", self.new, "/floor"):
                self._read(path)

    def test_people_are_found_by_name_phone_and_member_number(self):
        self.owner_b.phone = "0812 777 0001"
        kind = self.env["coop.member.class"].create(
            {"name": "Uji", "code": "UJI", "company_id": self.company.id}
        )
        member = self.env["coop.member"].create(
            {
                "partner_id": self.owner_c.id,
                "company_id": self.company.id,
                "class_id": kind.id,
                "number": "L-0077",
            }
        )
        for words, partner in (
            ("bud", self.owner_b),
            ("777 0001", self.owner_b),
            (member.number, self.owner_c),
        ):
            links = self._read(f"/floor/weigh?q={words}").xpath(
                "//section[contains(@class,'o_floor_people')]//a/@href"
            )
            self.assertIn(f"/floor/weigh/new?partner_id={partner.id}", links)
        page = self._read("/floor/weigh?q=nobody%20at%20all")
        self.assertIn("Nobody found", page.text_content())

    def test_bought_grade_deduction_and_quarantine(self):
        grade = self.env["factory.grade"].create({"name": "Uji", "code": "UJI"})
        self.env["factory.purchase.price"].create(
            {
                "company_id": self.company.id,
                "product_id": self.ginger.id,
                "date_from": "2020-01-01",
                "price": 9000,
            }
        )
        page, intake = self._first(
            mode="bought",
            grade_id=grade.id,
            gross="50",
            tare="",
            deduction="10",
            reason="dirt",
        )
        page = self._send(
            page, "o_floor_accept", quarantine="1", external_ref=" TIMB-1 "
        )
        self.assertFalse(self._alert(page))
        self.assertEqual(
            (intake.mode, intake.external_ref, intake.is_in_quarantine),
            ("bought", "TIMB-1", True),
        )
        line = intake.line_ids
        # 50 kg less 10 %
        self.assertEqual((line.accepted_kg, line.grade_id), (45, grade))
        self.assertEqual(line.deduction_ids.reason, "dirt")
        self.assertFalse(line.lot_id.owner_id)
        self.assertNotIn("9,000", page.text_content(), "a weigher sees no money")

    def test_bad_sack_keeps_what_was_typed_and_writes_nothing(self):
        for typed, words in (
            ({"gross": "0,4"}, "cannot weigh"),
            ({"gross": ""}, "no quantity"),
            ({"gross": "42..5"}, "no quantity"),
            ({"gross": "99999999999"}, "no quantity"),
            ({"gross": "40", "deduction": "101"}, "100 %"),
            ({"gross": "40", "product_id": "0"}, "what is in the sack"),
            ({"gross": "40", "product_id": self.peel.id * 10**6}, "what is in"),
        ):
            with self._nothing_changes("factory.intake", "factory.intake.line"):
                sack = {"product_id": self.ginger.id, "tare": "0,5", **typed}
                page = self._send(self._read(self.new), "o_floor_sack", **sack)
                self.assertIn(words, self._alert(page), typed)
                kept = [typed["gross"]] if typed["gross"] else []
                self.assertEqual(self._typed(page, "gross"), kept)
        # said once
        self.assertFalse(self._alert(self._read(self.new)))

    def test_quick_test_takes_weight_off(self):
        kind = self.env["factory.intake.test.type"].create(
            {
                "name": "Kadar air",
                "company_id": self.company.id,
                "free_limit": 12,
                "percent_per_point": 1,
            }
        )
        page, intake = self._first(gross="100", tare="", **{f"test_{kind.id}": "14,5"})
        self.assertFalse(self._alert(page))
        # 2.5 points above 12 at 1 % each
        self.assertEqual(intake.line_ids.accepted_kg, 97.5)
        page = self._send(page, "o_floor_sack", gross="9", **{f"test_{kind.id}": "wet"})
        self.assertIn("Kadar air", self._alert(page))
        self.assertEqual(self._typed(page, f"test_{kind.id}"), ["wet"])

    def test_same_weighbridge_number_is_refused_by_the_database(self):
        page, _first = self._first()
        self._send(page, "o_floor_accept", external_ref="TIMB-9")
        page, intake = self._first()
        page = self._send(page, "o_floor_accept", external_ref="TIMB-9")
        self.assertIn("entered already", self._alert(page))
        kept = page.xpath("//input[@name='external_ref']/@value")
        self.assertEqual(kept, ["TIMB-9"])
        self.assertEqual(intake.state, "draft")

    def test_wrong_sack_is_taken_back_and_ticket_given_up(self):
        page, intake = self._first()
        page = self._send(page, "o_floor_drop", resend=True)
        self.assertFalse(intake.line_ids)
        page = self._send(page, "o_floor_accept")
        self.assertIn("Weigh something", self._alert(page))
        self._send(page, "o_floor_give_up")
        self.assertEqual(intake.state, "cancelled")

    def test_accepted_ticket_takes_no_more(self):
        page, intake = self._first()
        self._send(page, "o_floor_accept")
        # from a page that stood open in another phone
        after = self._send(page, "o_floor_sack", once=KEY, gross="10")
        self.assertIn("stands as it is", self._alert(after))
        self.assertEqual(len(intake.line_ids), 1)
        after = self._send(page, "o_floor_give_up", once=KEY + "2")
        self.assertIn("stands as it is", self._alert(after))
        self.assertEqual(intake.state, "accepted")

    def test_two_weighers_side_by_side(self):
        colleague = self._create_user("floor_http_colleague", "operator")
        page, mine = self._first()
        self._log_in(colleague)
        sack = {"product_id": self.ginger.id, "gross": "20"}
        path = f"/floor/weigh/new?partner_id={self.owner_b.id}"
        theirs = self._send(self._read(path), "o_floor_sack", **sack)
        self._send(theirs, "o_floor_accept")
        self._log_in(self.operator)
        self._send(page, "o_floor_accept")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 42)
        self.assertEqual(self._get_stock(self.ginger, self.owner_b), 20)
        self.assertEqual(mine.create_uid, self.operator)

    def _send_photo(self, intake, raw, key=None):
        return self.url_open(
            f"/floor/weigh/{intake.id}/photo",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "once": key or f"{KEY}{len(raw)}",
            },
            files={"photo": ("IMG_1.jpg", io.BytesIO(raw), "image/jpeg")},
        )

    def test_photo_is_kept_small_with_the_ticket(self):
        _page, intake = self._first()
        big = io.BytesIO()
        Image.new("RGB", (3200, 400), "green").save(big, "PNG")
        for _tap in range(2):
            self.assertEqual(self._send_photo(intake, big.getvalue()).status_code, 200)
        # 3200 x 400 within 1280 x 1280
        found = Image.open(io.BytesIO(b64decode(intake.photo)))
        self.assertEqual((found.format, found.size), ("JPEG", (1280, 160)))
        # the first is the ticket's own, more are attached
        attached = [("res_model", "=", "factory.intake"), ("res_id", "=", intake.id)]
        self.assertFalse(self.env["ir.attachment"].search(attached))
        answer = self._send_photo(intake, big.getvalue(), key="another-photo-of-it")
        self.assertNotIn('role="alert"', answer.text.split("<main>")[1])
        self.assertEqual(
            self.env["ir.attachment"].search(attached).mimetype, "image/jpeg"
        )

    def test_what_is_no_photo_is_refused(self):
        _page, intake = self._first()
        with self._nothing_changes("ir.attachment"):
            whole = io.BytesIO()
            Image.new("RGB", (900, 900), "red").save(whole, "JPEG")
            cut = whole.getvalue()[:500]
            for raw in (b"", b"no picture at all", b"<svg onload='x'/>", cut):
                answer = self._send_photo(intake, raw)
                self.assertEqual(answer.status_code, 200)
                self.assertIn('role="alert"', answer.text.split("<main>")[1])

    def test_auditor_looks_and_has_no_forms(self):
        _page, intake = self._first()
        self._log_in(self.auditor)
        for path in ("/floor/weigh", f"/floor/weigh/{intake.id}"):
            self.assertFalse(self._read(path).xpath("//form"))
        self._read(self.new, 403)
        self._post_refused("/floor/weigh/new", 403, partner_id=self.owner_a.id)
        for path in ("sack", "drop", "accept", "cancel", "photo"):
            self._post_refused(f"/floor/weigh/{intake.id}/{path}", 403, once=KEY)
        self.assertEqual(intake.state, "draft")

    def test_other_company_teller_and_member_find_nothing(self):
        _page, intake = self._first()
        company = self.env["res.company"].create({"name": "Koperasi Lain"})
        self.owner_a.company_id = self.company
        stranger = self._create_user("floor_http_stranger", "operator", company)
        self._log_in(stranger)
        self.assertNotIn(intake.name, self._read("/floor/weigh").text_content())
        people = self._read("/floor/weigh?q=Ani").xpath("//a/@href")
        self.assertNotIn(f"/floor/weigh/new?partner_id={self.owner_a.id}", people)
        self._read(f"/floor/weigh/{intake.id}", 404)
        self._read(self.new, 404)
        for path in ("sack", "accept", "cancel"):
            self._post_refused(f"/floor/weigh/{intake.id}/{path}", 404, once=KEY)
        # his own ticket with our product, and with our grade
        self._post_refused(
            "/floor/weigh/new", 404, once=KEY, partner_id=self.owner_a.id
        )
        path = f"/floor/weigh/new?partner_id={self.owner_b.id}"
        page = self._send(
            self._read(path), "o_floor_sack", product_id=self.ginger.id, gross="10"
        )
        self.assertIn("what is in the sack", self._alert(page))
        teller = self._create_user("floor_http_teller", "teller")
        self._log_in(teller)
        for path in ("/floor/weigh", f"/floor/weigh/{intake.id}"):
            self._read(path, 403)
        self.assertEqual((intake.state, len(intake.line_ids)), ("draft", 1))
