# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestAnalytic(LpdbCommon):
    """Interest, penalties and fees go to the site that the loan finances.

    Published loan: Rp5,000,000 drawn on 24 March 2014; row 1 asks 416,667 of principal
    and 91,667 of interest on 24 April.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Rumah produksi"})
        cls.site, cls.other = cls.env["account.analytic.account"].create(
            [
                {
                    "name": name,
                    "plan_id": cls.plan.id,
                    "company_id": cls.company.id,
                }
                for name in ("Rumah jahe", "Rumah kelapa")
            ]
        )
        cls.facility.write(
            {
                "analytic_account_id": cls.site.id,
                "penalty_rate": 36.5,
                "fee_ids": [Command.create({"name": "Provisi", "percent": 1})],
            }
        )

    def _charged(self, site=None):
        """Return what the analytic lines charge to a site: cost is positive."""
        site = site or self.site
        lines = self.env["account.analytic.line"].search(
            [(self.plan._column_name(), "=", site.id)]
        )
        return -sum(lines.mapped("amount"))

    def _assert_balance_sheet_is_free(self, move):
        for line in move.line_ids:
            is_cost = line.account_id.internal_group == "expense"
            self.assertEqual(
                line.analytic_distribution or {},
                {str(self.site.id): 100} if is_cost else {},
                line.account_id.display_name,
            )

    def test_fee_of_a_draw_and_its_reversal(self):
        # 1 % of 5,000,000
        draw = self._draw()
        self._assert_balance_sheet_is_free(draw.move_id)
        self.assertEqual(self._charged(), 50_000)
        draw.action_reverse("2014-03-25")
        self._assert_balance_sheet_is_free(draw.reversal_move_id)
        self.assertEqual(self._charged(), 0)

    def test_payment_charges_interest_penalty_and_bank_fee(self):
        self._draw()
        # 508,334 is 10 days late at 36.5 % a year: 0.1 % a day
        penalty = 5_083
        payment = self._pay("2014-05-03", bank_fee=6_500)
        self.assertEqual(payment.penalty, penalty)
        self._assert_balance_sheet_is_free(payment.move_id)
        self.assertEqual(self._charged(), 50_000 + 91_667 + penalty + 6_500)
        payment.action_reverse("2014-05-04")
        self.assertEqual(self._charged(), 50_000)

    def test_a_later_change_leaves_what_is_posted(self):
        self._draw()
        payment = self._pay("2014-04-24")
        self.facility.analytic_account_id = self.other
        self.assertEqual(self._charged(), 50_000 + 91_667)
        # row 2 asks 84,028 of interest
        self._pay("2014-05-24")
        self.assertEqual(self._charged(self.other), 84_028)
        payment.action_reverse("2014-05-25")
        self.assertEqual(self._charged(), 50_000)
        self.assertEqual(self._charged(self.other), 84_028)

    def test_month_end_keeps_the_sites_apart(self):
        second = self._create_facility(name="Kedua", analytic_account_id=self.other.id)
        third = self._create_facility(name="Ketiga")
        for facility in self.facility | second | third:
            self._draw(facility)
        made = (self.facility | second | third).action_accrue("2014-04-24")
        accrual = self.env["lpdb.accrual"].browse(made)
        costs = accrual.move_id.line_ids.filtered(lambda line: line.balance > 0)
        self.assertCountEqual(
            [(line.analytic_distribution or {}, line.balance) for line in costs],
            [
                ({str(self.site.id): 100}, 91_667),
                ({str(self.other.id): 100}, 91_667),
                ({}, 91_667),
            ],
        )
        # the debt of one lender is one line still
        self.assertEqual(len(accrual.move_id.line_ids - costs), 1)
        # the day after takes it back
        self.assertEqual(self._charged(), 50_000)
        self.assertEqual(self._charged(self.other), 0)
        accrual.action_cancel()
        self.assertEqual(self._charged(), 50_000)
        self.assertTied("2014-04-24", "2014-04-25")

    def test_settlement_and_added_interest(self):
        self._draw()
        self._pay("2014-04-24")
        # row 2's 84,028 becomes principal
        self.facility.action_restructure(
            "2014-05-24", {"periods": 10, "arrears_mode": "capitalise"}
        )
        self.assertEqual(self._charged(), 50_000 + 91_667 + 84_028)
        # a month at 22 % on 4,583,333 + 84,028
        self.facility.action_settle("2014-06-24", "till_date", self.bank.id)
        self.assertEqual(self._charged(), 50_000 + 91_667 + 84_028 + 85_568)
        self.assertEqual(self.facility.state, "closed")

    def test_loan_without_a_site_charges_none(self):
        self.facility.analytic_account_id = False
        draw = self._draw()
        self.assertFalse(any(draw.move_id.line_ids.mapped("analytic_distribution")))

    def test_site_of_another_cooperative_is_refused(self):
        foreign = self._create_cooperative("Koperasi Lain")
        site = self.env["account.analytic.account"].create(
            {"name": "Lain", "plan_id": self.plan.id, "company_id": foreign.id}
        )
        with self.assertRaises(UserError):
            self.facility.analytic_account_id = site

    def test_site_counts_the_loans_that_one_may_see(self):
        self.assertEqual(self.site.lpdb_facility_count, 1)
        found = self.env["lpdb.facility"].search(
            self.site.action_open_lpdb_facilities()["domain"]
        )
        self.assertEqual(found, self.facility)
        operator = new_test_user(
            self.env,
            login="lpdb_operator",
            groups="umkm_base.umkm_base_group_operator",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertEqual(self.site.with_user(operator).lpdb_facility_count, 0)
