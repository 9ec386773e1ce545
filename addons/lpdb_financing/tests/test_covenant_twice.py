# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import freeze_time, tagged

from .covenant_common import CovenantCommon


@freeze_time("2026-07-10")
@tagged("post_install", "-at_install")
class TestCovenantTwice(CovenantCommon):
    """What a day's tests say does not change the figures of that day.

    At 31 March 2026: current assets 17,000,000 over 500,000 and the 7,000,000 of the
    loan that fall due by 31 March 2027: 17 / 7.5 = 2.2667.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ratio = cls._covenant("current_ratio", "min", 2.5)
        cls._draw(cls.loan, "2026-01-01", 12_000_000)

    def test_breach_leaves_the_figures_of_its_day(self):
        test = self._record()
        self.assertRecordValues(
            test, [{"denominator": 7_500_000, "outcome": "breached"}]
        )
        self.assertEqual(self._look()["denominator"], 7_500_000)
        self.assertEqual(self._record(), test)

    def test_breach_counts_from_the_next_test_on(self):
        self._record()
        # all of the loan, with the 500,000 of creditors
        self.assertEqual(self._look("2026-04-01")["denominator"], 12_500_000)

    def test_breach_that_is_booked_leaves_the_figures_of_its_day(self):
        test = self._record()
        made = self.loan.action_reclassify("2026-03-31")
        self.assertEqual(self.env["lpdb.accrual"].browse(made).amount, 12_000_000)
        # the ledger shows 12,500,000, of them 5,000,000 because of this very test
        parts = {part["code"]: part["amount"] for part in self._look()["parts"]}
        self.assertEqual(parts["liability_current"], 12_500_000)
        self.assertEqual(parts["current_portion"], -5_000_000)
        self.assertEqual(self._record(), test)

    def test_breach_of_another_loan_on_the_day_does_not_count_either(self):
        # whichever of two loans is recorded first, both see the same books
        other = self._create_facility(
            name="Pinjaman kedua",
            date_agreement="2026-01-01",
            plafond=2_400_000,
            annual_rate=12,
            periods=24,
        )
        self._draw(other, "2026-01-01", 2_400_000)
        self.env["lpdb.covenant"].create(
            {
                "facility_id": other.id,
                "measure": "current_ratio",
                "operator": "min",
                "limit_value": 2.5,
                "interval_months": "3",
            }
        )
        # 7,500,000 and 14 instalments of 100,000 of the second loan
        self._record()
        found = other.action_record_covenants("2026-03-31")
        test = self.env["lpdb.covenant.test"].browse(found)
        self.assertEqual(test.denominator, 8_900_000)

    def test_cure_of_the_day_leaves_its_figures(self):
        self.env.cr.execute(
            "UPDATE lpdb_covenant SET is_cured_by_passing = TRUE WHERE id = %s",
            [self.ratio.id],
        )
        self.env.invalidate_all()
        self._record()
        # 17 and 20 millions more in cash over 12,500,000: the debt is current until
        # a test is kept
        self._book("2026-04-05", "cash", "sales", 20_000_000)
        test = self._record("2026-06-30")
        self.assertRecordValues(
            test, [{"denominator": 12_500_000, "outcome": "passed"}]
        )
        self.assertEqual(self._record("2026-06-30"), test)
        # due by 30 June 2027: 17 instalments
        self.assertEqual(self.loan.split_current("2026-06-30")["short"], 8_500_000)
