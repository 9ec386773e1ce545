# SPDX-License-Identifier: AGPL-3.0-or-later
import io

from openpyxl import load_workbook

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestGroup(CoopCommon):
    """Groups of a multi-party cooperative (Permenkop UKM 8/2021)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.producers, cls.workers = cls.env["coop.member.group"].create(
            [
                {"name": "Produsen", "code": "P", "vote_weight": 60},
                {"name": "Pekerja", "code": "K", "vote_weight": 40},
            ]
        )

    def _make_multi_party(self):
        self.company.is_multi_party = True

    def test_member_of_a_multi_party_cooperative_stands_in_one_group(self):
        self._make_multi_party()
        siti = self._apply("Siti")
        with self.assertRaisesRegex(UserError, "belongs to one group"):
            siti.action_approve("2026-01-05")
        self.assertFalse(siti.number)
        siti.group_id = self.producers
        siti.action_approve("2026-01-05")
        self._receive(siti, {self.principal: 100_000}, "2026-01-05")
        siti.action_activate("2026-01-05")
        self.assertEqual(self.producers.member_count, 1)
        with self.assertRaisesRegex(UserError, "belongs to one group"):
            siti.group_id = False
        siti.group_id = self.workers
        self.assertEqual(
            (self.producers.member_count, self.workers.member_count), (0, 1)
        )

    def test_other_cooperatives_need_no_groups(self):
        siti = self._join("Siti")
        self.assertEqual(siti.state, "active")
        figures = self.env["coop.member"].get_member_figures()
        self.assertEqual((figures["groups"], figures["group_warning"]), ([], ""))

    def test_weights_are_at_most_all_votes(self):
        with self.assertRaisesRegex(ValidationError, "101"):
            self.workers.vote_weight = 41
        with self.assertRaises(ValidationError):
            self.env["coop.member.group"].create(
                {"name": "Konsumen", "code": "C", "vote_weight": 1}
            )
        self.workers.active = False
        self.env["coop.member.group"].create(
            {"name": "Konsumen", "code": "C", "vote_weight": 40}
        )

    def test_group_of_another_company_is_refused(self):
        siti = self._join("Siti")
        other = self._create_cooperative("Koperasi Lain")
        foreign = self.env["coop.member.group"].create(
            {"name": "Asing", "code": "A", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            siti.group_id = foreign

    def test_register_shows_groups_and_their_members(self):
        self._make_multi_party()
        siti, budi = self._apply("Siti", "Budi")
        (siti | budi).group_id = self.producers
        for member in (siti, budi):
            member.action_approve("2026-01-05")
            self._receive(member, {self.principal: 100_000}, "2026-01-05")
            member.action_activate("2026-01-05")
        figures = self.env["coop.member"].get_member_figures()
        self.assertEqual(figures["groups"], [{"name": "Produsen", "members": 2}])
        self.assertIn("at least two groups", figures["group_warning"])
        budi.group_id = self.workers
        figures = self.env["coop.member"].get_member_figures()
        self.assertEqual(figures["group_warning"], "")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "coop_membership.report_register", siti.ids + budi.ids
        )
        text = html.decode()
        self.assertIn("Produsen", text)
        self.assertIn("Pekerja", text)
        content, _kind = self.env["ir.actions.report"]._render_xlsx(
            "coop_membership.register_xlsx", None, {"whole": True}
        )
        rows = list(
            load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        )
        self.assertEqual([row[8] for row in rows[3:5]], ["Produsen", "Pekerja"])
        self.assertIn(("Produsen", 1), [row[2:4] for row in rows])
