# SPDX-License-Identifier: AGPL-3.0-or-later
from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortal(PortalCommon, HttpCase):
    def _ask(self, **data):
        page = html.fromstring(self.url_open("/my/savings").text)
        token = page.xpath("//form[@id='request_exit']//input[@name='csrf_token']")
        return self.url_open(
            "/my/savings/request", data={"csrf_token": token[0].get("value"), **data}
        )

    def test_member_sees_savings_dues_and_receipts_of_his_own(self):
        self._log_in()
        page = self.url_open("/my/savings")
        self.assertEqual(page.status_code, 200)
        tree = html.fromstring(page.text)
        links = tree.xpath("//*[@id='saving_accounts']/a/@href")
        self.assertEqual(
            sorted(links),
            sorted(f"/my/savings/{account.id}" for account in self.siti.account_ids),
        )
        receipts = tree.xpath("//*[@id='saving_receipts']/a/@href")
        self.assertEqual(
            set(receipts), {f"/my/receipts/{r.id}" for r in self.siti.receipt_ids}
        )
        self.assertEqual(len(tree.xpath("//*[@id='saving_dues']/li")), 1)
        self.assertNotIn("987", tree.xpath("string(//*[@id='wrap'])"))
        self.assertNotIn("Budi", page.text)

    def test_passbook_shows_the_newest_lines_first_and_pages(self):
        account = self.siti.account_ids.filtered(lambda a: a.type_id == self.voluntary)
        for day in range(1, 31):
            self._receive(self.siti, {self.voluntary: 1_000}, f"2026-04-{day:02d}")
        self._log_in()
        tree = html.fromstring(self.url_open(f"/my/savings/{account.id}").text)
        lines = tree.xpath("//*[@id='passbook_lines']/li")
        # 31 lines, 30 on a page: the newest is 31 with 7,000 + 30 x 1,000
        self.assertEqual(len(lines), 30)
        self.assertIn("31.", lines[0].text_content())
        self.assertRegex(lines[0].text_content(), r"37[.,]000")
        second = html.fromstring(
            self.url_open(f"/my/savings/{account.id}/page/2").text
        ).xpath("//*[@id='passbook_lines']/li")
        self.assertEqual(len(second), 1)
        self.assertRegex(second[0].text_content(), r"7[.,]000")

    def test_what_is_anothers_is_answered_as_what_does_not_exist(self):
        self._log_in()
        foreign_account = self.budi.account_ids[:1]
        foreign_receipt = self.budi.receipt_ids[:1]
        missing = self.env["coop.receipt"].search([], order="id desc", limit=1).id + 999
        for path in (
            f"/my/savings/{foreign_account.id}",
            f"/my/savings/{foreign_account.id}/page/1",
            f"/my/receipts/{foreign_receipt.id}",
            f"/my/savings/{missing}",
            f"/my/receipts/{missing}",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_reports_and_files_of_others_stay_closed(self):
        paper = self.env["coop.member.document"].create(
            {
                "member_id": self.budi.id,
                "type_id": self.env["coop.member.document.type"].search([], limit=1).id,
                "file": "UklKSEFTSUE=",
                "file_name": "ktp.jpg",
            }
        )
        scan = self.env["ir.attachment"].search(
            [("res_model", "=", paper._name), ("res_field", "=", "file")]
        )
        self.assertTrue(scan)
        self.budi.partner_id.nik = "3201014101900001"
        self._log_in()
        receipt = self.budi.receipt_ids[:1]
        account = self.budi.account_ids[:1]
        for path in (
            f"/report/html/coop_membership.report_receipt/{receipt.id}",
            f"/report/html/coop_membership.report_register/{self.budi.id}",
            "/report/html/coop_membership.report_register",
            f"/report/html/coop_membership.report_passbook/{account.id}",
            f"/web/content/{scan.id}",
            f"/web/content/coop.member.document/{paper.id}/file",
            f"/web/image/coop.member.document/{paper.id}/file",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                answer = self.url_open(path)
                self.assertNotIn("3201014101900001", answer.text)
                self.assertNotIn("RIJHASIA", answer.text)
                self.assertNotEqual(
                    (answer.status_code, "Budi" in answer.text), (200, True)
                )

    def test_ids_of_others_are_closed_whatever_they_name(self):
        """Each kind of document of Budi, tried by Siti as the web client would."""
        self.budi.action_request_exit("moved", date="2026-03-01")
        theirs = [
            self.budi,
            self.budi.account_ids[:1],
            self.budi.account_ids.entry_ids[:1],
            self.budi.due_ids[:1],
            self.budi.receipt_ids[:1],
            self.budi.receipt_ids.line_ids[:1],
            self.budi.exit_ids,
            self.env["coop.member.request"].create(
                {"member_id": self.budi.id, "kind": "change", "text": "x"}
            ),
        ]
        self._log_in()
        for record in theirs:
            self.assertTrue(record, record._name)
            for method, arguments in (
                ("read", [record.ids, ["display_name"]]),
                ("search_read", [[["id", "=", record.id]], ["display_name"]]),
                ("web_read", [record.ids, {"display_name": {}}]),
                ("name_search", ["Budi"]),
            ):
                with (
                    self.subTest(model=record._name, method=method),
                    mute_logger("odoo.http", "odoo.models"),
                ):
                    answer = self.url_open(
                        "/web/dataset/call_kw",
                        json={
                            "params": {
                                "model": record._name,
                                "method": method,
                                "args": arguments,
                                "kwargs": {},
                            }
                        },
                    ).json()
                    found = answer.get("result") or []
                    if method == "name_search":
                        found = [one for one in found if one[0] == record.id]
                    self.assertFalse(found, answer)
        account, exit_ = self.budi.account_ids[:1], self.budi.exit_ids
        for path in (
            f"/report/pdf/coop_membership.report_term_certificate/{account.id}",
            f"/report/html/coop_membership.report_term_certificate/{account.id}",
            f"/report/html/coop_membership.report_member_exit/{exit_.id}",
            f"/web/image/res.partner/{self.budi.partner_id.id}/image_1920?download=1",
        ):
            with (
                self.subTest(path=path),
                mute_logger("odoo.http", "odoo.models"),
            ):
                self.assertNotIn("Budi", self.url_open(path).text)

    def test_own_receipt_is_a_pdf(self):
        self._log_in()
        answer = self.url_open(f"/my/receipts/{self.siti.receipt_ids[:1].id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_cooperative_without_a_logo_shows_its_name(self):
        self._log_in()
        page = html.fromstring(self.url_open("/my/savings").text)
        [brand] = page.xpath("//a[contains(@class, 'navbar-brand')]")
        self.assertEqual(brand.text_content().strip(), self.company.name)
        self.assertFalse(brand.xpath(".//img"))

    def test_strangers_are_sent_to_the_login(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/savings").url)

    def test_member_without_membership_sees_no_error(self):
        self._new_portal_user("Tamu", "tamu-portal")
        self.authenticate("tamu-portal", "tamu-portal-1")
        self.assertEqual(self.url_open("/my/savings").status_code, 200)

    def test_request_to_change_data_is_decided_at_the_counter(self):
        self._log_in()
        self._ask(kind="change", phone="081234567890", city="Garut")
        ask = self.siti.request_ids
        self.assertEqual((ask.state, ask.new_city), ("new", "Garut"))
        self.assertFalse(self.siti.partner_id.city)
        ask.with_user(self._new_user("teller")).action_accept("Sudah diubah")
        self.assertEqual(self.siti.partner_id.city, "Garut")
        self.assertEqual(self.siti.partner_id.phone, "081234567890")
        self.assertIn("Sudah diubah", self.url_open("/my/savings").text)

    def test_request_to_leave_waits_and_opens_the_settlement(self):
        self._log_in()
        self._ask(kind="exit", text="Pindah kota")
        self.assertEqual(self.siti.state, "active")
        again = self._ask(kind="exit", text="Pindah kota")
        alert = html.fromstring(again.text).xpath(
            "//*[contains(@class, 'alert-danger')]"
        )
        self.assertEqual(len(alert), 1)
        ask = self.siti.request_ids
        self.assertEqual(len(ask), 1)
        ask.with_user(self._new_user("teller")).action_accept()
        self.assertEqual(self.siti.state, "exiting")
        self.assertEqual(self.siti.exit_ids.state, "draft")
        self.assertEqual(self.siti.exit_reason, "Pindah kota")

    def test_requests_of_others_and_decisions_are_closed_over_rpc(self):
        requests = self.env["coop.member.request"]
        theirs = requests.create(
            {"member_id": self.budi.id, "kind": "exit", "text": "x"}
        )
        mine = requests.with_user(self.user)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            theirs.with_user(self.user).read(["text"])
        with self.assertRaises(UserError), mute_logger("odoo.models"):
            mine.create({"member_id": self.budi.id, "kind": "change", "text": "x"})
        own = mine.create({"member_id": self.siti.id, "kind": "exit", "text": "x"})
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            own.action_accept()
        with self.assertRaises(UserError), mute_logger("odoo.models"):
            own.write({"state": "accepted"})
        smuggled = mine.with_context(default_state="accepted").create(
            {"member_id": self.siti.id, "kind": "change", "text": "x"}
        )
        self.assertEqual(smuggled.state, "new")
        other = self._create_cooperative("Koperasi Lain")
        foreign = self._new_user("teller", other)
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            theirs.with_user(foreign).with_context(allowed_company_ids=other.ids).read(
                ["text"]
            )
