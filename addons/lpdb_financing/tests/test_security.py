# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon

MODELS = (
    "lpdb.facility",
    "lpdb.fee",
    "lpdb.guarantee",
    "lpdb.rate",
    "lpdb.draw",
    "lpdb.draw.use",
    "lpdb.schedule",
    "lpdb.instalment",
    "lpdb.payment",
    "lpdb.payment.line",
    "lpdb.entry",
    "lpdb.covenant",
    "lpdb.covenant.test",
    "lpdb.duty",
    "lpdb.nominee",
    "lpdb.nominee.list",
)


@tagged("post_install", "-at_install")
class TestSecurity(LpdbCommon):
    """Who sees and does what, in two cooperatives."""

    def _user(self, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login=f"lpdb_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, record, user):
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

    def test_accountant_does_the_whole_path(self):
        user = self._user("accountant")
        facility = self._as(self.facility, user)
        facility.action_sign()
        facility.action_draw("2014-03-24", 5_000_000, self.bank.id)
        payment = facility.env["lpdb.payment"].create(
            {
                "facility_id": facility.id,
                "date": "2014-04-24",
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        self.assertEqual(facility.outstanding, 4_583_333)
        payment.action_reverse("2014-04-25")
        self.assertEqual(facility.outstanding, 5_000_000)
        # the unpaid row's 91,667 and a day (1 of 30) on 4,583,333: 2,801
        self.assertEqual(facility.payoff_amount("2014-04-25"), 5_094_468)

    def test_accountant_writes_no_sub_ledger(self):
        self._draw()
        user = self._user("accountant")
        for model in ("lpdb.entry", "lpdb.payment.line"):
            for right in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(user).has_access(right))

    def test_auditor_reads_and_changes_nothing(self):
        self._draw()
        facility = self._as(self.facility, self._user("auditor"))
        self.assertEqual(facility.outstanding, 5_000_000)
        self.assertEqual(len(facility.instalment_ids), 12)
        self.assertEqual(facility.split_current("2014-03-24")["short"], 5_000_000)
        for model in MODELS:
            for right in ("create", "write", "unlink"):
                self.assertFalse(facility.env[model].has_access(right), (model, right))
        with self.assertRaises(AccessError):
            facility.action_draw("2014-03-24", 1, self.bank.id)
        with self.assertRaises(AccessError):
            facility.action_compute_schedule()
        with self.assertRaises(AccessError):
            facility.action_close()
        with self.assertRaises(AccessError):
            facility.note = "x"

    def test_other_roles_see_no_loan(self):
        for role in ("teller", "operator", "factory_manager", "monitoring_officer"):
            user = self._user(role)
            for model in MODELS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (role, model)
                )

    def test_two_cooperatives_never_meet(self):
        self._draw()
        self._pay("2014-04-24")
        other = self._create_cooperative("Koperasi Lain")
        user = self._user("accountant", other)
        for model in MODELS:
            found = (
                self.env[model]
                .with_user(user)
                .with_context(allowed_company_ids=other.ids)
            )
            self.assertFalse(found.search([]), model)
        with self.assertRaises(AccessError):
            self._as(self.facility, user).read(["name"])
        with self.assertRaises(AccessError):
            self._as(self.facility, user).payoff_amount("2014-04-24")

    def test_accounts_of_another_company_are_refused(self):
        other = self._create_cooperative("Koperasi Ketiga")
        account = other._coop_account("lpdb_financing.loan_long").sudo()
        with self.assertRaises(UserError):
            self.facility.loan_account_id = account
