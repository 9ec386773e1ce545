# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .covenant_common import CovenantCommon


@freeze_time("2026-05-10")
@tagged("post_install", "-at_install")
class TestCovenantTest(CovenantCommon):
    """Recorded tests, breaches and waivers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cover = cls._covenant("debt_service_cover", "min", 1.25)
        cls._draw(cls.loan, "2026-01-01", 12_000_000)

    def _short(self, day):
        return self.loan.split_current(day)["short"]

    def test_recorded_test_stays(self):
        test = self._record()
        self.assertRecordValues(
            test,
            [
                {
                    "numerator": 1_500_000,
                    "denominator": 1_235_000,
                    "value": 1.2146,
                    "limit_value": 1.25,
                    "outcome": "breached",
                    "is_open_breach": True,
                }
            ],
        )
        for field, value in (("value", 2), ("outcome", "passed"), ("is_live", False)):
            with self.assertRaises(UserError):
                test[field] = value
        with self.assertRaises(UserError):
            test.unlink()
        self.assertIn("1,235,000", test.explanation.replace(".", ","))

    def test_recording_twice_changes_nothing(self):
        test = self._record()
        self.assertEqual(self._record(), test)

    def test_other_figures_need_a_withdrawal(self):
        test = self._record()
        self._book("2026-03-30", "cash", "sales", 100_000)
        with self.assertRaisesRegex(UserError, "Withdraw it first"):
            self._record()
        with self.assertRaisesRegex(UserError, "say why"):
            test.action_withdraw()
        test.action_withdraw("Penjualan belum dibukukan")
        self.assertFalse(test.is_open_breach)
        again = self._record()
        # 1,600,000 / 1,235,000 = 1.29555
        self.assertEqual((again.value, again.outcome), (1.2955, "passed"))
        self.assertEqual(len(self.loan.covenant_test_ids), 2)

    def test_withdrawal_asks_why(self):
        test = self._record()
        wizard = self.env["lpdb.covenant.withdraw"].create(
            {"test_id": test.id, "reason": "Salah catat"}
        )
        wizard.action_withdraw()
        self.assertEqual((test.is_live, test.withdrawn_reason), (False, "Salah catat"))
        self.assertEqual(self._short("2026-03-31"), 7_000_000)

    def test_breach_makes_the_whole_debt_current(self):
        self.assertEqual(self._short("2026-03-31"), 7_000_000)
        self._record()
        self.assertEqual(self._short("2026-03-30"), 7_000_000)
        self.assertEqual(self._short("2026-03-31"), 12_000_000)
        self.assertEqual(str(self.loan.breach_since), "2026-03-31")
        made = self.loan.action_reclassify("2026-03-31")
        self.assertEqual(self.env["lpdb.accrual"].browse(made).amount, 12_000_000)
        self.assertTied("2026-03-31", "2026-04-01")

    def test_waiver_restores_from_its_date_on(self):
        test = self._record()
        test.action_waive("2026-04-15", "W-1/2026")
        self.assertEqual(self._short("2026-03-31"), 12_000_000)
        # due by 30 April 2027: 15 instalments
        self.assertEqual(self._short("2026-04-30"), 7_500_000)
        self.assertFalse(self.loan.breach_since)

    def test_waiver_before_the_reporting_date_keeps_it_long_term(self):
        self._record().action_waive("2026-03-31", "W-2/2026")
        self.assertEqual(self._short("2026-03-31"), 7_000_000)

    def test_waiver_of_less_than_a_year_leaves_it_current(self):
        test = self._record()
        test.action_waive("2026-04-15", "W-3/2026", "2027-04-29")
        self.assertEqual(self._short("2026-04-30"), 12_000_000)
        self.assertEqual(self._short("2026-04-29"), 7_500_000)

    def test_waiver_needs_a_letter_and_a_breach(self):
        test = self._record()
        with self.assertRaisesRegex(UserError, "number of the lender"):
            test.action_waive("2026-04-15")
        with self.assertRaises(ValidationError):
            test.waiver_date = "2026-04-15"
        test.action_withdraw("salah")
        with self.assertRaisesRegex(UserError, "no breach"):
            test.action_waive("2026-04-15", "W")

    def test_later_test_cures_only_when_agreed(self):
        self._record()
        # the second quarter: nothing sold but 9,000,000, due 3 x 500,000 and interest
        self._book("2026-04-05", "cash", "sales", 9_000_000)
        with freeze_time("2026-07-10"):
            self.assertEqual(self._record("2026-06-30").outcome, "passed")
            # due by 30 June 2027: 17 instalments
            self.assertEqual(self._short("2026-06-30"), 12_000_000)
            self.env.cr.execute(
                "UPDATE lpdb_covenant SET is_cured_by_passing = TRUE WHERE id = %s",
                [self.cover.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self._short("2026-06-30"), 8_500_000)
            self.assertEqual(self._short("2026-06-29"), 12_000_000)

    def test_wrong_days_are_refused(self):
        with self.assertRaisesRegex(UserError, "no covenant is tested"):
            self._record("2026-03-30")
        with self.assertRaisesRegex(UserError, "is not over"):
            self._record("2026-06-30")

    def test_without_a_date_the_last_missing_test_is_recorded(self):
        test = self._record(None)
        self.assertEqual(str(test.date), "2026-03-31")
        with self.assertRaisesRegex(UserError, "no test is missing"):
            self._record(None)

    def test_closing_asks_for_tests(self):
        closing = self.env["coop.closing"].new(
            {"company_id": self.company.id, "date_from": "2026-03-01", "kind": "month"}
        )
        closing.date_to = "2026-03-31"
        self.assertFalse(closing._check_loan_covenants()["ok"])
        self._record()
        self.assertTrue(closing._check_loan_covenants()["ok"])

    def test_look_without_a_ratio_shows_none(self):
        equity = self._covenant("debt_to_equity", "max", 2)
        self.loan.action_check_covenants()
        # 12,500,000 owed on 6,300,000
        self.assertEqual((equity.last_has_value, equity.last_value), (True, 1.9841))
        self._book("2026-03-20", "costs", "cash", 7_000_000)
        self.loan.action_check_covenants()
        self.assertEqual(equity.last_outcome, "breached")
        self.assertFalse(equity.last_has_value)

    def test_cron_warns_once(self):
        self.loan.compliance_user_id = self._user("accountant", self.company)
        cron = self.env.ref("lpdb_financing.ir_cron_look_at_covenants")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.loan.invalidate_recordset()
        # 11 February to 10 May: costs and depreciation, nothing sold
        self.assertEqual(self.cover.last_outcome, "breached")
        self.assertEqual(len(self.loan.activity_ids), 1)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.loan.invalidate_recordset()
        self.assertEqual(len(self.loan.activity_ids), 1)
        self.assertFalse(self.loan.covenant_test_ids)

    def _user(self, role, company):
        return new_test_user(
            self.env,
            login=f"cov_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, record, user):
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

    def test_auditor_looks_and_records_nothing(self):
        auditor = self._user("auditor", self.company)
        loan = self._as(self.loan, auditor)
        self.assertEqual(loan.test_covenants("2026-03-31")[0]["value"], 1.2146)
        with self.assertRaises(AccessError):
            loan.action_record_covenants("2026-03-31")
        with self.assertRaises(AccessError):
            loan.action_check_covenants()
        test = self._as(self._record(), auditor)
        self.assertTrue(test.explanation)
        with self.assertRaises(AccessError):
            test.action_waive("2026-04-15", "W")
        with self.assertRaises(AccessError):
            test.action_withdraw("x")

    def test_accountant_records_and_waives(self):
        loan = self._as(self.loan, self._user("accountant", self.company))
        tests = loan.env["lpdb.covenant.test"]
        test = tests.browse(loan.action_record_covenants("2026-03-31"))
        test.action_waive("2026-04-15", "W-4")
        self.assertTrue(test.waiver_date)
        self.assertFalse(tests.has_access("create") or tests.has_access("unlink"))

    def test_other_cooperative_sees_nothing(self):
        test = self._record()
        other = self._create_cooperative("Koperasi Lain")
        user = self._user("accountant", other)
        for record in (test, self.cover):
            found = self._as(record, user)
            self.assertFalse(found.search([]))
            with self.assertRaises(AccessError):
                found.read(["display_name"])
        with self.assertRaises(AccessError):
            self._as(self.loan, user).test_covenants("2026-03-31")
        with self.assertRaises(UserError):
            self._as(self.cover, user).copy({"facility_id": self.facility.id})
