# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestDuty(CoopCommon):
    def _calendar(self, **values):
        domain = [("company_id", "=", self.company.id), ("coop_duty_id", "!=", False)]
        domain += [(field, "=", value) for field, value in values.items()]
        return self.env["umkm.obligation"].search(domain, order="date_due")

    def _duty(self, key):
        return self.env.ref(f"coop_membership.coop_duty_{key}")

    def test_set_up_enters_the_year(self):
        paid = self._calendar(coop_duty_id=self._duty("tax_withheld_pay").id)
        self.assertEqual(len(paid), 12)
        # of January on 15 February, of December on 15 January of the next year
        self.assertEqual(paid[0].date_due, date(2026, 2, 15))
        self.assertEqual(paid[-1].date_due, date(2027, 1, 15))
        self.assertTrue(paid[0].rule)
        meeting = self._calendar(coop_duty_id=self._duty("annual_meeting").id)
        self.assertEqual(meeting.mapped("date_due"), [date(2027, 3, 31)])
        half_year = self._calendar(coop_duty_id=self._duty("report_half_year").id)
        self.assertEqual(
            half_year.mapped("date_due"), [date(2026, 7, 20), date(2027, 1, 20)]
        )

    def test_second_run_adds_nothing_and_keeps_what_was_done(self):
        first = self._calendar()
        first[0].action_done("2026-02-01")
        first[1].date_due = "2026-02-28"
        count = self.env["coop.duty"].action_create_obligations(2026, self.company.id)
        self.assertEqual(count, 0)
        self.assertEqual(self._calendar(), first)
        self.assertTrue(first[0].date_done)

    def test_vat_is_the_duty_of_taxable_companies(self):
        vat = self._duty("tax_vat")
        self.assertFalse(self._calendar(coop_duty_id=vat.id))
        self.company.is_taxable_enterprise = True
        vat.action_create_obligations(2026, self.company.id)
        self.assertEqual(len(self._calendar(coop_duty_id=vat.id)), 12)

    def test_law_that_ended_makes_no_more_days(self):
        duty = self._duty("tax_turnover")
        duty.date_to = "2027-06-30"
        duty.action_create_obligations(2027, self.company.id)
        days = self._calendar(coop_duty_id=duty.id).mapped("date_due")
        self.assertEqual(days[-1], date(2027, 7, 15))

    def test_who_did_it_last_does_it_next(self):
        accountant = self._new_user("accountant")
        duty = self._duty("tax_year")
        self._calendar(coop_duty_id=duty.id).responsible_id = accountant
        duty.with_user(self.env.ref("base.user_root")).sudo()._create_for(
            self.company, 2027
        )
        later = self._calendar(coop_duty_id=duty.id)[-1]
        self.assertEqual(later.responsible_id, accountant)

    def test_cron_enters_each_cooperative(self):
        self._calendar().unlink()
        self.env["coop.duty"]._cron_create_obligations()
        self.assertTrue(self._calendar())

    def test_accountant_changes_only_duties_of_the_own_company(self):
        accountant = self._new_user("accountant")
        with self.assertRaises(AccessError):
            self._duty("tax_vat").with_user(accountant).write({"day": 5})
        own = (
            self.env["coop.duty"]
            .with_user(accountant)
            .create(
                {
                    "name": "Laporan ke dinas",
                    "rule": "Perjanjian 01/2026",
                    "interval_months": "3",
                    "day": 10,
                    "date_from": "2026-01-01",
                    "company_id": self.company.id,
                }
            )
        )
        self.assertEqual(own.action_create_obligations(2026, self.company.id), 4)
        other = self._create_cooperative("Lain")
        with self.assertRaises(UserError):
            own.action_create_obligations(2026, other.id)
        stranger = self._new_user("accountant", other)
        foreign = self.env(user=stranger, context={})
        self.assertNotIn(own, foreign["coop.duty"].search([]))
