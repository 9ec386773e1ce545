# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import LpdbCommon


@freeze_time("2014-03-25")
@tagged("post_install", "-at_install")
class TestCoverage(LpdbCommon):
    """Rp5,000,000 drawn on 24 March 2014: what covers it, what it was used for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility.coverage_required = 125
        cls.land, cls.company_guarantee = cls.env["lpdb.guarantee"].create(
            [
                {
                    "facility_id": cls.facility.id,
                    "name": "Tanah",
                    "amount": 2_000_000,
                },
                {
                    "facility_id": cls.facility.id,
                    "name": "Jamkrida",
                    "kind": "company",
                    "amount": 4_000_000,
                    "cap_percent": 70,
                    "date_end": "2014-06-30",
                },
            ]
        )
        cls.draw = cls._draw()

    def test_guarantee_company_covers_its_percentage(self):
        # 70 % of 5,000,000 is 3,500,000, less than the certificate's 4,000,000
        self.assertEqual(self.company_guarantee.cover_amount, 3_500_000)
        self.assertEqual(self.facility.cover_amount, 5_500_000)
        self.assertEqual(self.facility.coverage_percent, 110)
        # 125 % are 6,250,000
        self.assertEqual(self.facility.coverage_shortfall, 750_000)
        self.assertTrue(self.facility.is_cover_short)
        found = self.env["lpdb.facility"].search([("is_cover_short", "=", True)])
        self.assertIn(self.facility, found)
        found = self.env["lpdb.facility"].search([("is_cover_short", "=", False)])
        self.assertNotIn(self.facility, found)

    def test_cap_follows_the_debt(self):
        self._pay("2014-04-24")
        # 70 % of 4,583,333 is 3,208,333.1
        self.facility.invalidate_recordset()
        self.company_guarantee.invalidate_recordset()
        self.assertEqual(self.company_guarantee.cover_amount, 3_208_333)

    def test_cover_as_of_a_day(self):
        cover = self.facility.guarantee_cover("2014-06-30")
        self.assertEqual(cover["cover"], 5_500_000)
        self.assertEqual(json.loads(json.dumps(cover)), cover)
        # the certificate ran out
        cover = self.facility.guarantee_cover("2014-07-01")
        self.assertEqual((cover["cover"], cover["percent"]), (2_000_000, 40))
        self.assertEqual(cover["shortfall"], 4_250_000)

    def test_released_collateral_covers_nothing(self):
        self.land.date_released = "2014-03-25"
        self.assertFalse(self.land.is_in_force)
        self.assertEqual(self.facility.cover_amount, 3_500_000)

    def test_nothing_owed_needs_no_cover(self):
        cover = self.facility.guarantee_cover("2014-03-23")
        self.assertEqual((cover["percent"], cover["shortfall"]), (0, 0))

    def test_bad_terms_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["lpdb.guarantee"].create(
                {"facility_id": self.facility.id, "name": "x", "cap_percent": 101}
            )
        with self.assertRaisesRegex(UserError, "cannot change"):
            self.company_guarantee.cap_percent = 100

    def _use(self, amount, **values):
        self.draw.use_ids = [
            Command.create({"name": "Mesin", "amount": amount, **values})
        ]

    def test_remaining_amounts_of_the_loan(self):
        self._use(3_000_000, proof_number="INV/1")
        self._use(500_000)
        self.assertRecordValues(
            self.facility,
            [
                {
                    "used_amount": 3_500_000,
                    "proven_amount": 3_000_000,
                    "unproven_amount": 500_000,
                    "unaccounted_amount": 1_500_000,
                }
            ],
        )
        found = self.env["lpdb.facility"].search([("unproven_amount", ">", 0)])
        self.assertIn(self.facility, found)

    def test_use_is_proven_by_a_document_only(self):
        self._use(100)
        use = self.draw.use_ids
        self.assertFalse(use.is_proven)
        with self.assertRaises(UserError):
            use.is_proven = True
        use.proof_ids = [Command.create({"name": "nota.jpg", "raw": b"x"})]
        self.assertTrue(use.is_proven)
        use.proof_ids = [Command.clear()]
        self.assertFalse(use.is_proven)
        self.assertEqual(self.draw.proven_amount, 0)

    def test_reversed_draw_was_not_used(self):
        self.draw.action_reverse("2014-03-26")
        with self.assertRaisesRegex(UserError, "is reversed"):
            self._use(100)
        self.assertEqual(self.facility.unaccounted_amount, 0)

    def test_cover_of_many_loans_costs_the_same(self):
        others = self.env["lpdb.facility"]
        for number in range(8):
            others |= self._create_facility(
                name=f"Pinjaman {number}", agreement_number=str(number)
            )
        for loan in others:
            self._draw(loan, amount=1_000_000)

        def queries(loans):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(loans.mapped("coverage_percent")), len(loans))
            return self.env.cr.sql_log_count - before

        # warm the caches that do not depend on the loans
        queries(others[:1])
        self.assertEqual(queries(others), queries(others[:1]))
