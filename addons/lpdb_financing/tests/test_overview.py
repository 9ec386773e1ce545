# SPDX-License-Identifier: AGPL-3.0-or-later
from ast import literal_eval

from lxml import etree

from odoo.tests import freeze_time, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestOverview(LpdbCommon):
    """Many loans on one screen."""

    def test_totals_of_a_lender_follow_draws_payments_and_reversals(self):
        second = self._create_facility(name="Kedua")
        draw = self._draw()
        self._draw(second, amount=2_000_000)
        payment = self._pay("2014-04-24")

        def totals():
            [row] = self.env["lpdb.facility"]._read_group(
                [("lender_id", "=", self.lender.id)],
                ["lender_id"],
                ["drawn:sum", "undrawn:sum", "outstanding:sum"],
            )
            return row[1:]

        # 416,667 of 7,000,000 is repaid
        self.assertEqual(totals(), (7_000_000, 3_000_000, 6_583_333))
        payment.action_reverse("2014-04-25")
        self.assertEqual(totals(), (7_000_000, 3_000_000, 7_000_000))
        draw.action_reverse("2014-04-26")
        self.assertEqual(totals(), (2_000_000, 8_000_000, 2_000_000))

    def test_month_end_changes_no_total(self):
        self._draw()
        self.facility.action_accrue("2014-04-30")
        self.facility.action_reclassify("2014-04-30")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.facility.outstanding, 5_000_000)

    def test_draws_before_the_books_count_as_drawn(self):
        facility = self._create_facility(name="Alih", opening_date="2014-05-31")
        self._draw(facility)
        self.env.flush_all()
        self.env.invalidate_all()
        # rows 1 and 2 of 416,667 were paid before
        self.assertEqual(
            (facility.drawn, facility.undrawn, facility.outstanding),
            (5_000_000, 0, 4_166_666),
        )

    def test_filters_of_the_search(self):
        draft = self._create_facility(name="Draf")
        half = self._create_facility(name="Separuh", date_agreement="2014-05-20")
        self._draw(half, "2014-05-20", 2_500_000)
        self._draw()
        view = self.env.ref("lpdb_financing.lpdb_facility_view_search")
        arch = self.env["lpdb.facility"].get_view(view.id, "search")["arch"]
        for name in ("filter_draft", "filter_undrawn", "filter_overdue"):
            self.assertIn(f'name="{name}"', arch)
        with freeze_time("2014-05-25"):
            found = {
                name: self.env["lpdb.facility"].search(
                    [("company_id", "=", self.company.id), *domain]
                )
                for name, domain in self._domains(arch).items()
            }
        self.assertEqual(found["filter_draft"], draft)
        self.assertEqual(found["filter_undrawn"], half)
        self.assertEqual(found["filter_overdue"], self.facility)

    def _domains(self, arch):
        return {
            node.get("name"): literal_eval(node.get("domain"))
            for node in etree.fromstring(arch).iter("filter")
            if node.get("domain", "").startswith("[")
        }
