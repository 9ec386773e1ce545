# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import LpdbCommon


@freeze_time("2026-03-10")
@tagged("post_install", "-at_install")
class TestDuty(LpdbCommon):
    """Duties of a loan signed on 15 January 2026, in the calendar of obligations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_facility(
            name="Pinjaman laporan",
            agreement_number="PK-7",
            date_agreement="2026-01-15",
            plafond=12_000_000,
            periods=24,
        )
        cls.duty = cls._duty("Laporan keuangan", days_after=30)

        cls.clerk = new_test_user(
            cls.env,
            login="duty_clerk",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.loan.compliance_user_id = cls.clerk

    @classmethod
    def _duty(cls, name, **values):
        return cls.env["lpdb.duty"].create(
            {
                "facility_id": cls.loan.id,
                "name": name,
                "interval_months": "3",
                "date_from": "2026-01-01",
                **values,
            }
        )

    def _dues(self, duty=None):
        obligations = (duty or self.duty).obligation_ids.sorted("date_due")
        return [str(day) for day in obligations.mapped("date_due")]

    def test_responsible_is_of_the_company(self):
        other = self._create_cooperative("Koperasi Lain")
        stranger = new_test_user(
            self.env,
            login="duty_stranger",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(UserError):
            self.loan.compliance_user_id = stranger

    def test_signing_enters_a_year(self):
        self.assertFalse(self._dues())
        self.loan.action_sign()
        # quarters that end by 10 March 2027, each and 30 days
        self.assertEqual(
            self._dues(), ["2026-04-30", "2026-07-30", "2026-10-30", "2027-01-30"]
        )
        first = self.duty.obligation_ids.sorted("date_due")[0]
        self.assertRecordValues(
            first,
            [
                {
                    "name": "Laporan keuangan Q1 2026 (Pinjaman laporan)",
                    "kind": "report",
                    "rule": "PK-7",
                    "remind_days": 7,
                    "responsible_id": self.clerk.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(first.subject_ref, self.loan)

    def test_again_changes_nothing(self):
        self.loan.action_sign()
        first = self.duty.obligation_ids.sorted("date_due")[0]
        first.action_done("2026-04-01")
        before = self.duty.obligation_ids
        self.assertEqual(self.loan.action_create_obligations(), 0)
        self.assertEqual(self.duty.obligation_ids, before)
        self.assertEqual(str(first.date_done), "2026-04-01")
        self.assertEqual(self.loan.obligation_count, 3)

    def test_cron_keeps_a_year_ahead(self):
        self.loan.action_sign()
        cron = self.env.ref("lpdb_financing.ir_cron_create_obligations")
        with freeze_time("2026-06-01"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.duty.invalidate_recordset()
        # the quarter that ends on 31 March 2027 came within a year
        self.assertEqual(self._dues()[4:], ["2027-04-30"])

    def test_nothing_after_the_last_instalment(self):
        loan = self._create_facility(
            name="Pendek", date_agreement="2026-01-15", periods=6
        )
        duty = self._duty("Laporan", facility_id=loan.id)
        loan.action_sign()
        self.assertEqual(len(duty.obligation_ids), 4)
        # six instalments from 1 March: the last on 1 August 2026
        self._draw(loan, "2026-02-01", 5_000_000)
        self.assertEqual(self._dues(duty), ["2026-04-30", "2026-07-30"])

    def test_closed_loan_owes_no_more_reports(self):
        self.loan.action_sign()
        done = self.duty.obligation_ids.sorted("date_due")[3]
        done.action_done("2026-03-10")
        self.loan.action_close()
        self.assertEqual(self.duty.obligation_ids, done)

    def test_changed_days_move_what_nobody_moved(self):
        self.loan.action_sign()
        first, second = self.duty.obligation_ids.sorted("date_due")[:2]
        second.date_due = "2026-08-15"
        self.duty.days_after = 10
        self.assertFalse(first.exists())
        self.assertEqual(
            self._dues(), ["2026-04-10", "2026-08-15", "2026-10-10", "2027-01-10"]
        )

    def test_duty_of_each_draw_and_of_the_signing(self):
        realisation = self._duty("Realisasi", trigger="draw", days_after=30)
        deed = self._duty("Akta fidusia", trigger="signing", days_after=60)
        draw = self._draw(self.loan, "2026-02-01", 5_000_000)
        self.assertEqual(self._dues(realisation), ["2026-03-03"])
        self.assertEqual(self._dues(deed), ["2026-03-16"])
        self.assertEqual(self.loan.obligation_late_count, 1)
        self._draw(self.loan, "2026-03-01", 1_000_000)
        self.assertEqual(self._dues(realisation), ["2026-03-03", "2026-03-31"])
        draw.action_reverse("2026-03-02")
        self.loan.action_create_obligations()
        self.assertEqual(self._dues(realisation), ["2026-03-31"])

    def test_duty_added_later_and_ended(self):
        self.loan.action_sign()
        audit = self._duty("Audit", interval_months="12", days_after=120)
        # 31 December 2026 and 120 days
        self.assertEqual(self._dues(audit), ["2027-04-30"])
        audit.date_to = "2026-06-30"
        self.assertFalse(audit.obligation_ids)
        with self.assertRaises(UserError):
            audit.unlink()

    def test_guarantee_that_runs_out(self):
        self.loan.action_sign()
        guarantee = self.env["lpdb.guarantee"].create(
            {
                "facility_id": self.loan.id,
                "name": "Jamkrida",
                "kind": "company",
                "amount": 1,
                "date_end": "2026-12-31",
                "remind_days": 45,
            }
        )
        entry = guarantee.obligation_ids
        self.assertEqual((str(entry.date_due), entry.remind_days), ("2026-12-31", 45))
        guarantee.date_end = "2027-12-31"
        self.assertEqual(str(entry.date_due), "2027-12-31")
        entry.action_done("2026-12-01")
        self.loan.action_create_obligations()
        self.assertEqual(guarantee.obligation_ids, entry)
        guarantee.date_end = "2028-12-31"
        self.assertEqual(len(guarantee.obligation_ids), 2)
        guarantee.date_released = "2028-01-01"
        self.assertEqual(guarantee.obligation_ids, entry)

    def _user(self, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login=f"duty_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, record, user):
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

    def test_what_is_not_kept_is_told(self):
        self.loan.action_sign()
        self.assertFalse(self.loan.compliance_warning)
        with freeze_time("2026-05-01"):
            self.loan.invalidate_recordset()
            self.assertIn("Late duties to the lender: 1.", self.loan.compliance_warning)

    def test_who_sees_no_loans_still_sees_his_calendar(self):
        self.loan.action_sign()
        user = self._user("operator")
        found = (
            self.env["umkm.obligation"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            .web_search_read(
                [("lpdb_duty_id", "!=", False)],
                {
                    "name": {},
                    "subject_ref": {"fields": {"display_name": {}}},
                    "state": {},
                },
            )
        )
        self.assertEqual(found["length"], 4)

    def test_roles_and_companies(self):
        accountant = self._as(self.loan, self._user("accountant"))
        accountant.action_sign()
        self.assertEqual(accountant.obligation_count, 4)
        auditor = self._as(self.loan, self._user("auditor"))
        self.assertEqual(auditor.obligation_count, 4)
        self.assertEqual(auditor.duty_ids.name, "Laporan keuangan")
        with self.assertRaises(AccessError):
            auditor.action_create_obligations()
        with self.assertRaises(AccessError):
            auditor.duty_ids.days_after = 1
        other = self._create_cooperative("Koperasi Lain")
        stranger = self._as(self.duty, self._user("accountant", other))
        self.assertFalse(stranger.search([]))
        self.assertFalse(
            stranger.env["umkm.obligation"].search([("lpdb_duty_id", "!=", False)])
        )
        with self.assertRaises(AccessError):
            stranger.read(["name"])
        with self.assertRaises(AccessError):
            stranger.create({"facility_id": self.loan.id, "name": "x"})
