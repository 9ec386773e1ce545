# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestWarning(LpdbCommon):
    """Early warning of a loan, each event told once.

    The published loan: Rp5,000,000 drawn on 24 March 2014, due on the 24th; row 1 is
    508,334, row 2 is 500,695.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("accountant", cls.company)
        cls.facility.write(
            {
                "collectability_id": cls.env.ref(
                    "lpdb_financing.lpdb_collectability_bank"
                ).id,
                "compliance_user_id": cls.accountant.id,
            }
        )
        with freeze_time("2014-03-24"):
            cls._draw()

    @classmethod
    def _user(cls, role, company):
        return new_test_user(
            cls.env,
            login=f"warn_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _on(self, day):
        """Return what the daily job tells of the loan on a day: ``[kind]``."""
        with freeze_time(f"{day} 03:00:00"):
            self.env.invalidate_all()
            known = self.facility.warning_ids
            with patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1
            ):
                self.env["lpdb.facility"]._cron_warn()
            new = self.facility.warning_ids - known
            return sorted(new.mapped("kind"))

    def _activities(self):
        kind = self.env.ref("lpdb_financing.mail_activity_type_loan_warning")
        return self.facility.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_a_loan_that_is_not_paid(self):
        # 14 days before 24 April is the 10th
        self.assertEqual(self._on("2014-04-09"), [])
        self.assertEqual(self._on("2014-04-10"), ["due"])
        self.assertEqual(self._on("2014-04-11"), [])
        self.assertEqual(self._on("2014-04-24"), [])
        # class 2 from the due date on; the next instalment is announced on 10 May
        self.assertEqual(self._on("2014-04-25"), ["class", "overdue"])
        self.assertEqual(self._on("2014-05-10"), ["due"])
        self.assertEqual(self._on("2014-06-10"), ["due"])
        # class 3 from day 91, 23 July; 14 days before is the 9th
        self.assertEqual(self._on("2014-07-08"), [])
        self.assertEqual(self._on("2014-07-09"), ["fall"])
        fall = self.facility.warning_ids.filtered(lambda row: row.kind == "fall")
        self.assertEqual(str(fall.deadline), "2014-07-23")
        for text in ("14", "Dalam Perhatian Khusus", "Kurang Lancar"):
            self.assertIn(text, fall.text)
        self.assertEqual(self._on("2014-07-10"), ["due"])
        self.assertEqual(self._on("2014-07-23"), ["class"])
        self.assertEqual(self._on("2014-07-24"), [])

    def test_one_activity_for_the_responsible(self):
        self._on("2014-04-10")
        activity = self._activities()
        self.assertRecordValues(
            activity,
            [{"user_id": self.accountant.id, "res_id": self.facility.id}],
        )
        self.assertEqual(str(activity.date_deadline), "2014-04-24")
        self.assertIn("508", activity.summary)
        # a late run tells all that happened meanwhile in one activity
        self.assertEqual(self._on("2014-05-15"), ["class", "due", "overdue"])
        self.assertEqual(len(self._activities()), 2)
        # paid until the next warning: nothing is left to do
        with freeze_time("2014-05-15"):
            self._pay("2014-05-15", amount=508_334)
        self.facility.warn_days = 5
        self.assertEqual(self._on("2014-05-16"), [])
        self.assertFalse(self._activities())

    def test_job_that_was_stopped_goes_on_where_it_was(self):
        loans = self.facility
        for number in range(2):
            loan = self._create_facility(agreement_number=f"n{number}")
            with freeze_time("2014-03-24"):
                self._draw(loan)
            loans |= loan
        with freeze_time("2014-04-20 03:00:00"):
            self.env.invalidate_all()
            steps = iter((1, 1, 0))
            with patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda *a, **k: next(steps),
            ):
                self.env["lpdb.facility"]._cron_warn()
            told = self.env["lpdb.warning"].search([("facility_id", "in", loans.ids)])
            self.assertEqual(len(told), 2)
            self.assertEqual(loans.action_warn(), 1)
            self.assertEqual(loans.action_warn(), 0)

    def test_job_runs_as_cron(self):
        cron = self.env.ref("lpdb_financing.ir_cron_warn_of_loans")
        with freeze_time("2014-04-10 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(self.facility.warning_ids.mapped("kind"), ["due"])

    def test_lender_and_letters(self):
        with freeze_time("2014-05-30 03:00:00"):
            self._on("2014-05-30")
            self.env["lpdb.dunning.letter"].create(
                {
                    "facility_id": self.facility.id,
                    "date": "2014-05-28",
                    "source": "S-1",
                }
            )
            worse = self.facility.collectability_id.line_ids[2]
            self.env["lpdb.lender.status"].create(
                {
                    "facility_id": self.facility.id,
                    "class_id": worse.id,
                    "date": "2014-05-29",
                    "source": "S-2",
                }
            )
        self.assertEqual(self._on("2014-05-30"), ["differs", "letter"])
        with freeze_time("2014-05-31 03:00:00"):
            self.env["lpdb.lender.status"].create(
                {
                    "facility_id": self.facility.id,
                    "kind": "pupn",
                    "date": "2014-05-31",
                    "source": "S-3",
                }
            )
        self.assertEqual(self._on("2014-05-31"), ["state"])
        self.assertEqual(self._on("2014-06-01"), [])

    def test_screen(self):
        self.facility.compliance_user_id = False
        for day, level, needed in (
            ("2014-04-09", "none", False),
            ("2014-04-10", "soon", True),
            ("2014-04-24", "soon", True),
            ("2014-04-25", "grave", True),
        ):
            with freeze_time(f"{day} 03:00:00"):
                self.env.invalidate_all()
                self.assertEqual(self.facility.attention_level, level, day)
                found = self.env["lpdb.facility"].search(
                    [("needs_attention", "=", True), ("id", "=", self.facility.id)]
                )
                self.assertEqual(bool(found), needed, day)
                other = self.env["lpdb.facility"].search(
                    [("needs_attention", "=", False), ("id", "=", self.facility.id)]
                )
                self.assertEqual(bool(other), not needed, day)

    def test_local_date_counts(self):
        # 24 April, 18:00 UTC is the 25th in Jakarta
        with freeze_time("2014-04-24 18:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.facility.attention_level, "grave")

    def test_who_is_told(self):
        other = self._create_cooperative("Koperasi Lain")
        stranger = self._user("accountant", other)
        teller = self._user("teller", self.company)
        # one who left the company, and one without the rights
        stranger.company_ids |= self.company
        for user in (stranger, teller):
            self.facility.compliance_user_id = user
            stranger.company_ids = other
            told = self.facility._warned_users()[self.facility.id]
            self.assertNotEqual(told, user)
            self.assertIn(self.company, told.company_ids)
        self._on("2014-04-10")
        for user, count in ((self.accountant, 1), (stranger, 0)):
            rows = (
                self.env["lpdb.warning"]
                .with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
            )
            self.assertEqual(rows.search_count([]), count)
            for right in ("create", "write", "unlink"):
                self.assertFalse(rows.has_access(right))
        auditor = self._user("auditor", self.company)
        loan = self.facility.with_user(auditor)
        self.assertTrue(loan.warning_ids)
        with freeze_time("2014-04-24 03:00:00"):
            self.env.invalidate_all()
            self.assertTrue(loan.attention_text)
        with self.assertRaises(AccessError):
            loan.action_warn()

    def test_accountant_warns_himself(self):
        loan = self.facility.with_user(self.accountant)
        with freeze_time("2014-04-24 03:00:00"):
            self.env.invalidate_all()
            self.assertEqual(loan.action_warn(), 1)

    def _queries(self, loans):
        """Return how many queries the list and the job's look at loans cost."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        loans.mapped("attention_text")
        loans.mapped("own_class_id")
        loans._new_events()
        return self.env.cr.sql_log_count - before

    def test_look_costs_the_same_for_many_loans(self):
        loans = self.facility
        table = self.facility.collectability_id
        for number in range(3):
            loan = self._create_facility(
                agreement_number=f"n{number}", collectability_id=table.id
            )
            with freeze_time("2014-03-24"):
                self._draw(loan)
            loans |= loan
        with freeze_time("2014-05-30 03:00:00"):
            self._queries(loans)  # fills what is cached for the process
            self.assertEqual(self._queries(loans), self._queries(loans[:1]))
