# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestScale(UmkmCase):
    def assess(self, date, **vals):
        return self.env["umkm.scale.assessment"].create(
            {
                "partner_id": self.person_a.id,
                "company_id": self.company_a.id,
                "date": date,
                **vals,
            }
        )

    def test_limits_of_pp_7_2021(self):
        # Article 35: sales up to Rp2 bn micro, 15 bn small, 50 bn medium, included
        expected = [
            (2e9, "micro"),
            (2e9 + 1, "small"),
            (15e9, "small"),
            (15e9 + 1, "medium"),
            (50e9, "medium"),
            (50e9 + 1, "large"),
        ]
        for sales, scale in expected:
            self.assertEqual(self.assess("2026-01-01", annual_sales=sales).scale, scale)

    def test_capital_counts_when_chosen(self):
        # Capital up to Rp1 bn micro, 5 bn small, 10 bn medium
        for capital, scale in ((1e9, "micro"), (5e9, "small"), (10e9 + 1, "large")):
            one = self.assess("2026-01-01", criterion="capital", capital=capital)
            self.assertEqual(one.scale, scale)

    def test_thresholds_are_those_of_the_date(self):
        # UU 20/2008 article 6: sales above Rp300 m were small
        self.assertEqual(self.assess("2019-06-30", annual_sales=4e8).scale, "small")
        self.assertEqual(self.assess("2021-02-02", annual_sales=4e8).scale, "micro")
        with self.assertRaisesRegex(ValidationError, "No size thresholds"):
            self.assess("2001-01-01", annual_sales=4e8)

    def test_partner_shows_latest_and_naik_kelas(self):
        second = self.assess("2026-01-01", annual_sales=3e9)
        first = self.assess("2024-01-01", annual_sales=1e9)
        self.assertEqual(self.person_a.umkm_scale, "small")
        self.assertFalse(first.movement)
        self.assertEqual(second.movement, "up")
        third = self.assess("2026-06-01", annual_sales=1e9)
        self.assertEqual(third.movement, "down")
        self.assertEqual(self.person_a.umkm_scale, "micro")
        third.unlink()
        self.assertEqual(self.person_a.umkm_scale, "small")

    def test_other_company_is_refused(self):
        with self.assertRaises(UserError):
            self.env["umkm.scale.assessment"].create(
                {"partner_id": self.person_b.id, "company_id": self.company_a.id}
            )
        mine = self.assess("2026-01-01", annual_sales=1)
        with self.assertRaises(AccessError):
            self.as_role(mine, "teller", self.company_b).read(["scale"])

    def test_negative_figures_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.assess("2026-01-01", annual_sales=-1)

    def test_roles(self):
        one = self.assess("2026-01-01", annual_sales=1)
        self.assertEqual(self.as_role(one, "auditor").scale, "micro")
        with self.assertRaises(AccessError):
            self.as_role(one, "auditor").worker_count = 3
        with self.assertRaises(AccessError):
            self.as_role(one, "operator").read(["annual_sales"])
        self.as_role(one, "monitoring_officer").worker_count = 3
